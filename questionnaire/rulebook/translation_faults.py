"""What keeps a translated text from visitors: another number or time, HTML, a listed word, a turned direction."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache

from . import characters
from .characters import comparable
from .find_listed_words import any_stands, stands
from .model import OfLanguage, Standards

RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "ps", "yi", "dv", "ckb")
"""Languages that are written from right to left."""
NUMBER = re.compile(r"\d+(?:[.,\u066b]\d+)?")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
Fault = tuple[str, str]
"""What is wrong with a text, and what to do."""


def text_faults(language: str, original: str, text: str, standards: Standards) -> tuple[Fault, ...]:
    """Everything for which visitors are shown the original instead of this translation of it."""
    return _text_faults(language, original, text, standards.languages.get(language))


@lru_cache(maxsize=4096)  # two checks and the pages ask of each text
def _text_faults(language: str, original: str, text: str, of_language: OfLanguage | None) -> tuple[Fault, ...]:
    return tuple(_faults(language, original, text, of_language))


def _faults(language: str, original: str, text: str, of_language: OfLanguage | None) -> Iterator[Fault]:
    for _, fault, advice in characters.faults(text):
        yield f"can't be shown: {fault}", advice
    if tag := re.search(r"</?[a-zA-Z][^>]*>", text):
        yield f"holds HTML: {tag[0]}", "write plain words"
    first = next((unicodedata.bidirectional(c) for c in text if unicodedata.bidirectional(c) in ("L", "R", "AL")), "L")
    if (first == "L") == (language.split("-")[0] in RIGHT_TO_LEFT):
        yield "begins in the other direction than its language", "begin it with a word of the language"
    yield from _differ(original, text, PLACEHOLDER.findall, "leave each placeholder as it is")
    yield from _differ(original, text, _numbers, "write each number in digits, as the original has it")
    if of_language:
        words = comparable(text)
        yield from _counterparts(of_language, comparable(original), words)
        for listed in of_language.words:
            if stands(listed, words):
                yield f"has the word '{listed.word}': {listed.because.rstrip('.').lower()}", "say it in other words"


def _differ(original: str, text: str, find: Callable[[str], list[str]], advice: str) -> Iterator[Fault]:
    before, after = Counter(find(original)), Counter(find(text))
    if missing := sorted((before - after).elements()):
        yield f"lacks what its original says: {', '.join(missing)}", advice
    if other := sorted((after - before).elements()):
        yield f"says what its original does not: {', '.join(other)}", advice


def _numbers(text: str) -> list[str]:
    """The numbers of a text in digits of ours, with a full stop: ٣٠ is 30."""
    return [
        "".join(str(unicodedata.digit(sign)) if sign.isdigit() else "." for sign in written)
        for written in NUMBER.findall(PLACEHOLDER.sub("", text))
    ]


def _counterparts(of_language: OfLanguage, original: str, text: str) -> Iterator[Fault]:
    """Number words, times and promises, by the table of standards.yaml: each must be said, and no other.

    Both texts are comparable ones.
    """
    meant = [one for one in of_language.counterparts if any_stands(one.original, original)]
    allowed = {form for one in meant for form in one.said}
    for one in of_language.counterparts:
        if one in meant:
            if not any_stands(one.said, text):
                advice = f"say it in one of these words: {', '.join(one.said)}"
                yield f"lacks what its original says: {one.original[0]}", advice
            continue
        others = [form for form in one.said if form not in allowed]
        if any_stands(others, text) and not any_stands(one.also_for, original):
            yield f"says what its original does not: {one.original[0]}", "say what the original says"
