"""Checks of the rulebook in other languages: is every text there, and does it say no other number?"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from ...decide.build_tables import DecisionTables
from ...rulebook.problems import Problem, error, nearest, warning
from ...rulebook.statements import statements
from ...rulebook.translated import states
from .registry import check

RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "ps", "yi", "dv", "ckb")
"""Languages that are written from right to left."""
NUMBER = re.compile(r"\d+(?:[.,\u066b]\d+)?")


@check
def translation(tables: DecisionTables) -> Iterator[Problem]:
    """A language is not offered to visitors: texts are not translated, or changed since they were.

    Bad: a text of the rules was changed, and `translations/es.yaml` has what it said before.
    Good: `flask rules translate es` marked it, and somebody translated it again.
    """
    for language, one in tables.rulebook.translations.items():
        count = Counter(states(tables.rulebook, language).values())
        if count["new"] or count["stale"]:
            message = (
                f"'{language}' is not offered: {count['new']} texts are not translated, and {count['stale']} are stale"
            )
            advice = f"'flask rules translate {language}' marks them; translate them, and take the marks away"
            yield warning(one.place, "translation", message, advice)


@check
def translated_text(tables: DecisionTables) -> Iterator[Problem]:
    """A translated text belongs to no text, holds HTML, has other numbers, or begins in another direction.

    Bad: `text: Tarda entre 30 y 40 minutos.` where the original says 30 to 50.
    Good: every number of the original, and no other.
    """
    originals = {statement.id: statement.text for statement in statements(tables.rulebook) if statement.text}
    for language, one in tables.rulebook.translations.items():
        for name, entry in one.texts.items():
            if entry.mark or not entry.text:
                continue
            if name not in originals:
                message, advice = f"there is no text '{name}'", nearest(name, originals)
                yield error(entry.place, "translated-text", message, advice)
                continue
            for fault, advice in _faults(language, originals[name], entry.text):
                yield error(entry.place, "translated-text", f"'{name}' {fault}", advice)


def _faults(language: str, original: str, text: str) -> Iterator[tuple[str, str]]:
    if tag := re.search(r"</?[a-zA-Z][^>]*>", text):
        yield f"holds HTML: {tag[0]}", "write plain words"
    first = next((unicodedata.bidirectional(c) for c in text if unicodedata.bidirectional(c) in ("L", "R", "AL")), "L")
    if (first == "L") == (language.split("-")[0] in RIGHT_TO_LEFT):
        yield "begins in the other direction than its language", "begin it with a word of the language"
    before, after = (Counter(map(_number, NUMBER.findall(part))) for part in (original, text))
    if missing := sorted((before - after).elements()):
        yield (
            f"lacks what its original says: {', '.join(missing)}",
            "write each number in digits, as the original has it",
        )
    if other := sorted((after - before).elements()):
        yield f"says what its original does not: {', '.join(other)}", "write each number as the original has it"


def _number(written: str) -> str:
    """A number in digits of ours, with a full stop: ٣٠ is 30."""
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else "." for c in written)
