"""A file of translations, made or brought up to date; and the same texts as PO, for translators' tools, both ways."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..rulebook.fingerprint import of_text
from ..rulebook.model import Rulebook, TranslatedText, Translation
from ..rulebook.problems import Place
from ..rulebook.statements import statements

HEAD = """\
# The texts of the rulebook in another language. `flask rules translate {language}` keeps this file up to date.
# Write `text`, and take `mark` away once a text is right: new ones have no text yet, stale ones translate what the
# original said before, and those left over have no original any more. The rules themselves stand in no translation.
"""


class CatalogueError(Exception):
    """A PO file that can't be taken; the message says why."""


@dataclass(frozen=True)
class Updated:
    """A file of translations as it should be, and how many of its texts are new, stale and left over."""

    text: str
    done: int
    new: int
    stale: int
    left_over: int


def updated(rulebook: Rulebook, language: str, translation: Translation | None = None, today: str = "") -> Updated:
    """The file of a language (`translation`: what it says now): what is done stays, all else is marked.

    Once every text is done it says since when (`today`, an ISO day), and keeps saying it.
    """
    before = translation or rulebook.translations.get(language)
    known: Mapping[str, TranslatedText] = before.texts if before else {}
    entries: list[tuple[str, str, str, str]] = []
    for statement in statements(rulebook):
        if statement.text:
            entry = known.get(statement.id, TranslatedText("", "", "", Place("")))
            stale = entry.mark == "stale" or entry.of != of_text(statement.text)
            mark = "new" if not entry.text or entry.mark == "new" else "stale" if stale else ""
            entries.append((statement.id, statement.text, entry.text, mark))
    there = {name for name, *_ in entries}
    left = [(name, entry.text, entry.text, "left-over") for name, entry in known.items() if name not in there]
    entries += [entry for entry in left if entry[2]]
    complete = (before.complete if before else "") or ("" if any(mark for *_, mark in entries) else today)
    since = f"complete: {complete}\n" if complete else ""
    lines = [f"language: {language}\n", since, "texts:\n", *(line for entry in entries for line in _entry(*entry))]
    count = [mark for *_, mark in entries]
    return Updated(
        HEAD.format(language=language) + "".join(lines) + "...\n",
        *(count.count(mark) for mark in ("", "new", "stale", "left-over")),
    )


def _entry(name: str, original: str, text: str, mark: str) -> Iterator[str]:
    yield f"  {json.dumps(name)}:\n    original: {json.dumps(original, ensure_ascii=False)}\n"
    yield f'    of: "{of_text(original)}"\n'
    if text:
        yield f"    text: {json.dumps(text, ensure_ascii=False)}\n"
    if mark:
        yield f"    mark: {mark}\n"


def as_po(rulebook: Rulebook, language: str) -> bytes:
    """The texts of a language as a PO file: the id of each as its context, and stale ones as fuzzy."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    catalogue, known = Catalog(locale=language.replace("-", "_")), rulebook.translations.get(language)
    for statement in statements(rulebook):
        if statement.text:
            entry = known.texts.get(statement.id) if known else None
            stale = bool(entry and entry.text and (entry.mark or entry.of != of_text(statement.text)))
            flags = {"fuzzy"} if stale else set()
            catalogue.add(statement.text, entry.text if entry else "", context=statement.id, flags=flags)
    file = io.BytesIO()
    write_po(file, catalogue, width=0)
    return file.getvalue()


def with_po(rulebook: Rulebook, language: str, data: bytes) -> Translation:
    """The translation of a language with the texts of a PO file, of which fuzzy and empty ones are not taken.

    Raises CatalogueError for what is no such file.
    """
    from babel.messages.pofile import PoFileError, read_po

    try:
        catalogue = read_po(io.BytesIO(data), abort_invalid=True)
    except (PoFileError, ValueError, LookupError) as fault:
        raise CatalogueError(f"it can't be read as PO: {fault}") from None
    ids = {statement.id for statement in statements(rulebook)}
    if not any(message.context in ids for message in catalogue):
        raise CatalogueError("no entry of it has the id of a text as its context (msgctxt)")
    before = rulebook.translations.get(language) or Translation(language, {}, Place(""))
    texts = dict(before.texts)
    for message in catalogue:
        original, text = message.id, message.string
        if message.context and isinstance(original, str) and isinstance(text, str) and text and not message.fuzzy:
            texts[message.context] = TranslatedText(text.strip(), of_text(original), "", Place(""))
    return replace(before, texts=texts)
