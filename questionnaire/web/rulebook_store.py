"""The versions of the rules that a server has at hand: the one of now, changed between requests, and earlier ones."""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from flask import current_app, g

from ..decide.build_process import BuildError, Child, Limits, build_apart
from ..decide.reference_code import made_from
from ..releases.folder import ACTIVE, active, fingerprint, names, number, open_release
from ..releases.manifest import ReleaseError
from ..releases.ready import Ready
from ..rulebook.problems import RulebookError
from .served_rulebook import ServedRulebook

log = logging.getLogger(__name__)

AGAIN = 30.0
"""Seconds after which what failed is tried again: a copy that was half done may be whole by then."""

PATIENCE = 1.0
"""Seconds that a request waits for a new version; then it is answered from what there is."""

KEPT = 16
"""Earlier releases that stay at hand for reference codes."""

QUICK = Limits(seconds=5)
"""For an earlier release that has to be built again while its visitor, and with them others, wait."""

Stamp = tuple[int, int] | None
Fault = RulebookError | BuildError | ReleaseError


@dataclass(frozen=True)
class Held:
    """What is served, in one value so that one assignment changes it.

    `fault`: why `served` is not what should be; `served` is None where nothing can be. `again`: when to try again.
    """

    stamp: Stamp
    served: ServedRulebook | None
    fault: Fault | None = None
    again: float = 0.0


class RulebookStore:
    """Serves the active release of the folder `releases`, or the rule files in `rules` where nothing was published.

    A release that can't be used never takes the place of one that can. `building`: what comes of the rule files, or
    what the process before this one served.
    """

    def __init__(
        self, rules: Path, releases: Path | None, require_sign_off: bool, building: Child | Ready | None = None
    ) -> None:
        self.rules = rules
        self.releases = releases
        self.require_sign_off = require_sign_off
        self._building = None if isinstance(building, Ready) else building
        self._inherited: ServedRulebook | None = None
        if isinstance(building, Ready):
            self._inherited = ServedRulebook(building.tables, require_sign_off, building.release)
        self._held: Held | None = None
        self._earlier: dict[str, ServedRulebook] = {}
        self._failed: dict[str, float] = {}
        self._looking = threading.Lock()

    def now(self) -> ServedRulebook:
        """What new requests are answered from.

        Raises RulebookError, BuildError or ReleaseError where there is nothing to serve.
        """
        held = self._held
        if held is None or held.stamp != self._stamp() or (held.fault and time.monotonic() > held.again):
            held = self._look_once(held)
        if held.served is None:
            assert held.fault is not None
            raise held.fault.with_traceback(None)
        return held.served

    @property
    def problem(self) -> str:
        """Why what is served is not what should be; empty where it is."""
        held = self._held
        if held is None or held.fault or held.served is None:
            return str(held.fault or "") if held else ""
        return "no option is shown: none has a sign-off that is in force" if held.served.shows_nothing else ""

    def older(self, typed: str) -> ServedRulebook | None:
        """The earlier release that a reference code was made with.

        None for what is no code, for one of the rules of now, and for one of rules that were never published or
        that the site went back from.
        """
        if made_from(self.now().rulebook.fingerprint, typed):
            return None
        made = [name for name in self._before() if made_from(fingerprint(name), typed)]
        return self.named(made[-1]) if made else None

    def named(self, name: str) -> ServedRulebook | None:
        """The release of now or an earlier one, by its name; None where it can't be used any more."""
        now = self.now()
        if now.release is not None and now.release.name == name:
            return now
        if name not in self._before() or self._failed.get(name, 0.0) > time.monotonic():
            return None
        found = self._earlier.get(name)
        if found is None:
            try:
                found = self._open(name, QUICK)
            except ReleaseError as fault:
                log.error("A reference code asks for an earlier release: %s", fault)
                self._failed[name] = time.monotonic() + AGAIN
                return None
        others = [item for item in self._earlier.items() if item[0] != name]
        self._earlier = dict([*others, (name, found)][-KEPT:])
        return found

    def takes_work(self, name: str) -> bool:
        """Whether `named` has to open a release."""
        return name not in self._earlier and name in self._before() and self._failed.get(name, 0.0) <= time.monotonic()

    def _before(self) -> list[str]:
        """The names of the releases before the one of now: later ones are those that the site went back from."""
        now = self.now().release
        if self.releases is None or now is None:
            return []
        try:
            return [name for name in names(self.releases) if number(name) < now.number]
        except ReleaseError as fault:
            log.error("A reference code asks for an earlier release: %s", fault)
            return []

    def _stamp(self) -> Stamp:
        """What differs after every change of the file that names the active release."""
        if self.releases is None:
            return None
        try:
            found = os.stat(self.releases / ACTIVE)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def _look_once(self, held: Held | None) -> Held:
        """Look anew for what to serve. One request does this; the others go on meanwhile with what there is.

        So does this one after a while: a release of another version of the project has to be built.
        """
        if not self._looking.acquire(blocking=held is None):
            assert held is not None
            return held

        def look() -> None:
            try:
                if self._held is held:
                    self._held = self._look(held)
            finally:
                self._looking.release()

        if held is None:
            look()
        else:
            looking = threading.Thread(target=look, daemon=True)
            try:
                looking.start()
            except RuntimeError:  # no room for a thread: then it is waited for
                look()
            else:
                looking.join(PATIENCE)
        assert self._held is not None
        return self._held

    def _look(self, held: Held | None) -> Held:
        stamp = self._stamp()  # first: a change from here on is noticed at the next request
        before = held.served if held else None
        try:
            served = self._active(before)
            if before is not None and served is not before and served.release:
                log.info("Release %s is served now.", served.release.name)
            return Held(stamp, served)
        except Exception as thrown:
            fault: Fault = ReleaseError(f"the rules can't be looked at: {type(thrown).__name__}")
            if isinstance(thrown, (RulebookError, BuildError, ReleaseError)):
                fault = thrown
            instead = before or (self._last_good() if isinstance(fault, ReleaseError) else None) or self._inherited
            if instead is not None and (held is None or str(held.fault) != str(fault)):
                log.error(
                    "The active release can't be served: %s. %s is served instead. "
                    "Publish again (flask rules publish), or go back to a good one (flask rules rollback).",
                    fault,
                    f"Release {instead.release.name}" if instead.release else "What the site started with",
                )
            return Held(stamp, instead, fault, time.monotonic() + AGAIN)
        finally:
            if self._building is not None:
                self._building.end()
                self._building = None

    def _active(self, before: ServedRulebook | None) -> ServedRulebook:
        name = active(self.releases) if self.releases else None
        before = before or self._inherited
        if before is None:
            return self._open(name) if name else self._own()
        served = before.release.name if before.release else None
        if name is None and served is not None:
            raise ReleaseError("the folder of releases is gone")
        return self._open(name) if name and name != served else before

    def _last_good(self) -> ServedRulebook | None:
        """The newest release before the active one that can be used; of all, where the active one is not known."""
        assert self.releases is not None
        try:
            known = names(self.releases)
        except ReleaseError:
            return None  # the very fault that is told already
        try:
            now = active(self.releases)
            known = [name for name in known if now and number(name) < number(now)]
        except ReleaseError:
            if self._inherited is not None:  # what the others serve, rather than what they may have gone back from
                return self._inherited
        for name in reversed(known):
            try:
                return self._open(name)
            except ReleaseError as fault:
                log.error("%s", fault)
        return None

    def _open(self, name: str, limits: Limits | None = None) -> ServedRulebook:
        """Raises ReleaseError, whatever is wrong with the release."""
        assert self.releases is not None
        inherited = self._inherited
        if inherited is not None and inherited.release is not None and inherited.release.name == name:
            return inherited
        try:
            release, tables = open_release(self.releases, name, limits)
        except ReleaseError:
            raise
        except Exception as fault:
            raise ReleaseError(f"release {name} can't be used: {type(fault).__name__}") from fault
        return ServedRulebook(tables, self.require_sign_off, release)

    def _own(self) -> ServedRulebook:
        tables = self._building.tables() if self._building else build_apart(self.rules)
        return ServedRulebook(tables, self.require_sign_off)


def rulebook_store() -> RulebookStore:
    """The versions that this application has at hand."""
    found = current_app.extensions["rulebook_store"]
    assert isinstance(found, RulebookStore)
    return found


def answer_from(name: object) -> None:
    """Answer this request from the release of that name; from the rules of now where it can't be used any more."""
    if not isinstance(name, str):
        return
    if rulebook_store().takes_work(name):
        current_app.extensions["count"](reference=True)  # it takes as long as some dozen pages
    found = rulebook_store().named(name)
    if found is not None:
        g.served = found
