"""What every response carries, errors and files included: what a browser may do with it, and that nobody stores it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; object-src 'none'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "accelerometer=(), bluetooth=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
    ),
)
OVER_TLS = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
"""Two years. Browsers take it over TLS alone, and a site that is tried out over plain HTTP must not claim it."""


def protect(app: Flask) -> None:
    """Set the headers on every response. Whatever says nothing of keeping it (all but files) is never stored."""
    inner = app.wsgi_app

    def with_headers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *faults: Any) -> Callable[[bytes], object]:
            if all(name != "Cache-Control" for name, _ in headers):
                headers.append(("Cache-Control", "no-store"))
            headers.extend(HEADERS)
            if environ["wsgi.url_scheme"] == "https":
                headers.append(OVER_TLS)
            return start_response(status, headers, *faults)

        return inner(environ, start)

    app.wsgi_app = with_headers  # type: ignore[method-assign]
