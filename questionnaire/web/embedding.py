"""The guide on a clinic's own pages: the same pages once more below /embed/, which the clinic's pages alone may frame.

Their cookie is partitioned (https://developer.mozilla.org/en-US/docs/Web/Privacy/Guides/Privacy_sandbox/Partitioned_cookies):
browsers keep it for the guide within this one site, and for nobody who would follow a visitor from site to site.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from ..response_headers import HEADERS
from . import outer_middleware

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATH = "/embed"
EMBEDDED = "guide.embedded"
"""What the environment of a request below /embed/ has."""


def install(app: Flask, origins: Sequence[str]) -> None:
    """Serve every page below /embed/ too, where pages of these origins may frame it. Comes last of all layers."""
    inner, allowed = app.wsgi_app, " ".join(origins)
    framed = [(name, value.replace("frame-ancestors 'none'", f"frame-ancestors {allowed}")) for name, value in HEADERS]
    framed.append(("X-Robots-Tag", "noindex"))

    def below(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == PATH or path.startswith(f"{PATH}/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + PATH
            environ["PATH_INFO"] = path.removeprefix(PATH) or "/"
            environ[outer_middleware.KEY], environ[EMBEDDED] = framed, True
        return inner(environ, start_response)

    app.wsgi_app = below  # type: ignore[method-assign]
    app.context_processor(lambda: {"framed_by": allowed if is_embedded() else ""})


def is_embedded() -> bool:
    """Whether this request is for a page below /embed/."""
    return EMBEDDED in request.environ


def cookie_settings() -> Mapping[str, Any]:
    """How the cookie is set on this request: within the frame of another site, browsers send no other kind."""
    return {"samesite": "None", "secure": True, "partitioned": True} if is_embedded() else {"samesite": "Lax"}
