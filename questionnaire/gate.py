"""What rules must pass before they serve visitors: every check, and every page of theirs rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .decide.build_tables import build
from .decide.routing import areas_in_scope, kept
from .decide.visit_cover import visit_cover
from .review.checks import check_tables
from .rulebook.load import load
from .rulebook.problems import Place, Problem, RulebookError, error

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from .decide.tables import DecisionTables
    from .rulebook.model import Answers, Rulebook

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
    folder: Path, document: Path | None = None, templates: Path | None = None
) -> tuple[DecisionTables | None, list[Problem]]:
    """The tables of the rules in `folder`, and every problem that keeps them from visitors or that staff should know.

    With `document`, the problems of its source as well; with `templates`, listed words in the site's pages. Pages are
    rendered where nothing else is an error. No tables where an error keeps them from visitors. Raises OSError for an
    unreadable document.
    """
    try:
        tables = build(load(folder), allow_gaps=True)
    except RulebookError as fault:
        return None, list(fault.problems)
    problems = check_tables(tables, document, templates)
    if all(problem.level != "error" for problem in problems):
        problems += page_problems(tables)
    refused = any(problem.level == "error" and problem.check != TOLD_ON_PAGES for problem in problems)
    return None if refused else tables, problems


def page_problems(tables: DecisionTables) -> list[Problem]:
    """A problem for each page that can't be rendered, for visits that reach every option, verdict, note and choice."""
    from . import create_app

    visitor = _Visitor(create_app(SETTINGS, building=tables).test_client(), tables.rulebook)
    problems: dict[str, Problem] = {}
    for visit in visit_cover(tables):
        for page, fault in visitor.walk(visit):
            problems.setdefault(page, _problem(tables, page, visit, fault))
    return sorted(problems.values())


class _Visitor:
    """Somebody who answers as many visits do, one after another, and changes only the answers that differ."""

    def __init__(self, client: FlaskClient, rulebook: Rulebook) -> None:
        self._client = client
        self._rulebook = rulebook
        self._answers: dict[str, str] = {}
        self._rendered: set[str] = set()

    def walk(self, visit: Answers) -> Iterator[tuple[str, str]]:
        """Each page that goes wrong on the way of one visit, and how. Pages that all visits share are got once."""
        for question, choice in visit.items():
            page = f"/questions/{question}"
            if page not in self._rendered:
                self._rendered.add(page)
                yield from _get(self._client, page)
            if self._answers.get(question) != choice:
                yield from _post(self._client, page, choice)
                self._answers = kept(self._rulebook, {**self._answers, question: choice})
        yield from _get(self._client, "/options")
        in_scope = areas_in_scope(self._rulebook, visit)
        if in_scope and "all others" not in self._rendered:
            self._rendered.add("all others")
            for rule in self._client.application.url_map.iter_rules():
                if "GET" in (rule.methods or ()) and not rule.arguments:
                    yield from _get(self._client, rule.rule)


def _post(client: FlaskClient, page: str, choice: str) -> Iterator[tuple[str, str]]:
    try:
        code = client.post(page, data={"answer": choice}).status_code
    except Exception as fault:
        yield page, _words(fault)
    else:
        if code != 303:
            yield page, f"an answer was not taken (status {code})"


def _get(client: FlaskClient, page: str) -> Iterator[tuple[str, str]]:
    try:
        code = client.get(page, follow_redirects=True).status_code
    except Exception as fault:
        yield page, _words(fault)
    else:
        if code != 200:
            yield page, f"status {code}"


def _words(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"


def _problem(tables: DecisionTables, page: str, visit: Answers, fault: str) -> Problem:
    """The problem of a page, at the file whose texts it shows."""
    rulebook = tables.rulebook
    place = next(iter(rulebook.areas.values())).place
    if page.startswith("/questions/"):
        place = rulebook.questions[page.rpartition("/")[2]].place
    elif page == "/how-it-works":
        place = next((document.place for document in rulebook.documents.values()), place)
    answers = ", ".join(f"{question}={choice}" for question, choice in visit.items())
    message = f"the page {page} can't be shown to who answers {answers} ({fault})"
    return error(Place(place.file), "page", message, "correct what it names in the rule files; no visitor would see it")
