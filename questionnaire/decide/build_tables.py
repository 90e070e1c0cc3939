"""Decision tables: for each option one row for every combination of the answers that it reads, fired by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..rulebook.model import VERDICTS, Rulebook, Verdict
from ..rulebook.problems import Problem, RulebookError, error
from .engine import fire
from .engine_limits import conditions_of, too_large
from .routing import combinations, questions_of, smallest
from .tables import Change, DecisionTable, DecisionTables, Key, NoteTable, Result, Row, Scope, key, rows_with

__all__ = [
    "Change",
    "DecisionTable",
    "DecisionTables",
    "Key",
    "NoteTable",
    "Result",
    "Row",
    "Scope",
    "build",
    "gap_problems",
    "key",
    "note_table",
    "option_table",
]


def build(rulebook: Rulebook, allow_gaps: bool = False) -> DecisionTables:
    """Fire every table of a rulebook.

    Raises RulebookError naming every option that exceeds a limit of the engine and, unless `allow_gaps`, every row
    that no rule matches.
    """
    if problems := list(too_large(rulebook)):
        raise RulebookError(problems)
    tables = DecisionTables(
        rulebook,
        {option: option_table(rulebook, option) for option in rulebook.options},
        {area: note_table(rulebook, area) for area in rulebook.areas},
    )
    gaps = [] if allow_gaps else gap_problems(tables)
    if gaps:
        raise RulebookError(gaps)
    return tables


def gap_problems(tables: DecisionTables) -> list[Problem]:
    """One problem for each option that has rows without a verdict, naming the fewest answers that lead to one."""
    found = []
    for table in tables.options.values():
        if table.gaps:
            option = tables.rulebook.options[table.option]
            every = [*table.gaps, *map(table.answers, table.rows)]
            fewest = smallest(table.gaps[0], every, table.gaps.__contains__)
            answers = ", ".join(f"{question}={choice}" for question, choice in fewest.items()) or "any answers"
            message = f"no rule of '{table.option}' ever matches"
            if len(every) > 1:
                rows = f"{len(table.gaps)} of {len(every)} combinations of answers match"
                message = f"{rows} no rule of '{table.option}', for example {answers}"
            found.append(
                error(
                    option.rules[0].place if option.rules else option.place,
                    "gap",
                    message,
                    "add a rule for them; if in doubt, under 'ask-first'",
                )
            )
    return found


def option_table(rulebook: Rulebook, option_id: str) -> DecisionTable:
    """The table of one option, fired by the engine. Rows that no rule matches are its `gaps`; no limit is looked at."""
    return _table(rulebook, option_id, *_fired(rulebook, option_id))


def _fired(rulebook: Rulebook, option_id: str) -> tuple[list[dict[str, str]], list[frozenset[int]]]:
    """The combinations of answers in an option's table, and for each the positions of the conditions that hold."""
    option = rulebook.options[option_id]
    conditions = conditions_of(rulebook, option)
    combos = list(combinations(rulebook, option.area, questions_of(rulebook, conditions)))
    return combos, fire(conditions, combos)


def _table(
    rulebook: Rulebook, option_id: str, combos: list[dict[str, str]], fired_rows: list[frozenset[int]]
) -> DecisionTable:
    option, caveats = rulebook.options[option_id], rulebook.expect[option_id]
    questions = questions_of(rulebook, conditions_of(rulebook, option))
    split = len(option.rules)
    decided: dict[Key, Row] = {}
    gaps = []
    for answers, fired in zip(combos, fired_rows, strict=True):
        matched = [rule for position, rule in enumerate(option.rules) if position in fired]
        if not matched:
            gaps.append(answers)
            continue
        verdict = max((rule.verdict for rule in matched), key=VERDICTS.index)
        decided[key(questions, answers)] = Row(
            verdict=verdict,
            because=tuple(rule for rule in matched if rule.verdict == verdict),
            caveats=tuple(caveat for position, caveat in enumerate(caveats, split) if position in fired),
            would_change=(),
            also=tuple(rule for rule in matched if rule.verdict != verdict),
        )
    verdicts = {row: content.verdict for row, content in decided.items()}
    rows = {
        row: replace(content, would_change=_changes(rulebook, questions, row, verdicts))
        for row, content in decided.items()
    }
    return DecisionTable(option.id, questions, rows, tuple(gaps))


def _changes(
    rulebook: Rulebook, questions: tuple[str, ...], row: Key, verdicts: Mapping[Key, Verdict]
) -> tuple[Change, ...]:
    """Every single answer of this row that, given differently, gives another verdict.

    Where the other answer leads to further questions, the verdict is the one that all their answers give; where these
    differ, it is worth asking about.
    """
    changes = []
    for position, question in enumerate(questions):
        if row[position] is None:
            continue
        for choice in rulebook.questions[question].choices:
            if choice == row[position]:
                continue
            possible = {verdicts[other] for other in rows_with(verdicts, row, position, choice)}
            verdict = possible.pop() if len(possible) == 1 else "ask" if possible else verdicts[row]
            if verdict != verdicts[row]:
                changes.append(Change(question, choice, verdict))
    return tuple(changes)


def note_table(rulebook: Rulebook, area: str) -> NoteTable:
    """The notes of one area for every combination of the answers that they read, fired by the engine."""
    notes = sorted(rulebook.notes[area], key=lambda note: not note.first)
    questions = questions_of(rulebook, [note.when for note in notes])
    combos = list(combinations(rulebook, area, questions))
    fired = fire([note.when for note in notes], combos)
    rows = {
        key(questions, answers): tuple(note for position, note in enumerate(notes) if position in held)
        for answers, held in zip(combos, fired, strict=True)
    }
    return NoteTable(area, questions, rows)
