"""The verdicts of every visit that there can be, one look-up each: for what counts or compares whole visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..rulebook.model import Answers, Verdict
from .routing import combinations
from .tables import DecisionTables, key

MOST = 50_000
"""Visits that are worked out at most; a rulebook with many questions has more than a table can hold."""
Verdicts = Mapping[str, Verdict]


@dataclass(frozen=True)
class Visits:
    """Each option's verdict ({option: verdict}) by the choices of complete answers, in the order of asking.

    The choices alone tell visits apart, as earlier ones decide which question comes next. Visits with the same verdicts
    share them.
    """

    rows: Mapping[tuple[str, ...], Verdicts]

    def verdicts(self, answers: Answers) -> Verdicts:
        """What complete answers, in the order of asking, give. Raises KeyError for answers that nobody can give."""
        return self.rows[tuple(answers.values())]


def visits(tables: DecisionTables) -> Visits | None:
    """Every visit; None where there are more than MOST. An option that no rule gives a verdict to is left out."""
    gates, scopes = tables.scopes
    rows: dict[tuple[str, ...], Verdicts] = {}
    shared: dict[tuple[tuple[str, Verdict], ...], Verdicts] = {}
    for answers in combinations(tables.rulebook, None, tables.rulebook.questions):
        if len(rows) == MOST:
            return None
        scope = scopes[key(gates, answers)]
        keys = [key(questions, answers) for questions in scope.reads]
        listed = [results[keys[reads]] for reads, results in scope.results if keys[reads] in results]
        verdicts = tuple([(result.option.id, result.row.verdict) for result in listed])
        if verdicts not in shared:
            shared[verdicts] = MappingProxyType(dict(verdicts))
        rows[tuple(answers.values())] = shared[verdicts]
    return Visits(rows)
