"""What every response carries, errors and files included: what a browser may do with it, and that nobody stores it."""

from __future__ import annotations

from flask import Flask, Response, request

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

    @app.after_request
    def headers(response: Response) -> Response:
        carried = response.headers
        for name, value in HEADERS:
            carried.add(name, value)
        if request.is_secure:
            carried.add(*OVER_TLS)
        if "Cache-Control" not in carried:
            carried.add("Cache-Control", "no-store")
        return response
