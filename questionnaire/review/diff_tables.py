"""Two versions of each option's table and of each area's notes: what differs for whom, counted in combinations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ..decide.build_tables import DecisionTables, Key, Row, key
from ..decide.routing import combinations, smallest
from ..decide.visit_verdicts import MOST, visits
from ..rulebook.model import VERDICTS, Answers, Area, Option, Rulebook, Verdict
from .diff_wording import asked_when, in_scope_when

Ids = tuple[str, ...]
Kind = Literal["verdicts", "reasons", "caveats", "notes", "reordered"]
KINDS: tuple[Kind, ...] = ("verdicts", "reasons", "caveats", "notes", "reordered")
Rows = tuple[Ids, Mapping[Key, Row | None]]
Difference = tuple[Kind, Ids, Ids]


@dataclass(frozen=True)
class TableChange:
    """Combinations of answers for which an option, or an area's notes, change in the same way.

    `count` of `combinations` do; `example` has the fewest answers that make it so. `old` and `new` are verdicts (none:
    these answers could not be given, or got no verdict; several: it depends on a question that only that version asks),
    or the ids that went and came: of the deciding rules where the verdict is the same, of a caveat, of a note. They are
    empty for notes in another order.
    """

    kind: Kind
    of: str
    name: str
    count: int
    combinations: int
    example: Answers
    old: Ids
    new: Ids


@dataclass(frozen=True)
class VisitsChanged:
    """How many of all ways to answer the questions give at least one option another verdict."""

    changed: int
    every: int


def visits_changed(old: DecisionTables, new: DecisionTables, options: set[str]) -> VisitsChanged | str | None:
    """How many visits get another verdict for one of these options, which both versions have, or why that can't be
    said; None where no options are given and the same is asked.
    """
    if _asked(old.rulebook) != _asked(new.rulebook):
        return "The two versions ask different questions, or ask them of other people, so visits can't be compared."
    if not options:
        return None
    before, after = visits(old), visits(new)
    if not before or not after:
        return f"There are over {MOST:,} ways to answer the questions, so visits are not compared."
    common = {id(v): {o: v[o] for o in v if o in options} for rows in (before.rows, after.rows) for v in rows.values()}
    pairs = ((before.rows[answers], verdicts) for answers, verdicts in after.rows.items())
    return VisitsChanged(sum(common[id(first)] != common[id(second)] for first, second in pairs), len(after.rows))


def _asked(rulebook: Rulebook) -> object:
    """Which answers lead to which questions and areas."""
    asked = [(question.id, {*question.choices}, asked_when(question)) for question in rulebook.questions.values()]
    return asked, {area.id: in_scope_when(area) for area in rulebook.areas.values()}


def table_changes(old: DecisionTables, new: DecisionTables) -> Iterator[TableChange]:
    """What differs in the tables of the options and notes that both versions have, option by option, area by area."""
    for option in new.rulebook.options.values():
        if option.id in old.options:
            yield from _changes(old, new, option, option.area, *(_rows(one, option.id) for one in (old, new)))
    for area in new.rulebook.areas.values():
        if area.id in old.notes:
            yield from _changes(old, new, area, area.id, *(_note_rows(one, area.id) for one in (old, new)))


def _rows(tables: DecisionTables, option_id: str) -> Rows:
    """A table's questions and rows, with None where no rule matches."""
    table = tables.options[option_id]
    gaps: dict[Key, Row | None] = {key(table.questions, gap): None for gap in table.gaps}
    return table.questions, {**table.rows, **gaps}


def _note_rows(tables: DecisionTables, area: str) -> Rows:
    """The notes of an area as the rows of an option that fits everybody and carries them."""
    table = tables.notes[area]
    return table.questions, {at: Row("fits", (), notes, ()) for at, notes in table.rows.items()}


def _changes(
    old: DecisionTables, new: DecisionTables, owner: Option | Area, area: str, before: Rows, after: Rows
) -> Iterator[TableChange]:
    """What differs for each combination of the questions that both versions know and one of the tables reads."""
    read = {*before[0], *after[0]} & old.rulebook.questions.keys() & new.rulebook.questions.keys()
    every = [*combinations(new.rulebook, area, read)]
    groups: dict[Difference, list[dict[str, str]]] = {}
    for answers in every:
        first, second = _matching(new.rulebook, before, answers), _matching(old.rulebook, after, answers)
        for difference in _differences(first, second, notes=owner.id == area):
            groups.setdefault(difference, []).append(answers)
    for (kind, went, came), group in sorted(groups.items(), key=lambda item: KINDS.index(item[0][0])):
        yield TableChange(kind, owner.id, owner.name, len(group), len(every), _example(group, every), went, came)


def _example(group: list[dict[str, str]], every: list[dict[str, str]]) -> dict[str, str]:
    members = {tuple(answers.items()) for answers in group}
    return smallest(group[0], every, lambda answers: tuple(answers.items()) in members)


def _matching(other: Rulebook, table: Rows, answers: Answers) -> list[Row]:
    """The rows that these answers can fall in: one, unless a question is asked in one version alone.

    An answer that only one side has leaves its question open.
    """
    questions, rows = table
    exact = key(questions, answers)
    if exact in rows and all(question in other.questions for question in questions):
        matching = [rows[exact]]
    else:
        matching = [row for known, row in rows.items() if _agree(questions, known, answers)]
    return [row for row in matching if row is not None]


def _agree(questions: Ids, known: Key, answers: Answers) -> bool:
    pairs = zip(questions, known, strict=True)
    return all(choice is None or answers.get(question, choice) == choice for question, choice in pairs)


def _differences(first: list[Row], second: list[Row], notes: bool) -> Iterator[Difference]:
    """How the rows that the same answers fall in differ."""
    old, new = _verdicts(first), _verdicts(second)
    went, came = ([rule.id for row in rows for rule in row.because] for rows in (first, second))
    if old != new and not notes:
        yield "verdicts", old, new
    elif set(went) != set(came):
        yield "reasons", _without(went, came), _without(came, went)
    if not first or not second:  # answers that one version does not know have nothing to be held against
        return
    for name in dict.fromkeys(caveat.id for row in (*first, *second) for caveat in row.caveats):
        before, after = _how_often(name, first), _how_often(name, second)
        if before != after:
            shown = ((), (name,)) if after > before else ((name,), ())
            yield "notes" if notes else "caveats", *shown
    orders = [{tuple(caveat.id for caveat in row.caveats) for row in rows} for rows in (first, second)]
    if notes and orders[0] != orders[1] and set(map(frozenset, orders[0])) == set(map(frozenset, orders[1])):
        yield "reordered", (), ()


def _without(ids: list[str], others: list[str]) -> Ids:
    return tuple(name for name in dict.fromkeys(ids) if name not in others)


def _verdicts(rows: list[Row]) -> tuple[Verdict, ...]:
    verdicts = {row.verdict for row in rows}
    return tuple(verdict for verdict in VERDICTS if verdict in verdicts)


def _how_often(caveat_id: str, rows: list[Row]) -> int:
    """0: in no row, 1: in some, 2: in every one."""
    carried = [any(caveat.id == caveat_id for caveat in row.caveats) for row in rows]
    return any(carried) + all(carried)
