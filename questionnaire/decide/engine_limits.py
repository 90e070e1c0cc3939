"""What the engine can take: a clear refusal, by name, of what is too large for it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..rulebook.model import Condition, Rulebook
from ..rulebook.problems import Place, Problem, error
from .engine import MAX_CONDITIONS, MAX_LISTS
from .routing import combinations, questions_of
from .rows_from_matches import conditions_of

MAX_ROWS = 20_000


def too_large(rulebook: Rulebook) -> Iterator[Problem]:
    """A problem for each rule, caveat, option and area's notes that is more than can be fired."""
    for option in rulebook.options.values():
        for rule in option.rules:
            yield from _too_many_lists(f"the rule '{rule.id}' of the option '{option.id}'", rule.when, rule.place)
    for rule in rulebook.clinic.rules:
        yield from _too_many_lists(f"the clinic's rule '{rule.id}'", rule.when, rule.place)
    for caveat in rulebook.caveats.values():
        yield from _too_many_lists(f"the caveat '{caveat.id}'", caveat.when, caveat.place)
    for option in rulebook.options.values():
        conditions = conditions_of(rulebook, option.id)
        yield from _too_large(rulebook, f"the option '{option.id}'", option.area, conditions, option.place)
    for area in rulebook.areas.values():
        notes = [note.when for note in rulebook.notes[area.id]]
        yield from _too_large(rulebook, f"the area '{area.id}'", area.id, notes, area.place)


def _too_many_lists(name: str, condition: Condition, place: Place) -> Iterator[Problem]:
    lists = sum(len(set(choices)) > 1 for _, choices in condition.lines)
    if lists > MAX_LISTS:
        message = f"{name} has {lists} lines with several choices each, and the rules engine takes {MAX_LISTS}"
        yield error(place, "too-many-lists", message, "split it in two, or leave out a line that lists every choice")


def _too_large(
    rulebook: Rulebook, name: str, area: str, conditions: list[Condition], place: Place
) -> Iterator[Problem]:
    if len(conditions) > MAX_CONDITIONS:
        message = f"{name} has {len(conditions)} rules and caveats, and the rules engine takes {MAX_CONDITIONS}"
        yield error(place, "too-many-rules", message, "join some of them into one with a list of choices")
        return
    read = questions_of(rulebook, conditions)
    if any(True for _ in islice(combinations(rulebook, area, read), MAX_ROWS, None)):
        message = f"{name} reads {len(read)} questions ({', '.join(read)}), which makes over {MAX_ROWS:,} combinations"
        yield error(place, "too-many-rows", message, "let its rules and caveats read fewer questions")
