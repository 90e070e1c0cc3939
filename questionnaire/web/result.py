"""A visitor's outcome as the result page shows it: options by verdict, the grid, and questions to take along."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

from ..decide.outcome import Outcome, Result, questions_to_ask
from ..decide.tables import key
from ..rulebook.model import VERDICTS, Choice, CitedText, Option, Question, Rulebook, Verdict
from .served_rulebook import ServedRulebook
from .source_links import anchor

ON_CARDS = ("what-it-is", "how-it-is-done", "when-you-would-see-a-change")
"""Rows of the grid that each option's card has (its summary says what it is): nothing is said twice on one page."""


@dataclass(frozen=True)
class AnswerChange:
    """An answer that would change an option's verdict: the question, its choices that would, and to what."""

    question: Question
    choices: tuple[Choice, ...]
    verdict: Verdict


@dataclass(frozen=True)
class ToAsk:
    """A question for the clinic, and the options about which it is left open; none where it is about the area.

    `all_treatments`: they are all that are listed and not done by oneself.
    """

    question: str
    options: tuple[Option, ...]
    all_treatments: bool


@dataclass(frozen=True)
class Card:
    """An option as a card: `area` is empty where all are of one, `unreviewed` where a line above says it of all.

    `key`: what the card depends on, besides the rulebook and the day.
    """

    result: Result
    area: str
    unreviewed: bool
    headings: tuple[str, ...]
    rulebook: Rulebook
    key: tuple[Hashable, ...]

    @property
    def anchor(self) -> str:
        """The option's name within a page."""
        return anchor(self.result.option.id)

    @property
    def changes(self) -> list[AnswerChange]:
        """The single answers that would give the option another verdict."""
        return answer_changes(self.rulebook, self.result)


@dataclass(frozen=True)
class TableRow:
    """One row of a table on a page."""

    name: str
    cells: list[CitedText]


@dataclass(frozen=True)
class TableGroup:
    """Rows of a table under one name; it is empty where all rows belong together."""

    name: str
    rows: list[TableRow]


@dataclass(frozen=True)
class Grid:
    """The listed options side by side: the names of the columns, the options of each area, and what the article never
    speaks of.
    """

    names: list[str]
    groups: list[TableGroup]
    silent: list[str]


@dataclass(frozen=True)
class ResultPage:
    """What the page shows of an outcome. `by_verdict` has every verdict; `unreviewed` counts what nobody signed."""

    rulebook: Rulebook
    outcome: Outcome
    by_verdict: dict[Verdict, list[Card]]
    withheld: list[Option]
    unreviewed: int

    @property
    def shown(self) -> int:
        """How many options are shown."""
        return sum(map(len, self.by_verdict.values()))

    @cached_property
    def listed(self) -> list[Option]:
        """The options that the answers do not rule out."""
        return [card.result.option for card in (*self.by_verdict["fits"], *self.by_verdict["ask"])]

    @cached_property
    def grid(self) -> Grid:
        """The listed options side by side."""
        rows = [row for row in self.rulebook.grid.values() if row.id not in ON_CARDS]
        silent = [row for row in rows if all(option.grid[row.id].silent for option in self.listed)]
        spoken = [row for row in rows if row not in silent]
        areas = self.outcome.areas
        groups = [
            TableGroup(
                area.name if len(areas) > 1 else "",
                [
                    TableRow(option.name, [option.grid[row.id] for row in spoken])
                    for option in self.listed
                    if option.area == area.id
                ],
            )
            for area in areas
        ]
        return Grid([row.name for row in spoken], groups, [row.name for row in silent])

    @property
    def to_ask(self) -> list[ToAsk]:
        """The questions that are left open about what is listed, those of the most options first."""
        treatments = [option for option in self.listed if option.kind != "self-care"]
        options: dict[str, list[Option]] = {note.question: [] for note in self.outcome.notes if note.question}
        for card in (*self.by_verdict["fits"], *self.by_verdict["ask"]):
            for question in questions_to_ask(self.rulebook, card.result):
                options.setdefault(question, []).append(card.result.option)
        return [
            ToAsk(question, tuple(some), len(some) > 1 and some == treatments)
            for question, some in sorted(options.items(), key=lambda item: -len(item[1]))
        ]


def result_page(served: ServedRulebook, outcome: Outcome) -> ResultPage:
    """What the result page shows of an outcome; options without a sign-off are withheld where the site says so."""
    unreviewed = served.unreviewed
    withheld = unreviewed if served.require_sign_off else frozenset()
    kept = [result for result in outcome.results if result.option.id not in withheld]
    missing = sum(result.option.id in unreviewed for result in kept)
    by_verdict: dict[Verdict, list[Card]] = {verdict: [] for verdict in VERDICTS}
    for result in kept:
        option = result.option
        area = served.rulebook.areas[option.area].name if len(outcome.areas) > 1 else ""
        is_unreviewed = missing < len(kept) and option.id in unreviewed
        row = key(served.tables.options[option.id].questions, outcome.answers)
        card_key = (option.id, row, area, is_unreviewed)
        card = Card(result, area, is_unreviewed, served.headings[option.id], served.rulebook, card_key)
        by_verdict[result.row.verdict].append(card)
    hidden = [result.option for result in outcome.results if result.option.id in withheld]
    return ResultPage(served.rulebook, outcome, by_verdict, hidden, missing)


def answer_changes(rulebook: Rulebook, result: Result) -> list[AnswerChange]:
    """The single answers that would give an option another verdict, those of one question and verdict together."""
    choices: dict[tuple[str, Verdict], list[Choice]] = {}
    for change in result.row.would_change:
        choice = rulebook.questions[change.question].choices[change.choice]
        choices.setdefault((change.question, change.verdict), []).append(choice)
    return [
        AnswerChange(rulebook.questions[question], tuple(some), verdict)
        for (question, verdict), some in choices.items()
    ]
