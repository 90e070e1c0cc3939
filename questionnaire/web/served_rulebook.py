"""The rulebook that a request is answered from: its tables, and what of it a clinician has signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property, partial

from flask import current_app, g

from ..decide.in_force import in_force
from ..decide.in_language import in_language
from ..decide.sign_off_units import may_be_shown, reviewed_areas, reviewed_options
from ..decide.tables import DecisionTables
from ..releases.manifest import Release
from ..releases.withdrawn_options import WithdrawnOption
from ..rulebook.model import Rulebook
from ..rulebook.translated import offered
from .in_original import InOriginal
from .source_links import Headings, article_headings, option_headings


class ServedRulebook:
    """One version of the rules. `release` is None for the project's own rule files, which nobody published.

    `tables`: as they hold now; `whole`: as they were published, with every line of the clinic's, whatever its days;
    `spoken`: the same in the language of this version, where that is not the one of the rules.
    """

    def __init__(
        self,
        tables: DecisionTables,
        require_sign_off: bool,
        release: Release | None = None,
        whole: DecisionTables | None = None,
        spoken: DecisionTables | None = None,
    ) -> None:
        self.tables = tables
        self.require_sign_off = require_sign_off
        self.release = release
        self.whole = whole or tables
        self.spoken = spoken
        self._in_force: dict[str, tuple[object, ServedRulebook]] = {}
        self._reviewed: tuple[date, frozenset[str], frozenset[str]] | None = None

    def in_force(self, day: date, withdrawn: tuple[WithdrawnOption, ...], language: str = "") -> ServedRulebook:
        """This version as it holds on a day while these options are withdrawn, in the rules' own language or one of
        `languages`; made once for each day and language.
        """
        now, known = (day, withdrawn), self._in_force.get(language)
        if known is None or known[0] != now:
            original = partial(InOriginal.of_rules, languages=self.languages)
            spoken = in_language(self.whole, language, original) if language in self.languages else None
            tables = in_force(spoken or self.whole, day.isoformat(), [one.rule for one in withdrawn])
            served = self
            if tables is not self.whole:
                served = ServedRulebook(tables, self.require_sign_off, self.release, self.whole, spoken)
            self._in_force[language] = known = now, served
        return known[1]

    @cached_property
    def languages(self) -> list[str]:
        """The languages that visitors are offered beside the one that the rules are written in: where a sign-off is
        required, none in which nothing was signed, as nothing would be shown.
        """
        translations = self.whole.rulebook.translations
        return [
            code for code in offered(self.whole.rulebook) if translations[code].sign_offs or not self.require_sign_off
        ]

    @property
    def rulebook(self) -> Rulebook:
        """What staff wrote."""
        return self.tables.rulebook

    @cached_property
    def headings(self) -> Mapping[str, Headings]:
        """Where the article speaks of each option, worked out once."""
        return {option.id: option_headings(self.rulebook, option) for option in self.rulebook.options.values()}

    @cached_property
    def article(self) -> Headings:
        """Where the article says what, worked out once."""
        return article_headings(self.rulebook)

    def _reviewed_today(self) -> tuple[frozenset[str], frozenset[str]]:
        """The options and the areas that count as reviewed today; worked out once a day.

        What is signed is the whole of what was published, with every line of the clinic's; in another language, what is
        signed there too.
        """
        today = date.today()
        if self._reviewed is None or self._reviewed[0] != today:
            options, areas = reviewed_options(self.whole, today), reviewed_areas(self.whole, today)
            if self.spoken:
                options &= reviewed_options(self.spoken, today)
                areas &= reviewed_areas(self.spoken, today)
            self._reviewed = today, options, areas
        return self._reviewed[1:]

    @property
    def unreviewed(self) -> frozenset[str]:
        """The options that do not count as reviewed today: a page says so of each that it shows."""
        return frozenset(self.rulebook.options) - self._reviewed_today()[0]

    @property
    def unreviewed_areas(self) -> frozenset[str]:
        """The areas whose facts and common questions do not count as reviewed today."""
        return frozenset(self.rulebook.areas) - self._reviewed_today()[1]

    @property
    def reviewed(self) -> int:
        """How many options count as reviewed today."""
        return len(self.rulebook.options) - len(self.unreviewed)

    @property
    def last_reviewed(self) -> str:
        """The day since which everything has been reviewed (YYYY-MM-DD), or empty while any of it is not."""
        signed = [tables.rulebook.sign_offs.values() for tables in (self.whole, self.spoken) if tables]
        return "" if self.unreviewed else min(sign_off.on for each in signed for sign_off in each)

    @property
    def withheld(self) -> frozenset[str]:
        """The options that are not shown today: those that a reviewer holds back and, where a sign-off is required,
        those that do not count as reviewed. Caveats and notes always are shown.
        """
        if not self.require_sign_off:
            return frozenset(self.rulebook.holds)
        options = frozenset(self.rulebook.options)
        return options - may_be_shown(self.rulebook, options - self.unreviewed)

    @property
    def shows_nothing(self) -> bool:
        """Whether every option is withheld."""
        return len(self.withheld) == len(self.rulebook.options)


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
