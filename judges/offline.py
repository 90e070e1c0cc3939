"""The offline file beside the served pages: in Chromium, text by text, and beside what is decided, for every visit."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Protocol

from flask import Flask
from playwright.sync_api import Page

from questionnaire import create_app
from questionnaire.decide.outcome import decide, questions_to_ask
from questionnaire.decide.routing import options_in_scope
from questionnaire.decide.tables import DecisionTables
from questionnaire.gate import SETTINGS
from questionnaire.rulebook.model import Answers
from questionnaire.web.language import today_in_words
from questionnaire.web.visit import HOW_MUCH, YES_NO, Visit

VERDICTS = {"fits": "Open to you", "ask": "Worth asking about", "ruled-out": "Left out"}
LISTS = ("/compare", "/sheet", "/matters")
"""Pages that the file puts together: compared with all of their elements and attributes."""
SHOW = """async ([place, visit]) => {
    [answers, kept, matters] = visit;
    page = " ";
    history.replaceState(null, "", `#${place}`);
    await show();
}"""
MAIN_OF_BOTH = """([place, served]) => {
    const STATUS = "form[data-saved] > [role=status], .actions [role=status]";
    const BY_SCRIPT = `noscript, #buttons > *, [data-copy] + .no-print, ${STATUS}`;
    const main = (root) => {
        const copy = root.querySelector("main").cloneNode(true);
        for (const part of copy.querySelectorAll(BY_SCRIPT)) part.remove();
        copy.querySelector(".qr path:last-child")?.remove(); // another mask; tests/test_offline.py reads the drawing
        return copy;
    };
    const words = (root) => main(root).textContent.replace(/http:.*?reference/g, "").replace(/\\s+/g, " ").trim();
    const elements = (root) => {
        const copy = main(root);
        for (const part of copy.querySelectorAll("*")) {
            const had = [...part.attributes].sort((one, other) => (one.name < other.name ? -1 : 1));
            for (const { name } of had) part.removeAttribute(name);
            for (const { name, value } of had) part.setAttribute(name, value.replace(/^#(?=\\/)/, ""));
        }
        return copy.innerHTML.replace(/\\s+/g, " ").replace(/> | (?=<)/g, (gap) => gap.trim());
    };
    const read = LISTS.includes(place) ? elements : words;
    return [read(document), read(new DOMParser().parseFromString(served, "text/html"))];
}""".replace("LISTS", json.dumps(LISTS))


class Evaluates(Protocol):
    """A page of a browser: Playwright's, or Firefox's own (tests/firefox.py)."""

    def evaluate(self, expression: str, arg: Any = None, /) -> Any: ...


def faults_in_browser(
    page: Page, tables: DecisionTables, file: Path, visits: Sequence[Answers], options: int, **settings: str
) -> Iterator[str]:
    """Where the file in Chromium differs from the served pages: answers, result and the pages of a list, which is made
    up anew for each of these visits, and all options of every so-many-th.
    """
    client = create_app({**SETTINGS, **settings}, building=tables).test_client()
    copy = a_copy(tables, **settings)
    page.goto(file.as_uri())
    for number, answers in enumerate(visits):
        visit = with_list(Visit.of(tables.rulebook, answers), Random(number))
        outcome = decide(tables, answers)
        places = (
            ["/options", "/check", *(LISTS if tables.rulebook.matters else LISTS[:2])]
            if outcome.areas
            else ["/options"]
        )
        if number % options == 0:
            places += [f"/options/{result.option.id}" for result in outcome.results]
        for place in places:
            served = copy.test_client() if place in LISTS else client
            served.set_cookie("options-guide-80", visit.serialize())
            page.evaluate(SHOW, [place, [dict(visit.answers), visit.kept, dict(visit.matters)]])
            yield from compared(page, place, visit, served.get(place).text)


def a_copy(tables: DecisionTables, **settings: str) -> Flask:
    """The site with the words of a copy: what the file has to look like."""
    copy = create_app({**SETTINGS, **settings}, building=tables)
    with copy.app_context():
        copy.jinja_env.globals.update(offline=True, made_on=today_in_words())
    return copy


def with_list(visit: Visit, random: Random) -> Visit:
    """The visit with some options kept, in any order, and something said of what matters; at times with none."""
    rulebook = visit.rulebook
    options = options_in_scope(rulebook, visit.answers)
    most = min(len(options), random.choice([1, 3, len(options)]))
    kept = random.sample(options, random.randint(0, most))
    some = [*((name, HOW_MUCH) for name in rulebook.matters), *((name, YES_NO) for name in rulebook.readiness)]
    matters = {name: random.choice(words) for name, words in some if random.random() < random.choice([0, 0.5, 1])}
    return replace(visit.with_kept(kept), matters=matters)


def compared(page: Evaluates, place: str, visit: Visit, served: str) -> Iterator[str]:
    """Where the page that is shown differs from the one that was served for it."""
    ours, theirs = page.evaluate(MAIN_OF_BOTH, [place, served])
    if ours != theirs:
        at = next((at for at, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), 0)
        given = [dict(visit.answers), visit.kept, dict(visit.matters)]
        yield f"{place} {given}: ...{ours[at - 30 : at + 60]}... is served as ...{theirs[at - 30 : at + 60]}..."


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
            if (note.by_clinic or note.first) and _plain(note.statement.text) not in words(result_page):
                yield f"note '{note.id}' {dict(answers)}"
        for result in outcome.results:
            if result.option.id in tables.rulebook.holds:  # its page says that it is not shown
                continue
            number = option_pages[data["options"].index(result.option.id)]
            if (number, id(result.row)) in proved:
                continue
            proved.add((number, id(result.row)))
            expected = [result.option.name, VERDICTS[result.row.verdict], *questions_to_ask(tables.rulebook, result)]
            expected += [rule.because.text for rule in result.row.because]
            expected += [caveat.statement.text for caveat in result.row.caveats]
            yield from (
                f"{result.option.id} {dict(answers)}: {some}" for some in expected if _plain(some) not in words(number)
            )


def _words(text: str) -> str:
    without = re.sub(r"<span class=\"meaning\".*?</span>|<[^>]*>", "", text, flags=re.DOTALL)
    return _plain(html.unescape(without))


def _plain(text: str) -> str:
    return " ".join(text.split())
