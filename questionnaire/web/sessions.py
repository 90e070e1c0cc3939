"""Flask's own signed sessions and Flask-WTF's own tokens, without making the same signature again for each page, and
without losing answers where a clock goes back.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer


class Signer(TimestampSigner):
    """Takes a session that was signed a moment ahead of this clock; itsdangerous refuses it.

    The clock of a machine is put back by a second now and then, and two nodes never agree to the second: visitors would
    lose their answers. Only we can sign, so a signature from the future says nothing but that.
    """

    def unsign(self, signed_value: Any, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        try:
            return super().unsign(signed_value, max_age, return_timestamp)  # type: ignore[call-overload]
        except SignatureExpired as fault:
            if fault.date_signed is None or fault.date_signed < datetime.fromtimestamp(self.get_timestamp(), UTC):
                raise
            return super().unsign(signed_value, None, return_timestamp)  # type: ignore[call-overload]


class Sessions(SecureCookieSessionInterface):
    """The signer is made once for each set of keys; Flask makes one twice a request."""

    def __init__(self) -> None:
        self._keys: object = None
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = (app.secret_key, tuple(app.config.get("SECRET_KEY_FALLBACKS") or ()))
        if keys != self._keys:
            self._signer, self._keys = super().get_signing_serializer(app), keys
            if self._signer is not None:
                self._signer.signer = Signer
        return self._signer


def token() -> str:
    """This visitor's token for forms. It stays the same while they do, so the last few hundred are remembered."""
    own = session.get("csrf_token")
    return _signed(own, current_app.secret_key) if isinstance(own, str) else generate_csrf()


@lru_cache(maxsize=512)
def _signed(_own: str, _key: object) -> str:
    signed: str = generate_csrf()
    return signed
