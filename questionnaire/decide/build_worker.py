"""The process in which rules are built: limits itself, runs a function, answers with one text (build_process.py).

`python -m ...build_worker MODULE:FUNCTION FOLDER SECONDS MEGABYTES`. The answer's first line is its kind: `tables`
(after a line of problems that stop nothing), `problems` of the rule files, a `fault`, or too little `memory`.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..rulebook.problems import Problem

LONGER = 10
"""Seconds beyond its own after which it ends itself: whoever started it may be gone, and nobody else looks."""
MANY_FILES = 100
"""From here on garbage is collected: 300 options take 70 MiB with that, and 160 without."""
MOST_WRITTEN = 4 * 1024 * 1024
"""Bytes of any file that it writes, also of the one that is its standard error."""


def main(build: str, folder: str, seconds: str, megabytes: str) -> None:
    """Answer with what `build` makes of the rules in `folder`, on what was standard output; ends the process."""
    _limit(int(seconds), int(megabytes))
    answer_to = os.dup(1)
    os.dup2(2, 1)  # what a library prints is not the answer
    try:
        text = answer(build, Path(folder))
    except MemoryError:
        text = "memory\n"
    with open(answer_to, "wb") as file:
        file.write(text.encode())
    os._exit(0)  # nothing is left to do, and taking down the engine could only go wrong


def _limit(seconds: int, megabytes: int) -> None:
    """Before anything else is loaded: what the process may use, and no memory dump if it crashes."""
    memory = megabytes * 1024 * 1024
    for what, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_CPU, seconds, seconds + 1),  # the soft limit has a signal of its own
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN, MOST_WRITTEN),
    ):
        highest = resource.getrlimit(what)[1]
        if highest != resource.RLIM_INFINITY:
            soft, hard = min(soft, highest), min(hard, highest)
        resource.setrlimit(what, (soft, hard))
    signal.alarm(seconds + LONGER)  # a process that only waits uses no processor time


def answer(build: str, folder: Path) -> str:
    """What to answer. `build` takes the folder, and gives tables and problems that stop nothing, or raises.

    Raises MemoryError alone.
    """
    if sum(1 for _ in folder.rglob("*.yaml")) < MANY_FILES:
        gc.disable()  # the process ends soon; collecting takes an eighth of its time
    from ..rulebook.problems import RulebookError
    from .serialize import as_text

    try:
        tables, problems = resolve_name(build)(folder)
        return f"tables\n{_as_json(problems)}\n{as_text(tables)}"
    except RulebookError as fault:
        return f"problems\n{_as_json(fault.problems)}"
    except MemoryError:
        raise
    except Exception as fault:
        return f"fault\n{type(fault).__name__}: {fault}"


def _as_json(problems: Iterable[Problem]) -> str:
    return json.dumps([problem.as_json() for problem in problems])


if __name__ == "__main__":
    main(*sys.argv[1:])
