"""The sentences of the pages themselves, as statements: those of the catalogue that translators get.

A test holds the catalogue (translations/messages.pot, by `flask rules docs`) against the templates and the code.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from os.path import relpath
from pathlib import Path

from .fingerprint import of_text
from .page_catalogue import PageCatalogueError, read_catalogue
from .problems import Place
from .statements import Statement

UNIT = "pages"
PROJECT = Path(__file__).parents[2]
CATALOGUE = PROJECT / "translations" / "messages.pot"


@cache
def page_statements(catalogue: Path = CATALOGUE) -> tuple[Statement, ...]:
    """A statement for each sentence, at the first template or module that has it; its id is made of its words.

    Raises OSError.
    """
    from babel.messages.pofile import read_po  # only where somebody signed, or asks who did

    with catalogue.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    return tuple(
        Statement((UNIT, of_text(words)), UNIT, words, (), False, False, False, _place(message.locations))
        for message in messages
        for words in ([message.id] if isinstance(message.id, str) else message.id)
    )


@cache
def translated_page_statements(language: str, folder: Path = CATALOGUE.parent) -> tuple[Statement, ...]:
    """The same statements as visitors of a language read them, at their lines of its catalogue. What this does not have
    they read in English. Raises OSError.
    """
    path = folder / f"{language}.po"
    try:
        sentences = read_catalogue(path).sentences
    except PageCatalogueError:
        sentences = {}
    return tuple(
        replace(statement, text=sentences[name][2], place=Place(relpath(path), sentences[name][0]))
        if (name := statement.path[1]) in sentences
        else statement
        for statement in page_statements()
    )


def _place(locations: list[tuple[str, int]]) -> Place:
    return Place(relpath(PROJECT / locations[0][0]) if locations else "")
