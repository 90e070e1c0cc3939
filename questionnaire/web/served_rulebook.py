"""The rulebook that a request is answered from: its tables, and which of its options a clinician has signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from flask import current_app, g

from ..decide.in_force import in_force
from ..decide.signoff import Standing, option_fingerprint, standing
from ..decide.tables import DecisionTables
from ..releases.manifest import Release
from ..releases.withdrawn_options import WithdrawnOption
from ..rulebook.model import Rulebook
from .source_links import Headings, article_headings, option_headings


class ServedRulebook:
    """One version of the rules. `release` is None for the project's own rule files, which nobody published.

    `tables`: as they hold now; `whole`: as they were published, with every line of the clinic's, whatever its days.
    """

    def __init__(
        self,
        tables: DecisionTables,
        require_sign_off: bool,
        release: Release | None = None,
        whole: DecisionTables | None = None,
    ) -> None:
        self.tables = tables
        self.require_sign_off = require_sign_off
        self.release = release
        self.whole = whole or tables
        self._in_force: tuple[object, ServedRulebook] | None = None

    def in_force(self, day: date, withdrawn: tuple[WithdrawnOption, ...]) -> ServedRulebook:
        """This version as it holds on a day while these options are withdrawn; made once for each day."""
        now, known = (day, withdrawn), self._in_force
        if known is None or known[0] != now:
            tables = in_force(self.whole, day.isoformat(), [one.rule for one in withdrawn])
            served = self if tables is self.whole else self._with(tables)
            self._in_force = known = now, served
        return known[1]

    def _with(self, tables: DecisionTables) -> ServedRulebook:
        return ServedRulebook(tables, self.require_sign_off, self.release, self.whole)

    @property
    def rulebook(self) -> Rulebook:
        """What staff wrote."""
        return self.tables.rulebook

    @cached_property
    def _signed(self) -> Mapping[str, str]:
        """The fingerprint of every option that has a sign-off; worked out once, as tables never change."""
        return {
            option.id: option_fingerprint(self.whole, option.id)
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
