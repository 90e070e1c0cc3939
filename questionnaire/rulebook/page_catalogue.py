"""The sentences of the pages in another language: a catalogue (.po), and what of it can't be used."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from .fingerprint import of_text

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

MARKS = re.compile(r"<[^>\0]*>|%(?!\(\w+\)[sd]|%)")
"""Tags, and everything that begins with % and is no plain placeholder."""


class PageCatalogueError(ValueError):
    """A catalogue that can't be used at all; the message says why."""


@dataclass(frozen=True)
class PageCatalogue:
    """What a catalogue holds. `faults`: sentences of it that can't be shown, (line, what is wrong); `missing`: how many
    of `total` are shown in English: these, and those that nobody has translated.
    """

    path: Path
    catalogue: Catalog
    faults: tuple[tuple[int, str], ...]
    missing: int
    total: int

    @cached_property
    def sentences(self) -> Mapping[str, tuple[int, str, str]]:
        """Each translated sentence by the fingerprint of its English words: (line, those, the translation)."""
        return {
            of_text(english): (message.lineno or 1, english, translation)
            for message in self.catalogue
            if message.id and not message.fuzzy
            for english, translation in _forms(message)
            if translation
        }

    def words(self) -> gettext.GNUTranslations:
        """The catalogue for gettext, with what may be shown alone."""
        return gettext.GNUTranslations(io.BytesIO(self.compiled))

    @cached_property
    def compiled(self) -> bytes:
        """The same as a .mo file."""
        from babel.messages.mofile import write_mo

        file = io.BytesIO()
        write_mo(file, self.catalogue)
        return file.getvalue()


def read_catalogue(path: Path) -> PageCatalogue:
    """The catalogue in a file that is called by its language, `es.po`. Raises PageCatalogueError."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise PageCatalogueError(f"{path} can't be used: {fault}") from None
    return _catalogue(path, data)


@lru_cache(maxsize=8)  # a check reads the files that the application reads
def _catalogue(path: Path, data: bytes) -> PageCatalogue:
    from babel.messages.pofile import PoFileError, read_po

    try:
        catalogue = read_po(io.BytesIO(data), locale=path.stem.replace("-", "_"), abort_invalid=True)
        faults = [(message.lineno or 1, str(fault), message) for message, wrong in catalogue.check() for fault in wrong]
        faults += [(message.lineno or 1, fault, message) for message in catalogue for fault in _other_marks(message)]
        for *_, message in faults:
            message.flags.add("fuzzy")  # so that it is shown in English
        missing = sum(1 for message in catalogue if message.id and (message.fuzzy or not message.string))
        whole = PageCatalogue(
            path, catalogue, tuple(sorted((line, fault) for line, fault, _ in faults)), missing, len(catalogue)
        )
        whole.words()
    except (ValueError, LookupError, PoFileError) as fault:
        raise PageCatalogueError(f"{path} can't be used: {fault}") from None
    return whole


def _forms(message: Message) -> Iterator[tuple[str, str]]:
    """The English words of a message, each with what they are translated to; of further plural forms, all together."""
    if isinstance(message.id, str):
        yield message.id, str(message.string or "")
    elif isinstance(message.string, tuple | list):
        one, many = message.id
        yield one, message.string[0] or ""
        yield many, " / ".join(filter(None, message.string[1:]))


def _other_marks(message: Message) -> Iterator[str]:
    """What is wrong where a translation has tags, or forms of placeholders, that its text does not have."""
    text, translation = (
        "\0".join([some] if isinstance(some, str) else some or ()) for some in (message.id, message.string)
    )
    if text and (other := set(MARKS.findall(translation)) - set(MARKS.findall(text))):
        yield f"the text has no {' '.join(sorted(other))}"
