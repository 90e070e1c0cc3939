"""Forms are taken from our own pages alone: another site can't make a visitor's browser send one.

Browsers say where a request comes from, and no page can change what they say: `Sec-Fetch-Site` in every browser since
2023, `Origin` with every form for years before. So no token is needed in any page. This is how Go's net/http does it
(https://pkg.go.dev/net/http#CrossOriginProtection) and what OWASP's cheat sheet describes
(https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html#fetch-metadata-headers).
Our Referrer-Policy has to be `same-origin`: with `no-referrer` browsers send `Origin: null` with our own forms.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int | None]
"""Scheme, host and port, https://www.rfc-editor.org/rfc/rfc6454#section-4."""


def is_from_our_pages(request: Request) -> bool:
    """Whether a form was sent by one of our own pages, or by something that is no browser.

    Behind proxies, scheme and host are those that the trusted ones pass on.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return True
    origin = _origin(source)
    return origin is not None and origin == _origin(f"{request.scheme}://{request.host}")


def _origin(address: str) -> Origin | None:
    """The origin of an address; None for `null` and for what can't be read, which is nobody's."""
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.scheme in PORTS and parts.hostname else None
