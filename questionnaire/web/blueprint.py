"""The addresses of the site: what all modules of pages hang their views on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request, session
from werkzeug.wrappers import Response as AnyResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

pages = Blueprint("pages", __name__)
Page = bytes | tuple[bytes, int] | AnyResponse


class Whole(Response):
    """A response whose body is at hand, as all of ours are: nothing is left for Werkzeug to work out."""

    def get_wsgi_response(self, environ: WSGIEnvironment) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        if self.status_code != 200 or environ["REQUEST_METHOD"] == "HEAD" or "Content-Length" not in self.headers:
            return super().get_wsgi_response(environ)
        return list(self.iter_encoded()), self.status, self.headers.to_wsgi_list()


def for_all(drawn: bytes) -> AnyResponse:
    """A page that everybody without a session gets alike: a cache between us and them may keep it for five minutes."""
    response = Whole(drawn, mimetype="text/html")
    if not request.environ.get("HTTP_COOKIE") and "_flashes" not in session:
        response.headers["Cache-Control"] = "public, max-age=0, s-maxage=300"
    return response
