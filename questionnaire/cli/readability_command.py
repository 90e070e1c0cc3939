"""`flask rules words`: how old a reader of each page must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app, g, render_template
from markupsafe import Markup
from rich.console import Console
from rich.table import Table

from ..decide.routing import areas_in_scope, combinations, options_in_scope
from ..review.checks.words import WORDS_OF_A_SENTENCE, reading_age
from ..review.reading_ease import FORMULAS, ease, words_of_sentences
from ..rulebook.model import Rulebook
from ..web.rulebook_store import RulebookStore
from ..web.visit import Visit
from ..web.visit_cookie import LANGUAGE as LANGUAGE_PAIR
from .common import LANGUAGE, Fault, people, the_tables, the_tables_in

COOKIE = "options-guide-80"
"""The cookie of the site under the name that Flask's client calls it by, http://localhost."""
PLAIN = ("/", "/areas", "/how-it-works", "/privacy", "/reference", "/words")
OF_A_RESULT = ("/compare", "/sheet", "/matters")
ERRORS = (400, 403, 404, 405, 413, 429, 500)
NOT_SENTENCES = re.compile(r"<(i|nav|script|style|svg)\b.*?</\1>|<span class=\"?(unseen|source)\b.*?</span>", re.S)
"""Codes of passages, lists of links and drawings."""
BLOCK = re.compile(r"</?(?!(?:a|b|br|em|small|span|strong)\b)[a-z][^>]*>")
"""A tag that begins or ends a block: what is not within a line."""


def sentences(page: str) -> str:
    """The main part of a page as sentences, one a block. Blocks of one or two words, which are labels, are left out."""
    main = re.search("<main.*</main>", page, re.S)
    blocks = BLOCK.split(NOT_SENTENCES.sub("", main[0])) if main else []
    texts = [Markup(block).striptags() for block in blocks]
    return " ".join(
        text if text[-1] in ".?!:؟" else f"{text}." for text in texts if len(text.split()) >= WORDS_OF_A_SENTENCE
    )


def pages(rulebook: Rulebook, language: str = "") -> Iterator[tuple[str, str]]:
    """Every page as a visitor may see it, (its address, its HTML): every question, and some results; in a language that
    is offered, or in the site's own.
    """
    client = current_app.test_client(use_cookies=False)
    chosen = f"&{LANGUAGE_PAIR}={language}" if language else ""

    def answered(answers: dict[str, str], address: str) -> str:
        cookie = f"{COOKIE}={Visit.of(rulebook, answers).serialize()}{chosen}"
        return client.get(address, headers={"Cookie": cookie}).text

    for address in PLAIN:
        yield address, client.get(address, headers={"Cookie": f"{COOKIE}={chosen[1:]}"}).text
    every = list(combinations(rulebook, None, tuple(rulebook.questions)))
    for question in rulebook.questions:
        reached = next(answers for answers in every if question in answers)
        before = {asked: reached[asked] for asked in list(reached)[: list(reached).index(question)]}
        yield f"/questions/{question}", answered(before, f"/questions/{question}")
    for answers in [every[0], every[len(every) // 3], every[len(every) // 2], every[-1]]:
        areas = ", ".join(areas_in_scope(rulebook, answers)) or "no area"
        yield f"/check ({areas})", answered(dict(answers), "/check")
        yield f"/options ({areas})", answered(dict(answers), "/options")
        for address in OF_A_RESULT if areas_in_scope(rulebook, answers) else ():
            yield f"{address} ({areas})", answered(dict(answers), address)
        for option in options_in_scope(rulebook, answers):
            yield f"/options/{option}", answered(dict(answers), f"/options/{option}")
    for code in ERRORS:
        with current_app.test_request_context():
            g.language = language
            yield f"error {code}", render_template("error.html", code=code)


@click.command("words")
@LANGUAGE
def words_command(language: str) -> None:
    """The reading age of every page, by textstat; exit 1 if one is over the age that standards.yaml asks for.

    With --language, by the formula for it; by the length of sentences where there is none.
    """
    if language:
        _words_in(language)
        return
    tables = the_tables()
    standards = tables.rulebook.standards
    # the pages of just these tables, though a check may refuse to serve them: hard words are an error
    current_app.extensions["rulebook_store"] = RulebookStore(Path(), None, False, tables)
    table = Table("page", "reading age", "words")
    hard = []
    for address, page in pages(tables.rulebook):
        text = sentences(page)
        age = reading_age(standards, text)
        table.add_row(address, f"{age:.1f}", str(len(text.split())))
        if age > standards.age_of_file:
            hard.append(address)
    Console().print(table)
    if hard:
        raise Fault(
            f"over {standards.age_of_file} years: {', '.join(hard)}; make sentences shorter and words plainer", 1
        )


def _words_in(language: str) -> None:
    """The same for the pages in another language."""
    tables = the_tables_in(language)
    store = current_app.extensions["rulebook_store"] = RulebookStore(Path(), None, False, the_tables())
    if language not in store.languages or language not in current_app.extensions["other_languages"]:
        raise Fault(
            f"'{language}' is not offered: its texts, or its catalogue, are not complete (flask rules check)", 1
        )
    held_to = tables.rulebook.standards.languages.get(language)
    least, most = (held_to.ease_of_file, held_to.words_of_file) if held_to else (0, 0)
    formula = FORMULAS.get(language)
    table, hard = Table("page", formula or "words in a sentence", "words"), []
    for address, page in pages(tables.rulebook, language):
        text = sentences(page)
        lengths = words_of_sentences(text)
        average, measured = sum(lengths) / max(len(lengths), 1), ease(language, text)
        table.add_row(address, f"{average if measured is None else measured:.1f}", str(len(text.split())))
        if (least and measured is not None and measured < least) or (most and average > most):
            hard.append(address)
    Console().print(table)
    people.print(f"Measured by {formula}." if formula else "No formula is known for it: sentences are counted.")
    if hard:
        raise Fault(f"too hard: {', '.join(hard)}; make sentences shorter and words plainer", 1)
