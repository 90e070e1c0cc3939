"""The rulebook that a request is answered from: its tables, and which of its options a clinician has signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial

from flask import current_app, g

from ..decide.reference_code import encode
from ..decide.routing import answered_and_asked, deciding
from ..decide.signoff import Standing, option_fingerprint, standing
from ..decide.tables import DecisionTables
from ..releases.manifest import Release
from ..rulebook.model import Answers, Question, Rulebook
from .parts import Parts
from .source_links import Places, headings, places

REMEMBERED = 512
"""Ways that are remembered at once; the next page of the same visitor is likely soon."""


@dataclass(frozen=True)
class Way:
    """The answers that still count, and the questions that are asked after them (decide/routing.py)."""

    rulebook: Rulebook
    answers: Answers
    asked: tuple[Question, ...]

    @cached_property
    def next(self) -> Question | None:
        """The first question that is asked and has no answer yet."""
        return next((question for question in self.asked if question.id not in self.answers), None)

    @cached_property
    def code(self) -> str:
        """The reference code of complete answers."""
        return encode(self.rulebook, self.answers)


def _way(rulebook: Rulebook, given: tuple[tuple[str, str], ...]) -> Way:
    answers, asked = answered_and_asked(rulebook, dict(given))
    return Way(rulebook, answers, tuple(asked))


class ServedRulebook:
    """One version of the rules. `release` is None for the project's own rule files, which nobody published."""

    def __init__(self, tables: DecisionTables, require_sign_off: bool, release: Release | None = None) -> None:
        self.tables = tables
        self.require_sign_off = require_sign_off
        self.release = release
        self.parts = Parts()
        self.way = lru_cache(maxsize=REMEMBERED)(partial(_way, tables.rulebook))

    @property
    def rulebook(self) -> Rulebook:
        return self.tables.rulebook

    @cached_property
    def _signed(self) -> Mapping[str, str]:
        """The fingerprint of every option that has a sign-off; worked out once, as tables never change."""
        return {
            option.id: option_fingerprint(self.tables, option.id)
            for option in self.rulebook.options.values()
            if option.review.fingerprint
        }

    @cached_property
    def gates(self) -> frozenset[str]:
        """The questions that decide which others are asked."""
        return deciding(self.rulebook, None, self.rulebook.questions)

    @cached_property
    def places(self) -> Places:
        """Where the article says what, worked out once."""
        return places(self.rulebook)

    def headings(self, option_id: str) -> tuple[str, ...]:
        """The article's headings under which it speaks of an option."""
        return self._headings[option_id]

    @cached_property
    def _headings(self) -> Mapping[str, tuple[str, ...]]:
        return {option.id: tuple(headings(self.rulebook, option)) for option in self.rulebook.options.values()}

    def standing(self, option_id: str) -> Standing:
        """Where the option's sign-off stands today."""
        return standing(self.rulebook.options[option_id].review, self._signed.get(option_id, ""), date.today())

    @property
    def reviewed(self) -> int:
        """How many options have a sign-off that is in force today."""
        return sum(self.standing(option) == "reviewed" for option in self.rulebook.options)

    @property
    def shows_nothing(self) -> bool:
        """Whether every option is withheld."""
        return self.require_sign_off and not self.reviewed

    def withheld(self, option_id: str) -> bool:
        """Whether the option is kept back because no sign-off of it is in force."""
        return self.require_sign_off and self.standing(option_id) != "reviewed"


def current_rulebook() -> ServedRulebook:
    """The version that answers this request: bound at its first use, the same to the end."""
    bound: ServedRulebook | None = g.get("served")
    if bound is None:
        bound = g.served = current_app.extensions["rulebook_store"].now()
    return bound
