"""How reading, tables, checks and memory grow with the options: what each of 3,000 costs against each of 100.

Each run is a process of its own; seconds are those of the processor. The pages of a small made-up rulebook are shown
once, as rules that no page can show would be no rules.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from faults.report import Line, number
from questionnaire.decide.build_tables import build
from questionnaire.review.checks.registry import all_problems
from questionnaire.rulebook.load import load

from .made_up_rules import write
from .pages_in_process import application, walk

BASE, RUNS, QUESTIONS, GOAL = 100, {100: 3, 1000: 2, 3000: 1}, 60, 1.25
"""The size that others are held against, how often each size is measured, and how much more an option may cost."""
T = TypeVar("T")


def timed(what: Callable[[], T]) -> tuple[T, float]:
    """What a function gives, and the seconds of the processor that it takes."""
    start = time.process_time()
    value = what()
    return value, time.process_time() - start


def mebibytes() -> float:
    """The memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def measure(folder: Path) -> dict[str, float]:
    """The cost of reading one rulebook, of its tables and its checks. Raises RuntimeError where a check fails."""
    before = mebibytes()
    rulebook, reading = timed(lambda: load(folder))
    tables, building = timed(lambda: build(rulebook))
    memory = mebibytes() - before
    problems, checking = timed(lambda: list(all_problems(tables)))
    if errors := [str(problem) for problem in problems if problem.level == "error"]:
        raise RuntimeError(f"the made-up rulebook has errors: {errors[:3]}")
    return {"reading": reading, "tables": building, "checks": checking, "memory": memory}


def lines(long: bool) -> Iterator[Line]:
    """The cost of each option by size, against that of one of 100; `long` measures each size twice as often."""
    middle = {}
    with tempfile.TemporaryDirectory() as name, multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as one:
        app = application(write(Path(name) / "small", 8, 4))
        _, page = walk(app, {"area": "area0", "q0": "a", "q1": "a", "q2": "b"})
        shown = page.status == 200 and "Option 0" in page.text
        yield Line("pages of made-up rules", "one visit", "shown", "shown" if shown else f"{page.status}", shown)
        for size, times in RUNS.items():
            folder = write(Path(name) / f"{size}", size, QUESTIONS)
            runs = [one.apply(measure, [folder]) for _ in range(times * (2 if long else 1))]
            middle[size] = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            for what, cost in middle[size].items():
                ratio = cost / size / (middle[BASE][what] / BASE)
                measured = f"{number(ratio)} times; {number(cost)} {'MiB' if what == 'memory' else 's'} in all"
                goal = f"each option at most {GOAL:g} times one of {BASE}" if size > BASE else ""
                met = ratio <= GOAL if goal else None
                yield Line(f"{what} of {size:,} options", f"{len(runs)} runs", goal, measured, met)
