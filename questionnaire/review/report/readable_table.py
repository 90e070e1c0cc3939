"""An option's merged decision table as a reader sees it: the questions that matter, answers grouped into lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...decide.build_tables import DecisionTable, DecisionTables, Key
from ...rulebook.model import VERDICTS, Question, Rulebook, Verdict
from .. import phrases
from ..merge_rows import Cell, MergedRow, merged_table


@dataclass(frozen=True)
class TableLine:
    """A line of the table: a text for each column, what these answers give, and how many combinations it stands for."""

    cells: tuple[str, ...]
    verdict: Verdict
    because: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class ReadableTable:
    """`columns`: the questions whose answer makes a difference. `line_of` gives for each row the number of its line."""

    columns: tuple[Question, ...]
    lines: tuple[TableLine, ...]
    line_of: Mapping[Key, int]


def readable_tables(tables: DecisionTables) -> dict[str, ReadableTable]:
    """Every option's table, {option id: table}, from the least to the most cautious verdict."""
    return {option: _readable(tables.rulebook, table) for option, table in tables.options.items()}


def _readable(rulebook: Rulebook, table: DecisionTable) -> ReadableTable:
    merged = sorted(merged_table(table), key=lambda line: VERDICTS.index(line.verdict))
    every: list[Cell] = [frozenset(column) for column in zip(*table.rows, strict=True)]
    matter = [at for at, choices in enumerate(every) if any(line.cells[at] != choices for line in merged)]
    lines = [
        TableLine(
            tuple(_cell(rulebook, table.questions[at], line.cells[at], every[at]) for at in matter),
            line.verdict,
            tuple(rule.id for rule in line.because),
            line.rows,
        )
        for line in merged
    ]
    columns = tuple(rulebook.questions[table.questions[at]] for at in matter)
    return ReadableTable(columns, tuple(lines), {key: _line(key, merged) for key in table.rows})


def _cell(rulebook: Rulebook, question: str, cell: Cell, every: Cell) -> str:
    if cell == every:
        return "any answer"
    words = phrases.choices(rulebook, question, [choice for choice in cell if choice is not None])
    return " or ".join(filter(None, [words, "not asked" if None in cell else ""]))


def _line(key: Key, merged: list[MergedRow]) -> int:
    return next(
        number
        for number, line in enumerate(merged)
        if all(choice in cell for choice, cell in zip(key, line.cells, strict=True))
    )
