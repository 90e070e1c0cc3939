"""What differs between two versions of a rulebook, in what visitors get?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..decide.build_tables import DecisionTables, build
from ..rulebook.model import Review, Rulebook
from .diff_tables import (
    Direction,
    Group,
    NoteChanges,
    OptionChanges,
    VisitsChanged,
    note_changes,
    option_changes,
    visits_changed,
)
from .diff_wording import WordingChange, routing_changes, source_changes, wording_changes
from .phrases import answer_words, count
from .renames import in_new_names, renames

NOW: Mapping[str, tuple[str, str]] = {
    "option": ("now listed", "no longer listed"),
    "area": ("now part of the guide", "no longer part of the guide"),
    "question": ("now asked", "no longer asked"),
    "choice": ("now offered", "no longer offered"),
}


@dataclass(frozen=True)
class Listed:
    """An option, area, question or choice that only one version has."""

    what: str
    id: str
    change: Direction


@dataclass(frozen=True)
class Renamed:
    """An option, question, choice or caveat with another id and the same words."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Diff:
    """All that differs. `options` and `notes` hold those that both versions have and for which something differs.

    `visits` says instead why visits can't be compared, where that is so. `verdict_changed_without_signoff`: options
    with another verdict for some combination, and new options, whose review is what it was before (for new ones: none).
    """

    listed: tuple[Listed, ...]
    renamed: tuple[Renamed, ...]
    routing: tuple[WordingChange, ...]
    options: tuple[OptionChanges, ...]
    notes: tuple[NoteChanges, ...]
    wording: tuple[WordingChange, ...]
    sources: tuple[WordingChange, ...]
    verdict_changed_without_signoff: tuple[str, ...]
    visits: VisitsChanged | str | None


def diff(old: DecisionTables, new: DecisionTables) -> Diff:
    """Hold every table, note, question and text of two versions against each other."""
    names = renames(old.rulebook, new.rulebook)
    renamed = tuple(Renamed(*rename) for rename in names)
    if renamed:
        old = build(in_new_names(old.rulebook, names), allow_gaps=True)
    before, after = old.rulebook, new.rulebook
    options = [option_changes(old, new, option) for option in after.options if option in before.options]
    notes = [note_changes(old, new, area) for area in after.areas if area in before.areas]
    changed = {option.option for option in options if option and option.verdicts}
    changed |= after.options.keys() - before.options.keys()
    return Diff(
        listed=tuple(_listed(before, after)),
        renamed=renamed,
        routing=routing_changes(before, after),
        options=tuple(option for option in options if option),
        notes=tuple(note for note in notes if note),
        wording=wording_changes(before, after),
        sources=source_changes(before, after),
        verdict_changed_without_signoff=tuple(
            option for option in after.options if option in changed and _same_review(before, after, option)
        ),
        visits=visits_changed(old, new, [option.option for option in options if option and option.verdicts]),
    )


def _same_review(old: Rulebook, new: Rulebook, option: str) -> bool:
    before = old.options[option].review if option in old.options else Review()
    return new.options[option].review == before


def _listed(old: Rulebook, new: Rulebook) -> Iterator[Listed]:
    yield from _one_sided("option", old.options, new.options)
    yield from _one_sided("area", old.areas, new.areas)
    yield from _one_sided("question", old.questions, new.questions)
    for id, question in new.questions.items():
        if id in old.questions:
            yield from _one_sided("choice", old.questions[id].choices, question.choices, f"{id}=")


def _one_sided(what: str, old: Mapping[str, object], new: Mapping[str, object], before: str = "") -> Iterator[Listed]:
    yield from (Listed(what, before + id, "added") for id in new if id not in old)
    yield from (Listed(what, before + id, "removed") for id in old if id not in new)


def as_text(diff: Diff) -> str:
    """The differences as sentences, what changes for visitors first and the wording last."""
    blocks = ["\n".join([title, *(f"  {line}" for line in lines)]) for title, lines in sections(diff).items()]
    return "\n\n".join(blocks) or "Nothing that visitors get differs."


def sections(diff: Diff) -> dict[str, list[str]]:
    """The differences as sentences under titles; a title without any is left out."""
    parts = {
        "Listed and asked": [_listed_line(one) for one in diff.listed],
        "Renamed": [f"The {one.what} {one.old} is now called {one.new}." for one in diff.renamed],
        "Visitors": [_visits(diff.visits)] if diff.visits else [],
        "What is asked": [line for change in diff.routing for line in _wording(change)],
        "Verdicts": [line for option in diff.options for line in _verdicts(option)],
        "Reasons, where the verdict is the same": [line for option in diff.options for line in _reasons(option)],
        "Caveats": [line for option in diff.options for line in _caveats(option)],
        "Notes": [line for notes in diff.notes for line in _notes(notes)],
        "Wording": [line for change in diff.wording for line in _wording(change)],
        "What texts rest on": [line for change in diff.sources for line in _wording(change)],
        "Verdicts that changed without a new sign-off": [*diff.verdict_changed_without_signoff],
    }
    return {title: lines for title, lines in parts.items() if lines}


def of_option(diff: Diff, option_id: str) -> list[str]:
    """The differences of one option's table as sentences."""
    option = next((option for option in diff.options if option.option == option_id), None)
    return [*_verdicts(option), *_reasons(option), *_caveats(option)] if option else []


def _listed_line(one: Listed) -> str:
    return f"The {one.what} {one.id} is {NOW[one.what][one.change == 'removed']}."


def _visits(visits: VisitsChanged | str) -> str:
    if isinstance(visits, str):
        return visits
    ways = f"{visits.every:,} ways to answer the questions"
    return f"In {visits.changed:,} of {ways}, at least one option gets another verdict."


def _verdicts(option: OptionChanges) -> Iterator[str]:
    for change in option.verdicts:
        old, new = (" or ".join(verdicts) or "no verdict" for verdicts in (change.old, change.new))
        yield f"{_in(change, option.combinations)} {option.name} goes from {old} to {new}{_for_example(change)}."


def _reasons(option: OptionChanges) -> Iterator[str]:
    for change in option.reasons:
        gives = [f"gives the reason {id}" for id in change.added] + [f"no longer gives {id}" for id in change.removed]
        yield f"{_in(change, option.combinations)} {option.name} {' and '.join(gives)}{_for_example(change)}."


def _caveats(option: OptionChanges) -> Iterator[str]:
    for change in option.caveats:
        carries = "now carries" if change.change == "added" else "no longer carries"
        yield f"{_in(change, option.combinations)} {option.name} {carries} {change.caveat}{_for_example(change)}."


def _notes(area: NoteChanges) -> Iterator[str]:
    for change in area.notes:
        shows = "now show" if change.change == "added" else "no longer show"
        where = f"{_in(change, area.combinations)} the notes of {area.name}"
        yield f"{where} {shows} {change.caveat}{_for_example(change)}."
    if area.reordered:
        order = f"the notes of {area.name} stand in another order"
        yield f"{_in(area.reordered, area.combinations)} {order}{_for_example(area.reordered)}."


def _in(change: Group, total: int) -> str:
    if total == 1:
        return "For any answers"
    return f"In {'all ' if change.count == total else f'{change.count:,} of '}{count(total, 'combination')}"


def _for_example(change: Group) -> str:
    return f", for example {answer_words(change.example, ' ')}" if change.example else ""


def _wording(change: WordingChange) -> list[str]:
    sides = (("old", change.old), ("new", change.new))
    return [change.where, *(f"  {side}: {'(none)' if text is None else text}" for side, text in sides)]


def as_json(diff: Diff) -> dict[str, Any]:
    """The differences as one JSON object. `visits` is null where no visit changes, and null with `visits-not-compared`
    saying why where they can't be compared.
    """
    whole = asdict(diff)
    without = whole.pop("verdict_changed_without_signoff")
    reason = whole["visits"] if isinstance(diff.visits, str) else None
    visits = None if reason else whole["visits"]
    return whole | {"visits": visits, "visits-not-compared": reason, "verdict-changed-without-sign-off": without}
