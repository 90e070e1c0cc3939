"""Whether an option's sign-off still holds: the fingerprint of all that decides what a visitor sees of it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ..rulebook.fingerprint import of_value
from ..rulebook.model import Review, Statement
from .tables import DecisionTables

Standing = Literal["not-reviewed", "reviewed", "stale", "overdue"]


def option_fingerprint(tables: DecisionTables, option_id: str) -> str:
    """The fingerprint of an option: its file but for the review, the caveats that can apply to it, the claims that
    these rest on, the questions that it reads, and every row of its table.
    """
    rulebook, table = tables.rulebook, tables.options[option_id]
    option, caveats = rulebook.options[option_id], rulebook.expect[option_id]
    said: list[Statement] = [option.summary, *option.grid.values()]
    said += [rule.because for rule in option.rules] + [caveat.statement for caveat in caveats]
    claims = sorted({claim for statement in said for claim in statement.claims})
    return of_value(
        {
            "option": [option.id, option.name, option.kind, option.summary, option.rules, option.grid, option.examples],
            "caveats": caveats,
            "claims": [rulebook.claims[claim] for claim in claims],
            "questions": [rulebook.questions[question] for question in table.questions],
            "rows": [
                [list(key), row.verdict, [rule.id for rule in row.because], [caveat.id for caveat in row.caveats]]
                for key, row in table.rows.items()
            ],
        }
    )


def standing(review: Review, fingerprint: str, today: date) -> Standing:
    """Where a sign-off stands: nobody signed, it holds, `fingerprint` (the option's) is another, or its day is past."""
    if not review.fingerprint:
        return "not-reviewed"
    if review.fingerprint != fingerprint:
        return "stale"
    return "overdue" if review.review_again < today.isoformat() else "reviewed"
