"""A decision table with the rows merged where an answer makes no difference, so that a clinician reads few lines."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import TypeVar

from ..decide.build_tables import DecisionTable, DecisionTables, Key
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
    """An option's table in few lines. `columns`: the questions whose answer makes a difference, by position."""

    questions: tuple[str, ...]
    columns: Mapping[str, int]
    lines: tuple[MergedRow, ...]
    every: tuple[Cell, ...]

    def words(self, line: MergedRow, label: Callable[[str, Cell], str]) -> tuple[str, ...]:
        """A text for each column; `label` makes one of a question and its choices."""
        texts = []
        for question, at in self.columns.items():
            chosen = line.cells[at]
            words = [label(question, chosen), "not asked" if None in chosen else ""]
            texts.append("any answer" if chosen == self.every[at] else " or ".join(filter(None, words)))
        return tuple(texts)

    def line_of(self, key: Key) -> int:
        """The number of the line that a row is merged into."""
        return next(number for number, line in enumerate(self.lines) if _stands_for(line.cells, key))


def merged_table(table: DecisionTable) -> MergedTable:
    """The table's rows, each in exactly one line; lines of one verdict and the same deciding rules are merged."""
    merged = merge({key: (row.verdict, row.because) for key, row in table.rows.items()})
    lines = [MergedRow(cells, verdict, because, rows) for cells, (verdict, because), rows in merged]
    every: list[Cell] = [frozenset(column) for column in zip(*table.rows, strict=True)]
    telling = {at for line in lines for at, cell in enumerate(line.cells) if cell != every[at]}
    columns = {table.questions[at]: at for at in sorted(telling)}
    return MergedTable(table.questions, columns, tuple(lines), tuple(every))


def merge(results: Mapping[Key, R]) -> list[tuple[tuple[Cell, ...], R, int]]:
    """Join rows that differ in one answer and have the same result, until none are left that do.

    Every row ends in exactly one line. Which lines come out depends on the order of questions, so several orders are
    tried and the fewest lines win.
    """
    width = len(next(iter(results), ()))
    orders = [order for order, _ in zip(permutations(range(width)), range(MOST_ORDERS), strict=False)]
    best = min((_merge(results, order) for order in orders), key=len)
    first_seen = {result: number for number, result in reversed(list(enumerate(results.values())))}
    lines = [(cells, result, sum(_stands_for(cells, key) for key in results)) for cells, result in best]
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


def _stands_for(cells: tuple[Cell, ...], key: Key) -> bool:
    return all(choice in cell for choice, cell in zip(key, cells, strict=True))


def caveat_conditions(tables: DecisionTables, option_id: str) -> tuple[list[Caveat], list[Caveat]]:
    """An option's caveats: those that every row carries, and those that only some do."""
    expected = tables.rulebook.expect[option_id]
    rows = tables.options[option_id].rows.values()
    always = [caveat for caveat in expected if all(caveat in row.caveats for row in rows)]
    return always, [caveat for caveat in expected if caveat not in always]
