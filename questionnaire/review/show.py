"""A unit as a page of English, each statement with its passage, or beside the article's own words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date
from typing import Protocol

from ..decide.build_tables import DecisionTables
from ..decide.sign_off_units import standing, unit_statements
from ..rulebook.model import CitedText, Option, Rulebook
from ..rulebook.statements import Statement, statements
from . import phrases
from .claims_against_document import sentences_by_passage
from .merge_rows import caveat_conditions
from .unsigned import why

WIDTH = 100
BY_CLINIC = {True: "Added by the clinic: ", False: ""}
KNOWN = {"name", "summary", "rules", "grid"}
"""The fields of an option that the page has a part for; every other text stands under “Also said of it”."""


class Cited(Protocol):
    """Writes a text with what it rests on."""

    def __call__(
        self, statement: CitedText | Statement, indent: str, before: str = "", by_clinic: bool = False
    ) -> Iterator[str]:
        """The lines of the text, indented."""


def other_statements(rulebook: Rulebook, option_id: str) -> Iterator[tuple[str, Statement]]:
    """The statements of an option outside of KNOWN, each with what it is called."""
    for statement in statements(rulebook, "options", option_id):
        if statement.path[2] not in KNOWN:
            words = " ".join(statement.path[2:]).replace("_", " ")
            yield words[0].upper() + words[1:], statement


def show(tables: DecisionTables, unit: str, *documents: str) -> str:
    """The unit as a page of plain text. With texts of `documents`, what they say stands under each of ours.

    Raises KeyError for a unit that does not exist.
    """
    rulebook, today = tables.rulebook, date.today()
    sentences = sentences_by_passage(rulebook, *documents)

    def cited(
        statement: CitedText | Statement, indent: str, before: str = "", by_clinic: bool = False
    ) -> Iterator[str]:
        text = statement.text or "Not said."
        before = f"{before}{BY_CLINIC[by_clinic]}"
        needs_none = by_clinic or (isinstance(statement, Statement) and not statement.must_rest)
        without = "" if needs_none else "[no claim]"
        mark = phrases.passages(rulebook, statement.claims) or ("[silent]" if statement.silent else without)
        yield from _wrapped(f"{before}{text} {mark}".rstrip(), indent)
        for passage in rulebook.passages(statement.claims):
            if passage in sentences:
                yield from _wrapped(f"| {passage}: {sentences[passage]}", indent + "    ")

    option = rulebook.options.get(unit)
    lines = _page(tables, option, cited, today) if option else _texts(tables, unit, cited, today)
    return "\n".join(lines) + "\n"


def standing_words(tables: DecisionTables, unit: str, today: date) -> str:
    """Who signed a unit and until when, or why it is not signed."""
    if held := tables.rulebook.holds.get(unit):
        return f"Held back by {held.by} on {held.on}: {held.because}"
    stands = standing(tables, unit, today)
    signed = stands.sign_off
    if signed is None:
        return "Not yet reviewed by a clinician."
    if stands.state != "signed":
        return f"Not signed any more: {why(stands)}."
    proved = "" if signed.signature else " A typed name, not proved."
    return f"Signed by {signed.by}, {signed.role}, on {signed.on}, until {signed.until}.{proved}"


def _texts(tables: DecisionTables, unit: str, cited: Cited, today: date) -> Iterator[str]:
    texts = unit_statements(tables, unit)
    title = f"{unit}: {phrases.count(len(texts), 'text')}"
    yield from (title, "=" * len(title))
    for statement in texts:
        yield from ("", f"{statement.id}:")
        yield from cited(statement, "  ", "", statement.by_clinic)
    yield from ("", standing_words(tables, unit, today))


def _page(tables: DecisionTables, option: Option, cited: Cited, today: date) -> Iterator[str]:
    rulebook = tables.rulebook
    title = f"{option.name}  ({option.id}, {phrases.KIND[option.kind]})"
    yield from (title, "=" * len(title))
    yield from cited(option.summary, "")
    for verdict, heading in phrases.RULES_OF.items():
        rules = [rule for rule in rulebook.rules[option.id] if rule.verdict == verdict]
        yield from ("", f"{heading}:" if rules else f"{heading}: never.")
        for rule in rules:
            yield from _wrapped(f"- {phrases.condition(rulebook, rule.when)} ({rule.id})", "  ")
            yield from cited(rule.because, "    ", "because: ", rule.by_clinic)
            if rule.added:
                yield from _wrapped(f"({phrases.added(rule.added)})", "    ")
            if rule.conflict:
                about = rulebook.conflicts[rule.conflict].about
                yield from _wrapped(f"This honours an open conflict: {about}", "    ")
    yield from ("", "If several hold, the most cautious wins: ruled out, then worth asking about, then fits.")
    always, sometimes = caveat_conditions(tables, option.id)
    yield from ("", "What visitors are always told to expect:" if always else "Nothing is always said of it.")
    for caveat in always:
        yield from cited(caveat.statement, "  ", "- ", caveat.by_clinic)
        if caveat.added:
            yield from _wrapped(f"({phrases.added(caveat.added)})", "    ")
    if sometimes:
        yield from ("", "And only sometimes:")
    for caveat in sometimes:
        when = phrases.condition(rulebook, caveat.when)
        yield from cited(caveat.statement, "  ", f"- {when}: ", caveat.by_clinic)
    yield from ("", "Side by side with the others:")
    for row, cell in option.grid.items():
        yield from cited(cell, "  ", f"{rulebook.grid[row].name}: ")
        for answer in rulebook.clinic.answers:
            if answer.row == row and option.id in answer.options:
                yield from _wrapped(f"{answer.answer.text} ({phrases.added(answer.added)})", "    ")
    if others := [*other_statements(rulebook, option.id)]:
        yield from ("", "Also said of it:")
        for label, statement in others:
            yield from cited(statement, "  ", f"{label}: ")
    touching = [conflict for conflict in rulebook.conflicts.values() if option.id in conflict.touches]
    if touching:
        yield from ("", "Where passages disagree:")
        for conflict in touching:
            state = "still open" if conflict.open else f"decided by {conflict.decided_by}: {conflict.because}"
            yield from _wrapped(f"- {conflict.about} ({state})", "  ")
            for side in conflict.sides:
                yield from _wrapped(f"{side.says} [{', '.join(side.passages)}]", "    ")
    yield from ("", "Examples:")
    for example in option.examples:
        yield from _wrapped(f"- {example.name}: {phrases.VERDICT[example.verdict]}", "  ")
        yield from _wrapped(phrases.answers(rulebook, example.answers), "      ")
    if rulebook.clinic.sells and option.id in rulebook.clinic.sells.options:
        yield from ("", f"The clinic earns money with it ({phrases.added(rulebook.clinic.sells.added)}).")
    yield from ("", standing_words(tables, option.id, today))


def _wrapped(text: str, indent: str) -> list[str]:
    wrapped = textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)
    return wrapped or [indent]
