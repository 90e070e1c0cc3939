"""What matched becomes rows: the most cautious verdict, its reasons, and the answers that would change it.

Nothing here imports the engine: a process that only looks up makes the rows of another day itself (in_force.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..rulebook.model import VERDICTS, Caveat, Condition, Rule, Rulebook, Verdict
from .tables import Change, Key, Row, rows_with

Matched = tuple[tuple[Rule, ...], tuple[Caveat, ...]]
"""The rules and the caveats of an option whose conditions a row of answers meets, in the rulebook's order."""


def conditions_of(rulebook: Rulebook, option_id: str) -> list[Condition]:
    """The conditions of an option's table: of the rules that may decide it, then of the caveats that can apply."""
    return [rule.when for rule in rulebook.rules[option_id]] + [caveat.when for caveat in rulebook.expect[option_id]]


def has_own(rules: Iterable[Rule]) -> bool:
    """Whether a rule of the option's own file is among these; what the clinic adds alone gives no verdict."""
    return any(rule.added is None for rule in rules)


def rows_of(rulebook: Rulebook, questions: tuple[str, ...], matched: Mapping[Key, Matched]) -> dict[Key, Row]:
    """The rows of a table that reads these questions. Each has to have matched a rule."""
    verdicts = {row: _most_cautious(rules) for row, (rules, _) in matched.items()}
    return {
        row: Row(
            verdict=verdicts[row],
            because=tuple(rule for rule in rules if rule.verdict == verdicts[row]),
            caveats=caveats,
            would_change=_changes(rulebook, questions, row, verdicts),
            also=tuple(rule for rule in rules if rule.verdict != verdicts[row]),
        )
        for row, (rules, caveats) in matched.items()
    }


def more_cautious(row: Row, rule: Rule) -> Row:
    """A row as it is with one more rule, which holds for all answers and gives the most cautious verdict."""
    rules = (*row.also, *row.because)
    decide = tuple(other for other in rules if other.verdict == rule.verdict)
    others = tuple(other for other in rules if other.verdict != rule.verdict)
    return replace(row, verdict=rule.verdict, because=(rule, *decide), also=others, would_change=())


def _most_cautious(rules: Iterable[Rule]) -> Verdict:
    return max((rule.verdict for rule in rules), key=VERDICTS.index)


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
