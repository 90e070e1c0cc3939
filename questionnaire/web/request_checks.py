"""What a request may be: addressed to us, and a form of ours from a page of ours, or nothing but an address."""

from __future__ import annotations

from typing import NoReturn

from flask import Flask, abort, g, request
from werkzeug.exceptions import SecurityError

from . import rate_limits
from .cross_origin import is_from_our_pages
from .forms import FIELDS

MOST_BYTES = 16 * 1024
MOST_FIELDS = 20
LONGEST_HOST = 255
"""Characters of a name in the DNS, https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4."""
FORM = "application/x-www-form-urlencoded"


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
                check_form(request.endpoint)


def check_form(endpoint: str) -> None:
    """End the request unless it is the form of this endpoint."""
    if request.mimetype != FORM and (request.mimetype or request.content_length):
        refuse(415, "kind of body")
    if "Transfer-Encoding" in request.headers:
        refuse(411, "body in chunks")  # no browser sends a form so, and a break would pass for its end
    body = request.get_data(cache=True)
    if len(body) >= MOST_BYTES and request.content_length is None:
        refuse(413, "size of body")  # without a length (HTTP/2) Werkzeug stops at the limit and says nothing
    if body.count(b"&") >= MOST_FIELDS:
        refuse(413, "number of fields")
    if not is_from_our_pages(request):
        refuse(403, "another site")
    known = FIELDS.get(endpoint, frozenset())
    for name, values in request.form.lists():
        if name not in known:
            refuse(400, "unknown field")
        if len(values) > 1:
            refuse(400, "repeated field")


def refuse(code: int, why: str) -> NoReturn:
    """End the request with an error page. `why` goes into the log: words of ours, never what was sent."""
    g.refused = why
    abort(code)
