"""A short fingerprint of anything a rulebook is made of: it changes with meaning, never with the order of keys."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from functools import cache
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
    return of_text(json.dumps(_meaning(value), sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def _meaning(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if is_dataclass(value):
        kind: Any = type(value)
        return {name: _meaning(getattr(value, name)) for name in _names(kind)}
    if isinstance(value, dict):
        return {str(name): _meaning(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_meaning(part) for part in value]
    return value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """The fields of a dataclass that mean something: where it stands in a file does not."""
    return tuple(field.name for field in fields(kind) if field.name != "place")
