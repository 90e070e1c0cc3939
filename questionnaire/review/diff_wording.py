"""What differs between two versions in words, in what they rest on, and in what is asked and listed in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..rulebook.model import Area, Condition, Question, Rulebook
from ..rulebook.statements import Statement, statements
from .phrases import count, rests_on

Texts = Mapping[str, str]


@dataclass(frozen=True)
class WordingChange:
    """A text that differs. `old` or `new` is None where there was, or is, none."""

    where: str
    old: str | None
    new: str | None


def wording_changes(old: Rulebook, new: Rulebook) -> tuple[WordingChange, ...]:
    """Every statement whose words differ, except those of an option, area, question or choice of one version alone."""
    before, after = _texts(old, new), _texts(new, old)
    return _differences(before, after, {**after, **before})


def _texts(rulebook: Rulebook, other: Rulebook) -> Texts:
    return {s.id: s.text or "silent" for s in statements(rulebook) if _has(other, s)}


def _has(rulebook: Rulebook, statement: Statement) -> bool:
    """Whether a rulebook has what a statement of another one belongs to."""
    part, name, *rest = statement.path
    if part == "questions":
        question = rulebook.questions.get(name)
        return question is not None and (rest[0] != "choices" or rest[1] in question.choices)
    return statement.unit in {*rulebook.options, *rulebook.areas, "shared", "clinic"}


def language_changes(old: Rulebook, new: Rulebook) -> tuple[WordingChange, ...]:
    """Every text of both versions that has other words in another language.

    Of a language that one version alone has, how many texts it has.
    """
    changes: list[WordingChange] = []
    for code in sorted({*old.translations, *new.translations}):
        before, after = _words(old, code), _words(new, code)
        if code in old.translations and code in new.translations:
            both = [name for name in after if name in before]
            changes += [WordingChange(f"{name} in {code}", before[name], after[name]) for name in both]
        else:
            sides = (count(len(words), "text") if words else None for words in (before, after))
            changes.append(WordingChange(f"all in {code}", *sides))
    return tuple(change for change in changes if change.old != change.new)


def _words(rulebook: Rulebook, language: str) -> Mapping[str, str | None]:
    """What each text says in a language; None for one that is not translated, or not as it is now."""
    known = rulebook.translations.get(language)
    return {name: None if text.mark else text.text or None for name, text in known.texts.items()} if known else {}


def source_changes(old: Rulebook, new: Rulebook) -> tuple[WordingChange, ...]:
    """Every text and claim of both versions that rests on something else than before."""
    before, after = _sources(old), _sources(new)
    return _differences(before, after, [where for where in after if where in before])


def _sources(rulebook: Rulebook) -> Texts:
    rests = {statement.id: rests_on(statement) for statement in statements(rulebook)}
    rests |= {f"claims.{claim.id}.says": claim.passage for claim in rulebook.claims.values()}
    for conflict in rulebook.conflicts.values():
        rests[f"conflicts.{conflict.id}.follows"] = ", ".join(conflict.follows) or "nothing"
        for number, side in enumerate(conflict.sides, 1):
            rests[f"conflicts.{conflict.id}.sides.{number}.says"] = ", ".join(side.passages)
    return rests


def routing_changes(old: Rulebook, new: Rulebook) -> tuple[WordingChange, ...]:
    """What is asked, listed, in scope or of a kind otherwise than before, as far as both versions have it."""
    before, after = dict(_routing(old, new)), dict(_routing(new, old))
    return _differences(before, after, [where for where in after if where in before])


def _differences(before: Texts, after: Texts, where: Iterable[str]) -> tuple[WordingChange, ...]:
    changes = (WordingChange(one, before.get(one), after.get(one)) for one in where)
    return tuple(change for change in changes if change.old != change.new)


def _routing(rulebook: Rulebook, other: Rulebook) -> Iterator[tuple[str, str]]:
    """When what is asked, in scope and in which order; what `other` has not got is left out of the orders."""
    yield "order of the questions", _order(rulebook.questions, other.questions)
    for question in rulebook.questions.values():
        if question.id in other.questions:
            yield f"question {question.id}: asked when", asked_when(question)
            order = _order(question.choices, other.questions[question.id].choices)
            yield f"question {question.id}: order of the choices", order
    yield "order of the areas", _order(rulebook.areas, other.areas)
    yield "order of the facts", _order(rulebook.facts, other.facts)
    yield "order of the grid", _order(rulebook.grid, other.grid)
    for row in rulebook.grid.values():
        yield f"grid {row.id}: asked about", ", ".join(row.ask_about)
    for area in rulebook.areas.values():
        yield f"area {area.id}: in scope when", in_scope_when(area)
        yield f"area {area.id}: order of the options", _order(area.options, other.options)
    for option in rulebook.options.values():
        yield f"option {option.id}: kind", option.kind
        carried, known = rulebook.expect[option.id], {caveat.id for caveat in other.expect.get(option.id, ())}
        yield f"option {option.id}: order of the caveats", _order((caveat.id for caveat in carried), known)


def _order(ids: Iterable[str], known: Collection[str]) -> str:
    """Ids in their order, as far as both versions know them."""
    return ", ".join(name for name in ids if name in known)


def asked_when(question: Question) -> str:
    """When a question is asked, by ids."""
    when = question.asked_when
    return f"in scope: {', '.join(sorted(when.areas))}" if when.areas else _condition(when.condition)


def in_scope_when(area: Area) -> str:
    """When an area is in scope, by ids."""
    return " or ".join(sorted(map(_condition, area.in_scope_when))) or "never"


def _condition(when: Condition) -> str:
    """A condition by ids, the same whatever the order in which it is written: a label that changes is no routing."""
    lines = [f"{question} is {' or '.join(sorted(set(choices)))}" for question, choices in when.lines]
    return " and ".join(sorted(lines)) or "always"
