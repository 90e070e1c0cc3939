"""A visitor's outcome as the result page shows it: options by verdict, the grid, and questions to take along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..decide.outcome import Outcome, Result
from ..decide.rows import DecisionTables
from ..rulebook.model import Choice, GridRow, Option, Question, Rulebook, Verdict
from .guide import Guide


@dataclass(frozen=True)
class Change:
    """An answer that would change an option's verdict: the question, its choices that would, and to what."""

    question: Question
    choices: tuple[Choice, ...]
    verdict: Verdict


@dataclass(frozen=True)
class ToAsk:
    """A question for the clinic, and the options about which the article does not answer it."""

    row: GridRow
    options: tuple[Option, ...]


@dataclass(frozen=True)
class ResultPage:
    outcome: Outcome
    shown: tuple[Result, ...]
    withheld: tuple[Option, ...]
    to_ask: tuple[ToAsk, ...]
    unreviewed: int

    def of(self, verdict: Verdict) -> list[Result]:
        return [result for result in self.shown if result.row.verdict == verdict]

    @property
    def listed(self) -> list[Result]:
        """The options that the answers do not rule out."""
        return [*self.of("fits"), *self.of("ask")]


def result_page(guide: Guide, outcome: Outcome) -> ResultPage:
    """What the result page shows of an outcome; options without a sign-off are withheld where the site says so."""
    shown = tuple(result for result in outcome.results if not guide.withheld(result.option.id))
    withheld = tuple(result.option for result in outcome.results if guide.withheld(result.option.id))
    listed = [result.option for result in shown if result.row.verdict != "ruled-out"]
    return ResultPage(
        outcome=outcome,
        shown=shown,
        withheld=withheld,
        to_ask=tuple(_to_ask(guide.rulebook, listed)),
        unreviewed=sum(guide.standing(result.option.id) != "reviewed" for result in shown),
    )


def _to_ask(rulebook: Rulebook, options: list[Option]) -> Iterator[ToAsk]:
    for row in rulebook.grid.values():
        silent = tuple(option for option in options if option.grid[row.id].silent and option.kind in row.ask_about)
        if silent:
            yield ToAsk(row, silent)


def changes(tables: DecisionTables, result: Result) -> list[Change]:
    """The single answers that would give an option another verdict, those of one question and verdict together."""
    found: dict[tuple[str, Verdict], list[Choice]] = {}
    questions = tables.rulebook.questions
    for change in result.row.would_change:
        choice = questions[change.question].choices[change.choice]
        found.setdefault((change.question, change.verdict), []).append(choice)
    return [Change(questions[question], tuple(choices), verdict) for (question, verdict), choices in found.items()]
