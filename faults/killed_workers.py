"""Kill a worker each second while visitors walk: no page is wrong, none fails, and the killed one is soon replaced.

Only the connections of the killed worker may break; a visitor asks again, as a person presses Reload. The worker that
has lived longest is killed, then the youngest one again and again.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial

from .report import Line, number
from .running_site import Site, Tally, Visitor, crowd

VISITORS, THINK, TRIES = 20, 0.1, 400
SECONDS = 1.0
"""The longest that a page may take, with all tries for it, and until a killed worker is replaced."""


def started(process: int) -> int:
    """When a process was started, in ticks."""
    with open(f"/proc/{process}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[19])


def kill(site: Site, which: Callable[..., int]) -> float:
    """Kill the oldest (`min`) or youngest (`max`) worker; the seconds until another is there, at most 20."""
    before, start = set(site.workers()), time.monotonic()
    os.kill(which(before, key=started), signal.SIGKILL)
    while not (set(site.workers()) - before and len(site.workers()) == len(before)):
        if time.monotonic() - start > 20 or not site.runs:
            return 20.0
        time.sleep(0.01)
    return time.monotonic() - start


def kill_each_second(site: Site, seconds: int) -> list[float]:
    """Kill the oldest worker once a second; how long each replacement took."""
    taken = []
    for _ in range(seconds):
        taken.append(kill(site, min))
        time.sleep(max(0.0, 1 - taken[-1]))
    return taken


async def walk_while_killed(site: Site, tally: Tally, seconds: int) -> list[float]:
    """Let a crowd walk while workers are killed; how long each replacement took."""
    killing = asyncio.create_task(asyncio.to_thread(kill_each_second, site, seconds))
    await crowd(partial(Visitor, site.port, tally, tries=TRIES, think=THINK), VISITORS, lambda: not killing.done())
    return await killing


def lines(size: float) -> Iterator[Line]:
    """Kill one worker a second for a minute times `size`, then the youngest eight times."""
    tally, times = Tally(), min(15, max(2, round(8 * size)))
    with Site() as site:
        taken = asyncio.run(walk_while_killed(site, tally, max(3, round(60 * size))))
        clean = site.log_is_clean()
    how_much = f"{len(taken)} kills, {VISITORS} visitors, {tally.journeys:,} journeys"
    right = not tally.wrong and clean and tally.journeys > 0
    yield Line("a worker killed each second: pages", how_much, "no page wrong, no 5xx", tally.told, right)
    each, goal = tally.broken / len(taken), f"at most {VISITORS} a kill"
    yield Line("... connections that broke", how_much, goal, f"{number(each)} a kill", each <= VISITORS)
    longest, slowest = max(tally.times, default=20.0), max(taken)
    told, goal = f"a page {longest:.2f} s, replaced after {number(slowest)} s", f"at most {SECONDS:g} s, with all tries"
    yield Line("... longest waits", how_much, goal, told, max(longest, slowest) <= SECONDS)
    with Site() as site:
        for _ in range(times):
            kill(site, max)
        both = site.runs and len(site.workers()) == 2
    told = "both workers serve" if both else "the site ended"
    yield Line("the youngest worker killed again and again", f"{times} times", "both workers serve", told, both)
