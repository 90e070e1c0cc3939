"""Every page of every visit, as the application renders it, with its links turned into places within one file."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..decide.outcome import Outcome, decide
from ..decide.routing import areas_in_scope, deciding
from ..decide.tables import DecisionTables
from ..gate import SETTINGS
from ..rulebook.model import Answers, Question
from ..web.language import today_in_words
from ..web.served_rulebook import current_rulebook
from .kept_option_data import KeptOptionData, blank, code_data
from .kept_option_pages import CODE, KeptOptionPages
from .page_store import PageStore
from .visit_tree import prefixes

if TYPE_CHECKING:
    from ..web.visit import Visit

SIDE_PAGES = ("/", "/areas", "/how-it-works", "/words", "/privacy", "/reference")
DAY = blank("DAY")
"""Today, which the script fills in, as it does the reference code."""
NO_CODE = "AAAAA-AAAAA"
KEPT = ("LANGUAGE", "TRANSLATIONS", "REQUIRE_SIGN_OFF", "TIME_ZONE")
"""Settings of the site that its pages depend on, besides those of the clinic."""


class Renderer:
    """The pages of one rulebook under a site's settings."""

    def __init__(self, tables: DecisionTables, settings: Mapping[str, Any]) -> None:
        from .. import create_app

        own = {name: value for name, value in settings.items() if name in KEPT or name.startswith("CLINIC_")}
        self._app = create_app({**SETTINGS, "API": False, **own}, building=tables)
        self._served = self._app.extensions["rulebook_store"].now()
        self.tables: DecisionTables = self._served.tables
        self.gates = deciding(self.tables.rulebook, None, self.tables.rulebook.questions)
        self._app.extensions["other_languages"] = {}  # one file speaks one language
        with self._app.app_context():
            made_on = today_in_words()
        self._app.jinja_env.globals.update(offline=True, made_on=made_on, today=lambda: DAY)
        self._client = self._app.test_client()
        self._store = PageStore()
        self._assets = self._app.extensions["assets"]
        self.title = self.html_attributes = ""

    @property
    def fingerprint(self) -> str:
        """The rulebook's."""
        return self.tables.rulebook.fingerprint

    @property
    def stylesheet(self) -> str:
        """The site's stylesheet with its fonts and pictures in it."""
        styles = self._assets["guide.css"].content.decode()
        return re.sub(r"url\(\"?([^)\":]+)\"?\)", lambda match: f"url({self._data(match[1])})", styles)

    @property
    def scripts(self) -> str:
        """The site's own scripts as functions, to be called on each page with what they ask of the site."""
        buttons, keep = (self._assets[name].content.decode() for name in ("buttons.js", "keep.js"))
        return f"function addButtons() {{\n{buttons}}}\nfunction addSaving(fetch, addEventListener) {{\n{keep}}}\n"

    def render(self, visits: Sequence[Answers]) -> dict[str, Any]:
        """All pages, and which one is shown when."""
        states = [self._visit(answers) for answers in prefixes(visits)]
        scopes: dict[tuple[str, ...], Answers] = {}
        for answers in visits:
            scopes.setdefault(areas_in_scope(self.tables.rulebook, answers), answers)
        code = code_data(self.tables.rulebook, visits)
        return {
            "code": code,
            "scopes": list(scopes),
            "kept": self._kept_options(scopes, code["qr"]["version"]),
            "options": list(self.tables.rulebook.options),
            "questions": dict(self._questions(states)),
            "side": dict(self._side_pages(states)),
            "visits": list(self._results(visits, list(scopes))),
            **self._store.as_json(),
        }

    def _visit(self, answers: Answers) -> Visit:
        from ..web.visit import Visit

        return Visit.of(self.tables.rulebook, answers)

    def _questions(self, states: Sequence[Visit]) -> Iterator[tuple[str, int]]:
        """Each question as it is shown in each state: its number, of how many, after which, and with a mistake."""
        known: set[str] = set()
        for visit in states:
            for asked in visit.asked:
                for change in ("", "?change") if visit.complete else ("",):
                    if not visit.can_answer(asked):
                        continue
                    key = _question_key(visit, asked, change)
                    if key in known:
                        continue
                    known.add(key)
                    path = f"/questions/{asked.id}{change}"
                    yield key, self._get(path, visit, unanswered=True)
                    yield f"{key}|error", self._page(self._send("POST", path, visit), visit)

    def _side_pages(self, states: Sequence[Visit]) -> Iterator[tuple[str, int]]:
        """Pages that depend on nothing but where the visit goes on."""
        first: dict[str, Visit] = {}
        for visit in states:
            first.setdefault("" if not visit.answers else visit.next.id if visit.next else "end", visit)
        for following, visit in first.items():
            for path in SIDE_PAGES:
                yield f"{path}|{following}", self._get(path, visit)
            for name, typed in (("empty", ""), ("unknown", NO_CODE)):
                text = self._send("POST", "/reference", visit, code=typed).replace(NO_CODE, "")
                yield f"/reference|{following}|{name}", self._page(text, visit)
        yield "/||cleared", self._page(self._send("GET", "/", first[""].cleared()), first[""])

    def _kept_options(self, scopes: Mapping[tuple[str, ...], Answers], qr_version: int) -> dict[str, Any]:
        """The pages of a visitor's list, and what the script has to know for them."""
        with self._app.test_request_context("/"):
            pages = KeptOptionPages(scopes, qr_version)
            numbers = {name: self._page(text) for name, text in pages.render()}
            return {"pages": numbers, **KeptOptionData(current_rulebook(), pages.shown).as_json()}

    def _results(self, visits: Sequence[Answers], scopes: Sequence[tuple[str, ...]]) -> Iterator[list[Any]]:
        """For each visit which areas are in scope, and its pages: that of its answers (-1: there is no such area), its
        result, and those of every option (-1: of no area in scope).
        """
        known: dict[Any, int] = {}
        for answers in visits:
            visit, outcome = self._visit(answers), decide(self.tables, answers)
            check = self._get("/check", visit) if outcome.areas else -1
            options = dict(self._options(visit, outcome, known))
            every = [options.get(option, -1) for option in self.tables.rulebook.options]
            yield [scopes.index(tuple(area.id for area in outcome.areas)), check, self._get("/options", visit), every]

    def _options(self, visit: Visit, outcome: Outcome, known: dict[Any, int]) -> Iterator[tuple[str, int]]:
        """The page of each option. It is rendered once for the same row, neighbours and hopes."""
        from ..web.result import result_page

        page = result_page(self._served, outcome)
        names = ["", *(row.option.id for row in page.rows), ""]
        for at, row in enumerate(page.rows):
            key = (id(row.result.row), *names[at : at + 3], page.is_just_looking)
            if key not in known:
                known[key] = self._get(f"/options/{row.option.id}", visit)
            yield row.option.id, known[key]
        for option in (*page.withheld, *(result.option for result in page.not_offered)):
            if option.id not in known:
                known[option.id] = self._get(f"/options/{option.id}", visit)
            yield option.id, known[option.id]

    def _get(self, path: str, visit: Visit, unanswered: bool = False) -> int:
        text = self._send("GET", path, visit)
        return self._page(text.replace(" checked", "") if unanswered else text, visit)

    def _send(self, method: str, path: str, visit: Visit, **form: str) -> str:
        from ..web.visit_cookie import NAME

        self._client.set_cookie(f"{NAME}-80", visit.serialize())
        response = self._client.open(path, method=method, data=form if method == "POST" else None)
        if response.status_code not in (200, 400):
            raise RuntimeError(f"{method} {path}: status {response.status_code}")
        return response.text

    def _page(self, text: str, visit: Visit | None = None) -> int:
        """Keep a page: its title on the first line, then what is in its body."""
        if match := re.search(r"<html([^>]*)>.*?<title>(.*?)</title>", text, re.DOTALL):
            self.html_attributes, title = match[1], match[2]
            self.title = self.title or title
        _, _, body = text.partition("<body>")
        body = body.partition("</body>")[0].strip()
        if visit and visit.complete:
            body = body.replace(visit.reference, CODE)
        body = re.sub(r"http://localhost(/[\w-]*)*", "", body)
        body = re.sub(r'\b(href|action)="?(/[^"\s>]*)"?', r'\1="#\2"', body)
        body = re.sub(r'\bsrc="?/static/\w+/([^"\s>]+)"?', lambda m: f'src="{self._data(m[1])}"', body)
        return self._store.add(f"{' '.join(title.split())}\n{body}")

    def _data(self, address: str) -> str:
        asset = self._assets[address.rpartition("/")[2]]
        return f"data:{asset.kind};base64,{base64.b64encode(asset.content).decode()}"


def _question_key(visit: Visit, asked: Question, change: str) -> str:
    """What the page of a question depends on, besides the answer that is marked; offline.js makes the same."""
    number, total, before = visit.asked.index(asked) + 1, visit.total(asked) or "", visit.before(asked)
    return "|".join((asked.id, str(number), str(total), before.id if before else "", change[1:], _first(visit)))


def _first(visit: Visit) -> str:
    return "" if visit.answers else "first"
