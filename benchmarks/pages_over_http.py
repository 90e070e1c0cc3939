"""What pages cost over HTTP against a bare Flask page of the same length, on the same server in the same run.

Each server has one worker on a core of its own; the client sits on another, so that it is not what is measured. First
16 connections ask as fast as they are answered, in turns; then each server is asked at half its own greatest rate, and
a time counts from when the request was due. The pages are those of visits drawn from all that there can be.
"""

from __future__ import annotations

import os
import random
import re
import selectors
import socket
import statistics
import time
from collections.abc import Iterator, Sequence
from itertools import cycle

from faults.report import Line, number, quantile
from faults.running_site import Site

from .pages_in_process import application, drawn, walk

VISITS, CONNECTIONS, ROUNDS, SECONDS, P99 = 500, 16, 3, 2.0, 3.0
KINDS = (("question pages", "/questions/", 0.5), ("result pages", "/options", 0.2))
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
CORES = sorted(os.sched_getaffinity(0))


def load(port: int, requests: Sequence[bytes], rate: float | None = None) -> tuple[list[float], list[int]]:
    """Ask for SECONDS, as fast as can be or at `rate` a second: the seconds and the length of each answer.

    Raises RuntimeError for any answer but 200.
    """
    following, taken, lengths, sent = cycle(requests), list[float](), list[int](), 0
    free = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(CONNECTIONS)]
    due: dict[int, float] = {}
    received: dict[int, bytes] = {}
    with selectors.DefaultSelector() as selector:
        for connection in free:
            selector.register(connection, selectors.EVENT_READ, connection)
        start = time.perf_counter()
        while (now := time.perf_counter()) - start < SECONDS:
            while free and (rate is None or start + sent / rate <= now):
                connection = free.pop(0)  # each in turn, as the server ends idle ones
                due[connection.fileno()] = now if rate is None else start + sent / rate
                received[connection.fileno()] = b""
                connection.sendall(next(following))
                sent += 1
            wait = 1.0 if rate is None or not free else max(0.0, start + sent / rate - now)
            for key, _ in selector.select(wait):
                received[key.fd] += key.data.recv(1 << 18)
                head, end, content = received[key.fd].partition(b"\r\n\r\n")
                length = LENGTH.search(head)
                if not head.startswith(b"HTTP/1.1 200") or (end and not length):
                    raise RuntimeError(f"a page was not answered: {head[:200]!r}")
                if end and length and len(content) >= int(length[1]):
                    taken.append(time.perf_counter() - due[key.fd])
                    lengths.append(len(content))
                    free.append(key.data)
        for registered in list(selector.get_map().values()):
            registered.data.close()
    return taken, lengths


def lines(long: bool) -> Iterator[Line]:
    """The rate of question and result pages against the bare page's, and the p99 of both at half their load."""
    app = application()
    requests = [request for answers in drawn(10_000 if long else VISITS) for request in walk(app, answers)[0]]
    random.Random(5).shuffle(requests)
    try:
        os.sched_setaffinity(0, CORES[:1])  # servers inherit it
        with Site(workers=1) as ours, Site("benchmarks.bare:app", workers=1, first_page="/1") as bare:
            os.sched_setaffinity(0, CORES[1:] or CORES)
            for kind, start, goal in KINDS:
                pages = [
                    "\r\n".join(
                        [f"GET {address} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items()), "", ""]
                    ).encode()
                    for address, headers in requests
                    if address.startswith(start)
                ]
                yield from compare(ours.port, bare.port, kind, pages, goal)
    finally:
        os.sched_setaffinity(0, CORES)


def compare(port: int, bare_port: int, kind: str, pages: list[bytes], goal: float) -> Iterator[Line]:
    """The two lines of one kind of page."""
    length = round(statistics.median(load(port, pages)[1]))
    peers = [re.sub(rb"^GET \S+", b"GET /%d" % length, page) for page in pages]
    load(bare_port, peers)  # both have warmed up now
    ours, bare = list[float](), list[float]()
    for _ in range(ROUNDS):
        ours.append(len(load(port, pages)[0]) / SECONDS)
        bare.append(len(load(bare_port, peers)[0]) / SECONDS)
    ratio = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
    how_much = f"{len(pages):,} pages of {length:,} bytes (median)"
    rates = f"{number(statistics.median(ours))} against {number(statistics.median(bare))} a second"
    yield Line(
        f"{kind}: rate", how_much, f"at least {goal:.0%} of bare Flask's", f"{ratio:.0%}; {rates}", ratio >= goal
    )
    mine = quantile(load(port, pages, statistics.median(ours) / 2)[0], 0.99) * 1000
    theirs = quantile(load(bare_port, peers, statistics.median(bare) / 2)[0], 0.99) * 1000
    measured = f"{number(mine / theirs)} times; {number(mine)} against {number(theirs)} ms"
    met = mine <= P99 * theirs
    yield Line(f"{kind}: p99 at half load", how_much, f"at most {P99:g} times bare Flask's", measured, met)
