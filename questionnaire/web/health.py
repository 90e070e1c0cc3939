"""How the site is: for whoever watches it, and in words for a visitor whom something went wrong for."""

from __future__ import annotations

import sys

from flask import Response, current_app, jsonify, render_template
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from ..decide.build_process import BuildError
from ..releases.manifest import ReleaseError
from ..rulebook.problems import RulebookError
from .blueprint import Page, pages
from .language import gettext
from .rulebook_store import rulebook_store
from .served_rulebook import current_rulebook


@pages.get("/healthz")
def healthz() -> Page:
    return Response("up\n", mimetype="text/plain")


@pages.get("/readyz")
def readyz() -> Page:
    try:
        rulebook = current_rulebook().rulebook
    except RulebookError as fault:
        return jsonify(ready=False, problems=len(fault.problems)), 503  # type: ignore[return-value]
    except (BuildError, ReleaseError) as fault:
        return jsonify(ready=False, problem=str(fault)), 503  # type: ignore[return-value]
    release, problem = current_rulebook().release, rulebook_store().problem
    return jsonify(
        ready=True,
        rulebook=rulebook.fingerprint,
        options=len(rulebook.options),
        reviewed=current_rulebook().reviewed,
        **({"release": release.name} if release else {}),
        **({"problem": problem} if problem else {}),
    )


@pages.app_errorhandler(HTTPException)
def error(fault: HTTPException) -> AnyResponse:
    code = fault.code or 500
    if isinstance(fault, SecurityError):  # under a name that is not ours no page may be linked to
        return Response(gettext("This site is not served under that name."), code, mimetype="text/plain")
    try:
        response = Response(render_template("error.html", code=code), code)
    except Exception:  # the page that says what went wrong must not go wrong itself
        current_app.log_exception(sys.exc_info())
        return Response(gettext("Something went wrong"), code, mimetype="text/plain")
    response.headers.extend({name: value for name, value in fault.get_headers() if name in ("Allow", "Retry-After")})
    return response
