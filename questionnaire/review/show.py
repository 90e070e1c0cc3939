"""One option's file as a page of English, each statement with its passage, or beside the article's own words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from ..decide.build_tables import DecisionTables
from ..rulebook.model import Option, Rulebook, Statement
from . import phrases
from .merge_rows import caveat_conditions
from .source_document import lines

WIDTH = 100
SECTIONS = (
    ("fits", "It fits"),
    ("ask", "It is worth asking about"),
    ("ruled-out", "It is ruled out"),
)


def article_sentences(rulebook: Rulebook, text: str) -> dict[str, str]:
    """The article's own sentences by passage, for those paragraphs whose fingerprint still matches."""
    by_fingerprint = {line.fingerprint: line for line in lines(text)}
    return {
        passage: sentence
        for document in rulebook.documents.values()
        for paragraph in document.paragraphs.values()
        if (line := by_fingerprint.get(paragraph.fingerprint))
        for passage, sentence in zip(paragraph.passages, line.sentences, strict=False)
    }


def show(tables: DecisionTables, option_id: str, article: str | None = None) -> str:
    """The option as a page of plain text. With `article` (its text), what the article says stands under each text.

    Raises KeyError for an option that does not exist.
    """
    option = tables.rulebook.options[option_id]
    sentences = article_sentences(tables.rulebook, article) if article is not None else {}
    return "\n".join(_page(tables, option, sentences)) + "\n"


def _page(tables: DecisionTables, option: Option, sentences: dict[str, str]) -> Iterator[str]:
    rulebook = tables.rulebook

    def said(statement: Statement, indent: str, before: str = "") -> Iterator[str]:
        text = statement.text or "The article does not say."
        mark = phrases.passages(rulebook, statement.claims) or ("[silent]" if statement.silent else "[no claim]")
        yield from _wrapped(f"{before}{text} {mark}", indent)
        for passage in rulebook.passages(statement.claims):
            if passage in sentences:
                yield from _wrapped(f"| {passage}: {sentences[passage]}", indent + "    ")

    title = f"{option.name}  ({option.id}, {phrases.KIND[option.kind]})"
    yield from (title, "=" * len(title))
    yield from said(option.summary, "")
    for verdict, heading in SECTIONS:
        rules = [rule for rule in option.rules if rule.verdict == verdict]
        yield from ("", f"{heading}:" if rules else f"{heading}: never.")
        for rule in rules:
            yield from _wrapped(f"- {phrases.condition(rulebook, rule.when)} ({rule.id})", "  ")
            yield from said(rule.because, "    ", "because: ")
            if rule.conflict:
                about = rulebook.conflicts[rule.conflict].about
                yield from _wrapped(f"This honours an open disagreement of the article: {about}", "    ")
    yield from ("", "If several hold, the most cautious wins: ruled out, then worth asking about, then fits.")
    always, sometimes = caveat_conditions(tables, option.id)
    yield from ("", "What visitors are always told to expect:" if always else "Nothing is always said of it.")
    for caveat in always:
        by = "Added by the clinic: " if caveat.by_clinic else ""
        yield from said(caveat.statement, "  ", f"- {by}")
    if sometimes:
        yield from ("", "And only sometimes:")
        for caveat in sometimes:
            yield from said(caveat.statement, "  ", f"- {phrases.condition(rulebook, caveat.when)}: ")
    yield from ("", "Side by side with the others:")
    for row, cell in option.grid.items():
        yield from said(cell, "  ", f"{rulebook.grid[row].name}: ")
    touching = [conflict for conflict in rulebook.conflicts.values() if option.id in conflict.touches]
    if touching:
        yield from ("", "Where the article disagrees with itself:")
        for conflict in touching:
            state = "still open" if conflict.open else f"decided by {conflict.decided_by}: {conflict.because}"
            yield from _wrapped(f"- {conflict.about} ({state})", "  ")
            for side in conflict.sides:
                yield from _wrapped(f"{side.says} [{', '.join(side.passages)}]", "    ")
    yield from ("", "Examples:")
    for example in option.examples:
        yield from _wrapped(f"- {example.name}: {phrases.VERDICT[example.verdict]}", "  ")
        yield from _wrapped(phrases.answers(rulebook, example.answers), "      ")
    review = option.review
    signed = f"Signed by {review.by}, {review.role}, on {review.on}, until {review.review_again}."
    yield from ("", signed if review.fingerprint else "Not yet reviewed by a clinician.")


def _wrapped(text: str, indent: str) -> list[str]:
    wrapped = textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)
    return wrapped or [indent]
