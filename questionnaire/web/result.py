"""A visitor's outcome as the result page shows it: options by verdict, the grid, and questions to take along."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from ..decide.outcome import Outcome, Result
from ..rulebook.model import VERDICTS, Choice, CitedText, GridRow, Option, Question, Rulebook, Verdict
from .served_rulebook import ServedRulebook
from .source_links import anchor

ON_CARDS = ("what-it-is", "how-it-is-done", "when-you-would-see-a-change")
"""Rows of the grid that each option's card has (its summary says what it is): nothing is said twice on one page."""


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
    key: Hashable


Group = tuple[str, list[tuple[str, list[CitedText]]]]
"""Rows of a grid under the name of their area: (option, cells)."""


@dataclass(frozen=True)
class Grid:
    """The listed options side by side: the names of the columns, the options, and what the article never speaks of."""

    columns: list[str]
    groups: list[Group]
    silent: list[str]


@dataclass(frozen=True)
class ResultPage:
    """What the page shows of an outcome. `by_verdict` has every verdict; `unreviewed` counts what nobody signed."""

    rulebook: Rulebook
    outcome: Outcome
    by_verdict: dict[Verdict, list[Shown]]
    withheld: list[Option]
    unreviewed: int

    @cached_property
    def shown(self) -> int:
        return sum(map(len, self.by_verdict.values()))

    @property
    def listed(self) -> list[Option]:
        """The options that the answers do not rule out."""
        return [shown.result.option for shown in (*self.by_verdict["fits"], *self.by_verdict["ask"])]

    @cached_property
    def key(self) -> Hashable:
        """Which option stands under which verdict, and which are withheld: what the page's frame depends on."""
        verdicts = (tuple([shown.anchor for shown in group]) for group in self.by_verdict.values())
        return (*verdicts, tuple([option.id for option in self.withheld]), self.unreviewed)

    @property
    def notes(self) -> Hashable:
        return tuple([note.id for note in self.outcome.notes])

    @cached_property
    def grid(self) -> Grid:
        rows = [row for row in self.rulebook.grid.values() if row.id not in ON_CARDS]
        silent = [row for row in rows if all(option.grid[row.id].silent for option in self.listed)]
        spoken = [row for row in rows if row not in silent]
        areas = self.outcome.areas
        groups = [
            (
                area.name if len(areas) > 1 else "",
                [(o.name, [o.grid[row.id] for row in spoken]) for o in self.listed if o.area == area.id],
            )
            for area in areas
        ]
        return Grid([row.name for row in spoken], groups, [row.name for row in silent])

    @property
    def to_ask(self) -> list[ToAsk]:
        return list(self._to_ask())

    def _to_ask(self) -> Iterator[ToAsk]:
        treatments = tuple(option for option in self.listed if option.kind != "self-care")
        for row in self.rulebook.grid.values():
            silent = tuple(o for o in self.listed if o.grid[row.id].silent and o.kind in row.ask_about)
            if silent:
                yield ToAsk(row, silent, len(silent) > 1 and silent == treatments)


def result_page(served: ServedRulebook, outcome: Outcome) -> ResultPage:
    """What the result page shows of an outcome; options without a sign-off are withheld where the site says so."""
    unreviewed = served.parts.once("unreviewed", partial(_unreviewed, served))
    withheld = unreviewed if served.require_sign_off else frozenset()
    kept = [result for result in outcome.results if result.option.id not in withheld]
    missing = sum([result.option.id in unreviewed for result in kept])
    several, mixed = len(outcome.areas) > 1, missing < len(kept)
    by_verdict: dict[Verdict, list[Shown]] = {verdict: [] for verdict in VERDICTS}
    made: dict[int, Shown] = served.parts.once(("shown", several, mixed), dict)
    for result in kept:
        # results live as long as their tables, so that the place of one in memory is a name for it
        shown = made.get(id(result))
        if shown is None:
            shown = made[id(result)] = _shown(served, result, several, mixed)
        by_verdict[result.row.verdict].append(shown)
    gone = [result.option for result in outcome.results if result.option.id in withheld]
    return ResultPage(served.rulebook, outcome, by_verdict, gone, missing)


def _unreviewed(served: ServedRulebook) -> frozenset[str]:
    return frozenset(option for option in served.rulebook.options if served.standing(option) != "reviewed")


def _shown(served: ServedRulebook, result: Result, several: bool, mixed: bool) -> Shown:
    option = result.option
    return Shown(
        result=result,
        anchor=anchor(option.id),
        area=served.rulebook.areas[option.area].name if several else "",
        unreviewed=mixed and served.standing(option.id) != "reviewed",
        changes=tuple(changes(served.rulebook, result)),
        headings=served.headings(option.id),
        key=(id(result), several, mixed),
    )


def changes(rulebook: Rulebook, result: Result) -> list[Change]:
    """The single answers that would give an option another verdict, those of one question and verdict together."""
    found: dict[tuple[str, Verdict], list[Choice]] = {}
    for change in result.row.would_change:
        choice = rulebook.questions[change.question].choices[change.choice]
        found.setdefault((change.question, change.verdict), []).append(choice)
    return [
        Change(rulebook.questions[question], tuple(choices), verdict) for (question, verdict), choices in found.items()
    ]
