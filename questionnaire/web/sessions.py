"""Flask's own signed sessions and Flask-WTF's own tokens, without making the same signature again for each page."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, current_app, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer


class Sessions(SecureCookieSessionInterface):
    """The signer is made once for each set of keys; Flask makes one twice a request."""

    def __init__(self) -> None:
        self._keys: object = None
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = (app.secret_key, tuple(app.config.get("SECRET_KEY_FALLBACKS") or ()))
        if keys != self._keys:
            self._signer, self._keys = super().get_signing_serializer(app), keys
        return self._signer


def token() -> str:
    """This visitor's token for forms. It stays the same while they do, so the last few hundred are remembered."""
    own = session.get("csrf_token")
    return _signed(own, current_app.secret_key) if isinstance(own, str) else generate_csrf()


@lru_cache(maxsize=512)
def _signed(_own: str, _key: object) -> str:
    signed: str = generate_csrf()
    return signed
