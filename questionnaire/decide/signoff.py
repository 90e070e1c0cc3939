"""Whether an option's sign-off still holds: the fingerprint of all that a visitor sees of the option."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from ..rulebook.fingerprint import of_value
from ..rulebook.model import Review
from ..rulebook.statements import Statement, statements
from .tables import DecisionTables

Standing = Literal["not-reviewed", "reviewed", "stale", "overdue"]


def shown_statements(tables: DecisionTables, option_id: str) -> Iterator[Statement]:
    """Every text that an option shows or that stands beside it: its own, its caveats, the claims of both with their
    headings and documents, the questions that its table reads, the rows of the grid, and its area's facts and notes.

    Raises KeyError for an option that does not exist.
    """
    rulebook, area = tables.rulebook, tables.rulebook.options[option_id].area
    caveats = [caveat.id for caveat in (*rulebook.expect[option_id], *rulebook.notes[area])]
    entries: list[tuple[str, ...]] = [("options", option_id), *(("caveats", id) for id in dict.fromkeys(caveats))]
    entries += [("areas", area, "name"), ("areas", area, "facts"), ("facts",), ("grid",)]
    entries += [("questions", question) for question in tables.options[option_id].questions]
    shown = [statement for entry in entries for statement in statements(rulebook, *entry)]
    claims = dict.fromkeys(claim for statement in shown for claim in statement.claims)
    yield from shown
    for claim in claims:
        yield from statements(rulebook, "claims", claim)
    headings = {passage.rsplit("-", 1)[0] for passage in rulebook.passages(tuple(claims))}
    for document in rulebook.documents.values():
        if used := headings & document.headings.keys():
            yield from statements(rulebook, "documents", document.id, "title")
            for code in used:
                yield from statements(rulebook, "documents", document.id, "headings", code)


def option_fingerprint(tables: DecisionTables, option_id: str) -> str:
    """The fingerprint of an option: every text that it shows, its kind, and every row of its table and of its area's
    notes. Raises KeyError for an option that does not exist.
    """
    rulebook, table = tables.rulebook, tables.options[option_id]
    option, shown = rulebook.options[option_id], shown_statements(tables, option_id)
    return of_value(
        {
            "kind": option.kind,
            "statements": {s.id: [s.text, s.claims, s.silent, s.by_clinic] for s in shown},
            "asked": sorted(row.id for row in rulebook.grid.values() if option.kind in row.ask_about),
            "rows": [
                [list(key), row.verdict, [rule.id for rule in row.because], [caveat.id for caveat in row.caveats]]
                for key, row in table.rows.items()
            ],
            "notes": [
                [list(key), [note.id for note in notes]] for key, notes in tables.notes[option.area].rows.items()
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
