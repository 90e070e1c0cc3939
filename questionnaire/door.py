"""Between granian and the application: a form is read whole before the application begins, within a size and a time.

A WSGI server gives each request a thread from its first bytes on, so that a few who send half a form and wait hold all
threads. Here they hold nothing but their connection: granian's own interface (RSGI) lets one read while others are
served. The application itself stays WSGI, and any server of that kind can serve it (`wsgi:app`).
"""

from __future__ import annotations

import asyncio
import io
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NoReturn

from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestTimeout

from .web.request_checks import MOST_BYTES

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]

SECONDS = 10.0
"""For a whole form to arrive. Ours are a few hundred bytes, which any line sends at once."""
SAME = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "granian",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}
MOST_DIGITS = 9
"""Of a body's length that are looked at; the largest that is taken has five."""
NOT_HTTP = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Missing(io.RawIOBase):
    """A body that did not arrive: whoever reads it is told why, so that the page for it is drawn."""

    def __init__(self, why: type[HTTPException]) -> None:
        self.why = why

    def read(self, size: int = -1, /) -> NoReturn:
        raise self.why

    readinto = readall = read  # type: ignore[assignment]


class Door:
    """What granian serves. `waits`: forms are counted by another server, which may let them wait, so off the loop."""

    def __init__(self, app: WSGIApplication, waits: bool = False) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(4) if waits else None

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        environ = environment(scope)
        if scope.method != "POST":
            protocol.response_bytes(*self._answer(environ))
            return
        environ["wsgi.input"] = await body(environ, protocol)
        if self._threads:
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, environ)
        else:
            answer = self._answer(environ)
        protocol.response_bytes(*answer)

    def _answer(self, environ: WSGIEnvironment) -> tuple[int, list[tuple[str, str]], bytes]:
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *faults: object) -> Any:
            said[:] = int(status[:3]), headers

        whole = b"".join(self._app(environ, start))  # one piece, and closed already (web/headers.py)
        return said[0], said[1], whole


def environment(scope: Scope) -> WSGIEnvironment:
    """What WSGI (PEP 3333) wants to know of a request, with an empty body.

    Headers with an underscore are left out: they would pass for those with a hyphen, which a proxy sets or takes away.
    """
    server, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        **SAME,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority  # a whole address was asked for: RFC 9112, 3.2.2
    for name, value in scope.headers.items():
        if "_" in name or (name == "host" and scope.authority):
            continue
        if name == "content-length":  # any number of zeros may stand before it
            value = value.lstrip("0")[:MOST_DIGITS] or "0"
        known = NOT_HTTP.get(name) or "HTTP_" + name.upper().replace("-", "_")
        before = environ.get(known)
        environ[known] = value if before is None else f"{before}{';' if known == 'HTTP_COOKIE' else ','}{value}"
    return environ


async def body(environ: WSGIEnvironment, protocol: HTTPProtocol) -> io.IOBase:
    """A form's body, or as much of it as shows that it is too large; Missing where it does not arrive whole in time.

    Nothing is read of a body that is refused by its headers alone: one too long, and one in chunks, whose end can't be
    told from a break.
    """
    length = environ.get("CONTENT_LENGTH", "")
    if "HTTP_TRANSFER_ENCODING" in environ or (length.isdecimal() and int(length) > MOST_BYTES):
        return io.BytesIO()
    read = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for piece in protocol:
                read += piece
                if len(read) > MOST_BYTES:
                    break
    except TimeoutError:
        return Missing(RequestTimeout)
    if length.isdecimal() and len(read) < int(length):
        return Missing(ClientDisconnected)
    return io.BytesIO(bytes(read))
