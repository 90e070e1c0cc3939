"""How long from the start of the process to the first answered page, against a bare Flask page and against before.

Before: the commit below, in a worktree of its own, started with its own words, where its packages are installed.
BEFORE_PYTHON names another interpreter that has them (from its requirements.lock).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from faults.report import Line, number, spread
from faults.running_site import PROJECT, Site

BEFORE, GOAL, ROUNDS = "fd00a16", 1.5, 7
WORDS = (
    "-m questionnaire.serve --interface rsgi --http 1 --host 127.0.0.1 --port PORT --no-ws --workers 2 "
    "--respawn-failed-workers --backpressure 1024 --http1-header-read-timeout 5000 --workers-kill-timeout 5 wsgi:door"
)
Start = Callable[[], Site]


def seconds(start: Start) -> float:
    """Seconds until the first whole page."""
    begun = time.perf_counter()
    with start():
        return time.perf_counter() - begun


@contextmanager
def worktree_of_before() -> Iterator[Path]:
    """The files of the earlier commit. Raises CalledProcessError where git has no such commit."""
    git = ("git", "-C", str(PROJECT), "worktree")
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before"
        subprocess.run([*git, "add", "--detach", str(before), BEFORE], capture_output=True, check=True)
        try:
            yield before
        finally:
            subprocess.run([*git, "remove", "--force", str(before)], check=True)


def take_turns(ours: Start, other: Start, turns: int) -> tuple[list[float], list[float]]:
    """The seconds of each start; the first of each, which fills the file cache, is left out."""
    taken = [(seconds(ours), seconds(other)) for _ in range(turns + 1)][1:]
    return [one for one, _ in taken], [other for _, other in taken]


def line(name: str, taken: tuple[list[float], list[float]], goal: float | None) -> Line:
    """The ratio of the starts in each turn, and its goal."""
    ratio = statistics.median(one / other for one, other in zip(*taken, strict=True))
    measured = f"{number(ratio)} times; {spread(taken[0])} against {spread(taken[1])} s"
    goal_text, met = (f"at most {goal:g} times", ratio <= goal) if goal else ("", None)
    return Line(f"start-up, against {name}", f"{len(taken[0])} turns", goal_text, measured, met)


def lines(long: bool) -> Iterator[Line]:
    """Both start in turn, two workers each; `long` takes three times as many turns."""
    turns, ours = (3 if long else 1) * ROUNDS, partial(Site, first_page="/")
    yield line("bare Flask", take_turns(ours, partial(Site, "benchmarks.bare:app", first_page="/1"), turns), None)
    command = (os.environ.get("BEFORE_PYTHON", sys.executable), *WORDS.split())
    try:
        with worktree_of_before() as before:
            earlier = partial(Site, project=before, command=command, first_page="/")
            yield line(BEFORE, take_turns(ours, earlier, turns), GOAL)
    except (subprocess.CalledProcessError, RuntimeError) as fault:
        yield Line(f"start-up, against {BEFORE}", "", "", f"not measured: {str(fault)[-300:]}", None)
