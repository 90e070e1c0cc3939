"""Who meets an option: of all ways to answer the questions, how many list it, and with which verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ..decide.tables import DecisionTables
from ..decide.visit_verdicts import visits
from ..rulebook.model import VERDICTS, Verdict

MANY = 200
"""Options; with more, counting every way to answer takes longer than anybody waits for a page."""


@dataclass(frozen=True)
class Reach:
    """How many of `every` way to answer give an option each verdict. `every`: 0 where there are too many to count."""

    verdicts: Mapping[Verdict, int]
    every: int

    @property
    def open(self) -> int:
        """The ways that do not rule the option out."""
        return self.verdicts["fits"] + self.verdicts["ask"]


def reach(tables: DecisionTables) -> Mapping[str, Reach]:
    """The reach of every option. Where there are too many visits or options, the rows of its own table are counted."""
    every = visits(tables) if len(tables.options) <= MANY else None
    if every is None:
        rows = {name: Counter(row.verdict for row in table.rows.values()) for name, table in tables.options.items()}
        return {name: Reach({verdict: count[verdict] for verdict in VERDICTS}, 0) for name, count in rows.items()}
    shared = Counter(map(id, every.rows.values()))
    by_id = {id(verdicts): verdicts for verdicts in every.rows.values()}
    counts: dict[str, Counter[Verdict]] = {name: Counter() for name in tables.options}
    for one, times in shared.items():
        for option, verdict in by_id[one].items():
            counts[option][verdict] += times
    return {
        name: Reach({verdict: count[verdict] for verdict in VERDICTS}, len(every.rows))
        for name, count in counts.items()
    }
