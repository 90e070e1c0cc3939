"""`flask rules words`: how old a reader of each page must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import click
from flask import current_app, render_template
from rich.console import Console
from rich.table import Table

from ..decide.routing import areas_in_scope, combinations
from ..review.checks.words import WORDS_OF_A_SENTENCE, reading_age
from ..rulebook.model import Rulebook
from ..web.rulebook_store import RulebookStore
from ..web.visit import Visit
from .common import Fault, the_tables

COOKIE = "options-guide-80"
"""The cookie of the site under the name that Flask's client calls it by, http://localhost."""
PLAIN = ("/", "/areas", "/how-it-works", "/privacy", "/reference")
ERRORS = (400, 403, 404, 405, 413, 429, 500)
INLINE = {"a", "b", "br", "em", "i", "small", "span", "strong"}
LEFT_ASIDE = {"i", "nav", "script", "style", "svg"}
"""Codes of passages, lists of links and drawings are not read as sentences."""


class _Sentences(HTMLParser):
    """The text of a page's main part; each block is a sentence of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = [""]
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INLINE:
            self.blocks.append("")
        aside = tag in LEFT_ASIDE or (tag == "span" and dict(attrs).get("class") in ("unseen", "source"))
        nested = bool(self._inside) and self._inside[-1] == tag
        if tag == "main" or nested or (self._inside and aside):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside == ["main"]:
            self.blocks[-1] += data


def sentences(page: str) -> str:
    """The text of a page as sentences. Blocks of one or two words, which are labels, are left out."""
    parser = _Sentences()
    parser.feed(page)
    blocks = [re.sub(r"\s+", " ", block).strip() for block in parser.blocks]
    return " ".join(
        block if block[-1] in ".?!:" else f"{block}." for block in blocks if len(block.split()) >= WORDS_OF_A_SENTENCE
    )


def pages(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """Every page as a visitor may see it, (its address, its HTML): each question, and results of both areas."""
    client = current_app.test_client(use_cookies=False)

    def answered(answers: dict[str, str], address: str) -> str:
        return client.get(address, headers={"Cookie": f"{COOKIE}={Visit.of(rulebook, answers).serialize()}"}).text

    for address in PLAIN:
        yield address, client.get(address).text
    for question in rulebook.questions.values():
        yield f"/questions/{question.id}", answered(_way_to(rulebook, question.id), f"/questions/{question.id}")
    every = list(combinations(rulebook, None, tuple(rulebook.questions)))
    for answers in [every[0], every[len(every) // 3], every[len(every) // 2], every[-1]]:
        areas = ", ".join(areas_in_scope(rulebook, answers)) or "no area"
        yield f"/check ({areas})", answered(dict(answers), "/check")
        yield f"/options ({areas})", answered(dict(answers), "/options")
    for code in ERRORS:
        with current_app.test_request_context():
            yield f"error {code}", render_template("error.html", code=code)


def _way_to(rulebook: Rulebook, question: str) -> dict[str, str]:
    """Answers with which this question is the next one."""
    for answers in combinations(rulebook, None, tuple(rulebook.questions)):
        if question in answers:
            return {asked: answers[asked] for asked in list(answers)[: list(answers).index(question)]}
    raise AssertionError(question)


@click.command("words")
def words_command() -> None:
    """The reading age of every page, by textstat; exit 1 if one is over the age that standards.yaml asks for."""
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
