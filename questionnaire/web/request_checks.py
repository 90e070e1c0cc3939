"""What a request may be: addressed to us, and a form of ours from a page of ours, or nothing but an address.

Browsers say where a form comes from, and no page can change what they say: `Sec-Fetch-Site` in every browser since
2023, `Origin` with every form for years before. So no token is needed in any page. This is how Go's net/http does it
(https://pkg.go.dev/net/http#CrossOriginProtection) and what OWASP's cheat sheet describes
(https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html#fetch-metadata-headers).
Our Referrer-Policy has to be `same-origin`: with `no-referrer` browsers send `Origin: null` with our own forms.
"""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlsplit

from flask import Flask, abort, g, request
from werkzeug.exceptions import SecurityError

from . import forms, rate_limits

MOST_BYTES = 16 * 1024
MOST_FIELDS = 20
LONGEST_HOST = 255
"""Characters of a name in the DNS, https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4."""
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PORTS = {"http": 80, "https": 443}


def install(app: Flask) -> None:
    """Refuse what no page of ours sends. Forms are counted before anything of them is read.

    What stands behind a "?" is never read, so it is not refused either: mail programs and social sites add to
    addresses, and their visitors must arrive.
    """
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    app.config["MAX_FORM_PARTS"] = MOST_FIELDS

    @app.before_request
    def check() -> None:
        if len(request.host) > LONGEST_HOST:
            raise SecurityError
        if request.method == "POST":
            rate_limits.count(form=True, reference=request.endpoint == "reference.reference")
            if request.endpoint is not None:
                _check_form(request.endpoint)


def _check_form(endpoint: str) -> None:
    is_form = request.blueprint != "api"
    if request.mimetype != (FORM if is_form else JSON) and (request.mimetype or request.content_length):
        _refuse(415, "kind of body")
    if "Transfer-Encoding" in request.headers:
        _refuse(411, "body in chunks")  # no browser sends a form so, and a break would pass for its end
    body = request.get_data(cache=True)
    if len(body) >= MOST_BYTES and request.content_length is None:
        _refuse(413, "size of body")  # without a length (HTTP/2) Werkzeug stops at the limit and says nothing
    if is_form and body.count(b"&") >= forms.MOST_FIELDS.get(endpoint, MOST_FIELDS):
        _refuse(413, "number of fields")
    if not _is_from_our_pages():
        _refuse(403, "another site")
    if not all(forms.has_field(endpoint, name) for name in request.form):
        _refuse(400, "unknown field")
    if any(len(values) > 1 for name, values in request.form.lists() if name not in forms.LISTS):
        _refuse(400, "repeated field")


def _refuse(code: int, why: str) -> NoReturn:
    """End the request with an error page. `why` goes into the log: words of ours, never what was sent."""
    g.refused = why
    abort(code)


def _is_from_our_pages() -> bool:
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


def _origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address (https://www.rfc-editor.org/rfc/rfc6454#section-4).

    None for `null` and for what can't be read, which is nobody's.
    """
    try:
        parts = urlsplit(address)
        return (parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme]) if parts.hostname else None
    except (ValueError, KeyError):
        return None
