"""Checks of wording: words that no text may have, and texts that are too hard to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ...decide.build_tables import DecisionTables
from ...rulebook.characters import comparable
from ...rulebook.model import Rulebook, Standards, Word
from ...rulebook.problems import Place, Problem, error
from ...rulebook.statements import Statement
from .registry import check, statement_check

WORDS_TO_MEASURE = 10
"""A shorter text is left out of each-text: one long word would decide."""

WORDS_OF_A_SENTENCE = 3
"""textstat counts no sentence of fewer words, so that a file of labels would read as one endless sentence."""


@statement_check
def word(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A text has a word that judges, ranks, promises or presses (the list is in standards.yaml).

    Bad: `text: This is the best way to fix hip dips.`
    Good: `text: This can make hip dips show less.`
    """
    yield from word_problems(rulebook.standards, statement.place, statement.text)


def word_problems(standards: Standards, place: Place, text: str) -> Iterator[Problem]:
    """A problem for each listed word that stands in a text, outside the phrases in which it may."""
    plain = comparable(text)
    if not _pattern(standards.words).search(plain):
        return
    for listed in standards.words:
        if _pattern((listed,)).search(_pattern_of(listed.unless).sub(" ", plain)):
            message = f"the word '{listed.word}' stands here: {listed.because.rstrip('.').lower()}"
            yield error(place, "word", message, "say it in other words, or add the phrase under 'unless'")


def _pattern(words: tuple[Word, ...]) -> re.Pattern[str]:
    return _pattern_of(tuple(listed.word for listed in words))


@cache
def _pattern_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """What finds any of these in a comparable text; the longest of those that begin alike."""
    longest_first = sorted(map(comparable, phrases), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})\b")


def page_problems(standards: Standards, templates: Path) -> Iterator[Problem]:
    """Listed words in the pages of the site, in what is left of a template without its tags and code."""
    for path in sorted(templates.rglob("*.html")):
        for number, line in enumerate(path.read_text().split("\n"), 1):
            text = re.sub(r"\{[%#{].*?[%#}]\}|<[^>]*>", " ", line)
            yield from word_problems(standards, Place(path.name, number), text)


@check
def reading(tables: DecisionTables) -> Iterator[Problem]:
    """A text, or all texts of a file together, are too hard to read (textstat's Automated Readability Index plus five).

    Bad: one sentence of forty words with three commas.
    Good: short sentences, one thought each, in words that a child of ten knows.
    """
    standards = tables.rulebook.standards
    files: dict[str, list[str]] = {}
    for statement in tables.statements:
        text, words = statement.text, len(statement.text.split())
        if words >= WORDS_OF_A_SENTENCE:
            files.setdefault(statement.place.file, []).append(text if text[-1] in ".?!" else f"{text}.")
        if words >= WORDS_TO_MEASURE and (age := reading_age(standards, text)) > standards.age_of_text:
            message = f"this text needs a reader of {age:.0f} years, over {standards.age_of_text}"
            yield error(statement.place, "reading", message, "make two sentences of it, with shorter words")
    for file, sentences in files.items():
        age = reading_age(standards, " ".join(sentences))
        if age > standards.age_of_file:
            message = f"the texts of this file need a reader of {age:.0f} years, over {standards.age_of_file}"
            yield error(Place(file), "reading", message, "make sentences shorter and words plainer")


def reading_age(standards: Standards, text: str) -> float:
    """The age in years at which a text can be read: the US school grade by the Automated Readability Index, plus five.

    Of textstat's measures this one needs no dictionary of syllables, which takes longer to load than all other checks.
    """
    import textstat  # only this check needs it

    names = "|".join(re.escape(name) for name in sorted(standards.names_left_aside, key=len, reverse=True))
    plain = re.sub(rf"\b(?:{names})\b", "it", text, flags=re.I) if names else text
    return float(textstat.automated_readability_index(plain)) + 5
