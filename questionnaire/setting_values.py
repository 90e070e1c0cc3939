"""How the value of a setting is read: each takes a value as it was written and gives it as it is meant.

All raise ValueError, which says what the value may be.
"""

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


def text(value: Any) -> str:
    """One line of text."""
    if not isinstance(value, str) or not value.strip() or len(value) > 200 or HIDDEN.search(value.strip()):
        raise ValueError("it may be one line of at most 200 characters that can be seen")
    return value.strip()


def lines(value: Any) -> tuple[str, ...]:
    """One to five lines of text."""
    written = value.split("|") if isinstance(value, str) else value
    if not isinstance(written, list) or not 1 <= len(written) <= 5:
        raise ValueError("it may be one to five lines, in the environment with | between them")
    return tuple(text(line) for line in written)


def yes(value: Any) -> bool:
    """True or false."""
    word = str(value).strip().lower()
    if word not in ("true", "yes", "1", "false", "no", "0"):
        raise ValueError("it may be true or false")
    return word in ("true", "yes", "1")


def hosts(value: Any) -> tuple[str, ...]:
    """Names of hosts, in small letters and without a port."""
    names = value.split("|") if isinstance(value, str) else value
    if not isinstance(names, list) or not 1 <= len(names) <= 20:
        raise ValueError("it may be one to twenty names, in the environment with | between them")
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\]", name.strip()):
            raise ValueError("it may be names such as guide.clinic.example, in small letters and without a port")
    return tuple(name.strip() for name in names)


def number(lowest: int, highest: int) -> Callable[[Any], int]:
    """What reads a whole number within these bounds."""

    def read(value: Any) -> int:
        word = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,6}", word) or not lowest <= int(word) <= highest:
            raise ValueError(f"it may be a whole number from {lowest} to {highest}")
        return int(word)

    return read


def releases(value: Any) -> str:
    """A folder of releases; empty for none."""
    return "" if value == "none" else str(value)


def storage(value: Any) -> str:
    """Where limits are counted."""
    if not isinstance(value, str) or not re.fullmatch(r"(memory://|(redis|rediss|redis\+unix)://\S{1,300})", value):
        raise ValueError("it may be memory:// or an address that begins with redis://, rediss:// or redis+unix://")
    try:
        _ = urlsplit(value).port
    except ValueError:
        raise ValueError(
            "its host or port can't be read; in a password write / as %2F, : as %3A, @ as %40, ? as %3F and # as %23"
        ) from None
    return value


def address(value: Any) -> str:
    """An address that a link may lead to."""
    if not isinstance(value, str) or not re.fullmatch(r"(https?://|mailto:|tel:)[^\s\"'<>]{1,300}", value):
        raise ValueError("it may be an address that begins with https://, http://, mailto: or tel:")
    return value


def colour(value: Any) -> str:
    """A colour such as #1f5f5b."""
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("it may be a colour such as #1f5f5b")
    return value.lower()


def picture(value: Any) -> Path:
    """The file of a small picture."""
    path = Path(str(value))
    if path.suffix.lower() not in PICTURES or not path.is_file() or path.stat().st_size > LARGEST_PICTURE:
        raise ValueError(f"it may be a file that is there, {' or '.join(PICTURES)}, of at most 100 kB")
    return path


def language(value: Any) -> str:
    """A code of a language, such as de or pt-BR."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?", value):
        raise ValueError("it may be a language such as de or pt-BR")
    return value.replace("_", "-")
