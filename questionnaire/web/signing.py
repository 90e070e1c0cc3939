"""Signatures as itsdangerous makes them, which reads them too: its key is derived once, not again for each."""

from __future__ import annotations

import hmac
from json import JSONEncoder
from typing import Any

from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode, int_to_bytes

_encode = JSONEncoder(separators=(",", ":")).encode


class Signing:
    """Signs what the serializer of Flask's sessions, or that of Flask-WTF's tokens, will take as signed by itself.

    Both sign with SHA-1 by HMAC. Nothing is compressed: what is signed here is a few hundred bytes at most.
    """

    def __init__(self, serializer: URLSafeTimedSerializer) -> None:
        self._signer = serializer.make_signer()
        self._key = self._signer.derive_key()

    def sign(self, held: Any) -> str:
        """What goes into a cookie or a form. `held`: anything that JSON can say."""
        now: int = self._signer.get_timestamp()  # type: ignore[attr-defined]
        value = base64_encode(_encode(held)) + b"." + base64_encode(int_to_bytes(now))
        return (value + b"." + base64_encode(hmac.digest(self._key, value, "sha1"))).decode()
