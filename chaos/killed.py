"""A worker killed each second under load: who notices, and for how long; then one worker again and again.

granian starts a killed worker again (--respawn-failed-workers, in the `run` line of the Makefile), as a fork of a
process that has the site loaded and the rules built (questionnaire/serve.py).
"""

from __future__ import annotations

import asyncio
import os
import signal
import time

from crowds import Met, walk_until
from seen import Faults, number, port, run
from servers import OURS, PROJECT, Server

from questionnaire.decide.build_tables import DecisionTables, build
from questionnaire.rulebook.load import load

VISITORS, THINK = 20, 0.1
GOAL_SECONDS = 1.0


async def kill_each_second(server: Server, tables: DecisionTables, seconds: int) -> tuple[Met, int]:
    """Kill the worker that has lived longest, each second; what the crowd met, and how many were killed."""
    met, stop, kills = Met(), asyncio.Event(), 0
    crowd = asyncio.create_task(walk_until(stop, server.port, tables, met, VISITORS, THINK))
    for _ in range(seconds):
        await asyncio.sleep(1)
        if not server.runs:
            break
        workers = sorted(server.workers(), key=started)
        if len(workers) > 1:  # the last one is left: it may be the very one that was started a moment ago
            os.kill(workers[0], signal.SIGKILL)
            kills += 1
    await asyncio.sleep(2)
    stop.set()
    await crowd
    return met, kills


def started(process: int) -> int:
    """When a process was started, in ticks."""
    with open(f"/proc/{process}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[19])


async def quiet(server: Server, tables: DecisionTables, seconds: int) -> Met:
    """What the same crowd meets where nobody is killed."""
    met, stop = Met(), asyncio.Event()
    crowd = asyncio.create_task(walk_until(stop, server.port, tables, met, VISITORS, THINK))
    await asyncio.sleep(seconds)
    stop.set()
    await crowd
    return met


def in_turn(faults: Faults, tables: DecisionTables) -> None:
    seconds = faults.many(60, most=600)
    with Server(OURS, port=port()) as server:
        server.wait("/readyz")
        time.sleep(1)  # both workers
        before = asyncio.run(quiet(server, tables, 5))
        met, kills = asyncio.run(kill_each_second(server, tables, seconds))
        whole = "Traceback" not in server.said()
    much = f"{kills} in {seconds} s, {VISITORS} visitors"
    wrong = sum(met.wrong.values())
    faults.note(
        "worker killed each second: pages",
        much,
        f"{met.walked.journeys:,} journeys; {wrong} wrong pages, {met.errors} answers 5xx. {met.told()}".strip(),
        "none wrong, no 5xx",
        not wrong and whole and kills >= seconds // 2,
    )
    faults.note(
        "worker killed each second: pages asked for again, as the connection broke",
        much,
        f"{met.broken}, {met.broken / max(1, kills):.1f} for each kill",
        f"at most {VISITORS} for each kill",
        met.broken <= VISITORS * kills,
    )
    faults.note(
        "worker killed each second: longest wait for a page, with all tries",
        much,
        f"{met.longest:.2f} s ({before.longest:.2f} s where none is killed)",
        f"at most {GOAL_SECONDS:g} s",
        met.longest <= GOAL_SECONDS,
    )


def one_kill(faults: Faults) -> None:
    """The other worker goes on meanwhile, and the one that was killed is there again; how soon."""
    with Server(OURS, port=port()) as server:
        server.wait("/readyz")
        time.sleep(1)
        taken = []
        for _ in range(faults.many(20, most=200)):
            before = set(server.workers())
            start = time.monotonic()
            os.kill(min(before, key=started), signal.SIGKILL)
            spawned = server.said().count("Started worker")
            while server.said().count("Started worker") == spawned and time.monotonic() - start < 20:
                time.sleep(0.01)
            taken.append(time.monotonic() - start)
            time.sleep(1)
    faults.note(
        "one worker killed, no load: both serve again",
        f"{len(taken)} times",
        f"after {number(min(taken))} to {number(max(taken))} s; the other serves meanwhile",
        f"at most {GOAL_SECONDS:g} s",
        max(taken) <= GOAL_SECONDS,
    )


def again(faults: Faults) -> None:
    """The youngest worker, which is the one that was just started; granian itself would end at the second time."""
    times = faults.many(8, most=15)
    with Server(OURS, port=port()) as server:
        server.wait("/readyz")
        time.sleep(1)
        killed = 0
        while killed < times and server.runs:
            os.kill(max(server.workers(), key=started), signal.SIGKILL)
            killed += 1
            time.sleep(0.7)
        both = server.runs and len(server.workers()) == 2
    faults.note(
        "the same worker killed again and again, each 0.7 s",
        f"{killed} times",
        "both serve again" if both else "the site ended",
        "both serve again",
        both,
    )


def main(faults: Faults) -> None:
    tables = build(load(PROJECT / "rules"))
    one_kill(faults)
    in_turn(faults, tables)
    again(faults)


if __name__ == "__main__":
    run(__doc__, main)
