"""Words of standards.yaml in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from .characters import comparable
from .model import Word


def any_stands(words: Iterable[str], text: str) -> bool:
    """Whether one of these words stands in a comparable text. A star at an end of one stands for any letters."""
    return _pattern(*words).search(text) is not None


def stands(listed: Word, text: str) -> bool:
    """Whether a listed word stands in a comparable text outside the phrases in which it may."""
    for phrase in listed.unless:
        text = _pattern(phrase).sub(" ", text)
    return _pattern(listed.word).search(text) is not None


@lru_cache(maxsize=1024)
def _pattern(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(map(_one, words)) or "(?!)")


def _one(word: str) -> str:
    begin, end = "" if word.startswith("*") else r"(?<!\w)", "" if word.endswith("*") else r"(?!\w)"
    return begin + re.escape(comparable(word.strip("*"))) + end
