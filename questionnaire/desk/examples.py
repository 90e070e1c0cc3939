"""Examples made from what somebody tried: as the rules give it, or as they expected it."""

from __future__ import annotations

from typing import Any

from ..decide.in_force import without_clinic
from ..decide.tables import DecisionTables
from ..rulebook.model import Answers


def example(tables: DecisionTables, option: str, name: str, answers: Answers, expected: str = "") -> dict[str, Any]:
    """An example as an option's file has it, with what the rules give; or with a verdict that was expected instead.

    Raises KeyError for answers that no rule says anything of.
    """
    table = without_clinic(tables).options[option]  # as the checks look at examples
    row = table.row(answers)
    rules = [rule.id for rule in row.because]
    if expected not in ("", row.verdict):
        rules = [rule.id for rule in tables.rulebook.options[option].rules if rule.verdict == expected][:1]
    return {
        "example": name,
        "answers": {question: answers[question] for question in table.questions if question in answers},
        "verdict": expected or row.verdict,
        "because": rules or [rule.id for rule in row.because],
        "caveats": [caveat.id for caveat in row.caveats],
    }
