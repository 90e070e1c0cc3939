"""What matters to a visitor, beside what is said of the options: nothing is scored, and nothing put in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..rulebook.model import CitedText, Matter, Rulebook
from .result_groups import ResultRow
from .visit import Visit

COUNTS = ("lot", "little")
"""The marks of what matters at all."""


@dataclass(frozen=True)
class SaidOf:
    """What is said of one option about something that matters: {name of a row of the grid: its cell}."""

    row: ResultRow
    cells: dict[str, CitedText]

    @property
    def is_silent(self) -> bool:
        """Whether nothing at all is said."""
        return all(cell.silent for cell in self.cells.values())


@dataclass(frozen=True)
class Mattering:
    """Something that matters to the visitor, `much` (lot or little), and what is said of each option about it."""

    matter: Matter
    much: str
    said: list[SaidOf]

    @property
    def spoken(self) -> int:
        """Of how many options something is said."""
        return sum(not said.is_silent for said in self.said)

    @property
    def number(self) -> int:
        """Of how many that is."""
        return len(self.said)


def marked(rulebook: Rulebook, visit: Visit) -> list[Matter]:
    """What the visitor marked as mattering, in the order of the rule file."""
    return [one for one in rulebook.matters.values() if visit.matters.get(one.id) in COUNTS]


def mattering(rulebook: Rulebook, visit: Visit, rows: Sequence[ResultRow]) -> list[Mattering]:
    """What the visitor marked as mattering, with what is said of these options."""
    names = {row.id: row.name for row in rulebook.grid.values()}
    return [
        Mattering(
            matter,
            visit.matters[matter.id],
            [SaidOf(row, {names[name]: row.option.grid[name] for name in matter.rows}) for row in rows],
        )
        for matter in marked(rulebook, visit)
    ]
