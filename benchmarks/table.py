"""What every benchmark prints: its own tables (for a terminal or as Markdown), and one table of all ratios at the end.

A benchmark notes each ratio as a Figure. `make bench` lets all of them write to one file and prints that file at the
end: `python benchmarks/table.py FILE`. A figure that misses its goal is marked there, and nowhere does a test fail.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import re
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

BELOW = "**below goal**"


@dataclass(frozen=True)
class Figure:
    """One line of the table at the end: a median with its spread, against what, and whether the goal is met."""

    part: str
    what: str
    against: str
    median: float
    low: float
    high: float
    goal: str = ""
    met: bool = True

    @property
    def mark(self) -> str:
        return "" if not self.goal else "met" if self.met else BELOW


def middle_half(values: Sequence[float]) -> tuple[float, float]:
    """The first and the third quartile; of fewer than four values, the least and the most."""
    if len(values) < 4:
        return min(values), max(values)
    first, _, third = statistics.quantiles(values, n=4)
    return first, third


def number(value: float) -> str:
    """Three figures are enough to read."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(values: Sequence[float]) -> str:
    """The median, and in brackets the middle half."""
    low, high = middle_half(values)
    return f"{number(statistics.median(values))} ({number(low)} to {number(high)})"


class Report:
    """Prints the tables of one benchmark and notes its figures."""

    def __init__(self, part: str, markdown: bool = False, results: Path | None = None) -> None:
        self.part, self.markdown, self.results = part, markdown, results
        width = None if sys.stdout.isatty() else 160
        self._console = Console(highlight=False, width=width)

    def say(self, text: str) -> None:
        print(f"{text}\n" if self.markdown else text, flush=True)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        if self.markdown:
            print(f"{title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
            print("".join(f"| {' | '.join(row)} |\n" for row in rows), flush=True)
            return
        table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
        for position, column in enumerate(columns):
            table.add_column(column, justify="right" if position else "left")
        for row in rows:
            table.add_row(*(cell.replace("**", "") for cell in row), style="red" if BELOW in row[-1] else None)
        self._console.print(table)

    def note(
        self, what: str, against: str, values: Sequence[float], least: float | None = None, most: float | None = None
    ) -> str:
        """Note the median of `values` against its goal (at least, or at most); return "", "met" or "below goal"."""
        median = statistics.median(values)
        goal = f"at least {least:g}" if least is not None else f"at most {most:g}" if most is not None else ""
        met = (least is None or median >= least) and (most is None or median <= most)
        figure = Figure(self.part, what, against, median, *middle_half(values), goal, met)
        if self.results:
            with self.results.open("a") as file:
                file.write(json.dumps(asdict(figure)) + "\n")
        return figure.mark


def options(what: str) -> argparse.ArgumentParser:
    """The options that every benchmark takes."""
    parser = argparse.ArgumentParser(description=what.split("\n\n")[0])
    parser.add_argument("--markdown", action="store_true", help="print tables as Markdown, for docs/performance.md")
    parser.add_argument("--results", type=Path, help="add each ratio to this file, for the table at the end")
    return parser


def machine(*packages: str) -> str:
    """The machine and the versions that the figures are of."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    name = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    versions = [f"{package} {importlib.metadata.version(package)}" for package in packages]
    cores = f"{os.cpu_count()} cores ({model[1] if model else platform.machine()})"
    return ", ".join([cores, name, f"Python {platform.python_version()}", *versions])


def main() -> None:
    """Print all the figures that a file holds as one table, those that miss their goal marked."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    figures = [Figure(**json.loads(line)) for line in given.results.read_text().splitlines()]
    rows = [
        [f"{f.part}: {f.what}", f.against, number(f.median), f"{number(f.low)} to {number(f.high)}", f.goal, f.mark]
        for f in figures
    ]
    columns = ["what", "against", "median", "middle half", "goal", ""]
    report = Report("all", given.markdown)
    report.table("Every figure against its peer in the same run", columns, rows)
    missed = sum(not figure.met for figure in figures)
    asked = sum(bool(figure.goal) for figure in figures)
    report.say(f"{asked - missed} of {asked} goals met" + (f", {missed} below goal" if missed else ""))


if __name__ == "__main__":
    main()
