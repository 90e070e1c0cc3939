"""A short fingerprint of anything a rulebook is made of: it changes with meaning, never with the order of keys."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import Any

LENGTH = 12
"""Hexadecimal digits of a SHA-256; the same length for documents, paragraphs, rulebooks and sign-offs."""


def of_text(text: str) -> str:
    """The fingerprint of a text, byte for byte in UTF-8."""
    return of_bytes(text.encode())


def of_bytes(data: bytes) -> str:
    """The fingerprint of bytes as they are."""
    return hashlib.sha256(data).hexdigest()[:LENGTH]


def of_value(value: Any) -> str:
    """The fingerprint of dicts, lists, texts and the rulebook's dataclasses; places in files do not count."""
    return of_text(json.dumps(value, default=_meaning, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def _meaning(value: Any) -> dict[str, Any]:
    """The fields of a dataclass that mean something: where it stands in a file does not."""
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name != "place"}
