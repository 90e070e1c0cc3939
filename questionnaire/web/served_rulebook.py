"""The rulebook that a request is answered from: its tables, and which of its options a clinician has signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from flask import current_app, g

from ..decide.signoff import Standing, option_fingerprint, standing
from ..decide.tables import DecisionTables
from ..releases.manifest import Release
from ..rulebook.model import Rulebook
from .source_links import Headings, article_headings, option_headings


class ServedRulebook:
    """One version of the rules. `release` is None for the project's own rule files, which nobody published."""

    def __init__(self, tables: DecisionTables, require_sign_off: bool, release: Release | None = None) -> None:
        self.tables = tables
        self.require_sign_off = require_sign_off
        self.release = release

    @property
    def rulebook(self) -> Rulebook:
        """What staff wrote."""
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
    def headings(self) -> Mapping[str, Headings]:
        """Where the article speaks of each option, worked out once."""
        return {option.id: option_headings(self.rulebook, option) for option in self.rulebook.options.values()}

    @cached_property
    def article(self) -> Headings:
        """Where the article says what, worked out once."""
        return article_headings(self.rulebook)

    def standing(self, option_id: str) -> Standing:
        """Where the option's sign-off stands today."""
        return standing(self.rulebook.options[option_id].review, self._signed.get(option_id, ""), date.today())

    @property
    def unreviewed(self) -> frozenset[str]:
        """The options that have no sign-off in force today."""
        return frozenset(option for option in self.rulebook.options if self.standing(option) != "reviewed")

    @property
    def reviewed(self) -> int:
        """How many options have a sign-off that is in force today."""
        return len(self.rulebook.options) - len(self.unreviewed)

    @property
    def last_reviewed(self) -> str:
        """The day since which everything has been reviewed (YYYY-MM-DD), or empty while any of it is not."""
        return "" if self.unreviewed else min(option.review.on for option in self.rulebook.options.values())

    @property
    def shows_nothing(self) -> bool:
        """Whether every option is withheld."""
        return self.require_sign_off and not self.reviewed


def current_rulebook() -> ServedRulebook:
    """The version that answers this request: bound at its first use. Views, templates and the log ask for it; what
    works without Flask takes a rulebook as a parameter.
    """
    if "served" not in g:
        use_rulebook(current_app.extensions["rulebook_store"].now())
    served: ServedRulebook = g.served
    return served


def use_rulebook(served: ServedRulebook) -> None:
    """Answer the rest of this request from this version."""
    g.served = served
