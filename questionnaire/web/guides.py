"""The versions of the rules that a server has at hand: the one of now, changed between requests, and earlier ones."""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from flask import current_app, g

from ..decide.apart import BuildError, Child, Ready, build_apart
from ..decide.reference import made_from
from ..releases.folder import ACTIVE, active, fingerprint, names, number, open_release
from ..releases.manifest import ReleaseError
from ..rulebook.problems import RulebookError
from .guide import Guide

log = logging.getLogger(__name__)

AGAIN = 30.0
"""Seconds after which what failed is tried again: a copy that was half done may be whole by then."""

KEPT = 4
"""Earlier releases that stay at hand for reference codes."""

Stamp = tuple[int, int] | None
Fault = RulebookError | BuildError | ReleaseError


@dataclass(frozen=True)
class Held:
    """What is served, in one value so that one assignment changes it.

    `fault`: why `guide` is not what should be served; `guide` is None where nothing can be. `again`: when to try again.
    """

    stamp: Stamp
    guide: Guide | None
    fault: Fault | None = None
    again: float = 0.0


class Guides:
    """Serves the active release of the folder `releases`, or the rule files in `rules` where nothing was published.

    A release that can't be used never takes the place of one that can. `building`: what comes of the rule files.
    """

    def __init__(
        self, rules: Path, releases: Path | None, require_sign_off: bool, building: Child | Ready | None = None
    ) -> None:
        self.rules = rules
        self.releases = releases
        self.require_sign_off = require_sign_off
        self._building = building
        self._held: Held | None = None
        self._earlier: dict[str, Guide] = {}
        self._looking = threading.Lock()

    def now(self) -> Guide:
        """What new requests are answered from.

        Raises RulebookError, BuildError or ReleaseError where there is nothing to serve.
        """
        held = self._held
        if held is None or held.stamp != self._stamp() or (held.fault and time.monotonic() > held.again):
            held = self._look_once(held)
        if held.guide is None:
            assert held.fault is not None
            raise held.fault.with_traceback(None)
        return held.guide

    @property
    def problem(self) -> str:
        """Why what is served is not what should be; empty where it is."""
        return str(self._held.fault or "") if self._held else ""

    def older(self, typed: str) -> Guide | None:
        """The earlier release that a reference code was made with.

        None for what is no code, for one of the rules of now, and for one of rules that were never published.
        """
        if self.releases is None or made_from(self.now().rulebook.fingerprint, typed):
            return None
        made = [name for name in names(self.releases) if made_from(fingerprint(name), typed)]
        return self.named(made[-1]) if made else None

    def named(self, name: str) -> Guide | None:
        """A release by its name; None where it can't be used any more."""
        now = self.now()
        if now.release is not None and now.release.name == name:
            return now
        if self.releases is None or name not in names(self.releases):
            return None
        found = self._earlier.get(name)
        if found is None:
            try:
                found = self._open(name)
            except ReleaseError as fault:
                log.error("A reference code asks for an earlier release: %s", fault)
                return None
        others = [item for item in self._earlier.items() if item[0] != name]
        self._earlier = dict([*others, (name, found)][-KEPT:])
        return found

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
        """Look anew for what to serve. One request does this; the others go on meanwhile with what there is."""
        if not self._looking.acquire(blocking=held is None):
            assert held is not None
            return held
        try:
            if self._held is held:
                self._held = self._look(held)
            assert self._held is not None
            return self._held
        finally:
            self._looking.release()

    def _look(self, held: Held | None) -> Held:
        stamp = self._stamp()  # first: a change from here on is noticed at the next request
        before = held.guide if held else None
        try:
            return Held(stamp, self._active(before))
        except (RulebookError, BuildError, ReleaseError) as fault:
            guide = before or (self._last_good() if isinstance(fault, ReleaseError) else None)
            if guide is not None and (held is None or str(held.fault) != str(fault)):
                log.error(
                    "The active release can't be served: %s. %s is served instead. "
                    "Publish again (flask rules publish), or go back to a good one (flask rules rollback).",
                    fault,
                    f"Release {guide.release.name}" if guide.release else "What the site started with",
                )
            return Held(stamp, guide, fault, time.monotonic() + AGAIN)
        finally:
            if self._building is not None:
                self._building.end()
                self._building = None

    def _active(self, before: Guide | None) -> Guide:
        name = active(self.releases) if self.releases else None
        if before is None:
            return self._open(name) if name else self._own()
        served = before.release.name if before.release else None
        if name is None and served is not None:
            raise ReleaseError("the folder of releases is gone")
        return self._open(name) if name and name != served else before

    def _last_good(self) -> Guide | None:
        """The newest release before the active one that can be used; of all, where the active one is not known."""
        assert self.releases is not None
        known = names(self.releases)
        try:
            now = active(self.releases)
            known = [name for name in known if now and number(name) < number(now)]
        except ReleaseError:
            pass
        for name in reversed(known):
            try:
                return self._open(name)
            except ReleaseError as fault:
                log.error("%s", fault)
        return None

    def _open(self, name: str) -> Guide:
        assert self.releases is not None
        release, tables = open_release(self.releases, name)
        return Guide(tables, self.require_sign_off, release)

    def _own(self) -> Guide:
        tables = self._building.tables() if self._building else build_apart(self.rules)
        return Guide(tables, self.require_sign_off)


def guides() -> Guides:
    """The versions that this application has at hand."""
    found = current_app.extensions["guides"]
    assert isinstance(found, Guides)
    return found


def answer_from(name: object) -> None:
    """Answer this request from the release of that name; from the rules of now where it can't be used any more."""
    found = guides().named(name) if isinstance(name, str) else None
    if found is not None:
        g.guide = found
