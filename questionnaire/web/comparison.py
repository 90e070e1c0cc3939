"""Kept options side by side, for each area: which are shown, and what each row says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..decide.outcome import Result, is_leaving
from ..rulebook.model import Area, Caveat, Matter
from .page_tables import Grid, grid_of
from .result import ResultPage
from .result_groups import ResultRow
from .visit import Visit
from .what_matters import marked

MOST = 3
"""How many kept options stand beside leaving things as they are."""


@dataclass(frozen=True)
class Column:
    """An option of a comparison; `caveats` are those that not all kept options of the area share."""

    result: Result
    anchor: str
    caveats: tuple[Caveat, ...]


@dataclass(frozen=True)
class Comparison:
    """One area: leaving it as it is, then what is kept; the caveats of all that is kept; kept options without a column.

    `matters`: by the name of a row of the grid, what matters to the visitor and is spoken of there.
    """

    area: Area
    columns: list[Column]
    shared: tuple[Caveat, ...]
    grid: Grid
    others: list[ResultRow]
    matters: dict[str, list[Matter]]

    @property
    def kept(self) -> list[Column]:
        """The columns of what is kept."""
        return [column for column in self.columns if not is_leaving(column.result.option)]

    @property
    def number(self) -> int:
        """How many are kept."""
        return len(self.kept) + len(self.others)


def kept_rows(page: ResultPage, visit: Visit) -> list[ResultRow]:
    """What is kept and shown, in the order of the visit."""
    rows = {row.option.id: row for row in page.rows}
    return [rows[option] for option in visit.kept if option in rows]


def comparisons(page: ResultPage, visit: Visit) -> list[Comparison]:
    """A comparison for each area of which something is kept besides leaving it as it is."""
    kept = [row for row in kept_rows(page, visit) if not is_leaving(row.option)]
    by_area = [(area, [row for row in kept if row.option.area == area.id]) for area in page.outcome.areas]
    return [_comparison(page, visit, area, rows) for area, rows in by_area if rows]


def _comparison(page: ResultPage, visit: Visit, area: Area, kept: Sequence[ResultRow]) -> Comparison:
    rulebook = page.rulebook
    leaving = [row for row in page.rows if row.option.area == area.id and is_leaving(row.option)]
    shown, others = kept[:MOST], list(kept[MOST:])
    several = len(shown) > 1
    caveats = [row.result.row.caveats for row in shown]
    shared = tuple(one for one in caveats[0] if several and all(one in others for others in caveats))
    columns = [
        Column(row.result, row.anchor, tuple(one for one in row.result.row.caveats if one not in shared))
        for row in (*leaving, *shown)
    ]
    matters: dict[str, list[Matter]] = {}
    for matter in marked(rulebook, visit):
        for row in matter.rows:
            matters.setdefault(rulebook.grid[row].name, []).append(matter)
    grid = grid_of(rulebook, [column.result.option for column in columns])
    return Comparison(area, columns, shared, grid, others, matters)
