"""The one cookie of the site: it is read into a Visit, and written where a request changed it."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from ..rulebook.model import Rulebook
from .embedding import cookie_settings, is_embedded
from .visit import LONGEST, MOST_PAIRS, Visit

NAME = "options-guide"
LANGUAGE = "_language"
"""The pair of the cookie that holds the language which the visitor chose."""
MAX_AGE = 24 * 60 * 60
"""Seconds that a browser keeps the answers after the last one was given."""


class TooManyAnswers(RequestEntityTooLarge):
    """Answers that no cookie can hold; nothing is changed."""

    error_page = "cookie"


def read_visit(rulebook: Rulebook) -> Visit:
    """The visit of this request, as these rules read it. A cookie that is too large is ignored."""
    g.depends_on_cookie = True
    return Visit.parse(rulebook, request.cookies.get(_name(), ""))


def language_of_cookie() -> str:
    """The code of the language that the cookie names, whatever it is; empty where it names none."""
    try:
        pairs = parse_qsl(request.cookies.get(_name(), "")[:LONGEST], max_num_fields=MOST_PAIRS)
    except ValueError:
        return ""
    return dict(pairs).get(LANGUAGE, "")[:10]


def save_visit(visit: Visit) -> None:
    """Let the response to this request write the visit, if it differs. A HEAD writes nothing.

    Raises TooManyAnswers where a form can't be taken for that. A page is shown all the same.
    """
    if visit.too_large and request.method == "POST":
        raise TooManyAnswers
    if not visit.too_large and request.method != "HEAD":
        g.saved_visit = visit


def install(app: Flask) -> None:
    """Write the cookie of each request that has saved a visit."""

    @app.after_request
    def write(response: Response) -> Response:
        if "depends_on_cookie" in g:
            response.vary.add("Cookie")
        if "saved_visit" not in g and "language_chosen" not in g:
            return response
        name = _name()
        text = g.saved_visit.serialize() if "saved_visit" in g else _without_language(request.cookies.get(name, ""))
        if code := g.get("language_chosen", g.get("language", "")):
            text = "&".join(filter(None, [text, f"{LANGUAGE}={code}"]))
        if text != request.cookies.get(name, ""):
            path, age = request.root_path or "/", MAX_AGE if text else 0
            settings = {"secure": _secure(), "httponly": True, **cookie_settings()}
            response.set_cookie(name, text, age, path=path, **settings)
        return response


def _without_language(cookie: str) -> str:
    return "&".join(pair for pair in cookie.split("&") if pair and not pair.startswith(f"{LANGUAGE}="))


def _secure() -> bool:
    return request.is_secure or bool(current_app.config.get("PRODUCTION"))


def _name() -> str:
    """The cookie's name. Over TLS browsers hold it to this host, and over plain HTTP it has the port in it, as
    browsers share cookies between the ports of a machine.

    `__Host-` needs the path `/`, which a site that is mounted below a path may share with others.
    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
    """
    if is_embedded():  # a name of its own, as the guide's other cookie may be sent here too
        return f"__Secure-{NAME}-embedded"
    if _secure():
        return f"__Secure-{NAME}" if request.root_path else f"__Host-{NAME}"
    port = request.host.rpartition(":")[2]
    return f"{NAME}-{port if port.isdecimal() else 80}"
