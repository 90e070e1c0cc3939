"""The language of the pages: English as written in the templates, or a clinic's own catalogue (Babel's .po)."""

from __future__ import annotations

import gettext as gnu
import io
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, current_app, g, has_request_context

if TYPE_CHECKING:
    from babel.messages.catalog import Message

ENGLISH = "en"


class LanguageError(ValueError):
    """A catalogue that can't be used; one line for each fault, with the line of the file."""


class Language:
    """One language of pages. `code` as in HTML (de, pt-BR); `direction` is ltr or rtl, `name` what it calls itself.

    Only others than English load Babel.
    """

    def __init__(self, code: str = ENGLISH, words: gnu.NullTranslations | None = None) -> None:
        self.code = code
        self.words = words or gnu.NullTranslations()
        self.direction, self.name = "ltr", "English"
        if code != ENGLISH:
            from babel import Locale

            locale = Locale.parse(code, sep="-")
            self.direction, self.name = locale.text_direction, (locale.display_name or code).capitalize()

    def day(self, day: date) -> str:
        """A date in words, such as 22 November 2026."""
        if self.code == ENGLISH:
            return f"{day:%-d %B %Y}"
        from babel.dates import format_date

        return format_date(day, "long", locale=self.code.replace("-", "_"))


def load(code: str, folder: Path) -> Language:
    """The language of `folder/<code>.po`; English needs no catalogue.

    Raises LanguageError where there is none, or where a translation has other placeholders than its text.
    """
    if code == ENGLISH:
        return Language()
    from babel.core import Locale, UnknownLocaleError
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    path, compiled = folder / f"{code}.po", io.BytesIO()
    try:
        Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        raise LanguageError(f"language is {code}: no language has this code; give one such as de or pt-BR") from None
    if not path.is_file():
        raise LanguageError(
            f"language is {code}: there is no catalogue {path}; docs/translating.md says how to make one"
        )
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=code.replace("-", "_"), abort_invalid=True)
        write_mo(compiled, catalogue)
        compiled.seek(0)
        words = gnu.GNUTranslations(compiled)
    except (ValueError, LookupError, OSError, PoFileError) as fault:
        raise LanguageError(f"language is {code}: {path} can't be used: {fault}") from None
    faults = [f"{path}:{message.lineno}: {fault}" for message, wrong in catalogue.check() for fault in wrong]
    faults += [f"{path}:{message.lineno}: {fault}" for message in catalogue for fault in _other_marks(message)]
    if faults:
        raise LanguageError("\n".join(faults))
    missing = sum(1 for message in catalogue if message.id and (message.fuzzy or not message.string))
    if missing:
        logging.getLogger(__name__).warning("%s: %d texts are not translated yet and stay English", path, missing)
    return Language(code, words)


MARKS = re.compile(r"<[^>\0]*>|%(?!\(\w+\)[sd]|%)")
"""Tags, and everything that begins with % and is no plain placeholder."""


def _other_marks(message: Message) -> Iterator[str]:
    """What is wrong where a translation has tags, or forms of placeholders, that its text does not have."""
    text, translation = (
        "\0".join([some] if isinstance(some, str) else some or ()) for some in (message.id, message.string)
    )
    if text and (other := set(MARKS.findall(translation)) - set(MARKS.findall(text))):
        yield f"the text has no {' '.join(sorted(other))}"


def load_others(site: Language, folder: Path) -> dict[str, Language]:
    """The languages of `folder` beside the site's own; one whose catalogue can't be used is logged and left out."""
    others = {}
    for path in sorted(folder.glob("*.po")):
        if path.stem != site.code:
            try:
                others[path.stem] = load(path.stem, folder)
            except LanguageError as fault:
                logging.getLogger(__name__).error("%s", fault)
    return others


def install(app: Flask, language: Language, others: Mapping[str, Language] | None = None) -> None:
    """Let templates and code of this application speak the language, and `others` to visitors who choose them."""
    app.extensions["language"], app.extensions["other_languages"] = language, dict(others or {})
    app.context_processor(
        lambda: {"language": spoken(), "languages": app.extensions["other_languages"], "site_language": language}
    )
    app.jinja_env.globals["day_in_words"] = day_in_words
    app.jinja_env.add_extension("jinja2.ext.i18n")
    policies: dict[str, object] = app.jinja_env.policies
    policies["ext.i18n.trimmed"] = True
    install_words: Callable[..., None] = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]
    install_words(
        lambda text: spoken().words.gettext(text),
        lambda one, many, number: spoken().words.ngettext(one, many, number),
        newstyle=True,
    )


def day_in_words(day: str) -> str:
    """A day such as 2026-11-22 in words."""
    return spoken().day(date.fromisoformat(day))


def chosen_language() -> str:
    """The code of the language that this request's visitor chose; empty for the site's own."""
    return str(g.get("language", "")) if has_request_context() else ""


def spoken() -> Language:
    """The language that this request is answered in."""
    if chosen := chosen_language():
        other: Language = current_app.extensions["other_languages"][chosen]
        return other
    language = current_app.extensions["language"]
    assert isinstance(language, Language)
    return language


def gettext(text: str, **values: object) -> str:
    """A text of the pages in their language, with its placeholders filled in."""
    return spoken().words.gettext(text) % values
