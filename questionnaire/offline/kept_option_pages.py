"""The pages of a visitor's list in one file: to compare, the sheet to take along, and what matters to them.

There are too many lists to render each. So each page is rendered by its own template with everything that may stand on
it, once for each set of areas, and templates/offline-kept.js takes out what a visitor did not keep or mark. What is not
known beforehand is a blank with a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from flask import render_template

from ..decide.outcome import decide, is_asked_of, is_leaving
from ..decide.tables import Result, Row
from ..rulebook.model import Answers
from ..web.comparison import MOST, Column
from ..web.page_tables import Grid, TableRow
from ..web.result import ResultPage, result_page
from ..web.result_groups import Group, Part, ResultRow
from ..web.served_rulebook import current_rulebook
from ..web.sheet import drawn
from ..web.what_matters import SaidOf
from .kept_option_data import blank, caveats_of
from .qr_matrices import drawing

CODE, HIDDEN = blank("CODE"), blank("HIDDEN")
"""The reference code; the names of options that are kept and not shown now."""


class KeptOptionPages:
    """The pages of a visitor's list under the rulebook of the request that is at hand."""

    def __init__(self, scopes: Mapping[tuple[str, ...], Answers], qr_version: int) -> None:
        """`scopes`: each set of areas, with answers that bring it in scope; `qr_version`: that of the drawn code."""
        self._served = current_rulebook()
        self._rulebook = self._served.rulebook
        self._qr_version = qr_version
        self._results = {areas: self._result(answers) for areas, answers in scopes.items() if areas}

    @property
    def shown(self) -> set[str]:
        """The options that are not withheld or withdrawn."""
        return {row.option.id for page in self._results.values() for row in page.rows}

    def render(self) -> Iterator[tuple[str, str]]:
        """Every page with its name."""
        for areas, page in self._results.items():
            name = ",".join(areas)
            for state in ("none", "leaving", "some"):
                yield f"/compare|{name}|{state}", self._compare(page, state)
            for is_kept in (True, False):
                kept = "kept" if is_kept else ""
                for is_open in (True, False):
                    yield f"/sheet|{name}|{kept}|{'open' if is_open else ''}", self._sheet(page, is_kept, is_open)
                for state in ("blank", "saved", "full") if self._rulebook.matters else ():
                    yield f"/matters|{name}|{kept}|{state}", self._matters(page, is_kept, state)

    def _result(self, answers: Answers) -> ResultPage:
        """The result of these answers, with all that any answers in these areas may bring."""
        page = result_page(self._served, decide(self._served.tables, answers))
        rows = {row.option.id: row for row in page.rows}
        groups = []
        for area in page.outcome.areas:
            some = [self._everything(rows[option]) for option in area.options if option in rows]
            some.sort(key=lambda row: not is_leaving(row.option))
            groups += [Group(area, "fits", [Part([], some)])] if some else []
        every = {note.id: note for area in page.outcome.areas for note in self._rulebook.notes[area.id]}
        notes = tuple(sorted(every.values(), key=lambda note: not note.first))
        hidden = replace(next(iter(self._rulebook.options.values())), id=HIDDEN, name=HIDDEN)
        rulebook = replace(self._rulebook, options={**self._rulebook.options, HIDDEN: hidden})
        return ResultPage(rulebook, replace(page.outcome, notes=notes), tuple(groups), [], page.unreviewed, [])

    def _everything(self, row: ResultRow) -> ResultRow:
        result = Result(row.option, Row("fits", (), self._rulebook.expect[row.option.id], ()))
        return replace(row, result=result)

    def _render(self, template: str, page: ResultPage, is_kept: bool = True, **values: Any) -> str:
        questions = {
            f"{question.id}={choice}": replace(
                question, id=f"{question.id}={choice}", choices={choice: question.choices[choice]}
            )
            for question in self._rulebook.questions.values()
            for choice in question.choices
        }
        visit = SimpleNamespace(
            asked=questions.values(),
            answers={name: name.partition("=")[2] for name in questions},
            kept=(HIDDEN, *(row.option.id for row in page.rows)) if is_kept else (),
            matters=values.pop("marks", {}),
            reference=CODE,
            complete=True,
        )
        return render_template(
            template, page=page, visit=visit, notices=(), rules_of="", rules_are_gone=False, today_rules=None, **values
        )

    def _compare(self, page: ResultPage, state: str) -> str:
        every = [self._comparison(group) for group in page.groups] if state == "some" else []
        return self._render("compare.html", page, state != "none", comparisons=every, most=MOST)

    def _comparison(self, group: Group) -> SimpleNamespace:
        """An area with a column for each of its options, after one without a caveat; with every row and every mark."""
        rulebook, options = self._rulebook, [row.option for row in group.rows]
        nameless = Result(replace(options[0], id=blank("OPTION"), name=blank("NAME")), Row("fits", (), (), ()))
        columns = [
            Column(nameless, "", ()),
            *(Column(row.result, row.anchor, row.result.row.caveats) for row in group.rows),
        ]
        cells = [options[0], *options]
        rows = [
            TableRow(row.name, [one.grid[row.id] for one in cells], [is_asked_of(row, one) for one in cells])
            for row in rulebook.grid.values()
        ]
        by_row = {
            row.name: [matter for matter in rulebook.matters.values() if row.id in matter.rows]
            for row in rulebook.grid.values()
        }
        other = SimpleNamespace(option=nameless.option)
        return SimpleNamespace(
            area=group.area,
            columns=columns,
            shared=caveats_of(self._rulebook, group.area),
            grid=Grid(rows, [row.name for row in rows]),
            others=[other],
            matters=by_row,
            number=blank("NUMBER"),
        )

    def _sheet(self, page: ResultPage, is_kept: bool, is_open: bool) -> str:
        """Open questions are there once in each form; what matters, in each way to say how much and of how many."""
        names = SimpleNamespace(name=blank("OPTIONS"))
        questions = [
            SimpleNamespace(question=blank("QUESTION"), of_all=of_all, options=options, number=blank("NUMBER"))
            for of_all, options in ((True, []), (False, [names] * 3), (False, [names]))
        ]
        mattering = [
            SimpleNamespace(matter=matter, much=much, spoken=spoken, number=blank("ALL"))
            for matter in self._rulebook.matters.values()
            for much in ("lot", "little")
            for spoken in (0, blank("ALL"), blank("SPOKEN"))
        ]
        sheet = SimpleNamespace(
            kept=page.rows if is_kept else [],
            mattering=mattering,
            questions=questions if is_open else [],
            left_over=int(is_open),
        )
        code = drawn(drawing("0", self._qr_version))
        return self._render("sheet.html", page, sheet=sheet, code=code)

    def _matters(self, page: ResultPage, is_kept: bool, state: str) -> str:
        """Each thing that matters is there in each way to say how much, with nothing said of it and with something."""
        names = {row.id: row.name for row in self._rulebook.grid.values()}
        mattering = [
            SimpleNamespace(
                matter=matter,
                much=much,
                spoken=spoken,
                said=[SaidOf(row, {names[name]: row.option.grid[name] for name in matter.rows}) for row in page.rows],
            )
            for matter in self._rulebook.matters.values()
            for much in ("lot", "little")
            for spoken in (False, True)
        ]
        is_full = state == "full"
        return self._render(
            "matters.html",
            page,
            kept=is_kept,
            mattering=mattering if is_full else [],
            no=list(self._rulebook.readiness) if is_full else [],
            marks={"": ""} if state == "saved" else {},
        )
