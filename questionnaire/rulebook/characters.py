"""Which characters may stand in a rule file: none that nobody sees, none that only look like others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

INVISIBLE = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f"  # control characters
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, fillers, Mongolian selectors
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"  # zero-width, line separators, directions, blanks
    "\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"  # private use, variation selectors, marks
    "\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"  # musical marks, tag characters, private use
)
"""Characters that show nothing, or change how others are shown; allowed() names the two exceptions."""
ODD_SPACE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""For a character class: what looks like a space and is none to YAML. Allowed within a text only."""
NON_JOINER, JOINER = "\u200c", "\u200d"
_JOINED_SCRIPTS = re.compile(
    "ARABIC|SYRIAC|NKO|MONGOLIAN|DEVANAGARI|BENGALI|GURMUKHI|GUJARATI|ORIYA|TAMIL|TELUGU|KANNADA|MALAYALAM|SINHALA|KHMER"
)
_WORD = re.compile(r"[^\W\d_]+")
_LOOK_ALIKE = {"LATIN", "CYRILLIC", "GREEK"}


def name(character: str) -> str:
    """The character as a message can name it.

    >>> name("\u00ad")
    'U+00AD (soft hyphen)'
    """
    words = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({words})" if words else "")


def faults(text: str) -> Iterator[tuple[int, str, str]]:
    """What may not stand in a text: for each the position, what is wrong, and what to do."""
    for match in INVISIBLE.finditer(text):
        if not _allowed(text, match.start()):
            yield match.start(), f"the character {name(match[0])} is not allowed", "delete it; it may be invisible"
    if text.isascii():
        return
    for match in _WORD.finditer(text):
        if foreign := _foreign_letter(match[0]):
            what = f"the word '{match[0]}' mixes alphabets: '{foreign}' is {name(foreign)}"
            yield match.start() + match[0].index(foreign), what, "type the whole word again"


def shows_something(text: str) -> bool:
    """Whether a reader sees at least one letter or digit."""
    return any(character.isalnum() for character in text)


def comparable(text: str) -> str:
    """The text as words are compared: without invisible characters, in one form of letters, in small letters."""
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()


def _allowed(text: str, position: int) -> bool:
    """Whether an invisible character is needed here: a joiner within Arabic or Indic words, or a symbol's colour."""
    before, after = text[:position][-1:], text[position + 1 :][:1]
    if text[position] in (NON_JOINER, JOINER):
        return all(_JOINED_SCRIPTS.match(unicodedata.name(neighbour or " ", "")) for neighbour in (before, after))
    return text[position] in "\ufe0e\ufe0f" and unicodedata.category(before or " ") == "So"


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


def _foreign_letter(word: str) -> str | None:
    """The first letter that is not Latin in a word of several alphabets whose letters look alike; None for others."""
    scripts = {letter: _script(letter) for letter in word}
    if len(_LOOK_ALIKE.intersection(scripts.values())) < 2:
        return None
    return next(letter for letter, script in scripts.items() if script in _LOOK_ALIKE and script != "LATIN")
