"""Flask's own signed sessions and Flask-WTF's own tokens, without checking or making the same signature twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, Request, current_app, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

REMEMBERED = 512
"""Cookies and tokens that are remembered at once, some 0.5 MB; the next page of the same visitor is likely soon."""


class Sessions(SecureCookieSessionInterface):
    """The signer is made once for each set of keys, and the same cookie is proved once rather than each time."""

    def __init__(self) -> None:
        self._keys: object = None
        self._signer: URLSafeTimedSerializer | None = None
        self._proved = lru_cache(maxsize=REMEMBERED)(self._prove)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = (app.secret_key, tuple(app.config.get("SECRET_KEY_FALLBACKS") or ()))
        if keys != self._keys:
            self._signer, self._keys = super().get_signing_serializer(app), keys
            self._proved.cache_clear()
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_signing_serializer(app) is None:
            return None
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        held, signed = self._proved(cookie)
        # A time ahead of ours is taken: clocks are put back, those of two nodes differ, and only we can sign.
        if TimestampSigner.get_timestamp(self) - signed > app.permanent_session_lifetime.total_seconds():  # type: ignore[arg-type]
            return self.session_class()
        own = {name: value.copy() if isinstance(value, dict | list) else value for name, value in held.items()}
        return self.session_class(own)  # copies: what this request changes must not be met by the next

    def _prove(self, cookie: str) -> tuple[Mapping[str, Any], float]:
        """What a cookie holds, and when it was signed (seconds); nothing where the signature is not ours."""
        assert self._signer is not None
        try:
            held, signed = self._signer.loads(cookie, return_timestamp=True)
        except BadSignature:
            return {}, 0.0
        return held, signed.timestamp()


def token() -> str:
    """This visitor's token for forms. It stays the same while they do, so the last few hundred are remembered."""
    own = session.get("csrf_token")
    return _signed(own, current_app.secret_key) if isinstance(own, str) else generate_csrf()


@lru_cache(maxsize=REMEMBERED)
def _signed(_own: str, _key: object) -> str:
    signed: str = generate_csrf()
    return signed
