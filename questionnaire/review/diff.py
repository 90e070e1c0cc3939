"""What differs between two versions of a rulebook, in what visitors get?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..decide.build_tables import DecisionTables
from ..rulebook.model import Answers, Review, Rulebook
from .diff_tables import (
    CaveatChange,
    Direction,
    Group,
    NoteChanges,
    OptionChanges,
    ReasonChange,
    VerdictChange,
    VisitsChanged,
    note_changes,
    option_changes,
    visits_changed,
)
from .diff_wording import WordingChange, routing_changes, wording_changes
from .phrases import count

__all__ = [
    "CaveatChange",
    "Diff",
    "ReasonChange",
    "VerdictChange",
    "as_json",
    "as_text",
    "diff",
    "of_option",
    "sections",
]


@dataclass(frozen=True)
class Listed:
    """An option, area, question or choice that only one version has."""

    what: str
    id: str
    change: Direction


@dataclass(frozen=True)
class Diff:
    """All that differs. `options` and `notes` hold those that both versions have and for which something differs.

    `verdict_changed_without_signoff`: options with another verdict for some combination, and new options, whose review
    is what it was before (for new ones: none).
    """

    listed: tuple[Listed, ...]
    routing: tuple[WordingChange, ...]
    options: tuple[OptionChanges, ...]
    notes: tuple[NoteChanges, ...]
    wording: tuple[WordingChange, ...]
    verdict_changed_without_signoff: tuple[str, ...]
    visits: VisitsChanged | None = None

    @property
    def empty(self) -> bool:
        return not (self.listed or self.routing or self.options or self.notes or self.wording)


def diff(old: DecisionTables, new: DecisionTables) -> Diff:
    """Hold every table, note, question and text of two versions against each other."""
    before, after = old.rulebook, new.rulebook
    options = [option_changes(old, new, option) for option in after.options if option in before.options]
    notes = [note_changes(old, new, area) for area in after.areas if area in before.areas]
    changed = {found.option for found in options if found and found.verdicts}
    changed |= after.options.keys() - before.options.keys()
    return Diff(
        listed=tuple(_listed(before, after)),
        routing=routing_changes(before, after),
        options=tuple(found for found in options if found),
        notes=tuple(found for found in notes if found),
        wording=wording_changes(before, after),
        verdict_changed_without_signoff=tuple(
            option for option in after.options if option in changed and _same_review(before, after, option)
        ),
        visits=visits_changed(old, new),
    )


def _same_review(old: Rulebook, new: Rulebook, option: str) -> bool:
    before = old.options[option].review if option in old.options else Review()
    return new.options[option].review == before


def _listed(old: Rulebook, new: Rulebook) -> Iterator[Listed]:
    yield from _one_sided("option", old.options, new.options)
    yield from _one_sided("area", old.areas, new.areas)
    yield from _one_sided("question", old.questions, new.questions)
    for question in new.questions.values():
        if question.id in old.questions:
            yield from (
                Listed("choice", f"{question.id}={found.id}", found.change)
                for found in _one_sided("choice", old.questions[question.id].choices, question.choices)
            )


def _one_sided(what: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Listed]:
    yield from (Listed(what, id, "added") for id in new if id not in old)
    yield from (Listed(what, id, "removed") for id in old if id not in new)


def as_text(diff: Diff) -> str:
    """The differences as sentences, what changes for visitors first and the wording last."""
    told = ["\n".join([title, *(f"  {line}" for line in lines)]) for title, lines in sections(diff).items()]
    return "\n\n".join(told) or "Nothing that visitors get differs."


def sections(diff: Diff) -> dict[str, list[str]]:
    """The differences as sentences under titles; a title without any is left out."""
    parts = {
        "Added and removed": [f"The {found.what} {found.id} is {found.change}." for found in diff.listed],
        "Visitors": [_visits(diff.visits)] if diff.visits else [],
        "What is asked": [line for change in diff.routing for line in _wording(change)],
        "Verdicts": [line for found in diff.options for line in _verdicts(found)],
        "Reasons, where the verdict is the same": [line for found in diff.options for line in _changed_reasons(found)],
        "Caveats": [line for found in diff.options for line in _caveats(found)],
        "Notes": [line for found in diff.notes for line in _notes(found)],
        "Wording": [line for change in diff.wording for line in _wording(change)],
        "Verdicts that changed without a new sign-off": [*diff.verdict_changed_without_signoff],
    }
    return {title: lines for title, lines in parts.items() if lines}


def of_option(diff: Diff, option_id: str) -> list[str]:
    """The differences of one option's table as sentences."""
    return [
        line
        for found in diff.options
        if found.option == option_id
        for lines in (_verdicts(found), _changed_reasons(found), _caveats(found))
        for line in lines
    ]


def _visits(found: VisitsChanged) -> str:
    ways = f"{found.every:,} ways to answer the questions"
    return f"In {found.changed:,} of {ways}, at least one option gets another verdict."


def _verdicts(found: OptionChanges) -> Iterator[str]:
    for change in found.verdicts:
        goes = f"goes from {_or(change.old)} to {_or(change.new)}"
        yield f"{_in(change, found.combinations)} {found.name} {goes}{_for_example(change)}."


def _changed_reasons(found: OptionChanges) -> Iterator[str]:
    for change in found.reasons:
        yield f"{_in(change, found.combinations)} {found.name} {_reasons(change)}{_for_example(change)}."


def _caveats(found: OptionChanges) -> Iterator[str]:
    for change in found.caveats:
        carries = "now carries" if change.change == "added" else "no longer carries"
        yield f"{_in(change, found.combinations)} {found.name} {carries} {change.caveat}{_for_example(change)}."


def _in(change: Group, total: int) -> str:
    if total == 1:
        return "For any answers"
    return f"In {'all ' if change.count == total else f'{change.count:,} of '}{count(total, 'combination')}"


def _for_example(change: Group) -> str:
    return f", for example {_answers(change.example)}" if change.example else ""


def _answers(given: Answers) -> str:
    return " ".join(f"{question}={choice}" for question, choice in given.items())


def _or(verdicts: tuple[str, ...]) -> str:
    return " or ".join(verdicts) or "no verdict"


def _reasons(change: ReasonChange) -> str:
    parts = [f"gives the reason {id}" for id in change.added] + [f"no longer gives {id}" for id in change.removed]
    return " and ".join(parts)


def _notes(found: NoteChanges) -> Iterator[str]:
    for change in found.notes:
        shows = "now show" if change.change == "added" else "no longer show"
        where = f"{_in(change, found.combinations)} the notes of {found.name}"
        yield f"{where} {shows} {change.caveat}{_for_example(change)}."
    if found.reordered:
        order = f"the notes of {found.name} stand in another order"
        yield f"{_in(found.reordered, found.combinations)} {order}{_for_example(found.reordered)}."


def _wording(change: WordingChange) -> list[str]:
    sides = (("old", change.old), ("new", change.new))
    return [change.where, *(f"  {side}: {'(none)' if text is None else text}" for side, text in sides)]


def as_json(diff: Diff) -> dict[str, Any]:
    """The differences as one JSON object."""
    return {
        "listed": [{"what": found.what, "id": found.id, "change": found.change} for found in diff.listed],
        "routing": [_wording_json(change) for change in diff.routing],
        "options": [
            {
                "option": found.option,
                "name": found.name,
                "combinations": found.combinations,
                "verdicts": [{"old": [*c.old], "new": [*c.new], **_group_json(c)} for c in found.verdicts],
                "reasons": [{"added": [*c.added], "removed": [*c.removed], **_group_json(c)} for c in found.reasons],
                "caveats": [{"caveat": c.caveat, "change": c.change, **_group_json(c)} for c in found.caveats],
            }
            for found in diff.options
        ],
        "notes": [
            {
                "area": found.area,
                "combinations": found.combinations,
                "notes": [{"caveat": c.caveat, "change": c.change, **_group_json(c)} for c in found.notes],
                "reordered": _group_json(found.reordered) if found.reordered else None,
            }
            for found in diff.notes
        ],
        "wording": [_wording_json(change) for change in diff.wording],
        "visits": {"changed": diff.visits.changed, "every": diff.visits.every} if diff.visits else None,
        "verdict-changed-without-sign-off": [*diff.verdict_changed_without_signoff],
    }


def _group_json(group: Group) -> dict[str, Any]:
    return {"count": group.count, "example": dict(group.example)}


def _wording_json(change: WordingChange) -> dict[str, Any]:
    return {"where": change.where, "old": change.old, "new": change.new}
