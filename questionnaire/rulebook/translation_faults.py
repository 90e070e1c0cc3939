"""What keeps a translated text from visitors: another number or time, HTML, a listed word, a turned direction."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator

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


def text_faults(language: str, original: str, text: str, standards: Standards) -> Iterator[Fault]:
    """Everything for which visitors are shown the original instead of this translation of it."""
    for _, fault, advice in characters.faults(text):
        yield f"can't be shown: {fault}", advice
    if tag := re.search(r"</?[a-zA-Z][^>]*>", text):
        yield f"holds HTML: {tag[0]}", "write plain words"
    first = next((unicodedata.bidirectional(c) for c in text if unicodedata.bidirectional(c) in ("L", "R", "AL")), "L")
    if (first == "L") == (language.split("-")[0] in RIGHT_TO_LEFT):
        yield "begins in the other direction than its language", "begin it with a word of the language"
    yield from _differ(original, text, PLACEHOLDER.findall, "leave each placeholder as it is")
    yield from _differ(original, text, _numbers, "write each number in digits, as the original has it")
    if of_language := standards.languages.get(language):
        yield from _counterparts(of_language, original, text)
        for listed in of_language.words:
            if stands(listed, text):
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
    """Number words, times and promises, by the table of standards.yaml: each must be said, and no other."""
    original, text = comparable(original), comparable(text)
    meant = [one for one in of_language.counterparts if any_stands(one.original, original)]
    allowed = {form for one in meant for form in one.said}
    for one in of_language.counterparts:
        if one in meant:
            if not any_stands(one.said, text):
                advice = f"say it in one of these words: {', '.join(one.said)}"
                yield f"lacks what its original says: {one.original[0]}", advice
        elif any_stands({*one.said} - allowed, text) and not any_stands(one.also_for, original):
            yield f"says what its original does not: {one.original[0]}", "say what the original says"
