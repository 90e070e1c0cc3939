"""Two versions of one option's table, or of one area's notes: what differs for whom, counted in combinations."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from ..decide.all_visits import MOST, visits
from ..decide.build_tables import DecisionTable, DecisionTables, Key, Row, key
from ..decide.routing import combinations, smallest
from ..rulebook.model import VERDICTS, Answers, Caveat, Rulebook, Verdict
from .diff_wording import asked_when, in_scope_when

T = TypeVar("T", bound=Hashable)
R = TypeVar("R")
Direction = Literal["added", "removed"]
Rows = tuple[tuple[str, ...], Mapping[Key, R | None]]
Pair = tuple[dict[str, str], list[R], list[R]]


@dataclass(frozen=True)
class Group:
    """Combinations of answers that change in the same way: how many, and the fewest answers that make it so."""

    count: int
    example: Answers


@dataclass(frozen=True)
class VerdictChange(Group):
    """From one verdict to another. None: these answers could not be given, or got no verdict. Several: it depends on a
    question that only that version asks.
    """

    old: tuple[Verdict, ...]
    new: tuple[Verdict, ...]


@dataclass(frozen=True)
class ReasonChange(Group):
    """The same verdict for other reasons: ids of the deciding rules that came and went."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class CaveatChange(Group):
    """A caveat of an option, or a note of an area, that is shown now or no longer."""

    caveat: str
    change: Direction


@dataclass(frozen=True)
class OptionChanges:
    option: str
    name: str
    combinations: int
    verdicts: tuple[VerdictChange, ...]
    reasons: tuple[ReasonChange, ...]
    caveats: tuple[CaveatChange, ...]


@dataclass(frozen=True)
class NoteChanges:
    """`reordered`: the same notes in another order."""

    area: str
    name: str
    combinations: int
    notes: tuple[CaveatChange, ...]
    reordered: Group | None


@dataclass(frozen=True)
class VisitsChanged:
    """How many of all ways to answer the questions give at least one option another verdict."""

    changed: int
    every: int


def visits_changed(old: DecisionTables, new: DecisionTables, options: Iterable[str]) -> VisitsChanged | str | None:
    """How many visits get another verdict for one of these options, which both versions have, or why that can't be
    said; None where no options are given and the same is asked.
    """
    kept = {*options}
    if _asked(old.rulebook) != _asked(new.rulebook):
        return "The two versions ask different questions, or ask them of other people, so visits can't be compared."
    if not kept:
        return None
    before, after = visits(old), visits(new)
    if not before or not after:
        return f"There are over {MOST:,} ways to answer the questions, so visits are not compared."
    common = {id(v): {o: v[o] for o in v if o in kept} for rows in (before.rows, after.rows) for v in rows.values()}
    pairs = ((before.rows[answers], verdicts) for answers, verdicts in after.rows.items())
    return VisitsChanged(sum(common[id(first)] != common[id(second)] for first, second in pairs), len(after.rows))


def _asked(rulebook: Rulebook) -> object:
    """Which answers lead to which questions and areas."""
    asked = [(question.id, {*question.choices}, asked_when(question)) for question in rulebook.questions.values()]
    return asked, {area.id: in_scope_when(area) for area in rulebook.areas.values()}


def option_changes(old: DecisionTables, new: DecisionTables, option_id: str) -> OptionChanges | None:
    """What differs for an option that both versions have; None where nothing does."""
    before, after = old.options[option_id], new.options[option_id]
    option = new.rulebook.options[option_id]
    pairs = _pairs(old.rulebook, new.rulebook, option.area, _with_gaps(before), _with_gaps(after))
    verdicts = tuple(VerdictChange(*group, *tag) for tag, group in _grouped(pairs, _verdict))
    reasons = tuple(ReasonChange(*group, *tag) for tag, group in _grouped(pairs, _reason))
    caveats = tuple(CaveatChange(*group, *tag) for tag, group in _grouped(pairs, _caveat))
    if not (verdicts or reasons or caveats):
        return None
    return OptionChanges(option_id, option.name, len(pairs), verdicts, reasons, caveats)


def note_changes(old: DecisionTables, new: DecisionTables, area: str) -> NoteChanges | None:
    """What differs in the notes of an area that both versions have; None where nothing does."""
    before, after = old.notes[area], new.notes[area]
    tables = (before.questions, before.rows), (after.questions, after.rows)
    pairs = _pairs(old.rulebook, new.rulebook, area, *tables)
    notes = tuple(CaveatChange(*group, *tag) for tag, group in _grouped(pairs, _shown))
    order = next((Group(*group) for _, group in _grouped(pairs, _reordered)), None)
    return NoteChanges(area, new.rulebook.areas[area].name, len(pairs), notes, order) if notes or order else None


def _with_gaps(table: DecisionTable) -> Rows[Row]:
    """A table's questions and rows, with None where no rule matches."""
    gaps: dict[Key, Row | None] = {key(table.questions, gap): None for gap in table.gaps}
    return table.questions, {**table.rows, **gaps}


def _pairs(old: Rulebook, new: Rulebook, area: str, before: Rows[R], after: Rows[R]) -> list[Pair[R]]:
    """Every combination of the questions that both versions know and one of the tables reads, with the old and the new
    rows that it can fall in: one each, unless a question is asked in one version alone.
    """
    read = {*before[0], *after[0]} & old.questions.keys() & new.questions.keys()
    return [
        (answers, _matching(new, before, answers), _matching(old, after, answers))
        for answers in combinations(new, area, read)
    ]


def _matching(other: Rulebook, table: Rows[R], answers: Answers) -> list[R]:
    """The rows that these answers can fall in. An answer that only one side has leaves its question open."""
    questions, rows = table
    exact = key(questions, answers)
    if exact in rows and all(question in other.questions for question in questions):
        found = [rows[exact]]
    else:
        found = [row for known, row in rows.items() if _agree(questions, known, answers)]
    return [row for row in found if row is not None]


def _agree(questions: tuple[str, ...], known: Key, answers: Answers) -> bool:
    return all(
        choice is None or answers.get(question, choice) == choice
        for question, choice in zip(questions, known, strict=True)
    )


def _grouped(
    pairs: Sequence[Pair[R]], tell: Callable[[list[R], list[R]], Iterable[T]]
) -> list[tuple[T, tuple[int, dict[str, str]]]]:
    """What `tell` tells of old and new rows, each with (count of combinations, smallest example)."""
    told: dict[T, list[dict[str, str]]] = {}
    for answers, first, second in pairs:
        for tag in tell(first, second):
            told.setdefault(tag, []).append(answers)
    every = [answers for answers, _, _ in pairs]
    return [(tag, (len(group), _example(group, every))) for tag, group in told.items()]


def _example(group: list[dict[str, str]], every: list[dict[str, str]]) -> dict[str, str]:
    members = {tuple(answers.items()) for answers in group}
    return smallest(group[0], every, lambda answers: tuple(answers.items()) in members)


def _verdict(first: list[Row], second: list[Row]) -> Iterator[tuple[tuple[Verdict, ...], tuple[Verdict, ...]]]:
    old, new = _verdicts(first), _verdicts(second)
    if old != new:
        yield old, new


def _verdicts(rows: list[Row]) -> tuple[Verdict, ...]:
    given = {row.verdict for row in rows}
    return tuple(verdict for verdict in VERDICTS if verdict in given)


def _reason(first: list[Row], second: list[Row]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    gone = {rule.id: None for row in first for rule in row.because}
    come = {rule.id: None for row in second for rule in row.because}
    if _verdicts(first) == _verdicts(second) and gone.keys() != come.keys():
        yield tuple(id for id in come if id not in gone), tuple(id for id in gone if id not in come)


def _caveat(first: list[Row], second: list[Row]) -> Iterator[tuple[str, Direction]]:
    return _shown([row.caveats for row in first], [row.caveats for row in second])


def _shown(first: list[tuple[Caveat, ...]], second: list[tuple[Caveat, ...]]) -> Iterator[tuple[str, Direction]]:
    if not first or not second:  # answers that one version does not know have nothing to be held against
        return
    for id in dict.fromkeys(caveat.id for row in (*first, *second) for caveat in row):
        old, new = _how_often(id, first), _how_often(id, second)
        if old != new:
            yield id, "added" if new > old else "removed"


def _how_often(id: str, rows: list[tuple[Caveat, ...]]) -> int:
    """0: in no row, 1: in some, 2: in every one."""
    held = [any(caveat.id == id for caveat in row) for row in rows]
    return any(held) + all(held)


def _reordered(first: list[tuple[Caveat, ...]], second: list[tuple[Caveat, ...]]) -> Iterator[bool]:
    old, new = ({tuple(note.id for note in row) for row in rows} for rows in (first, second))
    if old != new and set(map(frozenset, old)) == set(map(frozenset, new)):
        yield True
