"""How texts are held against claims: words that stand in a text, its parts, and the claims that each is most like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from ...rulebook.model import Rulebook
from ...rulebook.statements import Statement

SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
CLAUSE_END = re.compile(r"[.?!;:()]\s*|,\s+|\s(?:but|and|so that|which|because|as|yet)\s")

LEAST_LETTERS = 4
"""Shorter words say little of what a text is about."""

STEM = 5
"""Letters by which two words are taken for one: exercise and exercising."""


def has_word(text: str, words: Iterable[str]) -> str:
    """The first of these words or phrases that stands in a text, whatever its letters' size; empty where none does."""
    found = _pattern(tuple(words)).search(text)
    return found[0] if found else ""


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\w)", re.I)


def claims_of(rulebook: Rulebook, statement: Statement) -> list[str]:
    """What each claim that a statement rests on says; the name of an option rests on what its summary does."""
    claims = statement.claims
    if statement.path[0] == "options" and not statement.cited:
        claims = rulebook.options[statement.path[1]].summary.claims
    return [rulebook.claims[claim].says for claim in claims]


def nearest_claims(rulebook: Rulebook, statement: Statement, end: re.Pattern[str]) -> Iterator[tuple[str, list[str]]]:
    """The whole of a text with all of its claims; then each part of it with the parts of claims that are most like it.

    `end` tells where a part ends. A part that shares fewer than two words with every claim, or fewer than half of its
    own, is left out: it may be any claim's. So are the parts of a reason, which speak of the visitor's answers too.
    """
    claims = claims_of(rulebook, statement)
    if not statement.cited or not claims or not statement.text:
        return
    yield statement.text, claims
    known = [(part, stems(part)) for says in claims for part in end.split(says) if part]
    for part in () if is_reason(statement) else end.split(statement.text):
        own = stems(part)
        shared = [(len(words & own), claim) for claim, words in known]
        most = max(count for count, _ in shared)
        if most > 1 and 2 * most >= len(own):
            yield part, [claim for count, claim in shared if count == most]


def areas_of(rulebook: Rulebook, statement: Statement) -> frozenset[str]:
    """The areas whose visitors read a statement; empty where it belongs to none."""
    part, name = statement.path[:2]
    if part == "options":
        return frozenset([rulebook.options[name].area])
    if part == "areas":
        return frozenset([name])
    if part == "caveats":
        caveat = rulebook.caveats[name]
        return frozenset([*caveat.areas, *(rulebook.options[option].area for option in caveat.options)])
    return frozenset()


def is_reason(statement: Statement) -> bool:
    """Whether a statement is the reason of a rule: it also speaks of the visitor's own answers."""
    return statement.path[0] == "options" and statement.path[2] == "rules"


def without(text: str, phrases: Iterable[str]) -> str:
    """A text without these phrases."""
    return _pattern(tuple(phrases)).sub(" ", text)


def stems(text: str) -> set[str]:
    """The beginnings of a text's longer words, in small letters."""
    return {word[:STEM] for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) >= LEAST_LETTERS}
