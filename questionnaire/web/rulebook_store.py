"""The versions of the rules that this application has at hand: the one of now, and earlier releases."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from ..decide.build_process import Child
from ..decide.reference_code import made_from
from ..decide.tables import DecisionTables
from ..decide.today import day_in
from ..releases.earlier_releases import EarlierReleases
from ..releases.manifest import Release
from ..releases.watcher import ReleaseWatcher
from .language import language_code
from .served_rulebook import ServedRulebook

if TYPE_CHECKING:
    from ..releases.follow import Follower


class RulebookStore:
    """The active release of the folder `releases`, or the rule files in `rules` where nothing was published.

    `building`: a child that builds the rule files already, or tables that are at hand. `time_zone`: where the clinic
    is, by whose midnight its dated lines begin and end; the server's own, if it is empty. `trusted`: the public keys
    one of which must have sealed each release; none: seals are not looked at. `follower`: what
    fetches releases from elsewhere.
    """

    def __init__(
        self,
        rules: Path,
        releases: Path | None,
        require_sign_off: bool,
        building: Child | DecisionTables | None = None,
        time_zone: str = "",
        trusted: Collection[str] = (),
        follower: Follower | None = None,
    ) -> None:
        def serve(tables: DecisionTables, release: Release | None) -> ServedRulebook:
            return ServedRulebook(tables, require_sign_off, release)

        self.watcher = ReleaseWatcher(rules, releases, serve, building, trusted)
        self.earlier = EarlierReleases(releases, serve, trusted)
        self._time_zone = time_zone
        self.follower = follower

    def now(self) -> ServedRulebook:
        """What new requests are answered from.

        Raises RulebookError, BuildError or ReleaseError where there is nothing to serve.
        """
        return self._in_force(self.watcher.now())

    def _in_force(self, served: ServedRulebook) -> ServedRulebook:
        """A version as it holds now: with what the clinic adds today, and without the options that are withdrawn."""
        return served.in_force(day_in(self._time_zone), self.watcher.withdrawn, language_code())

    @property
    def languages(self) -> list[str]:
        """The languages that the version of now is offered in, besides the one that it is written in."""
        return self.watcher.now().languages

    def watch(self) -> None:
        """Notice changes of the releases also while no request comes; a server calls this in each worker it forked.

        One of them fetches releases from elsewhere, if the site follows a publisher.
        """
        self.watcher.watch()
        if self.follower:
            self.follower.start()

    @property
    def problem(self) -> str:
        """Why what is served is not what should be; empty where it is."""
        if self.watcher.problem or not self.watcher.serves:
            return self.watcher.problem
        if self.now().shows_nothing:
            return "no option is shown: none counts as reviewed (flask rules unsigned)"
        return self.follower.problem if self.follower else ""

    def older(self, typed: str) -> ServedRulebook | None:
        """The earlier release that a reference code was made with.

        None for what is no code, for one of the rules of now, and for one of rules that were never served as a release
        or were withdrawn.
        """
        now = self.now()
        if made_from(now.rulebook.fingerprint, typed):
            return None
        older = self.earlier.made_with(typed, now.release)
        return older and self._in_force(older)

    def named(self, name: str) -> ServedRulebook | None:
        """The release of now or an earlier one, by its name; None where it can't or must not be used any more."""
        now = self.now()
        if now.release is not None and now.release.name == name:
            return now
        earlier = self.earlier.named(name, now.release)
        return earlier and self._in_force(earlier)

    def takes_work(self, name: str) -> bool:
        """Whether `named` has to open a release."""
        return self.earlier.takes_work(name, self.now().release)


def rulebook_store() -> RulebookStore:
    """The versions that this application has at hand."""
    store = current_app.extensions["rulebook_store"]
    assert isinstance(store, RulebookStore)
    return store
