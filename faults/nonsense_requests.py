"""Send requests that no browser sends: 10 MB, endless chunks, nonsense; none fails, and pages are there meanwhile.

Each is sent on a connection of its own, and after each a page must be there within a second. Then whole forms with a
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
FORM, MEGABYTE = b"application/x-www-form-urlencoded", b"a" * 2**20
FORMS_AT = (b"/questions/area", b"/reference", b"/start-again")
ROOT = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
CHUNKS = (
    *([b"100000\r\n" + MEGABYTE + b"\r\n"] * 10, [b"10000\r\n" + b"a" * 65536 + b"\r\n"] * 400),
    *([b"1\r\na\r\n" * 20000, b"0\r\n\r\n"], [b"5\r\nab\r\n0\r\n\r\n"], [b"0\r\n" + b"X-A: b\r\n" * 2000 + b"\r\n"]),
    *(
        [size + b"\r\nabcde\r\n0\r\n\r\n"]
        for size in (b"zz", b"-1", b"f" * 18, b"", b" 5", b"5;" + b"x" * 20000, b"\0")
    ),
)
LENGTHS = (b"-1", b"abc", b"99999999999999999999", b"1e3", b"5, 6", b"+5", b"", b"16385", b"5\r\nContent-Length: 6")
BODIES = (
    *(b"answer=\xff\xfe\xc3\x28", b"\xff=\xff", b"answer=%ff%00%zz%", b"answer=\0hip-dips", b"&" * 16000, b"answer"),
    *(b"answer=" + b"%00" * 5000, b"answer=" + b"a" * 16000, b"=&=&;", b"a=" * 8000),
    *(b"&".join(b"f%d=1" % step for step in range(2000)), "answer=\u202e\U0001f9d1".encode("utf-16")),
)
PART = b"--x\r\nContent-Disposition: form-data; name=answer\r\n\r\nhip-dips\r\n--x"
TYPES = (
    *((b"multipart/form-data; boundary=x", PART + b"--\r\n"), (b"multipart/form-data", PART)),
    *((b"multipart/form-data; boundary=" + b"x" * 3000, PART), (b"multipart/form-data; boundary=\xff", PART)),
    *((b"multipart/form-data; boundary=x", b"--x\r\n" * 3000), (b"application/json", b"[" * 16000)),
    *((b"application/json", b'{"answer": {"a": NaN}, "csrf_token": [1]}'), (b"text/plain", b"answer=hip-dips")),
    *((FORM + b"; charset=utf-7", b"answer=+AGE-"), (FORM + b"; charset=none-such", b"answer=a")),
    *((b"\xff/\xff", b"a=b"), (b"", b"answer=a"), (b"a" * 5000, b"x")),
)
FIRST_LINES = (
    *(b"GET /%00 HTTP/1.1", b"GET /%ff%fe HTTP/1.1", b"GET /questions/%2e%2e/%2e%2e HTTP/1.1", b"GET * HTTP/1.1"),
    *(b"GET /questions/\xff HTTP/1.1", b"GET //evil/%0d%0aX:y HTTP/1.1", b"GET /?\xc3\xa9 HTTP/1.1", b"GET /"),
    *(b"GET /?" + b"a=b&" * 4000 + b" HTTP/1.1", b"GET http://other/ HTTP/1.1", b"GET / HTTP/9.9", b"\0\0\0"),
    *(b"GET /static/x/../../wsgi.py HTTP/1.1", b"GET /questions/" + b"a" * 30000 + b" HTTP/1.1", b"BREW / HTTP/1.1"),
    *(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b", b"GET / HTTP/1.1\r\nHost: \xff\0", b"GET / HTTP/1.1\r\n Folded: x"),
    *(b"GET / HTTP/1.1\r\nX\0Y: z", b"PRI * HTTP/2.0", b"TRACE / HTTP/1.1", b"CONNECT x:1 HTTP/1.1"),
    *(b"\x16\x03\x01\x02\x00\x01\x00", b"OPTIONS * HTTP/1.1", b"HEAD /options HTTP/1.1"),
)


def form(body: bytes, to: bytes = FORMS_AT[0], kind: bytes = FORM, length: bytes = b"") -> bytes:
    """A form of this type; its length is the right one where none is given."""
    first = b"POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" % to
    return first + b"Content-Type: %s\r\nContent-Length: %s\r\n\r\n" % (kind, length or b"%d" % len(body)) + body


def requests() -> Iterator[list[bytes]]:
    """Every request that is no random one, as the pieces that it is sent in."""
    chunked = form(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    yield from ([chunked, *chunks] for chunks in CHUNKS)
    yield [form(b"").replace(b"Length: 0", b"Length: 5\r\nTransfer-Encoding: chunked"), b"0\r\n\r\n" + ROOT + b"\r\n"]
    yield from ([form(b"abcde", length=length)] for length in LENGTHS)
    yield [form(b"", length=b"10485760"), *[MEGABYTE] * 10]
    yield [ROOT + b"Content-Length: 10485760\r\n\r\n", *[MEGABYTE] * 10]
    for to in FORMS_AT:
        yield from ([form(body, to)] for body in BODIES)
        yield from ([form(body, to, kind)] for kind, body in TYPES)
    yield [ROOT + b"X: ", MEGABYTE, b"\r\n\r\n"]
    yield [ROOT, b"X: y\r\n" * 10000, b"\r\n"]
    yield [ROOT, b"Cookie: " + b"; ".join(b"a%d=b" % n for n in range(10000)) + b"\r\n\r\n"]
    yield [b"GET /", MEGABYTE, b" HTTP/1.1\r\nHost: localhost\r\n\r\n"]
    yield from ([first + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n"] for first in FIRST_LINES)


def random_request(chance: random.Random) -> list[bytes]:
    """A whole form with a few bytes changed anywhere."""
    whole = bytearray(form(b"answer=hip-dips", chance.choice(FORMS_AT)))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(whole))
        whole[at : at + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 3))
    return [bytes(whole)]


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
    seen, odd, longest, chance = Counter[str](), list[str](), 0.0, random.Random(17)
    sent = [(pieces, 1.0) for pieces in requests()]
    sent += [(random_request(chance), 0.2) for _ in range(max(20, round(2000 * size)))]
    with Site() as site:
        for _ in range(50):
            get(site.port, "/")
        before = sum(site.workers().values())
        for pieces, patience in sent:
            answer, start = answer_to(site.port, pieces, patience), time.monotonic()
            seen[answer] += 1
            if answer in ("500", "502", "503", "504", "no HTTP") or status(site.port, "/healthz") != "200":
                odd.append(f"{b''.join(pieces)[:200]!r}: {answer}")
            longest = max(longest, time.monotonic() - start)
        grown = sum(site.workers().values()) - before
        clean = site.log_is_clean() and len(site.workers()) == 2
    told = f"{', '.join(f'{times:,} times {answer}' for answer, times in sorted(seen.items()))}; {'; '.join(odd[:3])}"
    how_much = f"{len(sent):,}"
    yield Line("requests that no browser sends", how_much, "no 500, nothing in the log", told, not odd and clean)
    told, goal = f"{number(longest * 1000)} ms; {grown:+.1f} MiB", f"at most {SECONDS:g} s, {GOAL_MIB:g} MiB more"
    yield Line("the page that is asked for after each", how_much, goal, told, longest <= SECONDS and grown <= GOAL_MIB)
