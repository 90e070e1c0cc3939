"""How reading, tables, checks and memory grow with the options: what each of 3,000 costs against each of 100.

Each run is a process of its own (`python -m benchmarks.growth FOLDER`); seconds are those of the processor. The pages
of the smallest rulebook are shown once, as rules that no page can show would be no rules.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from faults.report import Line, number
from faults.running_site import PROJECT

from . import made_up_rules, pages_in_process

BASE, SIZES, QUESTIONS = 100, {100: 3, 1000: 2, 3000: 1}, 60
"""How many options, and how often each size is measured."""
GOAL = 1.25
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
    from questionnaire.decide.build_tables import build
    from questionnaire.review.checks import CHECKS
    from questionnaire.rulebook.load import load

    before = mebibytes()
    rulebook, reading = timed(lambda: load(folder))
    tables, building = timed(lambda: build(rulebook))
    memory = mebibytes() - before
    problems, checking = timed(lambda: [problem for check in CHECKS.values() for problem in check(tables)])
    if errors := [str(problem) for problem in problems if problem.level == "error"]:
        raise RuntimeError(f"the made-up rulebook has errors: {errors[:3]}")
    return {"reading": reading, "tables": building, "checks": checking, "memory": memory}


def child(folder: Path) -> dict[str, float]:
    """The same, measured in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.growth", str(folder)]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(done.stderr[-1000:])
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def lines(long: bool) -> Iterator[Line]:
    """The cost of each option by size, against that of one of 100; `long` measures each size twice as often."""
    with tempfile.TemporaryDirectory() as name:
        folders = {size: made_up_rules.write(Path(name) / f"{size}", size, QUESTIONS) for size in SIZES}
        small = made_up_rules.write(Path(name) / "small", 8, 4)
        _, page = pages_in_process.walk(
            pages_in_process.application(small), {"area": "area0", "q0": "a", "q1": "a", "q2": "b"}
        )
        shown = page.status == 200 and "Option 0" in page.text
        yield Line("pages of made-up rules", "one visit", "shown", "shown" if shown else f"{page.status}", shown)
        runs = {
            size: [child(folders[size]) for _ in range(times * (2 if long else 1))] for size, times in SIZES.items()
        }
    middle = {
        size: {key: statistics.median(run[key] for run in each) for key in each[0]} for size, each in runs.items()
    }
    for size in [size for size in SIZES if size != BASE]:
        for what, unit in (("reading", "s"), ("tables", "s"), ("checks", "s"), ("memory", "MiB")):
            ratio = middle[size][what] / size / (middle[BASE][what] / BASE)
            measured = f"{number(ratio)} times; {number(middle[size][what])} {unit} in all"
            goal = f"each option at most {GOAL:g} times one of {BASE}"
            yield Line(f"{what} of {size:,} options", f"{len(runs[size])} runs", goal, measured, ratio <= GOAL)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
