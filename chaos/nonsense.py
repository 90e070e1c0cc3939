"""Requests that no browser sends, each with a name and the pieces that it is sent in."""

from __future__ import annotations

import random
from collections.abc import Iterator

MEGABYTE = b"a" * 2**20
URL = b"Content-Type: application/x-www-form-urlencoded"
FORMS = (b"/questions/area", b"/reference", b"/start-again")
CHUNK_SIZES = (b"zz", b"-1", b"ffffffffffffffffff", b"", b" 5", b"5;" + b"x" * 20000, b"0x5", b"\x00")
LENGTHS = (b"-1", b"abc", b"99999999999999999999", b"1e3", b"5, 6", b"+5", b"", b"16385")
BODIES = (
    *(b"answer=\xff\xfe\xc3\x28", b"\xff=\xff", b"answer=%ff%00%zz%", b"answer=\0hip-dips", b"&" * 16000, b"answer"),
    *(b"answer=" + b"%00" * 5000, b"csrf_token=" + b"a" * 16000, b"=&=&;", b"a=" * 8000),
    *(b"&".join(b"f%d=1" % step for step in range(2000)), "answer=\u202e\U0001f9d1".encode("utf-16")),
)
PART = b"--x\r\nContent-Disposition: form-data; name=answer\r\n\r\nhip-dips\r\n--x"
KINDS = (
    (b"multipart/form-data; boundary=x", PART + b"--\r\n"),
    (b"multipart/form-data; boundary=x", PART),
    (b"multipart/form-data", PART),
    (b"multipart/form-data; boundary=" + b"x" * 3000, PART),
    (b"multipart/form-data; boundary=x", b"--x\r\n" * 3000),
    (b"multipart/form-data; boundary=\xff", PART),
    (b"application/json", b'{"answer": ' * 1000),
    (b"application/json", b"[" * 16000),
    (b"application/json", b'{"answer": {"a": NaN}, "csrf_token": [1]}'),
    (b"application/json", b'"\\ud800"'),
    (b"text/plain", b"answer=hip-dips"),
    (b"\xff/\xff", b"a=b"),
    (b"application/x-www-form-urlencoded; charset=utf-7", b"answer=+AGE-"),
    (b"application/x-www-form-urlencoded; charset=none-such", b"answer=a"),
    (b"", b"answer=a"),
    (b"a" * 5000, b"x"),
)
ADDRESSES = (
    *(b"/%00", b"/%ff%fe", b"/questions/%2e%2e/%2e%2e", b"/questions/\xff", b"//evil/%0d%0aX:y", b"*"),
    *(b"/?" + b"a=b&" * 4000, b"http://other/", b"/static/x/../../wsgi.py", b"/questions/" + b"a" * 30000),
    b"/options?today=%00%ff",
)
LINES = (
    *(b"GET / HTTP/9.9", b"GET /", b"\0\0\0", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b", b"BREW / HTTP/1.1"),
    *(b"PRI * HTTP/2.0", b"TRACE / HTTP/1.1", b"CONNECT x:1 HTTP/1.1", b"GET / HTTP/1.1\r\nHost: \xff\0"),
    *(b"GET / HTTP/1.1\r\n Folded: x", b"GET / HTTP/1.1\r\nX\0Y: z", b"\x16\x03\x01\x02\x00\x01\x00"),
    *(b"OPTIONS * HTTP/1.1", b"HEAD /options HTTP/1.1"),
)


def head(*lines: bytes, line: bytes = b"POST /questions/area HTTP/1.1") -> bytes:
    return b"\r\n".join([line, b"Host: localhost", *lines, b"", b""])


def form(body: bytes, kind: bytes = b"application/x-www-form-urlencoded", to: bytes = FORMS[0]) -> bytes:
    lines = (b"Content-Type: " + kind, b"Content-Length: %d" % len(body), b"Connection: close")
    return head(*lines, line=b"POST " + to + b" HTTP/1.1") + body


def large_and_chunked() -> Iterator[tuple[str, list[bytes]]]:
    for line in (b"POST /questions/area HTTP/1.1", b"POST /reference HTTP/1.1", b"POST / HTTP/1.1", b"GET / HTTP/1.1"):
        yield f"10 MB, {line!r}", [head(URL, b"Content-Length: 10485760", line=line), *[MEGABYTE] * 10]
    chunked = head(URL, b"Transfer-Encoding: chunked")
    yield "chunks, 10 MB", [chunked, *[b"100000\r\n" + MEGABYTE + b"\r\n"] * 10, b"0\r\n\r\n"]
    yield "chunks without end", [chunked, *[b"10000\r\n" + b"a" * 65536 + b"\r\n"] * 400]
    yield "chunks of one byte", [chunked, b"1\r\na\r\n" * 20000, b"0\r\n\r\n"]
    yield "chunk shorter than it says", [chunked, b"5\r\nab\r\n0\r\n\r\n"]
    yield "trailers", [chunked, b"0\r\n" + b"X-A: b\r\n" * 2000 + b"\r\n"]
    both = head(URL, b"Content-Length: 5", b"Transfer-Encoding: chunked")
    yield "a length and chunks", [both, b"0\r\n\r\nGET / HTTP/1.1\r\n\r\n"]
    for size in CHUNK_SIZES:
        yield f"chunk size {size[:20]!r}", [chunked, size + b"\r\nabcde\r\n0\r\n\r\n"]


def cases() -> Iterator[tuple[str, list[bytes]]]:
    yield from large_and_chunked()
    for length in LENGTHS:
        yield f"length {length!r}", [head(URL, b"Content-Length: " + length), b"abcde"]
    yield "two lengths", [head(URL, b"Content-Length: 5", b"Content-Length: 6"), b"abcdef"]
    for to in FORMS:
        for body in BODIES:
            yield f"form {body[:16]!r} to {to.decode()}", [form(body, to=to)]
        for kind, body in KINDS:
            yield f"type {kind[:40]!r} to {to.decode()}", [form(body, kind, to)]
    yield "a header of 1 MB", [b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", MEGABYTE, b"\r\n\r\n"]
    yield "10,000 headers", [b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X: y\r\n" * 10000, b"\r\n"]
    cookies = b"Cookie: " + b"; ".join(b"a%d=b" % step for step in range(10000))
    yield "10,000 cookies", [head(cookies, line=b"GET / HTTP/1.1")]
    yield "an address of 1 MB", [b"GET /", MEGABYTE, b" HTTP/1.1\r\nHost: localhost\r\n\r\n"]
    for path in ADDRESSES:
        yield f"address {path[:24]!r}", [head(b"Connection: close", line=b"GET " + path + b" HTTP/1.1")]
    for line in LINES:
        yield f"line {line[:30]!r}", [head(b"Connection: close", line=line)]


def noise(chance: random.Random) -> list[bytes]:
    """A whole request with a few bytes changed anywhere."""
    whole = bytearray(form(b"csrf_token=abc&answer=hip-dips", to=chance.choice(FORMS)))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(whole))
        whole[at : at + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 3))
    return [bytes(whole)]
