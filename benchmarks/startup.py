"""How long from the start of the process to the first answered page, against a bare Flask page and against before.

Before: the commit below, in a worktree of its own, started with its own words, where its packages are installed.
BEFORE_PYTHON names another interpreter that has them (from its requirements.lock).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
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


def lines(long: bool) -> Iterator[Line]:
    """All start in turn, two workers each; `long` takes three times as many turns."""
    with tempfile.TemporaryDirectory() as folder:
        before, worktree = Path(folder) / "before", ("git", "-C", str(PROJECT), "worktree")
        made = subprocess.run([*worktree, "add", "--detach", str(before), BEFORE], capture_output=True)
        command = (os.environ.get("BEFORE_PYTHON", sys.executable), *WORDS.split())
        starts: dict[str, Start] = {
            "ours": partial(Site, first_page="/"),
            "bare Flask": partial(Site, "benchmarks.bare:app", first_page="/1"),
            f"ours at {BEFORE}": partial(Site, project=before, command=command, first_page="/"),
        }
        taken: dict[str, list[float]] = {name: [] for name in starts}
        try:
            for turn in range((3 if long else 1) * ROUNDS + 1):
                for name, start in list(starts.items()):
                    try:
                        took = seconds(start)
                    except (RuntimeError, OSError) as fault:
                        if name == "ours":
                            raise
                        del starts[name]
                        yield Line(f"start-up: {name}", "", "", f"not measured: {str(fault)[-300:]}", None)
                    else:
                        taken[name] += [took] if turn else []  # the first compiles modules and fills the file cache
        finally:
            if made.returncode == 0:
                subprocess.run([*worktree, "remove", "--force", str(before)], check=True)
    for name in [name for name in starts if name != "ours"]:
        ratios = sorted(one / other for one, other in zip(taken["ours"], taken[name], strict=True))
        middle, is_goal = ratios[len(ratios) // 2], name.endswith(BEFORE)
        measured = f"{number(middle)} times; {spread(taken['ours'])} against {spread(taken[name])} s"
        goal = f"at most {GOAL:g} times" if is_goal else ""
        met = middle <= GOAL if is_goal else None
        yield Line(f"start-up, against {name}", f"{len(ratios)} turns", goal, measured, met)
