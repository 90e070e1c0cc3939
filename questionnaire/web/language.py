"""The language of the pages: English as written in the templates, or a clinic's own catalogue (Babel's .po)."""

from __future__ import annotations

import gettext as gnu
import logging
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from flask import Flask, current_app, g, has_app_context, has_request_context

from ..rulebook.page_catalogue import PageCatalogueError, read_catalogue
from ..rulebook.translated import MOST_ORIGINALS
from .in_original import InOriginal, untagged

ENGLISH = "en"


class LanguageError(ValueError):
    """A catalogue that can't be used; one line for each fault, with the line of the file."""


class Language:
    """One language of pages. `code` as in HTML (de, pt-BR); `direction` is ltr or rtl, `name` what it calls itself.

    `nearly_complete`: whether it has enough of the pages' sentences to be offered beside the site's own.
    Only others than English load Babel.
    """

    def __init__(
        self, code: str = ENGLISH, words: gnu.NullTranslations | None = None, nearly_complete: bool = True
    ) -> None:
        self.code, self.nearly_complete = code, nearly_complete
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


def load(code: str, folder: Path, is_site: bool = True) -> Language:
    """The language of `folder/<code>.po`; English needs no catalogue.

    Sentences of it that can't be shown stop the start where it is the language of the site; else they are logged, and
    stay English. Raises LanguageError for them, and where there is no such language or no catalogue that can be read.
    """
    if code == ENGLISH:
        return Language()
    from babel.core import Locale, UnknownLocaleError

    path = folder / f"{code}.po"
    try:
        Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        raise LanguageError(f"language is {code}: no language has this code; give one such as de or pt-BR") from None
    if not path.is_file():
        raise LanguageError(
            f"language is {code}: there is no catalogue {path}; docs/translating.md says how to make one"
        )
    try:
        catalogue = read_catalogue(path)
        words = catalogue.words()
    except PageCatalogueError as fault:
        raise LanguageError(f"language is {code}: {fault}") from None
    faults = "\n".join(f"{path}:{line}: {fault}" for line, fault in catalogue.faults)
    if faults and is_site:
        raise LanguageError(faults)
    log = logging.getLogger(__name__)
    if faults:
        log.error("%s", faults)
    if catalogue.missing:
        log.warning("%s: %d texts are not translated yet and stay English", path, catalogue.missing)
    words.add_fallback(_English())
    return Language(code, words, nearly_complete=catalogue.missing * MOST_ORIGINALS <= catalogue.total)


class _English(gnu.NullTranslations):
    """What a catalogue does not have is shown in English, and says so."""

    def gettext(self, message: str) -> str:
        return InOriginal(message, ENGLISH, "ltr")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return InOriginal(msgid1 if n == 1 else msgid2, ENGLISH, "ltr")


def load_others(site: Language, folder: Path) -> dict[str, Language]:
    """English and the languages of `folder`, but for the site's own; one whose catalogue can't be used is logged and
    left out.
    """
    others = {} if site.code == ENGLISH else {ENGLISH: Language()}
    for path in sorted(folder.glob("*.po")):
        if path.stem != site.code:
            try:
                others[path.stem] = load(path.stem, folder, is_site=False)
            except LanguageError as fault:
                logging.getLogger(__name__).error("%s", fault)
    return others


def install(app: Flask, language: Language, others: Mapping[str, Language] | None = None) -> None:
    """Let templates and code of this application speak the language, and `others` to visitors who choose them."""
    app.extensions["language"], app.extensions["other_languages"] = language, dict(others or {})
    app.context_processor(
        lambda: {"language": spoken(), "languages": app.extensions["other_languages"], "site_language": language}
    )
    app.jinja_env.globals.update(day_in_words=day_in_words, today=today_in_words)
    app.jinja_env.filters["untagged"] = untagged
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


def today_in_words() -> str:
    """The day of this request in words."""
    return spoken().day(date.today())


def chosen_language() -> str:
    """The code of the language that this request's visitor chose; empty for the site's own."""
    return str(g.get("language", "")) if has_request_context() else ""


def language_code() -> str:
    """The code of the language that this request is answered in; empty where there is no application."""
    return chosen_language() or (current_app.extensions["language"].code if has_app_context() else "")


def spoken() -> Language:
    """The language that this request is answered in."""
    if "spoken" not in g:
        chosen, known = chosen_language(), current_app.extensions
        g.spoken = known["other_languages"][chosen] if chosen else known["language"]
    language: Language = g.spoken
    return language


def gettext(text: str, **values: object) -> str:
    """A text of the pages in their language, with its placeholders filled in."""
    return filled(spoken().words.gettext(text), values)


def filled(text: str, values: Mapping[str, object]) -> str:
    """A text of the pages with its placeholders filled in; one that is in the original stays so."""
    words = text % values
    return InOriginal(words, text.code, text.direction) if isinstance(text, InOriginal) else words
