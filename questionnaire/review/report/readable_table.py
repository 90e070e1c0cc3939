"""An option's merged decision table as a reader sees it: the questions that matter, answers grouped into lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...decide.build_tables import DecisionTable, DecisionTables, Key
from ...rulebook.model import VERDICTS, Question, Rulebook, Verdict
from .. import phrases
from ..merge_rows import Cell, merged_table


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
    merged = merged_table(table)
    merged = replace(merged, lines=tuple(sorted(merged.lines, key=lambda line: VERDICTS.index(line.verdict))))

    def labels(question: str, chosen: Cell) -> str:
        return phrases.choices(rulebook, question, chosen)

    lines = [
        TableLine(merged.words(line, labels), line.verdict, tuple(rule.id for rule in line.because), line.rows)
        for line in merged.lines
    ]
    columns = tuple(rulebook.questions[merged.questions[at]] for at in merged.columns)
    return ReadableTable(columns, tuple(lines), {key: merged.line_of(key) for key in table.rows})
