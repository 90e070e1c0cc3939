"""Whole visits of the offline file in Firefox, by pressing what a visitor presses, beside the pages that are served."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import axe_playwright_python
from flask.testing import FlaskClient

from questionnaire.decide.outcome import decide
from questionnaire.decide.tables import DecisionTables
from questionnaire.rulebook.model import Answers
from questionnaire.web.visit import Visit
from tests.firefox import Firefox

from .offline import a_copy, compared, with_list

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
VIOLATIONS = """async () => {
    AXE;
    const { violations } = await window.axe.run({ resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}"""
SHOWN = """([place, title]) =>
    decodeURI(location.hash) === `#${place}` && document.querySelector("h1").textContent.startsWith(title)"""
TITLES = {
    "/check": "Check your answers",
    "/options": "Your options for",
    "/compare": "Compare what you kept",
    "/matters": "What matters to you",
    "/matters#said": "What matters to you",
    "/sheet": "A sheet to take along",
    "/reference": "Use a reference code",
    "/": "Hip dips or love handles",
}


def faults_in_firefox(
    window: Firefox, tables: DecisionTables, file: Path, visits: Sequence[Answers], axe: bool = True
) -> Iterator[str]:
    """What goes wrong on these visits: what their pages say, what axe finds on them, and where "Back" does not lead."""
    site = a_copy(tables)
    for number, answers in enumerate(visits):
        visit = with_list(Visit.of(tables.rulebook, answers), Random(number))
        results = decide(tables, answers).results
        listed = [result.option.id for result in results if result.row.verdict != "ruled-out"]
        visit = visit.with_kept(option for option in visit.kept if option in listed)
        yield from _Walk(window, site.test_client(), file, axe).faults(visit, listed)


class _Walk:
    """One visitor of the file, and of the site beside it."""

    def __init__(self, window: Firefox, client: FlaskClient, file: Path, axe: bool) -> None:
        self._window, self._client, self._file, self._axe = window, client, file, axe

    def faults(self, visit: Visit, listed: Sequence[str]) -> Iterator[str]:
        window, questions = self._window, visit.rulebook.questions
        window.goto("about:blank")
        window.goto(self._file.as_uri())
        window.click("a.button", "Start now")
        for question, choice in visit.answers.items():
            yield from self._reached(f"/questions/{question}", questions[question].ask)
            window.click(f"#{question}-{choice}")
            window.click("main button", "Continue")
        if not listed:
            yield from self._reached("/options", "This guide may not be")
            yield from self._compared("/options", visit)
            return
        yield from self._reached("/check")
        yield from self._compared("/check", visit)
        window.click("a.button")
        yield from self._reached("/options")
        for option in visit.kept:
            window.click(f"input[name=keep][value='{option}']")
        yield from self._compared("/options", visit)
        yield from self._list(visit)
        option = visit.rulebook.options[listed[-1]]
        window.click(f"#{option.id.replace('/', '-')}-more")
        yield from self._reached(f"/options/{option.id}", option.name)
        yield from self._compared(f"/options/{option.id}", visit)
        yield from self._code(visit)

    def _list(self, visit: Visit) -> Iterator[str]:
        """Compare, mark and take along; then back to the result, page by page."""
        window, marked = self._window, Visit.of(visit.rulebook, visit.answers).with_kept(visit.kept)
        window.click("main button", "Compare my list")
        yield from self._reached("/compare")
        yield from self._compared("/compare", marked)
        if visit.rulebook.matters:
            window.click("main a", "Say what matters to you")
            yield from self._reached("/matters")
            for name, value in visit.matters.items():
                window.click(f"#{name}-{value}")
            window.click("main button", "Save, and see")
            yield from self._reached("/matters#said")
            yield from self._compared("/matters", visit)
        window.click("main a", "Make a sheet to take along")
        yield from self._reached("/sheet")
        yield from self._compared("/sheet", visit)
        before = ["/matters#said", "/matters"] if visit.rulebook.matters else []
        for place in (*before, "/compare", "/options"):
            window.back()
            yield from self._reached(place)
            yield from self._compared(place.partition("#")[0], visit)

    def _code(self, visit: Visit) -> Iterator[str]:
        """The reference code brings all of it back, once it is cleared."""
        window = self._window
        window.click("header a")
        yield from self._reached("/")
        window.click("main button", "Start again")
        window.wait("() => document.querySelector('main [role=status]') !== null")
        window.click("footer a", "Use a reference code")
        yield from self._reached("/reference")
        window.fill("#code", visit.reference.lower())
        window.click("main button", "Show the result")
        yield from self._reached("/options")
        yield from self._compared("/options", visit)

    def _reached(self, place: str, title: str = "") -> Iterator[str]:
        self._window.wait(SHOWN, [place, title or TITLES[place]])
        if self._window.url != f"{self._file.as_uri()}#{place}":
            yield f"the address at {place} is {self._window.url}"

    def _compared(self, place: str, visit: Visit) -> Iterator[str]:
        self._client.set_cookie("options-guide-80", visit.serialize())
        yield from compared(self._window, place, visit, self._client.get(place).text)
        if self._axe:
            axe = VIOLATIONS.replace("AXE", AXE.read_text(encoding="utf-8"))
            yield from (f"{place}: axe: {violation}" for violation in self._window.evaluate(axe))
