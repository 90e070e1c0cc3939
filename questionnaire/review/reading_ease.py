"""How easy a text in another language is to read: by the formula made for the language, or by its sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from ..rulebook.model import OfLanguage

FORMULAS = {"es": "szigriszt_pazos"}
"""textstat's measure for a language, from 0 (hard) to 100 (easy). For Spanish it is the one that texts about health are
measured by (INFLESZ: under 40 very hard, 55 to 65 normal, over 65 easy). textstat counts syllables by where a word
may be parted, so a little too few. No formula is known here for Arabic.
"""
SENTENCE = re.compile(r"(?<=[.?!؟:؛…])\s+|\n+")
WORDS_TO_MEASURE = 10
"""A shorter text is not measured alone."""


@cache
def _measures(language: str) -> Any:
    import textstat  # only who measures needs it

    measures = type(textstat.textstat)()  # of its own: which language it measures is a state
    measures.set_lang(language)
    return measures


def ease(language: str, text: str) -> float | None:
    """How easy a text is to read, from 0 to 100; None for a language without a formula."""
    formula = FORMULAS.get(language)
    return float(getattr(_measures(language), formula)(text)) if formula else None


def words_of_sentences(text: str) -> list[int]:
    """How many words each sentence of a text has; labels of one or two words are none."""
    return [words for sentence in SENTENCE.split(text) if (words := len(sentence.split())) > 2]


def too_hard(language: str, held_to: OfLanguage, text: str) -> str:
    """Why a text is too hard to read; empty where it is not."""
    if len(text.split()) < WORDS_TO_MEASURE:
        return ""
    measured = ease(language, text) if held_to.ease_of_text else None
    if measured is not None and measured < held_to.ease_of_text:
        return f"has an ease of reading of {measured:.0f}, under {held_to.ease_of_text} ({FORMULAS[language]})"
    longest = max(words_of_sentences(text), default=0)
    if held_to.words_of_text and longest > held_to.words_of_text:
        return f"has a sentence of {longest} words, over {held_to.words_of_text}"
    return ""


def too_hard_together(language: str, held_to: OfLanguage, texts: Sequence[str]) -> str:
    """Why many texts are too hard to read together; empty where they are not."""
    whole = " ".join(text if text[-1] in ".?!؟" else f"{text}." for text in texts if len(text.split()) > 2)
    measured = ease(language, whole) if held_to.ease_of_file and whole else None
    if measured is not None and measured < held_to.ease_of_file:
        return f"have an ease of reading of {measured:.0f}, under {held_to.ease_of_file} ({FORMULAS[language]})"
    lengths = words_of_sentences("\n".join(texts))
    average = sum(lengths) / max(len(lengths), 1)
    if held_to.words_of_file and average > held_to.words_of_file:
        return f"have {average:.0f} words in a sentence on average, over {held_to.words_of_file}"
    return ""
