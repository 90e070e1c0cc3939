"""Tables on pages: rows of statements under names, and the grid with a cell for each of some options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..decide.outcome import is_asked_of
from ..rulebook.model import CitedText, Option, Rulebook


@dataclass(frozen=True)
class TableRow:
    """One row of a table on a page. `asked`: whether the silence of each cell is one to ask about; () for all."""

    name: str
    cells: list[CitedText]
    asked: Sequence[bool] = ()


@dataclass(frozen=True)
class Grid:
    """Some options side by side: the rows that say something of one of them at least, and the names of all others."""

    rows: list[TableRow]
    silent: list[str]


def grid_of(rulebook: Rulebook, options: Sequence[Option]) -> Grid:
    """The rows of the grid for these options, a cell for each in their order. Rows that differ come first."""
    rows = [
        TableRow(
            row.name, [option.grid[row.id] for option in options], [is_asked_of(row, option) for option in options]
        )
        for row in rulebook.grid.values()
    ]
    spoken = [row for row in rows if any(not cell.silent for cell in row.cells)]
    spoken.sort(key=lambda row: len({cell.text for cell in row.cells}) == 1)
    return Grid(spoken, [row.name for row in rows if row not in spoken])
