"""What rules must pass before they serve visitors: every check, and every page of theirs rendered."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .decide.build_tables import build
from .decide.outcome import decide
from .decide.routing import kept, options_in_scope
from .decide.today import time_zone_of_checks
from .decide.visit_cover import visit_cover
from .review.checks import check_tables
from .rulebook.load import load
from .rulebook.problems import Place, Problem, RulebookError, error
from .rulebook.schema import TRANSLATIONS

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from .decide.tables import DecisionTables
    from .rulebook.model import Answers

OF_WHAT_IS_KEPT = ("/compare", "/sheet", "/matters")
"""Pages that are rendered with everything kept and everything marked."""
Form = Mapping[str, str | Sequence[str]]
"""What is sent: each field with its value, or its values."""
TOLD_ON_PAGES = "sign-off"
"""The check whose errors keep nothing from being served: pages say what is reviewed, and only of what is."""
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
SETTINGS: Mapping[str, object] = {
    "TESTING": True,  # faults reach us as exceptions
    "PRODUCTION": False,
    "REQUIRE_SIGN_OFF": False,  # every option is shown
    "ALLOWED_HOSTS": None,
    "TRUSTED_PROXIES": None,
    "LIMIT_POSTS": 0,
    "LIMIT_REFERENCES": 0,
    "LIMIT_STORAGE": "memory://",
    "RELEASES": "",
}
"""Of the application that renders the pages: whatever is set for visitors, each page must come."""


def check_rules(
    folder: Path, documents: Sequence[Path] = (), templates: Path | None = None, time_zone: str = ""
) -> tuple[DecisionTables | None, list[Problem]]:
    """The tables of the rules in `folder`, and every problem that keeps them from visitors or that staff should know.

    With `documents`, the problems of its sources as well; with `templates`, listed words in the site's pages. Lines of
    the clinic's have ended by the day in `time_zone`, or by the server's own. Pages are
    rendered where nothing else is an error. No tables where an error keeps them from visitors. Raises OSError for an
    unreadable document.
    """
    try:
        tables = build(load(folder), allow_gaps=True)
    except RulebookError as fault:
        return None, list(fault.problems)
    time_zone_of_checks.set(time_zone)
    problems = check_tables(tables, documents, templates)
    if all(problem.level != "error" or of_translation(problem) for problem in problems):
        problems += page_problems(tables)
    refused = any(
        problem.level == "error" and problem.check != TOLD_ON_PAGES and not of_translation(problem)
        for problem in problems
    )
    return None if refused else tables, problems


def build_checked(folder: Path) -> tuple[DecisionTables, list[Problem]]:
    """The tables of the rules in `folder` and its warnings: what a child builds of rules that are to serve visitors.

    Raises RulebookError with every problem for any error. Those of translations are warnings here.
    """
    from . import read_settings

    tables, problems = check_rules(folder, (), TEMPLATES, read_settings(os.environ).get("TIME_ZONE", ""))
    if tables is None:
        raise RulebookError(problems)
    return tables, [replace(one, level="warning") if of_translation(one) else one for one in problems]


def of_translation(problem: Problem) -> bool:
    """Whether a problem is one of another language: visitors are shown the original there, or not offered it at all."""
    return Path(problem.place.file).parent.name == TRANSLATIONS


def build_draft(folder: Path) -> tuple[DecisionTables, list[Problem]]:
    """The tables of the rules in `folder` and all of its problems, errors too: what staff see of a draft.

    Raises RulebookError where it can't be loaded at all.
    """
    tables = build(load(folder), allow_gaps=True)
    return tables, check_tables(tables, templates=TEMPLATES)


def page_problems(tables: DecisionTables) -> list[Problem]:
    """A problem for each page that can't be rendered, for visits that reach every option, verdict, note and choice."""
    from . import create_app

    app = create_app(SETTINGS, building=tables)
    client, rulebook = app.test_client(), tables.rulebook
    shared = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    rendered: set[str] = set()
    reached: set[Hashable] = set()
    answers: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    marks = {**dict.fromkeys(rulebook.matters, "lot"), **dict.fromkeys(rulebook.readiness, "no")}

    def request(page: str, visit: Answers, form: Form | None = None) -> None:
        if fault := _fault(client, page, form):
            problems.setdefault(page, _problem(tables, page, visit, fault))

    for visit in visit_cover(tables):
        for question, choice in visit.items():
            page = f"/questions/{question}"
            if page not in rendered:  # it is the same for all visits
                rendered.add(page)
                request(page, visit)
            if answers.get(question) != choice:
                request(page, visit, {"answer": choice})
                answers = kept(rulebook, {**answers, question: choice})
        outcome = decide(tables, visit)
        new = {(result.option.id, result.row.verdict) for result in outcome.results} - reached
        seen = {tuple(area.id for area in outcome.areas), *(note.id for note in outcome.notes), *new}
        if seen <= reached:
            continue  # its pages are those of a visit before, with other texts
        reached |= seen
        request("/options", visit)
        for option, _ in sorted(new):
            request(f"/options/{option}", visit)
        if options := options_in_scope(rulebook, visit):
            while shared:
                request(shared.pop(0), visit)
            for page, form in (("/keep", {"keep": list(options), "then": "options"}), ("/matters", marks)):
                if form:
                    request(page, visit, form)
            for page in OF_WHAT_IS_KEPT:
                request(page, visit)
    return sorted(problems.values())


def _fault(client: FlaskClient, page: str, form: Form | None) -> str:
    """What is wrong with a page, or with its reply to a form; empty where nothing is."""
    try:
        if form is None:
            status = client.get(page, follow_redirects=True).status_code
            return "" if status == 200 else f"status {status}"
        status = client.post(page, data=form).status_code
        return "" if status == 303 else f"an answer was not taken (status {status})"
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"


def _problem(tables: DecisionTables, page: str, visit: Answers, fault: str) -> Problem:
    """The problem of a page, at the file whose texts it shows."""
    rulebook = tables.rulebook
    place = next(iter(rulebook.areas.values())).place
    if page.startswith("/questions/"):
        place = rulebook.questions[page.rpartition("/")[2]].place
    elif page.startswith("/options/"):
        place = rulebook.options[page.removeprefix("/options/")].place
    elif page == "/how-it-works":
        place = next((document.place for document in rulebook.documents.values()), place)
    answers = ", ".join(f"{question}={choice}" for question, choice in visit.items())
    message = f"the page {page} can't be shown to who answers {answers} ({fault})"
    return error(Place(place.file), "page", message, "correct what it names in the rule files; no visitor would see it")
