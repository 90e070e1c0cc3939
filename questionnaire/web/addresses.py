"""The addresses of the site: what all modules of pages hang their views on."""

from __future__ import annotations

from flask import Blueprint, Response, request, session
from werkzeug.wrappers import Response as AnyResponse

pages = Blueprint("pages", __name__)
Page = bytes | tuple[bytes, int] | AnyResponse


def for_all(drawn: bytes) -> AnyResponse:
    """A page that everybody without a session gets alike: a cache between us and them may keep it for five minutes."""
    response = Response(drawn, mimetype="text/html")
    if not request.cookies and "_flashes" not in session:
        response.headers["Cache-Control"] = "public, max-age=0, s-maxage=300"
    return response
