"""Every text and every bit of routing of a rulebook by where it stands, to compare two versions of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..rulebook.model import AskedWhen, Condition, Question, Rulebook, Statement

SHARED = ("caveats", "source", "grid", "facts", "conflicts")
"""Owners that every rulebook has; all others are options, areas, questions and choices."""


@dataclass(frozen=True)
class WordingChange:
    """A text that differs. `old` or `new` is None where there was, or is, none."""

    where: str
    old: str | None
    new: str | None


def wording_changes(old: Rulebook, new: Rulebook) -> tuple[WordingChange, ...]:
    """Every text that differs, but for those of options, areas, questions and choices that only one version has."""
    before, after = dict(_texts(old)), dict(_texts(new))
    both = {owner for owner, _ in before} & {owner for owner, _ in after} | {*SHARED}
    places = [place for place in dict.fromkeys((*after, *before)) if place[0] in both]
    return _differences({": ".join(place): (before.get(place), after.get(place)) for place in places})


def routing_changes(old: Rulebook, new: Rulebook) -> tuple[WordingChange, ...]:
    """What is asked, listed or in scope otherwise than before, for questions and areas that both versions have."""
    before, after = dict(_routing(old, new)), dict(_routing(new, old))
    return _differences({where: (before.get(where), after[where]) for where in after})


def _differences(found: Mapping[str, tuple[str | None, str | None]]) -> tuple[WordingChange, ...]:
    return tuple(WordingChange(where, *pair) for where, pair in found.items() if pair[0] != pair[1])


def _texts(rulebook: Rulebook) -> Iterator[tuple[tuple[str, str], str]]:
    """Each text as ((owner, part), text)."""
    for question in rulebook.questions.values():
        yield from _question(question)
    for area in rulebook.areas.values():
        owner = f"area {area.id}"
        yield (owner, "name"), area.name
        for fact, statement in area.facts.items():
            yield from _said(owner, fact, statement)
        for common in area.common_questions:
            yield from _said(owner, f"common question “{common.question}”", common.answer)
    for option in rulebook.options.values():
        yield (option.id, "name"), option.name
        yield (option.id, "kind"), option.kind
        yield from _said(option.id, "summary", option.summary)
        for rule in option.rules:
            yield from _said(option.id, f"reason {rule.id}", rule.because)
        for row, cell in option.grid.items():
            yield from _said(option.id, row, cell)
    for caveat in rulebook.caveats.values():
        yield from _said("caveats", caveat.id, caveat.statement)
        yield ("caveats", f"{caveat.id}, from"), "the clinic" if caveat.by_clinic else "the article"
    for line in rulebook.grid.values():
        yield ("grid", f"{line.id}, name"), line.name
        yield ("grid", f"{line.id}, question"), line.question
        yield ("grid", f"{line.id}, ask about"), ", ".join(line.ask_about)
    for fact, name in rulebook.facts.items():
        yield ("facts", fact), name
    for claim in rulebook.claims.values():
        yield ("source", f"claim {claim.id}"), claim.says
        yield ("source", f"claim {claim.id}, passage"), claim.passage
    for conflict in rulebook.conflicts.values():
        sides = " / ".join(side.says for side in conflict.sides)
        yield ("conflicts", conflict.id), f"{conflict.about} {sides}"
        decided = f"{conflict.decided_by}: {conflict.because}"
        yield ("conflicts", f"{conflict.id}, decision"), "open" if conflict.open else decided


def _question(question: Question) -> Iterator[tuple[tuple[str, str], str]]:
    owner = f"question {question.id}"
    yield (owner, "ask"), question.ask
    yield (owner, "hint"), question.hint
    yield from _said(owner, "why", question.why)
    for choice in question.choices.values():
        yield (f"choice {question.id}={choice.id}", "label"), choice.label
        yield (f"choice {question.id}={choice.id}", "hint"), choice.hint


def _said(owner: str, part: str, statement: Statement) -> Iterator[tuple[tuple[str, str], str]]:
    yield (owner, part), statement.text or "silent"
    yield (owner, f"{part}, claims"), ", ".join(statement.claims) or ("silent" if statement.silent else "none")


def _routing(rulebook: Rulebook, other: Rulebook) -> Iterator[tuple[str, str]]:
    """When what is asked, in scope and in which order; what `other` has not got is left out of the orders."""
    yield "order of the questions", ", ".join(id for id in rulebook.questions if id in other.questions)
    for question in rulebook.questions.values():
        if question.id in other.questions:
            known = other.questions[question.id].choices
            yield f"question {question.id}: asked when", _asked(question.asked_when)
            order = ", ".join(choice for choice in question.choices if choice in known)
            yield f"question {question.id}: order of the choices", order
    yield "order of the areas", ", ".join(id for id in rulebook.areas if id in other.areas)
    for area in rulebook.areas.values():
        if area.id in other.areas:
            yield f"area {area.id}: in scope when", " or ".join(sorted(map(_condition, area.in_scope_when))) or "never"
            order = ", ".join(option for option in area.options if option in other.options)
            yield f"area {area.id}: order of the options", order


def _asked(when: AskedWhen) -> str:
    if when.areas:
        return f"in scope: {', '.join(sorted(when.areas))}"
    return _condition(when.condition)


def _condition(when: Condition) -> str:
    """A condition by ids, the same whatever the order in which it is written: a label that changes is no routing."""
    lines = [f"{question} is {' or '.join(sorted(set(choices)))}" for question, choices in when.lines]
    return " and ".join(sorted(lines)) or "always"
