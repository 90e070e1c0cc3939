"""Is there a promise that nothing could break? Tables are altered as far as tables go, and need no engine for that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..decide.build_tables import DecisionTable, DecisionTables
from ..rulebook.model import VERDICTS, Promise, Rulebook
from ..rulebook.problems import Problem, error
from .promises import empty_promises, is_broken, kept_combinations


def toothless_promises(tables: DecisionTables) -> Iterator[Problem]:
    """One problem for each promise that holds whatever the verdicts, reasons, caveats, notes and questions are.

    A promise that nobody can meet, or that is broken already, is another check's to tell.
    """
    empty, every = {problem.place for problem in empty_promises(tables)}, kept_combinations(tables.rulebook)
    for promise in tables.rulebook.promises:
        if promise.place not in empty and not any(is_broken(one, promise, every) for one in _altered(tables, promise)):
            message = f"the promise '{promise.id}' can't be broken: no verdict, caveat, note or question is against it"
            advice = "say what must never be, or what must be there, for something that its options read; or remove it"
            yield error(promise.place, "toothless-promise", message, advice)


def _altered(tables: DecisionTables, promise: Promise) -> Iterator[DecisionTables]:
    """The tables as they are; then those of one option or area that the promise speaks of, altered in every row."""
    yield tables
    for area in promise.areas:
        notes = tables.notes[area]
        known = tuple(tables.rulebook.notes[area])
        for shown in ((), known, known[::-1]):
            rows = dict.fromkeys(notes.rows, shown)
            yield DecisionTables(tables.rulebook, {}, {area: replace(notes, rows=rows)})
    for option in promise.options if not promise.areas else ():
        table = tables.options[option]
        twins = {promise.same_verdict_as: tables.options[promise.same_verdict_as]} if promise.same_verdict_as else {}
        for verdict in VERDICTS:
            yield DecisionTables(tables.rulebook, {**twins, option: _every_row(table, verdict=verdict)}, {})
        if promise.going_further:
            yield DecisionTables(tables.rulebook, {option: _backwards(table, *promise.going_further)}, {})
        bare = _every_row(table, because=(), also=(), caveats=())
        yield DecisionTables(_answered(tables.rulebook, option), {**twins, option: bare}, {})
        every = tuple(caveat for caveat in tables.rulebook.caveats.values() if option in caveat.options)
        yield DecisionTables(tables.rulebook, {**twins, option: _every_row(table, caveats=every)}, {})


def _every_row(table: DecisionTable, **other: Any) -> DecisionTable:
    """The table with something else in the same field of every row."""
    return replace(table, rows={at: replace(row, **other) for at, row in table.rows.items()})


def _backwards(table: DecisionTable, question: str, order: tuple[str, ...]) -> DecisionTable:
    """The table with the mildest verdict for the choice that goes least far, and the most cautious for all others."""
    if question not in table.questions:
        return table
    position = table.questions.index(question)
    rows = {
        at: replace(row, verdict=VERDICTS[0] if at[position] == order[0] else VERDICTS[-1])
        for at, row in table.rows.items()
    }
    return replace(table, rows=rows)


def _answered(rulebook: Rulebook, option_id: str) -> Rulebook:
    """The rulebook with something said in every row of an option's grid, so that nothing of it is left to ask."""
    option = rulebook.options[option_id]
    grid = {row: replace(cell, text=row, silent=False, also_ask=False) for row, cell in option.grid.items()}
    options = {**rulebook.options, option_id: replace(option, grid=grid, question="")}
    return replace(rulebook, options=options, doubts={})
