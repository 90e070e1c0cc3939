"""What pages cost over HTTP against a bare Flask page of the same length, on the same server in the same run.

Each server has one worker on a core of its own; the client sits on another, so that it is not what is measured. First
16 connections ask as fast as they are answered, in turns; then each server is asked at half its own greatest rate, and
a time counts from when the request was due. The pages are those of visits drawn from all that there can be.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import selectors
import socket
import statistics
import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import cycle

from faults.report import Line, number, quantile
from faults.running_site import Answer, Site, Tally, Visitor

from .pages_in_process import drawn

VISITS, CONNECTIONS, ROUNDS, SECONDS = 500, 16, 3, 2.0
P99 = 3.0
KINDS = (("question pages", "/questions/", 0.5), ("result pages", "/options", 0.2))
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
CORES = sorted(os.sched_getaffinity(0))


class RecordingVisitor(Visitor):
    """A visitor whose requests for pages are kept, as bytes that can be sent again."""

    requests: list[tuple[str, bytes, int]]

    async def send(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a request, and keep it with the length of its answer."""
        answer = await super().send(method, address, headers, body)
        if method == "GET":
            lines = [f"GET {address} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
            self.requests.append((address, "\r\n".join(lines).encode(), len(answer[2])))
        return answer


async def record(port: int, visits: Sequence[Mapping[str, str]]) -> list[tuple[str, bytes, int]]:
    """The requests of these visits, each with its address and the length of its answer."""
    requests: list[tuple[str, bytes, int]] = []
    for answers in visits:
        visitor = RecordingVisitor(port, Tally())
        visitor.requests = requests
        await visitor.walk(lambda question, _, answers=answers: answers[question])
        await visitor.close()
    return requests


def load(port: int, requests: Sequence[bytes], rate: float | None = None) -> list[float]:
    """The seconds of each request that is answered in SECONDS: as fast as can be, or at `rate` a second.

    Raises RuntimeError for any answer but 200.
    """
    following, taken, due = cycle(requests), list[float](), dict[socket.socket, float]()
    selector, received = selectors.DefaultSelector(), dict[socket.socket, bytes]()
    free = deque(socket.create_connection(("127.0.0.1", port), 5) for _ in range(CONNECTIONS))
    for connection in free:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
    start = time.perf_counter()
    sent = 0
    while (now := time.perf_counter()) - start < SECONDS:
        while free and (rate is None or start + sent / rate <= now):
            connection = free.popleft()
            due[connection] = now if rate is None else start + sent / rate
            received[connection] = b""
            connection.sendall(next(following))
            sent += 1
        wait = 1.0 if rate is None or not free else max(0.0, start + sent / rate - now)
        for key, _ in selector.select(wait):
            connection = key.fileobj  # type: ignore[assignment]
            received[connection] += connection.recv(1 << 18)
            head, end, content = received[connection].partition(b"\r\n\r\n")
            length = LENGTH.search(head)
            if not head.startswith(b"HTTP/1.1 200") or (end and not length):
                raise RuntimeError(f"a page was not answered: {head[:200]!r}")
            if end and length and len(content) >= int(length[1]):
                taken.append(time.perf_counter() - due[connection])
                free.append(connection)
    for connection in due:
        connection.close()
    return taken


def on_core(cores: Collection[int]) -> None:
    """Keep this process, and those that it starts from now on, on these cores."""
    os.sched_setaffinity(0, cores)


def lines(long: bool) -> Iterator[Line]:
    """The rate of question and result pages against the bare page's, and the p99 of both at half their load."""
    try:
        on_core(CORES[:1])
        with Site(workers=1) as ours, Site("benchmarks.bare:app", workers=1, first_page="/") as bare:
            on_core(CORES[1:] or CORES)
            requests = asyncio.run(record(ours.port, drawn(10_000 if long else VISITS)))
            for kind, address, goal in KINDS:
                yield from compare(ours.port, bare.port, kind, [r for r in requests if r[0].startswith(address)], goal)
    finally:
        on_core(CORES)


def compare(port: int, bare_port: int, kind: str, found: list[tuple[str, bytes, int]], goal: float) -> Iterator[Line]:
    """The two lines of one kind of page."""
    pages = [request for _, request, _ in found]
    random.Random(5).shuffle(pages)
    length = round(statistics.median(length for _, _, length in found))
    peers = [re.sub(rb"^GET \S+", b"GET /%d" % length, page) for page in pages]
    load(port, pages), load(bare_port, peers)  # both warm up
    ours, bare = list[float](), list[float]()
    for _ in range(ROUNDS):
        ours.append(len(load(port, pages)) / SECONDS)
        bare.append(len(load(bare_port, peers)) / SECONDS)
    ratio = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
    how_much = f"{len(pages):,} pages of {length:,} bytes (median)"
    rates = f"{number(statistics.median(ours))} against {number(statistics.median(bare))} a second"
    yield Line(
        f"{kind}: rate", how_much, f"at least {goal:.0%} of bare Flask's", f"{ratio:.0%}; {rates}", ratio >= goal
    )
    mine = quantile(load(port, pages, statistics.median(ours) / 2), 0.99) * 1000
    theirs = quantile(load(bare_port, peers, statistics.median(bare) / 2), 0.99) * 1000
    measured = f"{number(mine / theirs)} times; {number(mine)} against {number(theirs)} ms"
    met = mine <= P99 * theirs
    yield Line(f"{kind}: p99 at half load", how_much, f"at most {P99:g} times bare Flask's", measured, met)
