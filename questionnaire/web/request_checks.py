"""What a request may be: a form of ours with exactly its own fields, small, or nothing but an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn

from flask import Flask, abort, g, request

from .forms import FIELDS

MOST_BYTES = 16 * 1024
MOST_FIELDS = 20
FORM = "application/x-www-form-urlencoded"


def check(app: Flask, fields: Mapping[str, frozenset[str]] = FIELDS) -> Callable[[], None]:
    """What refuses every form that no page of ours sends. `fields`: what each endpoint's form may have.

    What stands behind a "?" is never read, so it is not refused either: mail programs and social sites add to
    addresses, and their visitors must arrive.
    """
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    app.config["MAX_FORM_PARTS"] = MOST_FIELDS

    def form() -> None:
        if request.endpoint is None:
            return
        if request.mimetype != FORM and (request.mimetype or request.content_length):
            refuse(415, "kind of body")
        if "Transfer-Encoding" in request.headers:
            refuse(411, "body in chunks")  # no browser sends a form so, and a break would pass for its end
        body = request.get_data(cache=True)
        if len(body) >= MOST_BYTES and request.content_length is None:
            refuse(413, "size of body")  # without a length (HTTP/2) Werkzeug stops at the limit and says nothing
        if body.count(b"&") >= MOST_FIELDS:
            refuse(413, "number of fields")
        known = fields.get(request.endpoint, frozenset())
        for name, values in request.form.lists():
            if name not in known:
                refuse(400, "unknown field")
            if len(values) > 1:
                refuse(400, "repeated field")

    return form


def refuse(code: int, why: str) -> NoReturn:
    """End the request with an error page. `why` goes into the log: words of ours, never what was sent."""
    g.refused = why
    abort(code)
