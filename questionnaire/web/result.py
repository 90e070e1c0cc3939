"""A visitor's outcome as the result page shows it: options by verdict, the grid, and questions to take along."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property

from ..decide.outcome import Outcome, Result, questions_to_ask
from ..decide.tables import key
from ..rulebook.model import VERDICTS, Choice, Option, Question, Rulebook, Verdict
from .grid import TableGroup, TableRow
from .served_rulebook import ServedRulebook

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
    options: list[Option]
    all_treatments: bool


@dataclass(frozen=True)
class Card:
    """An option as a card: `area` is empty where all are of one, `unreviewed` where a line above says it of all.

    `headings`: where the article speaks of it. `key`: what the card depends on, besides the rulebook and the day.
    """

    result: Result
    area: str
    unreviewed: bool
    headings: Iterable[str]
    rulebook: Rulebook
    key: tuple[Hashable, ...]

    @property
    def anchor(self) -> str:
        """The option's name within a page: hip-dips/exercise is hip-dips-exercise."""
        return self.result.option.id.replace("/", "-")

    @property
    def changes(self) -> list[AnswerChange]:
        """The single answers that would give the option another verdict, those of one question and verdict together."""
        choices: dict[tuple[str, Verdict], list[Choice]] = {}
        for change in self.result.row.would_change:
            choice = self.rulebook.questions[change.question].choices[change.choice]
            choices.setdefault((change.question, change.verdict), []).append(choice)
        return [
            AnswerChange(self.rulebook.questions[question], tuple(some), verdict)
            for (question, verdict), some in choices.items()
        ]


@dataclass(frozen=True)
class OptionTable:
    """The listed options side by side: the names of the columns, the options of each area, and what the article never
    speaks of.
    """

    names: list[str]
    groups: list[TableGroup]
    silent: list[str]


@dataclass(frozen=True)
class ResultPage:
    """What the page shows of an outcome: its cards, what is withheld, and how many options nobody signed."""

    rulebook: Rulebook
    outcome: Outcome
    cards: list[Card]
    withheld: list[Option]
    unreviewed: int

    @cached_property
    def by_verdict(self) -> dict[Verdict, list[Card]]:
        """The cards under every verdict."""
        return {verdict: [card for card in self.cards if card.result.row.verdict == verdict] for verdict in VERDICTS}

    @cached_property
    def listed(self) -> list[Option]:
        """The options that the answers do not rule out."""
        return [card.result.option for card in (*self.by_verdict["fits"], *self.by_verdict["ask"])]

    @cached_property
    def grid(self) -> OptionTable:
        """The listed options side by side."""
        rows = [row for row in self.rulebook.grid.values() if row.id not in ON_CARDS]
        silent = [row for row in rows if all(option.grid[row.id].silent for option in self.listed)]
        spoken = [row for row in rows if row not in silent]
        areas = self.outcome.areas
        groups = []
        for area in areas:
            options = [option for option in self.listed if option.area == area.id]
            cells = [TableRow(option.name, [option.grid[row.id] for row in spoken]) for option in options]
            groups.append(TableGroup(area.name if len(areas) > 1 else "", cells))
        return OptionTable([row.name for row in spoken], groups, [row.name for row in silent])

    @cached_property
    def to_ask(self) -> list[ToAsk]:
        """The questions that are left open about what is listed, those of the most options first."""
        treatments = [option for option in self.listed if option.kind != "self-care"]
        options: dict[str, list[Option]] = {note.question: [] for note in self.outcome.notes if note.question}
        for card in (*self.by_verdict["fits"], *self.by_verdict["ask"]):
            for question in questions_to_ask(self.rulebook, card.result):
                options.setdefault(question, []).append(card.result.option)
        return [
            ToAsk(question, some, len(some) > 1 and some == treatments)
            for question, some in sorted(options.items(), key=lambda item: -len(item[1]))
        ]


def result_page(served: ServedRulebook, outcome: Outcome) -> ResultPage:
    """What the result page shows of an outcome; options without a sign-off are withheld where the site says so."""
    unreviewed = served.unreviewed
    withheld = unreviewed if served.require_sign_off else frozenset()
    shown = [result for result in outcome.results if result.option.id not in withheld]
    missing = sum(result.option.id in unreviewed for result in shown)
    cards = []
    for result in shown:
        option = result.option
        area = served.rulebook.areas[option.area].name if len(outcome.areas) > 1 else ""
        is_unreviewed = missing < len(shown) and option.id in unreviewed
        row = key(served.tables.options[option.id].questions, outcome.answers)
        card_key = (option.id, row, area, is_unreviewed)
        cards.append(Card(result, area, is_unreviewed, served.headings[option.id], served.rulebook, card_key))
    hidden = [result.option for result in outcome.results if result.option.id in withheld]
    return ResultPage(served.rulebook, outcome, cards, hidden, missing)
