"""A visitor's outcome as the result page shows it: options by verdict, the grid, and questions to take along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..decide.outcome import Outcome, Result
from ..rulebook.model import Choice, GridRow, Option, Question, Rulebook, Statement, Verdict
from .guide import Guide
from .places import anchor


@dataclass(frozen=True)
class Change:
    """An answer that would change an option's verdict: the question, its choices that would, and to what."""

    question: Question
    choices: tuple[Choice, ...]
    verdict: Verdict


@dataclass(frozen=True)
class ToAsk:
    """A question for the clinic, and the options about which the article does not answer it.

    `all_treatments`: they are all that are listed and not done by oneself.
    """

    row: GridRow
    options: tuple[Option, ...]
    all_treatments: bool


@dataclass(frozen=True)
class Shown:
    """An option as a card: `area` is empty where all are of one, `unreviewed` where a line above says it of all."""

    result: Result
    anchor: str
    area: str
    unreviewed: bool
    changes: tuple[Change, ...]
    headings: tuple[str, ...]


ON_CARDS = ("what-it-is", "how-it-is-done", "when-you-would-see-a-change")
"""Rows of the grid that each option's card has (its summary says what it is): nothing is said twice on one page."""

Group = tuple[str, list[tuple[str, list[Statement]]]]
"""Rows of a grid under the name of their area: (option, cells)."""


@dataclass(frozen=True)
class Grid:
    """The listed options side by side: the names of the columns, the options, and what the article never speaks of."""

    columns: list[str]
    groups: list[Group]
    silent: list[str]


@dataclass(frozen=True)
class ResultPage:
    outcome: Outcome
    shown: tuple[Shown, ...]
    withheld: tuple[Option, ...]
    to_ask: tuple[ToAsk, ...]
    grid: Grid
    unreviewed: int

    def of(self, verdict: Verdict) -> list[Shown]:
        return [shown for shown in self.shown if shown.result.row.verdict == verdict]

    @property
    def listed(self) -> list[Shown]:
        """The options that the answers do not rule out."""
        return [*self.of("fits"), *self.of("ask")]


def result_page(guide: Guide, outcome: Outcome) -> ResultPage:
    """What the result page shows of an outcome; options without a sign-off are withheld where the site says so."""
    kept = [result for result in outcome.results if not guide.withheld(result.option.id)]
    unreviewed = {result.option.id for result in kept if guide.standing(result.option.id) != "reviewed"}
    some_reviewed = len(unreviewed) < len(kept)
    areas = {area.id: area.name for area in outcome.areas}
    shown = tuple(
        Shown(
            result,
            anchor(result.option.id),
            areas[result.option.area] if len(areas) > 1 else "",
            some_reviewed and result.option.id in unreviewed,
            tuple(changes(guide.rulebook, result)),
            guide.headings(result.option.id),
        )
        for result in kept
    )
    listed = [one.result.option for one in shown if one.result.row.verdict != "ruled-out"]
    return ResultPage(
        outcome=outcome,
        shown=shown,
        withheld=tuple(result.option for result in outcome.results if guide.withheld(result.option.id)),
        to_ask=tuple(_to_ask(guide.rulebook, listed)),
        grid=_grid(guide.rulebook, listed, areas),
        unreviewed=len(unreviewed),
    )


def _grid(rulebook: Rulebook, listed: list[Option], areas: dict[str, str]) -> Grid:
    rows = [row for row in rulebook.grid.values() if row.id not in ON_CARDS]
    silent = [row for row in rows if all(option.grid[row.id].silent for option in listed)]
    spoken = [row for row in rows if row not in silent]
    groups = [
        (
            name if len(areas) > 1 else "",
            [(o.name, [o.grid[row.id] for row in spoken]) for o in listed if o.area == area],
        )
        for area, name in areas.items()
    ]
    return Grid([row.name for row in spoken], groups, [row.name for row in silent])


def _to_ask(rulebook: Rulebook, options: list[Option]) -> Iterator[ToAsk]:
    treatments = tuple(option for option in options if option.kind != "self-care")
    for row in rulebook.grid.values():
        silent = tuple(option for option in options if option.grid[row.id].silent and option.kind in row.ask_about)
        if silent:
            yield ToAsk(row, silent, len(silent) > 1 and silent == treatments)


def changes(rulebook: Rulebook, result: Result) -> list[Change]:
    """The single answers that would give an option another verdict, those of one question and verdict together."""
    found: dict[tuple[str, Verdict], list[Choice]] = {}
    for change in result.row.would_change:
        choice = rulebook.questions[change.question].choices[change.choice]
        found.setdefault((change.question, change.verdict), []).append(choice)
    return [
        Change(rulebook.questions[question], tuple(choices), verdict) for (question, verdict), choices in found.items()
    ]
