"""Whether the site is up and ready, and the pages for what went wrong."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import BadHost, HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from ..decide.build_process import BuildError
from ..releases.manifest import ReleaseError
from ..rulebook.problems import RulebookError
from . import api
from .language import gettext
from .rulebook_store import rulebook_store
from .served_rulebook import current_rulebook
from .view_helpers import Page

if TYPE_CHECKING:
    from ..releases.follow import Followed

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Page:
    """The process is up."""
    return Response("up\n", mimetype="text/plain")


@health.get("/readyz")
def readyz() -> Page:
    """The rulebook that is served, or why there is none (503)."""
    try:
        served = current_rulebook()
    except RulebookError as fault:
        return jsonify(ready=False, problems=len(fault.problems)), 503  # type: ignore[return-value]
    except (BuildError, ReleaseError) as fault:
        return jsonify(ready=False, problem=str(fault)), 503  # type: ignore[return-value]
    rulebook, problem = served.rulebook, rulebook_store().problem
    return jsonify(
        ready=True,
        rulebook=rulebook.fingerprint,
        options=len(rulebook.options),
        reviewed=served.reviewed,
        **({"release": served.release.name} if served.release else {}),
        **({"bundle": _of_bundle(follower.state)} if (follower := rulebook_store().follower) else {}),
        **({"problem": problem} if problem else {}),
    )


def _of_bundle(state: Followed) -> dict[str, str]:
    """Since when a site that follows a publisher serves what it does, and when it last heard of them (UTC)."""
    return {"made": state.made, "taken-up": state.taken_up, "checked": state.checked}


def _similar_page(path: str) -> str:
    """The address of the page that differs from a path only by a slash or full stop at its end, or by capital letters;
    empty where there is none. Mail programs add such signs. Nothing that was typed is repeated.
    """
    similar = path.rstrip("/.").lower()
    try:
        endpoint, values = current_app.url_map.bind("").match(similar, "GET")
    except HTTPException:
        return ""
    is_page = not values or values.get("question_id") in current_rulebook().rulebook.questions
    return url_for(endpoint, **values) if is_page and similar != path else ""


REFUSED = (400, 403, 408, 411, 413, 415, 429)
"""What is wrong with a request, not with the site or the address."""


def _page_before(code: int) -> str:
    """The address of the page that a refused request came from; empty where the error is another one."""
    rule, values = request.url_rule, request.view_args or {}
    if code not in REFUSED or rule is None:
        return ""
    if "GET" not in (rule.methods or ()):
        return url_for("pages.options")
    is_page = not values or values.get("question_id") in current_rulebook().rulebook.questions
    return url_for(rule.endpoint, **values) if is_page else ""


@health.app_errorhandler(HTTPException)
def error(fault: HTTPException) -> AnyResponse:
    """The page of an error; for an address that is nearly one of ours, the way to that page."""
    code = fault.code or 500
    if isinstance(fault, SecurityError | BadHost):  # under a name that is not ours no page may be linked to
        return Response(gettext("This site is not served under that name."), code, mimetype="text/plain")
    if current_app.config.get("API") and request.path.startswith(f"{api.PREFIX}/"):
        return api.problem(fault)
    try:
        if code == 404 and request.method in ("GET", "HEAD") and (address := _similar_page(request.path)):
            return redirect(address, 308)
        page = render_template("error.html", code=getattr(fault, "error_page", code), back=_page_before(code))
        response = Response(page, code)
    except Exception:  # the page that says what went wrong must not go wrong itself
        current_app.log_exception(sys.exc_info())
        return Response(gettext("Something went wrong"), code, mimetype="text/plain")
    response.headers.extend({name: value for name, value in fault.get_headers() if name in ("Allow", "Retry-After")})
    return response
