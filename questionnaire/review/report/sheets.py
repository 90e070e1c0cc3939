"""Each option as one sheet: all that a clinician reads, questions and signs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ...decide.build_tables import DecisionTables
from ...decide.signoff import Standing, option_fingerprint, standing
from ...rulebook.model import VERDICTS, Conflict, Example, Option, Question, Verdict
from .. import phrases
from ..checks.proofs import example_faults
from ..merge_rows import caveat_conditions
from ..show import other_statements
from .readable_table import ReadableTable
from .sources import ShownText, Source, Sources, once

TITLE: Mapping[Verdict, str] = {"fits": "It fits", "ask": "It is worth asking about", "ruled-out": "It is ruled out"}


@dataclass(frozen=True)
class RuleGroup:
    """The rules of an option that give one verdict."""

    verdict: Verdict
    title: str
    rules: tuple[ShownText, ...]


@dataclass(frozen=True)
class ConflictSide:
    """One side of a conflict, and whether the rules follow it."""

    says: str
    followed: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ConflictSheet:
    """A conflict with its sides."""

    conflict: Conflict
    sides: tuple[ConflictSide, ...]


@dataclass(frozen=True)
class ExampleSheet:
    """An example. `answers`: (question id, the choice's label). `caveats`: those that not every row carries.

    `always`: it has all that every row carries. `faults`: what is wrong with it.
    """

    example: Example
    answers: tuple[tuple[str, str], ...]
    always: bool
    caveats: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """All of an option. `silences`: the names of the grid rows on which the article is silent, each with the question
    to ask, if any. `others`: what visitors read of it and no other part of the sheet has.
    """

    option: Option
    number: int
    anchor: str
    kind: str
    fingerprint: str
    standing: Standing
    summary: ShownText
    reads: tuple[Question, ...]
    groups: tuple[RuleGroup, ...]
    table: ReadableTable
    combinations: int
    always: tuple[ShownText, ...]
    sometimes: tuple[ShownText, ...]
    grid: tuple[ShownText, ...]
    others: tuple[ShownText, ...]
    silences: tuple[tuple[str, str], ...]
    conflicts: tuple[ConflictSheet, ...]
    examples: tuple[ExampleSheet, ...]


def anchor(option_id: str) -> str:
    """An option's id as the id of an element."""
    return option_id.replace("/", "--")


def sheets(
    tables: DecisionTables, sources: Sources, readable: Mapping[str, ReadableTable], today: date
) -> tuple[Sheet, ...]:
    """Every option's sheet, in the order in which the areas show their options."""
    rulebook = tables.rulebook
    order = [option for area in rulebook.areas.values() for option in area.options]
    return tuple(
        _sheet(tables, sources, readable[option_id], number, rulebook.options[option_id], today)
        for number, option_id in enumerate(order, 1)
    )


def _sheet(
    tables: DecisionTables, sources: Sources, readable: ReadableTable, number: int, option: Option, today: date
) -> Sheet:
    rulebook, table = tables.rulebook, tables.options[option.id]
    always, sometimes = caveat_conditions(tables, option.id)
    fingerprint = option_fingerprint(tables, option.id)
    expected: set[Source] = set()
    touching = [conflict for conflict in rulebook.conflicts.values() if option.id in conflict.touches]
    return Sheet(
        option=option,
        number=number,
        anchor=anchor(option.id),
        kind=phrases.KIND[option.kind],
        fingerprint=fingerprint,
        standing=standing(option.review, fingerprint, today),
        summary=sources.text("What it is", option.summary),
        reads=tuple(rulebook.questions[question] for question in table.questions),
        groups=_groups(option, sources),
        table=readable,
        combinations=len(table.rows),
        always=once((replace(sources.caveat(caveat), when="") for caveat in always), expected),
        sometimes=once((sources.caveat(caveat) for caveat in sometimes), expected),
        grid=once((sources.text(rulebook.grid[row].name, cell) for row, cell in option.grid.items()), set()),
        others=tuple(sources.text(label, statement) for label, statement in other_statements(rulebook, option.id)),
        silences=_silences(option, sources),
        conflicts=tuple(conflict_sheet(conflict, sources) for conflict in touching),
        examples=tuple(
            _example(tables, option, example, {caveat.id for caveat in always}) for example in option.examples
        ),
    )


def _groups(option: Option, sources: Sources) -> tuple[RuleGroup, ...]:
    groups = []
    seen: set[Source] = set()
    for verdict in VERDICTS:
        rules = [sources.text(rule.id, rule.because, rule.when) for rule in option.rules if rule.verdict == verdict]
        if rules:
            groups.append(RuleGroup(verdict, TITLE[verdict], once(rules, seen)))
    return tuple(groups)


def _silences(option: Option, sources: Sources) -> tuple[tuple[str, str], ...]:
    rows = sources.rulebook.grid
    return tuple(
        (rows[row].name, rows[row].question if option.kind in rows[row].ask_about else "")
        for row, cell in option.grid.items()
        if cell.silent
    )


def conflict_sheet(conflict: Conflict, sources: Sources) -> ConflictSheet:
    """A conflict with its sides and the words of each; a side is followed if one of its passages is."""
    sides = [
        ConflictSide(
            side.says,
            not conflict.open and bool({*side.passages} & {*conflict.follows}),
            sources.of_passages(side.passages),
        )
        for side in conflict.sides
    ]
    return ConflictSheet(conflict, tuple(sides))


def _example(tables: DecisionTables, option: Option, example: Example, always: set[str]) -> ExampleSheet:
    questions = tables.rulebook.questions
    has_all = always <= {*example.caveats}
    return ExampleSheet(
        example,
        tuple((question, questions[question].choices[choice].label) for question, choice in example.answers.items()),
        has_all and bool(always),
        tuple(caveat for caveat in example.caveats if not has_all or caveat not in always),
        tuple(fault for fault, _ in example_faults(tables, option.id, example)),
    )
