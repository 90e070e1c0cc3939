"""One line for each thing that was tried or measured, and all of them as one table that can go into docs as it is."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HEADS = ("what", "how much", "goal", "measured", "")
MARKS = {True: "met", False: "**missed**", None: ""}


@dataclass(frozen=True)
class Line:
    """What was done, how often, what should come of it, what came of it, and whether that is right (None: no goal)."""

    what: str
    how_much: str
    goal: str
    measured: str
    met: bool | None

    def __str__(self) -> str:
        """The line as a row of a Markdown table."""
        cells = (self.what, self.how_much, self.goal, self.measured, MARKS[self.met])
        return f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ').strip() for cell in cells)} |"


def table(lines: Sequence[Line]) -> str:
    """All lines as a Markdown table, and how many goals were met."""
    with_goal = [line for line in lines if line.met is not None]
    met = sum(line.met is True for line in with_goal)
    rows = [f"| {' | '.join(HEADS)} |", "|---|---|---|---|---|", *map(str, lines)]
    return "\n".join([*rows, "", f"{met} of {len(with_goal)} goals met"])


def machine() -> str:
    """The machine and the Python that the lines are of."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    cores = f"{os.cpu_count()} cores ({model[1] if model else platform.machine()})"
    name = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return f"{cores}, {name}, Python {platform.python_version()}"


def number(value: float) -> str:
    """Three figures are enough to read."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def spread(values: Iterable[float]) -> str:
    """The median, and in brackets the least and the most."""
    ordered = sorted(values)
    return f"{number(statistics.median(ordered))} ({number(ordered[0])} to {number(ordered[-1])})"


def quantile(values: Iterable[float], part: float) -> float:
    """The value that this part of all values does not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0
