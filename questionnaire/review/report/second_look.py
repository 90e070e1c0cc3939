"""Which options deserve a second look: those that differ from their siblings, and verdicts that few answers give.

Siblings are the other options of the same area and kind, where there are at least two of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...decide.build_tables import DecisionTables
from ...rulebook.model import VERDICTS, Option
from ..phrases import VERDICT, listed

RARE = 0.05
"""A verdict of at most this share of an option's combinations is worth a look."""


@dataclass(frozen=True)
class SecondLook:
    """An option and what is odd about it, as the end of a sentence that begins with its name."""

    option: Option
    says: str


def second_looks(tables: DecisionTables) -> tuple[SecondLook, ...]:
    """What is odd, option by option in the order in which the areas show them."""
    rulebook = tables.rulebook
    options = [rulebook.options[name] for area in rulebook.areas.values() for name in area.options]
    return tuple(SecondLook(option, says) for option in options for says in _odd(tables, option))


def _odd(tables: DecisionTables, option: Option) -> Iterator[str]:
    rulebook, rows = tables.rulebook, tables.options[option.id].rows
    verdicts = [row.verdict for row in rows.values()]
    for verdict in VERDICTS:
        number = verdicts.count(verdict)
        if 0 < number <= RARE * len(rows):
            yield f"{VERDICT[verdict]} in {number} of {len(rows)} combinations only"
    if option.kind != "self-care" and "ruled-out" not in verdicts:
        yield "never ruled out"
    siblings = [
        other
        for other in rulebook.options.values()
        if (other.area, other.kind) == (option.area, option.kind) and other.id != option.id
    ]
    if len(siblings) < 2:
        return
    reads = set(tables.options[option.id].questions)
    others = [set(tables.options[other.id].questions) for other in siblings]
    if own := [name for name in tables.options[option.id].questions if not any(name in other for other in others)]:
        yield f"alone among its siblings in reading {listed(own)}"
    if missing := [name for name in rulebook.questions if name not in reads and all(name in other for other in others)]:
        yield f"alone among its siblings in not reading {listed(missing)}"
    carried = {caveat.id for caveat in rulebook.expect[option.id]}
    of_all = set.intersection(*({caveat.id for caveat in rulebook.expect[other.id]} for other in siblings))
    if missing := [name for name in rulebook.caveats if name in of_all - carried]:
        yield f"without {listed(missing)}, which all its siblings carry"
    for row in rulebook.grid.values():
        silent = option.grid[row.id].silent
        if all(other.grid[row.id].silent is not silent for other in siblings):
            yield f"the only one of its siblings with {'nothing' if silent else 'words'} on “{row.name}”"
