"""Bodies and headers that no browser sends: 10 MB, endless chunks, nonsense; each refused, none answered with 5xx.

Each is sent on a connection of its own, and after each a page must be there within a second. The memory of the workers
is looked at after all of them.
"""

from __future__ import annotations

import random
import socket
import time
from collections import Counter

from nonsense import cases, noise
from seen import Faults, number, port, run
from servers import OURS, Server, ask, status

GOAL_MIB = 32.0
PATIENCE, SHORT = 2.0, 0.2
"""Seconds after which an answer is no longer waited for; a server may well wait for a body that never ends."""


def send(to: int, pieces: list[bytes], wait: float) -> str:
    """What came back: a status, or how the connection ended."""
    with socket.create_connection(("127.0.0.1", to), 5) as connection:
        connection.settimeout(wait)
        try:
            for piece in pieces:
                connection.sendall(piece)
        except OSError:
            pass  # closed while we were still sending; there may be an answer all the same
        try:
            answer = connection.recv(4096)
        except TimeoutError:
            return "waits"
        except OSError:
            return "closed"
    return answer[9:12].decode("latin-1") if answer.startswith(b"HTTP/1.") else "closed" if not answer else "no HTTP"


def main(faults: Faults) -> None:
    seen, odd, slow = Counter[str](), list[str](), 0.0
    chance, random_ones = random.Random(17), faults.many(2000)
    with Server(OURS, port=port()) as server:
        server.wait("/readyz")
        time.sleep(1)
        for _ in range(50):
            ask(server.port, "/")
        before = sum(server.workers().values())
        known = list(cases())
        for what, pieces in [*known, *((f"random {step}", noise(chance)) for step in range(random_ones))]:
            came = send(server.port, pieces, SHORT if what.startswith("random") else PATIENCE)
            seen[came] += 1
            start = time.monotonic()
            right = status(server.port, "/healthz") == "200"
            slow = max(slow, time.monotonic() - start)
            if came.startswith(("5", "no")) or not right:
                odd.append(f"{what}: {came}")
        workers = len(server.workers())
        grown = sum(server.workers().values()) - before
        said = server.said()
    traces = said.count("Traceback") + said.count("panicked") + said.count("Unexpected exit")
    told = ", ".join(f"{times:,} times {came}" for came, times in sorted(seen.items()))
    faults.note(
        "bodies, headers and addresses that no browser sends",
        f"{len(known)} kinds, {random_ones:,} random ones",
        f"{told}; {len(odd)} wrong, {traces} errors in the log. {'; '.join(odd[:3])}".strip(),
        "no 5xx, no error in the log",
        not odd and not traces and workers == 2,
    )
    faults.note(
        "the page that is asked for after each",
        f"{len(known) + random_ones:,} times",
        f"longest {number(slow * 1000)} ms; the workers grew by {grown:.1f} MiB",
        f"at most 1 s, and {GOAL_MIB:g} MiB",
        slow <= 1 and grown <= GOAL_MIB,
    )


if __name__ == "__main__":
    run(__doc__, main)
