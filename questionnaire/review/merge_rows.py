"""A decision table with the rows merged where an answer makes no difference, so that a clinician reads few lines."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import TypeVar

from ..decide.build_tables import DecisionTable, DecisionTables, Key, Row
from ..rulebook.model import Caveat, Rule, Verdict

R = TypeVar("R", bound=Hashable)
Cell = frozenset[str | None]
MOST_ORDERS = 24


@dataclass(frozen=True)
class MergedRow:
    """One line: for each question of the table the choices it stands for (all: the answer makes no difference).

    `rows` is the number of combinations of answers that it stands for; None among choices: the question is not asked.
    """

    cells: tuple[Cell, ...]
    verdict: Verdict
    because: tuple[Rule, ...]
    rows: int


@dataclass(frozen=True)
class MergedTable:
    """An option's table in few lines. `columns`: the positions of the questions whose answer makes a difference."""

    questions: tuple[str, ...]
    columns: tuple[int, ...]
    lines: tuple[MergedRow, ...]
    every: tuple[Cell, ...]

    @property
    def column_questions(self) -> tuple[str, ...]:
        """The questions whose answer makes a difference."""
        return tuple(self.questions[at] for at in self.columns)

    def words(self, line: MergedRow, label: Callable[[str, Cell], str]) -> tuple[str, ...]:
        """A text for each column; `label` makes one of a question and its choices."""
        return tuple(self._words(at, line.cells[at], label) for at in self.columns)

    def _words(self, at: int, chosen: Cell, label: Callable[[str, Cell], str]) -> str:
        if chosen == self.every[at]:
            return "any answer"
        return " or ".join(filter(None, [label(self.questions[at], chosen), "not asked" if None in chosen else ""]))

    def line_of(self, key: Key) -> int:
        """The number of the line that a row is merged into."""
        inside = (all(c in cell for c, cell in zip(key, line.cells, strict=True)) for line in self.lines)
        return [*inside].index(True)


def merged_table(table: DecisionTable) -> MergedTable:
    """The table's rows, each in exactly one line; lines of one verdict and the same deciding rules are merged."""
    merged = merge({key: (row.verdict, row.because) for key, row in table.rows.items()})
    lines = [MergedRow(cells, verdict, because, rows) for cells, (verdict, because), rows in merged]
    every: list[Cell] = [frozenset(column) for column in zip(*table.rows, strict=True)]
    columns = [at for at, choices in enumerate(every) if any(line.cells[at] != choices for line in lines)]
    return MergedTable(table.questions, tuple(columns), tuple(lines), tuple(every))


def merge(results: Mapping[Key, R]) -> list[tuple[tuple[Cell, ...], R, int]]:
    """Join rows that differ in one answer and have the same result, until none are left that do.

    Every row ends in exactly one line. Which lines come out depends on the order of questions, so several orders are
    tried and the fewest lines win.
    """
    width = len(next(iter(results), ()))
    orders = [order for order, _ in zip(permutations(range(width)), range(MOST_ORDERS), strict=False)]
    best = min((_merge(results, order) for order in orders), key=len)
    first_seen = {result: number for number, result in reversed(list(enumerate(results.values())))}
    lines = [(cells, result, _size(cells, results)) for cells, result in best]
    return sorted(lines, key=lambda line: first_seen[line[1]])


def _merge(results: Mapping[Key, R], order: Iterable[int]) -> list[tuple[tuple[Cell, ...], R]]:
    lines: list[tuple[tuple[Cell, ...], R]] = [
        (tuple(frozenset([choice]) for choice in key), result) for key, result in results.items()
    ]
    for position in order:
        joined: dict[tuple[tuple[Cell, ...], R], Cell] = {}
        for cells, result in lines:
            rest = ((*cells[:position], frozenset(), *cells[position + 1 :]), result)
            joined[rest] = joined.get(rest, frozenset()) | cells[position]
        lines = [
            ((*cells[:position], together, *cells[position + 1 :]), result)
            for (cells, result), together in joined.items()
        ]
    return lines


def _size(cells: tuple[Cell, ...], results: Mapping[Key, R]) -> int:
    return sum(all(choice in cell for choice, cell in zip(key, cells, strict=True)) for key in results)


def caveat_conditions(tables: DecisionTables, option_id: str) -> tuple[list[Caveat], list[Caveat]]:
    """An option's caveats: those that every row carries, and those that only some do."""
    expected = tables.rulebook.expect[option_id]
    rows: list[Row] = list(tables.options[option_id].rows.values())
    always = [caveat for caveat in expected if all(caveat in row.caveats for row in rows)]
    return always, [caveat for caveat in expected if caveat not in always]
