"""The languages that units are read, remarked on and signed in; the original is the one without a code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from babel import Locale
from flask import abort, request

from ..rulebook.fingerprint import of_text
from ..rulebook.schema import TRANSLATIONS
from ..rulebook.statements import Statement
from ..rulebook.yaml_edit import edited
from ..rulebook.yaml_tree import read_bytes
from .rulebooks import current


@dataclass(frozen=True)
class Spoken:
    """A language as a page names it, and as HTML has to know it: its code and the direction it is written in."""

    code: str
    name: str
    direction: str


def spoken(code: str) -> Spoken:
    """The language of a code, which is that of a translation."""
    locale = Locale.parse(code, sep="-")
    return Spoken(code, locale.english_name or code, locale.text_direction)


def all_spoken() -> list[Spoken]:
    """Each language that there is a translation to now."""
    return [spoken(code) for code in current().in_languages if code]


def asked_language() -> str:
    """The code of the language that this request is for, or an empty one; ends it with 404 where there is none such."""
    code = request.values.get("language", "")
    if code not in current().in_languages:
        abort(404)
    return code


def words_file(language: str) -> str:
    """The rule file with the words of a language."""
    return f"{TRANSLATIONS}/{language}.yaml"


def with_words(data: bytes, language: str, statement: Statement, words: str) -> bytes:
    """A file of translations with these words for a text of the original as it is now; every other byte as it was."""
    values: dict[str, Any] = read_bytes(data, words_file(language), is_translation=True).plain()
    values["texts"][statement.id] = {"original": statement.text, "of": of_text(statement.text), "text": words}
    return edited(data, values, words_file(language), is_translation=True)


@dataclass(frozen=True)
class UnitIn:
    """A unit in a language. As text, as the log, commits and pages name it."""

    unit: str
    language: str

    def __str__(self) -> str:
        """The unit, and its language where it is not the original."""
        return f"{self.unit} in {spoken(self.language).name}" if self.language else self.unit
