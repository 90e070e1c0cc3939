"""Checks of the rulebook in other languages. Nothing that they find keeps the rules from visitors (gate.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from os.path import relpath
from pathlib import Path

from ...decide.build_tables import DecisionTables
from ...rulebook.characters import comparable
from ...rulebook.find_listed_words import stands
from ...rulebook.model import Rulebook
from ...rulebook.page_catalogue import PageCatalogueError, read_catalogue
from ...rulebook.problems import Place, Problem, error, nearest, warning
from ...rulebook.translated import MOST_ORIGINALS, is_offered, states
from ...rulebook.translation_faults import text_faults
from ..reading_ease import too_hard, too_hard_together
from .registry import check


@check
def translation_file(tables: DecisionTables) -> Iterator[Problem]:
    """A file of translations, or a text in it, can't be used; each is named under what is wrong with it.

    Bad: `translations/es.yaml` was cut off: Spanish is not offered, and all other languages are.
    Good: the file ends with the line "...", and each of its texts has `original`, `of` and `text`.
    """
    yield from tables.rulebook.translation_problems


@check
def translation(tables: DecisionTables) -> Iterator[Problem]:
    """Texts are not translated, changed since they were, or can't be shown: visitors read the original of each.

    Bad: a text of the rules was changed, and `translations/es.yaml` has what it said before.
    Good: `flask rules translate es` marked it, and somebody translated it again.
    """
    rulebook = tables.rulebook
    for language, one in rulebook.translations.items():
        of_texts = states(rulebook, language)
        count = Counter(of_texts.values())
        advice = f"'flask rules translate {language}' marks them; translate them, and take the marks away"
        if not is_offered(rulebook, language, count):
            why = f"{count['new']} texts are not translated, {count['stale']} stale, {count['faulty']} can't be shown"
            what = "visitors are offered it once it is complete"
            if one.complete or not count["new"]:
                what = f"more than one in {MOST_ORIGINALS} would stand in the original"
            yield warning(one.place, "translation", f"'{language}' is not offered: {why}; {what}", advice)
            continue
        for statement in tables.statements:
            state = of_texts.get(statement.id)
            if state in ("new", "stale"):
                place = one.texts[statement.id].place if statement.id in one.texts else one.place
                what = "is stale: its original changed" if state == "stale" else "is not translated"
                message = f"'{statement.id}' {what}, so visitors read the original in '{language}'"
                yield warning(place, "translation", message, advice)


@check
def translated_text(tables: DecisionTables) -> Iterator[Problem]:
    """A translated text belongs to no text, holds HTML, has other numbers or times, a listed word, or turns round.

    Bad: `text: Tarda entre 30 y 40 minutos.` where the original says 30 to 50.
    Good: every number and time of the original, and no other.
    """
    rulebook = tables.rulebook
    originals = {statement.id: statement.text for statement in tables.statements if statement.text}
    for language, one in rulebook.translations.items():
        written = {name: entry for name, entry in one.texts.items() if entry.text and not entry.mark}
        unknown = [name for name in written if name not in originals]
        if len(unknown) * 2 > len(written):
            message = (
                f"this file translates another rulebook: there is no text for {len(unknown)} of its {len(written)}"
            )
            yield error(one.place, "translated-text", message, "put the file of this rulebook here")
            continue
        for name in unknown:
            yield error(written[name].place, "translated-text", f"there is no text '{name}'", nearest(name, originals))
        faulty = [name for name, state in states(rulebook, language).items() if state == "faulty"]
        for name in faulty:
            entry = written[name]
            for fault, advice in text_faults(language, originals[name], entry.text, rulebook.standards):
                yield error(entry.place, "translated-text", f"'{name}' {fault}", advice)


@check
def translated_reading(tables: DecisionTables) -> Iterator[Problem]:
    """A translation is too hard to read, by a formula for its language or, where none is known, by its sentences.

    Bad: one Spanish sentence of forty words, with three commas.
    Good: short sentences, one thought each.
    """
    rulebook = tables.rulebook
    for language, one in rulebook.translations.items():
        held_to = rulebook.standards.languages.get(language)
        written = {name: entry for name, entry in one.texts.items() if entry.text and not entry.mark}
        for entry in written.values() if held_to else ():
            if held_to and (fault := too_hard(language, held_to, entry.text)):
                yield error(entry.place, "translated-reading", f"this text {fault}", "make two sentences of it")
        texts = [entry.text for entry in written.values()]
        if held_to and (fault := too_hard_together(language, held_to, texts)):
            message = f"the texts of this file {fault}"
            yield error(one.place, "translated-reading", message, "make sentences shorter and words plainer")


def catalogue_problems(rulebook: Rulebook, folder: Path) -> Iterator[Problem]:
    """What is wrong with the sentences of the pages in other languages: the catalogues in this folder."""
    for path in sorted(folder.glob("*.po")):
        name = relpath(path)
        try:
            catalogue = read_catalogue(path)
        except PageCatalogueError as fault:
            yield error(Place(name), "catalogue", str(fault), "mend it; this language is not offered till then")
            continue
        for line, what in catalogue.faults:
            yield error(Place(name, line), "catalogue", what, "correct it; visitors read the English sentence")
        if missing := catalogue.missing - len(catalogue.faults):
            message = f"{missing} sentences are not translated, so visitors read them in English"
            yield warning(Place(name), "catalogue", message, "translate them")
        held_to = rulebook.standards.languages.get(path.stem)
        listed_words = held_to.words if held_to else ()
        for line, _, text in catalogue.sentences.values():
            words = comparable(text)
            for listed in listed_words:
                if stands(listed, words):
                    what = f"the word '{listed.word}' stands here: {listed.because.rstrip('.').lower()}"
                    yield error(Place(name, line), "catalogue", what, "say it in other words")
