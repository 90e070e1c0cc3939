"""Work on many like things spread over processes, as `map` with another name; for a process that has no threads.

Only for the child in which rules are built: it forks, and whatever kills a helper kills the child in the same way.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

A = TypeVar("A")
B = TypeVar("B")

MOST = 4
EACH = 30
"""Files or options for every process, at least; measured in docs/performance.md."""


def spread(function: Callable[[A], B], things: Iterable[A]) -> list[B]:
    """What the function gives for each thing, in order; what it raises is raised here.

    Results pass through pickle, between a process and its own forks alone.
    """
    items = list(things)
    processes = min(os.cpu_count() or 1, MOST, len(items) // EACH)
    if processes < 2:
        return list(map(function, items))
    helpers = [_start(function, items[place::processes]) for place in range(1, processes)]
    results: list[Any] = [None] * len(items)
    results[0::processes] = list(map(function, items[0::processes]))
    for place, (process, pipe) in enumerate(helpers, 1):
        with open(pipe, "rb") as file:
            answer = file.read()
        _, status = os.waitpid(process, 0)
        if os.WIFSIGNALED(status):
            os.kill(os.getpid(), os.WTERMSIG(status))
        raised, found = pickle.loads(answer)
        if raised is not None:
            raise raised
        results[place::processes] = found
    return results


def _start(function: Callable[[A], B], items: list[A]) -> tuple[int, int]:
    """A helper that works on its share and writes what came of it; its id and where to read that."""
    to_read, to_write = os.pipe()
    left = signal.getitimer(signal.ITIMER_REAL)[0]
    process = os.fork()
    if process:
        os.close(to_write)
        return process, to_read
    try:
        signal.setitimer(signal.ITIMER_REAL, left)  # a fork has none of its own
        os.close(to_read)
        raised: BaseException | None = None
        found: list[B] = []
        try:
            found = list(map(function, items))
        except BaseException as fault:
            raised = fault
        with open(to_write, "wb") as file:
            file.write(pickle.dumps((raised, found), pickle.HIGHEST_PROTOCOL))
    finally:
        os._exit(0)
