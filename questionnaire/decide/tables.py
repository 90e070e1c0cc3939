"""What decision tables are made of: rows to look answers up in. Values alone; the engine that fires them is elsewhere.

Nothing here imports the engine, so that a process which only looks up never loads it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..rulebook.model import Answers, Area, Caveat, Option, Rule, Rulebook, Verdict
from ..rulebook.statements import Statement, statements
from .routing import areas_in_scope, combinations, questions_of

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A single answer that would give the option another verdict."""

    question: str
    choice: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the most cautious verdict of the rules that matched, the rules that gave it, and the caveats that apply.

    `also`: the less cautious rules that matched too.
    """

    verdict: Verdict
    because: tuple[Rule, ...]
    caveats: tuple[Caveat, ...]
    would_change: tuple[Change, ...]
    also: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class DecisionTable:
    """An option's rows by the choices of its `questions` (None: not asked). `gaps`: answers that no rule matches."""

    option: str
    questions: tuple[str, ...]
    rows: Mapping[Key, Row]
    gaps: tuple[Answers, ...]

    def row(self, answers: Answers) -> Row:
        """The row that these answers fall in. Raises KeyError for answers that nobody can give."""
        return self.rows[key(self.questions, answers)]

    def answers(self, of: Key) -> dict[str, str]:
        """The answers that lead to a row."""
        return {question: choice for question, choice in zip(self.questions, of, strict=True) if choice is not None}


@dataclass(frozen=True)
class NoteTable:
    """An area's notes by the choices of `questions`; those that stand first come first."""

    area: str
    questions: tuple[str, ...]
    rows: Mapping[Key, tuple[Caveat, ...]]

    def row(self, answers: Answers) -> tuple[Caveat, ...]:
        """The notes for these answers. Raises KeyError for answers that nobody can give."""
        return self.rows[key(self.questions, answers)]


@dataclass(frozen=True, slots=True)
class Result:
    """An option and the row of its table that somebody's answers fall in."""

    option: Option
    row: Row


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked up for the visitors of some areas.

    `reads`: the sets of questions that the areas' options read, each once. `results`: for each option, in order, which
    of these sets it reads and its results by the choices.
    """

    areas: tuple[Area, ...]
    reads: tuple[tuple[str, ...], ...]
    results: tuple[tuple[int, Mapping[Key, Result]], ...]
    notes: tuple[NoteTable, ...]


@dataclass(frozen=True)
class DecisionTables:
    """A rulebook with the table of each option and the notes of each area."""

    rulebook: Rulebook
    options: Mapping[str, DecisionTable]
    notes: Mapping[str, NoteTable]

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Every text of the rule files that visitors can read. Most checks go through all of them."""
        return tuple(statements(self.rulebook))

    @cached_property
    def scopes(self) -> tuple[tuple[str, ...], Mapping[Key, Scope]]:
        """The questions that decide which areas are in scope, and the scope by their choices."""
        areas = self.rulebook.areas.values()
        gates = questions_of(self.rulebook, [when for area in areas for when in area.in_scope_when])
        found: dict[tuple[str, ...], Scope] = {}
        scopes = {}
        for answers in combinations(self.rulebook, None, gates):
            in_scope = areas_in_scope(self.rulebook, answers)
            if in_scope not in found:
                found[in_scope] = self._scope(in_scope)
            scopes[key(gates, answers)] = found[in_scope]
        return gates, scopes

    @cached_property
    def _results(self) -> Mapping[str, Mapping[Key, Result]]:
        options = self.rulebook.options
        return {
            name: {key: Result(options[name], row) for key, row in table.rows.items()}
            for name, table in self.options.items()
        }

    def _scope(self, in_scope: tuple[str, ...]) -> Scope:
        areas = tuple(self.rulebook.areas[area] for area in in_scope)
        tables = [self.options[option] for area in areas for option in area.options]
        reads = tuple(dict.fromkeys(table.questions for table in tables))
        results = tuple((reads.index(table.questions), self._results[table.option]) for table in tables)
        return Scope(areas, reads, results, tuple(self.notes[area] for area in in_scope))


def key(questions: tuple[str, ...], answers: Answers) -> Key:
    """What a row is looked up by: the answers to these questions, None where one was not asked."""
    return tuple(map(answers.get, questions))


def rows_with(rows: Collection[Key], row: Key, position: int, choice: str) -> list[Key]:
    """The rows that a visitor of `row` may come to by giving `choice` as the answer at `position`.

    Answers to questions that are asked after only one of the two choices may be any.
    """
    changed = (*row[:position], choice, *row[position + 1 :])
    if changed in rows:
        return [changed]
    return [
        other
        for other in rows
        if other[position] == choice and all(a == b or None in (a, b) for a, b in zip(other, changed, strict=True))
    ]
