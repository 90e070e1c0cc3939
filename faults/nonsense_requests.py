"""Send requests that no browser sends: 10 MB, endless chunks, nonsense; none fails, and pages are there meanwhile.

Each is sent on a connection of its own, and after each a page must be there within a second. Then whole requests with a
few bytes changed at random. The memory of the workers is looked at after all of them.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator

from .report import Line, number
from .running_site import Site, exchange, get, status

GOAL_MIB, SECONDS = 32.0, 1.0
MEGABYTE = b"a" * 2**20
FORM = b"application/x-www-form-urlencoded"
ADDRESSES_OF_FORMS = (b"/questions/area", b"/reference", b"/start-again")
CHUNK_SIZES = (b"zz", b"-1", b"ffffffffffffffffff", b"", b" 5", b"5;" + b"x" * 20000, b"0x5", b"\x00")
LENGTHS = (b"-1", b"abc", b"99999999999999999999", b"1e3", b"5, 6", b"+5", b"", b"16385")
BODIES = (
    *(b"answer=\xff\xfe\xc3\x28", b"\xff=\xff", b"answer=%ff%00%zz%", b"answer=\0hip-dips", b"&" * 16000, b"answer"),
    *(b"answer=" + b"%00" * 5000, b"answer=" + b"a" * 16000, b"=&=&;", b"a=" * 8000),
    *(b"&".join(b"f%d=1" % step for step in range(2000)), "answer=\u202e\U0001f9d1".encode("utf-16")),
)
PART = b"--x\r\nContent-Disposition: form-data; name=answer\r\n\r\nhip-dips\r\n--x"
TYPES = (
    (b"multipart/form-data; boundary=x", PART + b"--\r\n"),
    (b"multipart/form-data; boundary=x", PART),
    (b"multipart/form-data", PART),
    (b"multipart/form-data; boundary=" + b"x" * 3000, PART),
    (b"multipart/form-data; boundary=x", b"--x\r\n" * 3000),
    (b"multipart/form-data; boundary=\xff", PART),
    (b"application/json", b"[" * 16000),
    (b"application/json", b'{"answer": {"a": NaN}, "csrf_token": [1]}'),
    (b"text/plain", b"answer=hip-dips"),
    (b"\xff/\xff", b"a=b"),
    (FORM + b"; charset=utf-7", b"answer=+AGE-"),
    (FORM + b"; charset=none-such", b"answer=a"),
    (b"", b"answer=a"),
    (b"a" * 5000, b"x"),
)
ADDRESSES = (
    *(b"/%00", b"/%ff%fe", b"/questions/%2e%2e/%2e%2e", b"/questions/\xff", b"//evil/%0d%0aX:y", b"*", b"/?\xc3\xa9"),
    *(b"/?" + b"a=b&" * 4000, b"http://other/", b"/static/x/../../wsgi.py", b"/questions/" + b"a" * 30000),
    b"/options?today=%00%ff",
)
FIRST_LINES = (
    *(b"GET / HTTP/9.9", b"GET /", b"\0\0\0", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b", b"BREW / HTTP/1.1"),
    *(b"PRI * HTTP/2.0", b"TRACE / HTTP/1.1", b"CONNECT x:1 HTTP/1.1", b"GET / HTTP/1.1\r\nHost: \xff\0"),
    *(b"GET / HTTP/1.1\r\n Folded: x", b"GET / HTTP/1.1\r\nX\0Y: z", b"\x16\x03\x01\x02\x00\x01\x00"),
    *(b"OPTIONS * HTTP/1.1", b"HEAD /options HTTP/1.1"),
)
Request = tuple[str, list[bytes]]


def head(*lines: bytes, first: bytes = b"POST /questions/area HTTP/1.1") -> bytes:
    """The first line and headers of a request."""
    return b"\r\n".join([first, b"Host: localhost", *lines, b"", b""])


def form(body: bytes, to: bytes, kind: bytes = FORM) -> bytes:
    """A whole form of this type."""
    lines = (b"Content-Type: " + kind, b"Content-Length: %d" % len(body), b"Connection: close")
    return head(*lines, first=b"POST " + to + b" HTTP/1.1") + body


def large_and_chunked() -> Iterator[Request]:
    """Bodies that are too large, and chunks of all kinds."""
    kind = b"Content-Type: " + FORM
    for first in (b"POST /questions/area HTTP/1.1", b"POST / HTTP/1.1", b"GET / HTTP/1.1"):
        yield f"10 MB, {first!r}", [head(kind, b"Content-Length: 10485760", first=first), *[MEGABYTE] * 10]
    chunked = head(kind, b"Transfer-Encoding: chunked")
    yield "chunks, 10 MB", [chunked, *[b"100000\r\n" + MEGABYTE + b"\r\n"] * 10, b"0\r\n\r\n"]
    yield "chunks without end", [chunked, *[b"10000\r\n" + b"a" * 65536 + b"\r\n"] * 400]
    yield "chunks of one byte", [chunked, b"1\r\na\r\n" * 20000, b"0\r\n\r\n"]
    yield "chunk shorter than it says", [chunked, b"5\r\nab\r\n0\r\n\r\n"]
    yield "trailers", [chunked, b"0\r\n" + b"X-A: b\r\n" * 2000 + b"\r\n"]
    both = head(kind, b"Content-Length: 5", b"Transfer-Encoding: chunked")
    yield "a length and chunks", [both, b"0\r\n\r\nGET / HTTP/1.1\r\n\r\n"]
    for size in CHUNK_SIZES:
        yield f"chunk size {size[:20]!r}", [chunked, size + b"\r\nabcde\r\n0\r\n\r\n"]
    for length in LENGTHS:
        yield f"length {length!r}", [head(kind, b"Content-Length: " + length), b"abcde"]
    yield "two lengths", [head(kind, b"Content-Length: 5", b"Content-Length: 6"), b"abcdef"]


def requests() -> Iterator[Request]:
    """Every request that is no random one, with a name and the pieces that it is sent in."""
    yield from large_and_chunked()
    for to in ADDRESSES_OF_FORMS:
        yield from ((f"form {body[:16]!r} to {to!r}", [form(body, to)]) for body in BODIES)
        yield from ((f"type {kind[:40]!r} to {to!r}", [form(body, to, kind)]) for kind, body in TYPES)
    get_root = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
    yield "a header of 1 MB", [get_root + b"X: ", MEGABYTE, b"\r\n\r\n"]
    yield "10,000 headers", [get_root, b"X: y\r\n" * 10000, b"\r\n"]
    yield "10,000 cookies", [get_root, b"Cookie: " + b"; ".join(b"a%d=b" % n for n in range(10000)) + b"\r\n\r\n"]
    yield "an address of 1 MB", [b"GET /", MEGABYTE, b" HTTP/1.1\r\nHost: localhost\r\n\r\n"]
    firsts = [*(b"GET " + address + b" HTTP/1.1" for address in ADDRESSES), *FIRST_LINES]
    yield from ((f"line {first[:40]!r}", [head(b"Connection: close", first=first)]) for first in firsts)


def random_requests(times: int) -> Iterator[Request]:
    """A whole form with a few bytes changed anywhere, so many times."""
    chance = random.Random(17)
    for step in range(times):
        whole = bytearray(form(b"answer=hip-dips", chance.choice(ADDRESSES_OF_FORMS)))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(whole))
            whole[at : at + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 3))
        yield f"random {step}", [bytes(whole)]


def answer_to(port: int, pieces: list[bytes], patience: float) -> str:
    """A status, or how the connection ended; "waits" where the request is not whole for the server."""
    try:
        answer = exchange(port, *pieces, patience=patience)
    except TimeoutError:
        return "waits"
    except OSError:
        return "closed"
    return answer[9:12].decode("latin-1") if answer.startswith(b"HTTP/1.") else "no HTTP" if answer else "closed"


def lines(size: float) -> Iterator[Line]:
    """Send each request once, and 2,000 random ones times `size`."""
    seen, odd, longest = Counter[str](), list[str](), 0.0
    with Site() as site:
        for _ in range(50):
            get(site.port, "/")
        before = sum(site.workers().values())
        for what, pieces in [*requests(), *random_requests(max(20, round(2000 * size)))]:
            answer = answer_to(site.port, pieces, 0.2 if what.startswith("random") else 1.0)
            seen[answer] += 1
            start = time.monotonic()
            page_is_there = status(site.port, "/healthz") == "200"
            longest = max(longest, time.monotonic() - start)
            if answer in ("500", "502", "503", "504", "no HTTP") or not page_is_there:
                odd.append(f"{what}: {answer}")
        grown = sum(site.workers().values()) - before
        clean = site.log_is_clean() and len(site.workers()) == 2
    told = f"{', '.join(f'{times:,} times {answer}' for answer, times in sorted(seen.items()))}; {'; '.join(odd[:3])}"
    how_much = f"{seen.total():,}"
    yield Line("requests that no browser sends", how_much, "no 500, nothing in the log", told, not odd and clean)
    told = f"longest {number(longest * 1000)} ms; workers {grown:+.1f} MiB"
    goal = f"at most {SECONDS:g} s, {GOAL_MIB:g} MiB"
    yield Line("the page that is asked for after each", how_much, goal, told, longest <= SECONDS and grown <= GOAL_MIB)
