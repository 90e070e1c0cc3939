"""Each option as one sheet: all that a clinician reads, questions and signs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ...decide.build_tables import DecisionTable, DecisionTables
from ...decide.signoff import Standing, standing, unit_fingerprint
from ...rulebook.model import VERDICTS, Option, Verdict
from ..merge_rows import MergedTable, caveat_conditions, merged_table
from ..show import other_statements
from .sources import ShownText, Source, Sources, once


@dataclass(frozen=True)
class Sheet:
    """What the sheet of an option has beside the option: its table, and its texts with what they rest on.

    `others`: what visitors read of it and no other part of the sheet has.
    """

    option: Option
    number: int
    anchor: str
    fingerprint: str
    standing: Standing
    table: MergedTable
    rules: Mapping[Verdict, tuple[ShownText, ...]]
    always: tuple[ShownText, ...]
    sometimes: tuple[ShownText, ...]
    grid: tuple[ShownText, ...]
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
    of_rules: set[Source] = set()
    of_caveats: set[Source] = set()
    return Sheet(
        option=option,
        number=number,
        anchor=anchor(option_id),
        fingerprint=unit_fingerprint(tables, option_id),
        standing=standing(tables, option_id, today),
        table=merged,
        rules={
            verdict: once(
                (sources.text(r.id, r.because, r.when, r.by_clinic) for r in option.rules if r.verdict == verdict),
                of_rules,
            )
            for verdict in VERDICTS
        },
        always=once((sources.caveat(caveat, always=True) for caveat in always), of_caveats),
        sometimes=once((sources.caveat(caveat) for caveat in sometimes), of_caveats),
        grid=once((sources.text(rulebook.grid[row].name, cell) for row, cell in option.grid.items()), set()),
        others=tuple(
            sources.text(label, statement, by_clinic=statement.by_clinic)
            for label, statement in other_statements(rulebook, option_id)
        ),
    )
