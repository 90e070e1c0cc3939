"""Send large cookies and hosts, each another one: what a worker remembers stays bounded in bytes.

Refusing them is right as well; only memory and answers of 5xx count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .report import Line
from .running_site import Site, cookies_of_a_visit, exchange

GOAL_MIB = 16.0
KINDS = {
    "cookies of 380 KB": ("Cookie: COOKIE=%06d%s", 380_000),
    "cookies of 7 KB": ("Cookie: COOKIE=%06d%s", 7_000),
    "cookies with 300 answers": ("Cookie: COOKIE=%06d%s", 300),
    "hosts of 200 KB": ("Host: h%06d%s", 200_000),
    "hosts of 250 letters": ("Host: h%06d%s", 243),
}


def lines(size: float) -> Iterator[Line]:
    """Send 2,000 of each kind, times `size`, on a site of its own."""
    times = max(20, round(2000 * size))
    for kind, (header, length) in KINDS.items():
        seen = Counter[str]()
        filling = "&area=both" * (length // 10) if header.startswith("Cookie") else "a" * length
        with Site() as site:
            name = list(cookies_of_a_visit(site.port))[-1]
            before = sum(site.workers().values())
            for step in range(times):
                host = "" if header.startswith("Host") else "Host: localhost\r\n"
                line = header.replace("COOKIE", name) % (step, filling)
                request = f"GET /questions/area HTTP/1.1\r\n{host}{line}\r\nConnection: close\r\n\r\n"
                try:
                    seen[exchange(site.port, request.encode())[9:12].decode() or "closed"] += 1
                except OSError:
                    seen["closed"] += 1
            grown = sum(site.workers().values()) - before
            clean = site.log_is_clean()
        told = f"{', '.join(f'{times} times {answer}' for answer, times in seen.items())}; {grown:+.1f} MiB in all"
        right = grown <= GOAL_MIB and clean and not any(answer.startswith("5") for answer in seen)
        yield Line(f"another one each: {kind}", f"{times:,}", f"at most {GOAL_MIB:g} MiB more, no 5xx", told, right)
