"""Words of the glossary in the texts of a page: the first use of each can be opened where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import g

from ..rulebook.model import Rulebook, Term
from .served_rulebook import current_rulebook

PREFIXES = "(?:[\u0648\u0641]?(?:[\u0628\u0643\u0644]?(?:\u0627\u0644)?|\u0644\u0644))"
"""What Arabic writes onto a word: "and", "so", "in", "like", "to", "the"."""


@dataclass(frozen=True)
class Part:
    """A piece of a text; `term` where it is a word that this page has not explained yet. `after`: the signs that must
    stand in its line, such as a full stop."""

    text: str
    term: Term | None = None
    after: str = ""


def terms_in(text: str) -> Iterator[Part]:
    """A text in pieces, so that the first use of each term on this page can be marked.

    What was marked is kept for the request, so a text that is rendered once for many pages must not be marked.
    """
    marked: set[str] = g.setdefault("marked_terms", set())
    words, pattern = _words(current_rulebook().rulebook)
    begin = 0
    for found in pattern.finditer(text):
        term = words[found["term"].lower()]
        if term.id not in marked:
            marked.add(term.id)
            yield Part(text[begin : found.start()])
            yield Part(text[slice(*found.span("word"))], term, text[slice(*found.span("after"))])
            begin = found.end()
    yield Part(text[begin:])


def _words(rulebook: Rulebook) -> tuple[Mapping[str, Term], re.Pattern[str]]:
    """Every word that the glossary explains, and a pattern that finds them, the longest first."""
    words = {word.lower(): term for term in rulebook.glossary.values() for word in (term.name, *term.also)}
    return words, _pattern(tuple(sorted(words, key=len, reverse=True)))


@lru_cache(maxsize=4)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    word = "|".join(map(re.escape, words)) or "(?!)"
    return re.compile(rf"(?<!\w)(?P<word>{PREFIXES}(?P<term>{word}))(?!\w)(?P<after>[.,;:!?)”’»،؛؟]*)", re.I)
