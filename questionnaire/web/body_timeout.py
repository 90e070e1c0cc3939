"""WSGI middleware that reads a form's body whole, within a time, before the application begins."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, NoReturn

from werkzeug.exceptions import RequestTimeout

from .request_checks import MOST_BYTES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECONDS = 10.0
"""For a whole form to arrive. Ours are a few hundred bytes, which any line sends at once."""


class LateBody(io.RawIOBase):
    """The body of a form that did not arrive in time: whoever reads it is told so, and Flask renders that page."""

    def read(self, size: int = -1, /) -> NoReturn:
        """Raise RequestTimeout."""
        raise RequestTimeout

    readinto = readall = read  # type: ignore[assignment]


def is_refused(length: str, chunked: bool) -> bool:
    """Whether a body is refused by its headers alone (request_checks.py): too long, or sent in chunks."""
    digits = length.lstrip("0")  # int() takes no more than 4,300 of them
    return chunked or len(digits) > len(str(MOST_BYTES)) or (digits.isdecimal() and int(digits) > MOST_BYTES)


def read_in_time(app: WSGIApplication) -> WSGIApplication:
    """Wrap a WSGI application, which then gets each form whole, or a body that raises RequestTimeout when it is read.

    The time is measured under gevent alone. Any other WSGI server has limits of its own.
    """

    def middleware(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length, body = environ.get("CONTENT_LENGTH", ""), environ["wsgi.input"]
        if environ["REQUEST_METHOD"] == "POST" and not is_refused(length, "HTTP_TRANSFER_ENCODING" in environ):
            try:
                with _time_limit():
                    environ["wsgi.input"] = io.BytesIO(body.read(int(length) if length.isdecimal() else 0))
            except RequestTimeout:
                environ["wsgi.input"] = LateBody()
            environ.pop("wsgi.input_terminated", None)  # so Werkzeug notices a body shorter than its Content-Length
        return app(environ, start_response)

    return middleware


def _time_limit() -> AbstractContextManager[Any]:
    try:
        from gevent import Timeout, monkey
    except ImportError:
        return nullcontext()
    return Timeout(SECONDS, RequestTimeout) if monkey.is_module_patched("socket") else nullcontext()
