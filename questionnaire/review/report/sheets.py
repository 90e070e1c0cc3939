"""Each option as one sheet: all that a clinician reads, questions and signs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ...decide.build_tables import DecisionTable, DecisionTables
from ...decide.sign_off_units import Standing, standing, unit_fingerprint
from ...rulebook.model import VERDICTS, Caveat, GridRow, Option, Verdict
from ..merge_rows import MergedTable, caveat_conditions, merged_table
from ..show import other_statements
from .texts_with_sources import ShownText, Sources


@dataclass(frozen=True)
class Sheet:
    """What the sheet of an option has beside the option: its table, and its texts with what they rest on.

    `own`: the caveats that no other option carries. `shared`: the others, each with whether every answer leads to it.
    `silences`: the rows of the grid on which nothing is said. `others`: what visitors read of it and no other part of
    the sheet has.
    """

    option: Option
    number: int
    anchor: str
    fingerprint: str
    standing: Standing
    table: MergedTable
    rules: Mapping[Verdict, tuple[ShownText, ...]]
    own: tuple[ShownText, ...]
    shared: tuple[tuple[Caveat, bool], ...]
    grid: tuple[ShownText, ...]
    silences: tuple[GridRow, ...]
    others: tuple[ShownText, ...]


def anchor(option_id: str) -> str:
    """An option's id as the id of an element."""
    return option_id.replace("/", "--")


def cautious_last(table: DecisionTable) -> MergedTable:
    """A table's merged lines, from the least to the most cautious verdict."""
    merged = merged_table(table)
    return replace(merged, lines=tuple(sorted(merged.lines, key=lambda line: VERDICTS.index(line.verdict))))


def sheets(
    tables: DecisionTables, sources: Sources, merged: Mapping[str, MergedTable], today: date
) -> tuple[Sheet, ...]:
    """Every option's sheet, in the order in which the areas show their options."""
    options = [option for area in tables.rulebook.areas.values() for option in area.options]
    return tuple(
        _sheet(tables, sources, merged[option_id], number, option_id, today)
        for number, option_id in enumerate(options, 1)
    )


def _sheet(
    tables: DecisionTables, sources: Sources, merged: MergedTable, number: int, option_id: str, today: date
) -> Sheet:
    rulebook, option = tables.rulebook, tables.rulebook.options[option_id]
    always, sometimes = caveat_conditions(tables, option_id)
    said = {row: cell for row, cell in option.grid.items() if cell.text}
    return Sheet(
        option=option,
        number=number,
        anchor=anchor(option_id),
        fingerprint=unit_fingerprint(tables, option_id),
        standing=standing(tables, option_id, today),
        table=merged,
        rules={
            verdict: tuple(
                sources.text(rule.id, rule.because, rule.when, rule.by_clinic)
                for rule in option.rules
                if rule.verdict == verdict
            )
            for verdict in VERDICTS
        },
        own=tuple(
            sources.caveat(caveat, caveat in always) for caveat in (*always, *sometimes) if not is_shared(caveat)
        ),
        shared=tuple((caveat, caveat in always) for caveat in (*always, *sometimes) if is_shared(caveat)),
        grid=tuple(sources.text(rulebook.grid[row].name, cell) for row, cell in said.items()),
        silences=tuple(rulebook.grid[row] for row in option.grid if row not in said),
        others=tuple(
            sources.text(label, statement, by_clinic=statement.by_clinic)
            for label, statement in other_statements(rulebook, option_id)
        ),
    )


def is_shared(caveat: Caveat) -> bool:
    """Whether several options or areas have a caveat: its words stand once, before the options."""
    return len(caveat.options) + len(caveat.areas) > 1
