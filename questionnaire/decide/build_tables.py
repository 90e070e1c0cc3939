"""Decision tables: for each option one row for every combination of the answers that it reads, fired by the engine."""

from __future__ import annotations

from ..rulebook.model import Rulebook
from ..rulebook.problems import Problem, RulebookError, error
from .engine import fire
from .engine_limits import too_large
from .routing import combinations, questions_of, smallest
from .rows_from_matches import Matched, conditions_of, has_own, rows_of
from .tables import Change, DecisionTable, DecisionTables, Key, NoteTable, Result, Row, Scope, key

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
    """The table of one option, fired by the engine. `gaps`: rows that no rule of its own matches. Looks at no limit.

    Every rule and caveat of the clinic's is fired, whatever the days on which it holds (in_force.py).
    """
    rules, caveats = rulebook.rules[option_id], rulebook.expect[option_id]
    conditions = conditions_of(rulebook, option_id)
    questions = questions_of(rulebook, conditions)
    combos = list(combinations(rulebook, rulebook.options[option_id].area, questions))
    matched: dict[Key, Matched] = {}
    gaps = []
    for answers, fired in zip(combos, fire(conditions, combos), strict=True):
        hit = tuple(rule for position, rule in enumerate(rules) if position in fired)
        if has_own(hit):
            carried = tuple(caveat for position, caveat in enumerate(caveats, len(rules)) if position in fired)
            matched[key(questions, answers)] = hit, carried
        else:
            gaps.append(answers)
    return DecisionTable(option_id, questions, rows_of(rulebook, questions, matched), tuple(gaps))


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
