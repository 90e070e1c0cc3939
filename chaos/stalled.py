"""1,000 connections that stall in four ways, while somebody walks through the questions: how much slower it gets.

They send nothing at all, or half the headers, or half a form, or ask for pages and never read them. Those that the
server closes, or answers that the form took too long, are opened again, as somebody who means harm would.
"""

from __future__ import annotations

import asyncio
import random
import resource
import socket
import statistics
import time
from contextlib import suppress

from nodes import nginx
from seen import Faults, number, port, run
from servers import OURS, PROJECT, Server
from visitor import PATIENCE, Walked, one_journey

from questionnaire.decide.build_tables import DecisionTables, build
from questionnaire.rulebook.load import load

HALF_HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/h"
HALF_FORM = (
    b"POST /questions/area HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 400\r\n\r\nanswer=hip-di"
)
PAGE = b"GET /areas HTTP/1.1\r\nHost: localhost\r\n\r\n"
NOT_READ = [PAGE * 200, *[PAGE] * 49]
"""One in fifty asks for so many pages that no buffer holds them; if all did, it would be a flood and no stall."""
HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
WAYS = {
    "nothing, or how HTTP/2 begins": [b"", HTTP2],
    "half the headers": [HALF_HEAD],
    "half a form": [HALF_FORM],
    "pages that are not read": NOT_READ,
}
ALL = [words for page in NOT_READ for words in (HALF_HEAD, HALF_FORM, page)]
GOAL_MS = 500.0


def stall(to: int, words: bytes) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(2)
    connection.connect(("127.0.0.1", to))
    connection.setblocking(False)
    with suppress(OSError):  # refused at once is fine
        connection.send(words)
    return connection


def closed(connection: socket.socket) -> bool:
    """Whether the server has ended it, or waits for it no longer. Nothing is taken out of what is not read."""
    try:
        return connection.recv(12, socket.MSG_PEEK) in (b"", b"HTTP/1.1 408")
    except BlockingIOError:
        return False
    except OSError:
        return True


def hold(to: int, connections: int, seconds: float, ways: list[bytes]) -> tuple[int, int]:
    """Keep so many stalled connections for so long: how often one had to be opened again, how many stood at the end."""
    held: list[tuple[socket.socket, bytes]] = []
    again, until = 0, time.monotonic() + seconds
    try:
        for place in range(connections):
            held.append((stall(to, ways[place % len(ways)]), ways[place % len(ways)]))
        while time.monotonic() < until:
            for place, (connection, words) in enumerate(held):
                if closed(connection):
                    connection.close()
                    held[place] = (stall(to, words), words)
                    again += 1
            time.sleep(0.1)
        standing = sum(not closed(connection) for connection, _ in held)
    finally:
        for connection, _ in held:
            connection.close()
    return again, standing


async def walk(to: int, tables: DecisionTables, until: asyncio.Future[tuple[int, int]] | None, least: int) -> Walked:
    """One visitor after another, each on a new connection, until the other thing has ended (or `least` journeys)."""
    walked, chance = Walked(), random.Random(5)
    while not until.done() if until else walked.journeys < least:
        await one_journey(to, tables, walked, chance)
    return walked


def times(walked: Walked) -> list[float]:
    found = sorted(taken * 1000 for each in walked.seconds.values() for taken in each)
    return found or [PATIENCE * 1000]


async def one_way(faults: Faults, what: str, to: int, ways: list[bytes], tables: DecisionTables) -> None:
    connections, seconds = faults.many(1000, most=5000), 15.0  # past the 5 seconds for headers and the 10 for forms
    before = times(await walk(to, tables, None, 20))
    holding = asyncio.ensure_future(asyncio.to_thread(hold, to, connections, seconds, ways))
    walked = await walk(to, tables, holding, 0)
    again, standing = await holding
    start = time.monotonic()
    after = await walk(to, tables, None, 20)
    back = min(time.monotonic() - start, max(times(after)) / 1000)
    during, errors = times(walked), sum(walked.errors.values()) + sum(after.errors.values())
    told = f"; {walked.errors.most_common(1)[0][0]}" if walked.errors else ""
    faults.note(
        f"stalled connections: {what}",
        f"{connections:,} for {seconds:.0f} s, {again:,} opened again, {standing:,} at the end",
        f"a page takes {number(statistics.median(before))} ms before, {number(statistics.median(during))} ms meanwhile "
        f"(longest of {len(during):,}: {number(during[-1])}), {number(statistics.median(times(after)))} ms after; "
        f"{errors} errors{told}",
        f"longest at most {GOAL_MS:g} ms, no errors",
        during[-1] <= GOAL_MS and back <= 1 and not errors and walked.journeys > 0,
    )


def main(faults: Faults) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    tables = build(load(PROJECT / "rules"))
    for what, ways in WAYS.items():
        with Server(OURS, port=port()) as server:
            server.wait("/readyz")
            time.sleep(1)  # both workers
            asyncio.run(one_way(faults, f"{what}, granian alone", server.port, ways, tables))
    with Server(OURS, port=port()) as server:
        server.wait("/readyz")
        time.sleep(1)
        with nginx([server.port]) as to:
            asyncio.run(one_way(faults, "all three, behind nginx", to, ALL, tables))


if __name__ == "__main__":
    run(__doc__, main)
