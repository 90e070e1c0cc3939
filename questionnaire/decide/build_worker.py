"""The process in which rules are built: reads rule files, fires the tables, answers with one text (build_process.py).

`python -m ...build_worker FOLDER SECONDS MEGABYTES`. The answer's first line says what follows: `tables`,
`problems` of the rule files, a `fault`, or that the `memory` did not suffice.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
from pathlib import Path

LONGER = 10
"""Seconds beyond its own after which it ends itself: whoever started it may be gone, and nobody else looks."""
MANY_FILES = 100
"""From here on rubbish is looked for: 300 options take 70 MiB with that, and 160 without."""


def main(folder: str, seconds: str, megabytes: str) -> None:
    """Build the rules in `folder` and answer on what was standard output; ends the process."""
    _limit(int(seconds), int(megabytes))
    answer_to = os.dup(1)
    os.dup2(2, 1)  # whatever a library may print is not the answer
    try:
        kind, text = _build(Path(folder))
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
    signal.alarm(seconds + LONGER)  # a process that only waits uses nothing up


def _build(folder: Path) -> tuple[str, str]:
    if sum(1 for _ in folder.rglob("*.yaml")) < MANY_FILES:
        gc.disable()  # rubbish goes when the process does; looking for it takes an eighth of the time
    from ..rulebook.load import load
    from ..rulebook.problems import RulebookError
    from .build_tables import build
    from .serialize import as_text
    from .spread import spread

    try:
        return "tables", as_text(build(load(folder, spread), each=spread))
    except RulebookError as fault:
        return "problems", json.dumps([problem.as_json() for problem in fault.problems])
    except MemoryError:
        raise
    except Exception as fault:
        return "fault", f"{type(fault).__name__}: {fault}"


def _write(to: int, answer: bytes) -> None:
    rest = memoryview(answer)
    while rest:
        rest = rest[os.write(to, rest) :]


if __name__ == "__main__":
    main(*sys.argv[1:])
