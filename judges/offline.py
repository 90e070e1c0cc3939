"""The offline file beside the served pages: in Chromium, text by text, and beside what is decided, for every visit."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from questionnaire import create_app
from questionnaire.decide.outcome import decide, questions_to_ask
from questionnaire.decide.tables import DecisionTables
from questionnaire.gate import SETTINGS
from questionnaire.rulebook.model import Answers
from questionnaire.web.visit import Visit

VERDICTS = {"fits": "Open to you", "ask": "Worth asking about", "ruled-out": "Left out"}
MAIN_OF_BOTH = """([place, given, served]) => {
    answers = given;
    go(place);
    show();
    const LEFT_OUT = /^#?.(compare|sheet|matters|privacy)/;
    const words = (root) => {
        const main = root.querySelector("main").cloneNode(true);
        for (const part of main.querySelectorAll("noscript")) part.remove();
        for (const form of main.querySelectorAll('form[action$="/keep"]'))
            for (const part of form.querySelectorAll("label, button, input")) part.remove();
        const left = [...main.querySelectorAll("a")].filter((link) => LEFT_OUT.test(link.getAttribute("href")));
        for (const link of left) (link.closest("li") ?? link).remove();
        return main.textContent.replace(/http:.*?reference/g, "").replace(/\\s+/g, " ").trim();
    };
    return [words(document), words(new DOMParser().parseFromString(served, "text/html"))];
}"""


def faults_in_browser(
    page: Page, tables: DecisionTables, file: Path, visits: Sequence[Answers], options: int
) -> Iterator[str]:
    """Where a text of the file in Chromium differs from the served one: answers and result of each of these visits, and
    all options of every so-many-th.
    """
    client = create_app(SETTINGS, building=tables).test_client()
    page.goto(file.as_uri())
    for number, answers in enumerate(visits):
        client.set_cookie("options-guide-80", Visit.of(tables.rulebook, answers).serialize())
        outcome = decide(tables, answers)
        places = ["/options", "/check"] if outcome.areas else ["/options"]
        if number % options == 0:
            places += [f"/options/{result.option.id}" for result in outcome.results]
        for place in places:
            yield from _compared(page, place, answers, client.get(place).text)


def _compared(page: Page, place: str, answers: Answers, served: str) -> Iterator[str]:
    ours, theirs = page.evaluate(MAIN_OF_BOTH, [place, dict(answers), served])
    if ours != theirs:
        at = next((at for at, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), 0)
        yield f"{place} {dict(answers)}: ...{ours[at - 30 : at + 60]}... is served as ...{theirs[at - 30 : at + 60]}..."


def data_of(text: str) -> dict[str, Any]:
    """The data in the file."""
    match = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert match
    data: dict[str, Any] = json.loads(match[1])
    return data


def faults_in_data(tables: DecisionTables, data: Mapping[str, Any], visits: Sequence[Answers]) -> Iterator[str]:
    """What is decided and does not stand on the pages of the file: every verdict, reason, caveat and question."""
    pages: dict[int, str] = {}

    def words(number: int) -> str:
        if number not in pages:
            runs = ("\n".join(data["lines"][line] for line in data["runs"][run]) for run in data["pages"][number])
            pages[number] = _words("".join(runs))
        return pages[number]

    proved: set[tuple[int, int]] = set()
    for (_, _, result_page, option_pages), answers in zip(data["visits"], visits, strict=True):
        outcome = decide(tables, answers)
        for note in outcome.notes if outcome.areas else ():
            # of other notes the result leaves out what one that stands first says already; Chromium compares those
            if (note.by_clinic or note.first) and _words(note.statement.text) not in words(result_page):
                yield f"note '{note.id}' {dict(answers)}"
        for result in outcome.results:
            number = option_pages[data["options"].index(result.option.id)]
            if (number, id(result.row)) in proved:
                continue
            proved.add((number, id(result.row)))
            expected = [result.option.name, VERDICTS[result.row.verdict], *questions_to_ask(tables.rulebook, result)]
            expected += [rule.because.text for rule in result.row.because]
            expected += [caveat.statement.text for caveat in result.row.caveats]
            yield from (
                f"{result.option.id} {dict(answers)}: {some}" for some in expected if _words(some) not in words(number)
            )


def _words(text: str) -> str:
    without = re.sub(r"<span class=\"meaning\".*?</span>|<[^>]*>", "", text, flags=re.DOTALL)
    return " ".join(html.unescape(without).split())
