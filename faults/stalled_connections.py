"""Hold 1,000 connections that stall in four ways while somebody walks: the others are answered in under a second.

They send nothing at all, or half the headers, or half a form, or ask for pages and never read them. Those that the
server ends are opened again, as somebody who means harm would. A form that stays half-sent is ended in time.
"""

from __future__ import annotations

import asyncio
import random
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

from .report import Line, number, quantile
from .running_site import Site, Tally, Visitor, one_journey

HALF_FORM, PAGES = "half a form", b"GET /areas HTTP/1.1\r\nHost: localhost\r\n\r\n"
WAYS = {
    "nothing, or how HTTP/2 begins": [b"", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    "half the headers": [b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/h"],
    HALF_FORM: [
        b"POST /questions/area HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 400\r\n\r\nanswer=hip-di"
    ],
    "pages that are not read": [PAGES * 200, *[PAGES] * 49],  # one in fifty more than any buffer holds
}
SECONDS, LONGEST, FORM_MAY_TAKE = 15.0, 1.0, 12.0
"""How long they are held; the longest wait of somebody else; and how long half a form may stand."""


class StalledConnection:
    """A connection that sends these words and never reads."""

    def __init__(self, port: int, words: bytes) -> None:
        self.words, self.since, self.socket = words, time.monotonic(), socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(2)
        with suppress(OSError):  # refused at once is fine
            self.socket.connect(("127.0.0.1", port))
            self.socket.setblocking(False)
            self.socket.send(words)
        self.socket.setblocking(False)

    @property
    def is_ended(self) -> bool:
        """Whether the server has ended it, or has said that it waits no longer."""
        try:
            return self.socket.recv(12, socket.MSG_PEEK) in (b"", b"HTTP/1.1 408")
        except BlockingIOError:
            return False
        except OSError:
            return True


def hold(port: int, connections: int, words: list[bytes]) -> tuple[int, float]:
    """Keep so many stalled connections: how often one had to be opened again, and the longest that one stood."""
    again, oldest, until = 0, 0.0, time.monotonic() + SECONDS
    standing = [StalledConnection(port, words[place % len(words)]) for place in range(connections)]
    while time.monotonic() < until:
        for place, connection in enumerate(standing):
            oldest = max(oldest, time.monotonic() - connection.since)
            if connection.is_ended:
                connection.socket.close()
                standing[place] = StalledConnection(port, connection.words)
                again += 1
        time.sleep(0.1)
    for connection in standing:
        connection.socket.close()
    return again, oldest


async def walk_while_stalled(port: int, connections: int, words: list[bytes], tally: Tally) -> tuple[int, float]:
    """Let one visitor after another walk, each on a new connection, while the others stall."""
    holding, chance = asyncio.create_task(asyncio.to_thread(hold, port, connections, words)), random.Random(5)
    while not holding.done():
        await one_journey(Visitor(port, tally), chance)
    return await holding


def lines(size: float) -> Iterator[Line]:
    """Stall 1,000 connections times `size` (at most 5,000) in each way, on a site of its own."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    connections = min(5000, max(10, round(1000 * size)))
    for way, words in WAYS.items():
        tally, goal = Tally(), f"others wait at most {LONGEST:g} s"
        with Site() as site:
            again, oldest = asyncio.run(walk_while_stalled(site.port, connections, words, tally))
        longest = max(tally.times, default=60.0)
        right = longest <= LONGEST and not tally.wrong and tally.journeys > 0
        if way == HALF_FORM:
            goal, right = f"{goal}, a form at most {FORM_MAY_TAKE:g} s", right and oldest <= FORM_MAY_TAKE
        how_much = f"{connections:,} for {SECONDS:.0f} s, {again:,} opened again"
        told = f"a page takes {number(quantile(tally.times, 0.5) * 1000)} ms, the longest {number(longest * 1000)} ms; "
        told += f"{tally.told} The oldest stood {oldest:.1f} s"
        yield Line(f"stalled connections: {way}", how_much, goal, told, right)
