"""What is signed as one, for people: its name, its statements under headings, who read them, and what changed since."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..decide.sign_off_units import Standing, standings, statement_fingerprint, unit_statements
from ..decide.tables import DecisionTables
from ..review import phrases
from ..rulebook.model import Claim, Condition, Rulebook
from ..rulebook.statements import Statement
from .models import Person, Remark, Tick
from .rulebooks import Draft

NAMES = {
    "questions": "The questions",
    "shared": "What many options share",
    "clinic": "What the clinic adds",
    "pages": "The sentences of the pages",
}
GRID = "Side by side with the others"
OF_OPTION = {"name": "What it is", "summary": "What it is"}
"""The heading of some of an option's fields; others stand under “Also said of it”."""


@dataclass(frozen=True)
class Line:
    """A statement as a page shows it. `when`: the condition under which visitors read it, as a sentence, or empty.

    `passages`: what it rests on, each with the document's own sentence, where that is at hand, and our claim.
    `before`: its words when it was last signed, where they are others; None where it was not signed, or is the same.
    `original`: what it translates; None in the original. `is_original`: visitors of this language read the original.
    """

    statement: Statement
    fingerprint: str
    heading: str
    label: str
    when: str
    passages: tuple[tuple[str, str, str], ...]
    ticked: bool
    changed: bool
    before: str | None
    remarks: tuple[Remark, ...]
    original: str | None
    is_original: bool


def name_of(rulebook: Rulebook, unit: str) -> str:
    """A unit's name for people."""
    if unit in rulebook.options:
        name, area = rulebook.options[unit].name, rulebook.areas[rulebook.options[unit].area].name.lower()
        return name if area in name.lower() else f"{name}, for {area}"
    return rulebook.areas[unit].name if unit in rulebook.areas else NAMES.get(unit, unit)


def lines(
    db: Session, draft: Draft, language: str, standing: Standing, sentences: Mapping[str, str], person: Person
) -> Iterator[Line]:
    """The statements of a unit in a language, as this person has read and remarked on them; `standing`: of it there."""
    rulebook, spoken = draft.tables.rulebook, draft.in_languages[language].rulebook
    texts = {one.id: one.text for one in unit_statements(draft.tables, standing.unit)}
    ticks = {(tick.statement, tick.fingerprint) for tick in db.scalars(select(Tick).where(Tick.person_id == person.id))}
    remarks: dict[str, list[Remark]] = {}
    of_unit = select(Remark).where(Remark.unit == standing.unit, Remark.language == language)
    for remark in db.scalars(of_unit.order_by(Remark.id)):
        remarks.setdefault(remark.statement, []).append(remark)
    read = standing.sign_off.statements if standing.sign_off else {}
    for statement in standing.statements:
        fingerprint = statement_fingerprint(spoken, statement)
        heading, label, when = _described(rulebook, statement)
        before = read[statement.id].words if statement.id in read else None
        yield Line(
            statement=statement,
            fingerprint=fingerprint,
            heading=heading,
            label=label,
            when=when,
            passages=tuple(
                (claim.passage, sentences.get(claim.passage, ""), claim.says) for claim in _claims(rulebook, statement)
            ),
            ticked=(statement.id, fingerprint) in ticks,
            changed=standing.sign_off is not None and statement.id in standing.changed,
            before=before if before != statement.text else None,
            remarks=tuple(remarks.get(statement.id, ())),
            original=texts[statement.id] if language else None,
            is_original=bool(language) and statement.text == texts[statement.id],
        )


def grouped(all_lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Lines under their headings, in the order in which these come first."""
    groups: dict[str, list[Line]] = {}
    for line in all_lines:
        groups.setdefault(line.heading, []).append(line)
    return groups


def to_read(tables: DecisionTables, standing: Standing, today: date) -> set[tuple[str, str]]:
    """The statements, with their fingerprints, that who signs a unit now must have read.

    Those that a sign-off by passkey which still holds on this day has as they are need not be read again.
    """
    rulebook, sign_off = tables.rulebook, standing.sign_off
    holds = sign_off is not None and sign_off.signature is not None and sign_off.until >= today.isoformat()
    kept = {name: read.fingerprint for name, read in sign_off.statements.items()} if sign_off and holds else {}
    every = {(one.id, statement_fingerprint(rulebook, one)) for one in standing.statements}
    return {(name, fingerprint) for name, fingerprint in every if kept.get(name) != fingerprint}


def in_order(draft: Draft, language: str, today: date) -> list[Standing]:
    """Where every unit stands in a language.

    First what all visitors meet, then options by how many ways to answer meet them.
    """
    options = draft.tables.rulebook.options

    def met(one: Standing) -> tuple[bool, int]:
        return one.unit in options, -draft.reach[one.unit].open if one.unit in options else 0

    return sorted(standings(draft.in_languages[language], today).values(), key=met)


def word_diff(old: str, new: str) -> Markup:
    """Both texts in one, with the words that went and came marked."""
    before, after, parts = old.split(), new.split(), []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(escape(" ".join(before[a:b])))
            continue
        if b > a:
            parts.append(Markup("<del>{}</del>").format(" ".join(before[a:b])))
        if d > c:
            parts.append(Markup("<ins>{}</ins>").format(" ".join(after[c:d])))
    return Markup(" ").join(parts)


def _claims(rulebook: Rulebook, statement: Statement) -> list[Claim]:
    claims = [statement.path[1]] if statement.path[0] == "claims" else statement.claims
    return [rulebook.claims[claim] for claim in claims]


def _described(rulebook: Rulebook, statement: Statement) -> tuple[str, str, str]:
    """The heading that a statement stands under, what it is called there, and when visitors read it."""
    part, *rest = statement.path
    if part == "options":
        option, field = rulebook.options[rest[0]], rest[1]
        if field == "rules":
            rule = next(one for one in option.rules if one.id == rest[2])
            return phrases.RULES_OF[rule.verdict], f"Reason “{rule.id}”", _when(rulebook, rule.when)
        if field == "grid":
            return GRID, rulebook.grid[rest[2]].name, ""
        return OF_OPTION.get(field, "Also said of it"), _words(rest[1:]), ""
    if part == "caveats":
        caveat = rulebook.caveats[rest[0]]
        return "What to expect", f"{_words(rest[1:2])} of “{caveat.id}”", _when(rulebook, caveat.when)
    if part == "questions":
        return rulebook.questions[rest[0]].ask, _words(rest[1:]), ""
    if part == "claims":
        return f"What the documents say: {rulebook.heading(rulebook.claims[rest[0]].passage)}", rest[0], ""
    if part == "pages":
        return "Sentences", f"In {statement.place.file.rsplit('/', 1)[-1]}", ""
    return _words([part]), _words(rest), ""


def _when(rulebook: Rulebook, when: Condition) -> str:
    sentence = phrases.condition(rulebook, when)
    return sentence[0].upper() + sentence[1:]


def _words(path: Iterable[str]) -> str:
    words = ", ".join(path).replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]
