"""A visitor's own language: chosen on any page, kept in their cookie beside the answers, never forced on anybody."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ..decide.build_process import BuildError
from ..releases.manifest import ReleaseError
from ..rulebook.problems import RulebookError
from .language import ENGLISH, Language
from .rulebook_store import rulebook_store
from .visit_cookie import language_of_cookie

choice = Blueprint("language", __name__)
OF_OUR_LINKS = ("change", "today")
"""What stands after the `?` of some of our links."""


@choice.post("/language")
def choose() -> Response:
    """Speak another language to this visitor from now on, on the page that they were on."""
    code = request.form.get("language", "")
    if code != current_app.extensions["language"].code and code not in offered():
        abort(404)
    g.language_chosen = code
    return redirect(_back(request.args.get("back", "")), 303)


def offered() -> list[str]:
    """The languages besides the site's own that both the pages and the rules are offered in."""
    try:
        of_rules = rulebook_store().languages
    except (RulebookError, BuildError, ReleaseError):  # the page itself tells of it
        return []
    others: dict[str, Language] = current_app.extensions["other_languages"]
    if current_app.extensions["language"].code in of_rules:  # the rules are written in English, and shown translated
        of_rules = [*of_rules, ENGLISH]
    return [code for code, language in others.items() if language.nearly_complete and code in of_rules]


def proposed() -> str:
    """The offered language that this browser asks for before the one of the page; empty where there is none."""
    own = current_app.extensions["language"].code
    best = request.accept_languages.best_match([own, *offered()])
    return best if best and best != (g.get("language") or own) else ""


def own_address() -> str:
    """The address of this page with what our own links say after it, and nothing else that stood there: a page that is
    kept for others must not hold what somebody typed.
    """
    words = [name for name in OF_OUR_LINKS if name in request.args]
    return f"{request.path}?{'&'.join(words)}" if words else request.path


def _back(address: str) -> str:
    """The address of a page of ours, with what our own links say after it; of the start for anything else."""
    path, _, query = address.partition("?")
    try:
        endpoint, values = current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return url_for("pages.start")
    kept: dict[str, Any] = {name: "" for name in OF_OUR_LINKS if name in parse_qs(query, True)}
    return url_for(endpoint, **values, **kept)


def install(app: Flask) -> None:
    """Read the language of each request from its cookie."""

    @app.before_request
    def read() -> None:
        g.language = ""
        g.pop("spoken", None)
        code = language_of_cookie()
        if code and code in offered():
            g.language = code

    @app.after_request
    def vary(response: Response) -> Response:
        if app.extensions["other_languages"]:
            response.vary.update(["Cookie", "Accept-Language"])
        return response

    given = {"offered_languages": offered, "proposed_language": proposed, "own_address": own_address}
    app.context_processor(lambda: given)
