"""How the value of a setting is read: each takes what was given and returns it as meant, or says what it may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PICTURES = (".svg", ".png")
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
LARGEST_PICTURE = 100 * 1024
"""Bytes of a logo: it is on every page."""


def text(given: Any) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > 200 or HIDDEN.search(given.strip()):
        raise ValueError("it may be one line of at most 200 characters that can be seen")
    return given.strip()


def lines(given: Any) -> tuple[str, ...]:
    lines = given.split("|") if isinstance(given, str) else given
    if not isinstance(lines, list) or not 1 <= len(lines) <= 5:
        raise ValueError("it may be one to five lines, in the environment with | between them")
    return tuple(text(line) for line in lines)


def yes(given: Any) -> bool:
    word = str(given).strip().lower()
    if word not in ("true", "yes", "1", "false", "no", "0"):
        raise ValueError("it may be true or false")
    return word in ("true", "yes", "1")


def secret(given: Any) -> str:
    if not isinstance(given, str) or len(given) < 16:
        raise ValueError("it is too short; give at least 16 characters that nobody can guess")
    return given


def secrets(given: Any) -> tuple[str, ...]:
    keys = given.split("|") if isinstance(given, str) else given
    if not isinstance(keys, list) or not 1 <= len(keys) <= 5:
        raise ValueError("it may be one to five keys, in the environment with | between them")
    if any(isinstance(key, str) and re.search(r"[,;\s]", key) for key in keys):
        raise ValueError("it may be keys with | between them, and no comma, semicolon or space in them")
    return tuple(secret(key) for key in keys)


def hosts(given: Any) -> tuple[str, ...]:
    names = given.split("|") if isinstance(given, str) else given
    if not isinstance(names, list) or not 1 <= len(names) <= 20:
        raise ValueError("it may be one to twenty names, in the environment with | between them")
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\]", name.strip()):
            raise ValueError("it may be names such as guide.clinic.example, in small letters and without a port")
    return tuple(name.strip() for name in names)


def number(lowest: int, highest: int) -> Callable[[Any], int]:
    def read(given: Any) -> int:
        word = str(given).strip()
        if isinstance(given, bool) or not re.fullmatch(r"[0-9]{1,6}", word) or not lowest <= int(word) <= highest:
            raise ValueError(f"it may be a whole number from {lowest} to {highest}")
        return int(word)

    return read


def releases(given: Any) -> str:
    return "" if given == "none" else str(given)


def storage(given: Any) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"(memory://|(redis|rediss|redis\+unix)://\S{1,300})", given):
        raise ValueError("it may be memory:// or an address that begins with redis://, rediss:// or redis+unix://")
    try:
        _ = urlsplit(given).port
    except ValueError:
        raise ValueError(
            "its host or port can't be read; in a password write / as %2F, : as %3A, @ as %40, ? as %3F and # as %23"
        ) from None
    return given


def address(given: Any) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"(https?://|mailto:|tel:)[^\s\"'<>]{1,300}", given):
        raise ValueError("it may be an address that begins with https://, http://, mailto: or tel:")
    return given


def colour(given: Any) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", given):
        raise ValueError("it may be a colour such as #1f5f5b")
    return given.lower()


def picture(given: Any) -> Path:
    path = Path(str(given))
    if path.suffix.lower() not in PICTURES or not path.is_file() or path.stat().st_size > LARGEST_PICTURE:
        raise ValueError(f"it may be a file that is there, {' or '.join(PICTURES)}, of at most 100 kB")
    return path


def language(given: Any) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?", given):
        raise ValueError("it may be a language such as de or pt-BR")
    return given.replace("_", "-")
