"""Who may ask for which address: each view names its roles, and what names none is refused to everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import Forbidden, TooManyRequests
from werkzeug.wrappers import Response

from .database import reading
from .models import ROLES, Person, Role
from .resend import resend_page

ANYBODY = "anybody"
POSTS_A_MINUTE, TRIES_A_MINUTE = 120, 30
"""Forms that one person may send, and that an address may send where nobody is signed in: a whole clinic has one."""
V = TypeVar("V", bound=Callable[..., Any])
csrf = CSRFProtect()


def allow(*roles: Role) -> Callable[[V], V]:
    """Let people of these roles use a view; of all roles, if none is named."""

    def mark(view: V) -> V:
        view.roles = roles or ROLES  # type: ignore[attr-defined]
        return view

    return mark


def allow_anybody(view: V) -> V:
    """Let everybody use a view, signed in or not."""
    view.roles = (ANYBODY,)  # type: ignore[attr-defined]
    return view


def current_person() -> Person:
    """Who is signed in. Only for views that not everybody may use."""
    person: Person = g.person
    return person


def install(app: Flask) -> None:
    """Look at every request before its view does: who sent it, from which page, how many, and may they?"""
    csrf.init_app(app)
    counter = MovingWindowRateLimiter(MemoryStorage())

    @app.before_request
    def check() -> Response | str | tuple[str, int] | None:
        g.person = reading().get(Person, session.person_id) if session.person_id else None  # type: ignore[attr-defined]
        if g.person is not None and g.person.ended:
            g.person = None
        if request.endpoint is None:
            return None  # there is no such page
        roles = getattr(current_app.view_functions[request.endpoint], "roles", ())
        form = request.method == "POST"
        if form:
            if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
                abort(403)
            _count(counter, app)
        if ANYBODY not in roles:
            if g.person is None:
                return resend_page(signed_in=False) if form else redirect(url_for("sign_in.sign_in", to=request.path))
            if g.person.role not in roles:
                raise Forbidden(f"This is for {' or '.join(f'{role}s' for role in roles) or 'nobody'}.")
        if form:
            try:
                csrf.protect()
            except CSRFError:
                return resend_page(signed_in=g.person is not None)
        return None


def _count(counter: MovingWindowRateLimiter, app: Flask) -> None:
    """Count a form of a person, or of an address. Raises TooManyRequests."""
    most = POSTS_A_MINUTE if g.person else TRIES_A_MINUTE
    who = f"person {g.person.id}" if g.person else f"address {request.remote_addr}"
    if app.config.get("LIMIT_POSTS", 1) and not counter.hit(RateLimitItemPerMinute(most), who):
        raise TooManyRequests(retry_after=60)
