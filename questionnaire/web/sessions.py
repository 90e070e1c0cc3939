"""Flask's own signed sessions and Flask-WTF's own tokens, without checking or making the same thing twice."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response, current_app
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer
from werkzeug.http import dump_cookie, parse_cookie

from .signing import Signing

REMEMBERED = 512
"""Cookies and tokens that are remembered at once, some 0.5 MB; the next page of the same visitor is likely soon."""
TOKEN, TOKENS = "csrf_token", "wtf-csrf-token"
"""Where Flask-WTF keeps a visitor's own secret in the session, and what it signs tokens under."""


class Signed:
    """What is proved and made with one set of keys. `cookie`: the session's as it is sent, without its value."""

    def __init__(self, key: str, sessions: URLSafeTimedSerializer, cookie: str) -> None:
        self.sessions = sessions
        self.name, _, self.attributes = cookie.partition("=; ")
        self.sign = Signing(sessions).sign
        self.token = lru_cache(maxsize=REMEMBERED)(Signing(URLSafeTimedSerializer(key, salt=TOKENS)).sign)
        self.proved = lru_cache(maxsize=REMEMBERED)(self._prove)

    def _prove(self, cookies: str) -> tuple[Mapping[str, Any], float]:
        """What the session's among these cookies holds, and when it was signed (seconds); nothing if it isn't ours."""
        try:
            held, signed = self.sessions.loads(parse_cookie(cookies).get(self.name, ""), return_timestamp=True)
        except BadSignature:
            return {}, 0.0
        return (held, signed.timestamp()) if isinstance(held, dict) else ({}, 0.0)


class Sessions(SecureCookieSessionInterface):
    """The signer is made once for each set of keys, and the same cookie is proved once rather than each time."""

    def __init__(self) -> None:
        self._with: tuple[object, Signed] | None = None

    def signed(self, app: Flask) -> Signed:
        """What belongs to the keys of now. Raises RuntimeError where there is none."""
        keys = (app.secret_key, tuple(app.config["SECRET_KEY_FALLBACKS"]))
        known = self._with
        if known is None or known[0] != keys:
            sessions = self.get_signing_serializer(app)
            if sessions is None:
                raise RuntimeError("no secret key")
            known = self._with = (keys, Signed(str(app.secret_key), sessions, self._cookie(app)))
        return known[1]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        cookies = request.environ.get("HTTP_COOKIE")
        if not cookies:
            return self.session_class()
        held, signed = self.signed(app).proved(cookies)
        # A time ahead of ours is taken: clocks are put back, those of two nodes differ, and only we can sign.
        if TimestampSigner.get_timestamp(self) - signed > app.permanent_session_lifetime.total_seconds():  # type: ignore[arg-type]
            return self.session_class()
        own = {name: value.copy() if isinstance(value, dict | list) else value for name, value in held.items()}
        return self.session_class(own)  # copies: what this request changes must not be met by the next

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.accessed:
            response.headers["Vary"] = "Cookie"  # nothing else makes our pages differ
        if session.modified and session:
            signed = self.signed(app)
            held = dict(session)
            plain = {*map(type, held.values())} == {str}  # nothing that JSON could not say
            value = signed.sign(held if plain else self.serializer.tag(held))
            response.headers.add("Set-Cookie", f"{signed.name}={value}; {signed.attributes}")
        elif session.modified:
            super().save_session(app, session, response)  # takes the cookie away

    def _cookie(self, app: Flask) -> str:
        return dump_cookie(
            self.get_cookie_name(app),
            path=self.get_cookie_path(app),
            domain=self.get_cookie_domain(app),
            secure=self.get_cookie_secure(app),
            httponly=self.get_cookie_httponly(app),
            samesite=self.get_cookie_samesite(app),
        )


def token(own: SessionMixin) -> str:
    """A visitor's token for forms, as Flask-WTF will take it, by their session.

    It stays the same while the visitor does, so that the last few hundred are remembered.
    """
    secret = own.get(TOKEN)
    if not isinstance(secret, str):
        secret = own[TOKEN] = secrets.token_hex(20)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    sessions = app.session_interface
    assert isinstance(sessions, Sessions)
    return sessions.signed(app).token(secret)
