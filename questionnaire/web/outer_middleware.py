"""The outermost layer: what every response carries, errors and files included, and its line in the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response

from ..response_headers import HEADERS, OVER_TLS
from . import request_log

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEY = "guide.headers"
"""Where the environment of a request has the headers that its response carries, if not these."""


def install(app: Flask) -> None:
    """Number each request, set the headers on every response, and write a line of each.

    No response may be stored unless it says otherwise, as files do. The body goes out in one piece.
    """
    inner = app.wsgi_app

    def outermost(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request_id = request_log.begin(environ)

        def start(status: str, headers: list[tuple[str, str]], *faults: Any) -> Callable[[bytes], object]:
            if all(name != "Cache-Control" for name, _ in headers):
                headers.append(("Cache-Control", "no-store"))
            headers += [*environ.get(KEY, HEADERS), ("X-Request-ID", request_id)]
            if environ["wsgi.url_scheme"] == "https":
                headers.append(OVER_TLS)
            request_log.end(environ, status)
            return start_response(status, headers, *faults)

        try:
            body = inner(environ, start)
        except Exception as fault:  # past Flask, which should have rendered a page for it
            if app.testing:
                raise
            request_log.log_error(fault)
            body = Response("Something went wrong. Please try again.\n", 500, mimetype="text/plain")(environ, start)
        try:
            return [b"".join(body)]
        finally:
            if close := getattr(body, "close", None):
                close()

    app.wsgi_app = outermost  # type: ignore[method-assign]
