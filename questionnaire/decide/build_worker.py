"""The process in which rules are built: reads rule files, fires the tables, answers with one text (build_process.py).

`python -m ...build_worker FOLDER SECONDS MEGABYTES`. The answer's first line says what follows: `tables` (a line of
problems that keep nobody from serving them, then the tables), `problems` of the rule files, a `fault`, or that the
`memory` did not suffice. Other modules do more than build, within the same limits: they give `main` their own function.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..rulebook.problems import Problem
    from .tables import DecisionTables

    Built = tuple[DecisionTables, Iterable[Problem]]

LONGER = 10
"""Seconds beyond its own after which it ends itself: whoever started it may be gone, and nobody else looks."""
MANY_FILES = 100
"""From here on garbage is collected: 300 options take 70 MiB with that, and 160 without."""


def main(build: Callable[[Path], Built], folder: str, seconds: str, megabytes: str) -> None:
    """Answer with what `build` makes of the rules in `folder`, on what was standard output; ends the process."""
    _limit(int(seconds), int(megabytes))
    answer_to = os.dup(1)
    os.dup2(2, 1)  # what a library prints is not the answer
    try:
        kind, text = answer(build, Path(folder))
    except MemoryError:
        kind, text = "memory", ""
    _write(answer_to, f"{kind}\n{text}".encode())
    os._exit(0)  # nothing is left to do, and taking down the engine could only go wrong


def _limit(seconds: int, megabytes: int) -> None:
    """Before anything else is loaded: what the process may use, and no memory dump if it crashes."""
    memory = megabytes * 1024 * 1024
    for what, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_CPU, seconds, seconds + 1),  # the soft limit has a signal of its own
        (resource.RLIMIT_AS, memory, memory),
    ):
        highest = resource.getrlimit(what)[1]
        if highest != resource.RLIM_INFINITY:
            soft, hard = min(soft, highest), min(hard, highest)
        resource.setrlimit(what, (soft, hard))
    signal.alarm(seconds + LONGER)  # a process that only waits uses no processor time


def answer(build: Callable[[Path], Built], folder: Path) -> tuple[str, str]:
    """What kind of answer `build` leads to, and its text. Raises MemoryError alone."""
    if sum(1 for _ in folder.rglob("*.yaml")) < MANY_FILES:
        gc.disable()  # the process ends soon; collecting takes an eighth of its time
    from ..rulebook.problems import RulebookError
    from .serialize import as_text

    try:
        tables, problems = build(folder)
        return "tables", f"{_as_json(problems)}\n{as_text(tables)}"
    except RulebookError as fault:
        return "problems", _as_json(fault.problems)
    except MemoryError:
        raise
    except Exception as fault:
        return "fault", f"{type(fault).__name__}: {fault}"


def build_folder(folder: Path) -> Built:
    """The tables of the rules in `folder`. Raises RulebookError."""
    from ..rulebook.load import load
    from .build_tables import build

    return build(load(folder)), ()


def _as_json(problems: Iterable[Problem]) -> str:
    return json.dumps([problem.as_json() for problem in problems])


def _write(to: int, answer: bytes) -> None:
    rest = memoryview(answer)
    while rest:
        rest = rest[os.write(to, rest) :]


if __name__ == "__main__":
    main(build_folder, *sys.argv[1:])
