"""What new requests are answered from: the active release, taken up as soon as it changes, or the last good one."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from ..decide.build_process import BuildError, Child
from ..decide.tables import DecisionTables
from ..rulebook.model import Rulebook
from ..rulebook.problems import RulebookError
from .disk import file_stamp
from .folder import ACTIVE, active, active_or_none, fingerprint, not_withdrawn_after, open_release, servable
from .journal import WITHDRAWN, withdrawals
from .manifest import Release, ReleaseError
from .publishing import keep_served
from .withdrawn_options import OptionsWatcher, WithdrawnOption

log = logging.getLogger(__name__)

AGAIN = 30.0
"""Seconds after which what failed is tried again: a copy that was half done may be whole by then."""

PATIENCE = 1.0
"""Seconds that a request waits for a new version; then it is answered from what there is."""

EVERY = 2.0
"""Seconds after which a process looks by itself (`watch`), so that it knows of a withdrawal before anybody asks it."""

Fault = RulebookError | BuildError | ReleaseError
Stamp = tuple[tuple[int, int] | None, ...]


class Served(Protocol):
    """What the caller makes of tables and their release, and answers requests from."""

    @property
    def release(self) -> Release | None:
        """The release; None for rule files that nobody published."""

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook of the tables."""


T = TypeVar("T", bound=Served)


@dataclass(frozen=True)
class State(Generic[T]):
    """What is served, in one value so that one assignment changes it.

    `fault`: why `served` is not what should be; `served` is None where nothing can be. `again`: when to try again.
    """

    stamp: Stamp
    served: T | None
    fault: Fault | None = None
    again: float = 0.0


class ReleaseWatcher(Generic[T]):
    """Serves the active release of the folder `releases`, or the rule files in `rules` where nothing was published.

    A release that can't be used, or that was withdrawn, never takes the place of one that can. `serve` makes of tables
    and their release what requests are answered from. `building`: a child that builds the rule files already, or
    tables that are at hand. `trusted`: public keys; where there are any, a release that none of them sealed is not
    used, nor one that is put in the place of a newer one which nobody withdrew.
    """

    def __init__(
        self,
        rules: Path,
        releases: Path | None,
        serve: Callable[[DecisionTables, Release | None], T],
        building: Child | DecisionTables | None = None,
        trusted: Collection[str] = (),
    ) -> None:
        self._rules = rules
        self._releases = releases
        self._serve = serve
        self._trusted = trusted
        self._building = building if isinstance(building, Child) else None
        self._state: State[T] | None = None
        if isinstance(building, DecisionTables):
            self._state = State((), serve(building, None))
        self._looking = threading.Lock()
        self._watched_by = 0
        self._withdrawn = OptionsWatcher(releases)

    def now(self) -> T:
        """What new requests are answered from.

        Raises RulebookError, BuildError or ReleaseError where there is nothing to serve.
        """
        state = self._state
        if state is None or state.stamp != self._stamp() or (state.fault and time.monotonic() > state.again):
            state = self._look_once(state)
        if state.served is None:
            assert state.fault is not None
            raise state.fault.with_traceback(None)
        return state.served

    @property
    def withdrawn(self) -> tuple[WithdrawnOption, ...]:
        """The options that are not offered now, whichever release is served. Raises ReleaseError."""
        return self._withdrawn.now()

    @property
    def problem(self) -> str:
        """Why what is served is not what should be; empty where it is."""
        return str(self._state.fault or "") if self._state else ""

    @property
    def serves(self) -> bool:
        """Whether anything is served; False also before the first request."""
        return self._state is not None and self._state.served is not None

    def watch(self) -> None:
        """From now on, look for changes every few seconds also while no request comes; once in each process.

        A server calls this in each worker after forking it.
        """
        if self._watched_by != os.getpid():
            self._watched_by = os.getpid()
            threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(EVERY)
            with suppress(RulebookError, BuildError, ReleaseError):  # the next request tells of it
                _ = self.withdrawn, self.now()

    def _stamp(self) -> Stamp:
        """What differs after every change of the files that name the active release and those withdrawn."""
        if self._releases is None:
            return ()
        return tuple(file_stamp(self._releases / name) for name in (ACTIVE, WITHDRAWN))

    def _look_once(self, state: State[T] | None) -> State[T]:
        """Look anew for what to serve. One request does this; the others go on meanwhile with what there is.

        So does this one after a while: a release of another version of the project has to be built.
        """

        def look() -> None:
            with self._looking:
                if self._state is state:
                    self._state = self._look(state)

        if state is None:
            look()
        elif not self._looking.locked():
            looking = threading.Thread(target=look, daemon=True)
            with suppress(RuntimeError):  # no room for a thread: the next request tries again
                looking.start()
                looking.join(PATIENCE)
        assert self._state is not None
        return self._state

    def _look(self, state: State[T] | None) -> State[T]:
        before = state.served if state else None
        new = self._try(before)
        if new.fault and new.stamp != self._stamp():
            new = self._try(before)  # it changed between our looking at one file and at the next
        if new.fault and new.served is not None and (state is None or str(state.fault) != str(new.fault)):
            log.error(
                "The active release can't be served: %s. %s is served instead. "
                "Publish again (flask rules publish), or go back to a good one (flask rules rollback).",
                new.fault,
                f"Release {new.served.release.name}" if new.served.release else "What the site started with",
            )
        elif before is not None and new.served is not None and new.served is not before and new.served.release:
            log.info("Release %s is served now.", new.served.release.name)
        return new

    def _try(self, before: T | None) -> State[T]:
        stamp = self._stamp()  # first: a change from here on is noticed at the next request
        try:
            return State(stamp, self._active(before))
        except ReleaseError as fault:
            return State(stamp, self._instead(before), fault, time.monotonic() + AGAIN)
        except (RulebookError, BuildError) as fault:
            return State(stamp, before, fault, time.monotonic() + AGAIN)
        finally:
            if self._building is not None:
                self._building.end()
                self._building = None

    def _active(self, before: T | None) -> T:
        """What should be served. Raises RulebookError, BuildError or ReleaseError where it can't be."""
        name = active(self._releases) if self._releases else None
        served = before.release.name if before is not None and before.release else None
        if name is None:
            if served is not None:
                raise ReleaseError("the folder of releases is gone")
            return before or self._from_rule_files()
        assert self._releases is not None
        if name in withdrawals(self._releases):
            raise ReleaseError(f"release {name} was withdrawn, and is still named as the active one")
        if self._trusted and (newer := not_withdrawn_after(self._releases, name)):
            raise ReleaseError(f"release {name} is older than release {newer}, which was not withdrawn")
        return before if before is not None and name == served else self._open(name)

    def _instead(self, before: T | None) -> T | None:
        """The last good one: what was served before, or the newest release before the active one that can be used.

        Never one that is withdrawn. Of rule files that nobody published only what is in memory already.
        """
        if self._releases is None:
            return before
        try:
            withdrawn = withdrawals(self._releases)
            if before is not None and not _is_withdrawn(before, withdrawn):
                return before
            candidates = servable(self._releases, before=None if self._trusted else active_or_none(self._releases))
        except ReleaseError as fault:
            log.error("%s", fault)
            return before
        for name in reversed(candidates):
            try:
                return self._open(name)
            except ReleaseError as fault:
                log.error("%s", fault)
        return None

    def _open(self, name: str) -> T:
        assert self._releases is not None
        release, tables = open_release(self._releases, name, None, self._trusted)
        return self._serve(tables, release)

    def _from_rule_files(self) -> T:
        """The rule files as they are, once they passed the gate; kept, so that a first publish can be taken back."""
        child = self._building or Child(self._rules)
        built = child.result()
        if self._releases is not None:
            try:
                keep_served(self._rules, self._releases, built.tables, child.started)
            except ReleaseError as fault:
                log.info("What is served can't be kept to go back to after a first publish: %s", fault)
        return self._serve(built.tables, None)


def _is_withdrawn(served: Served, withdrawn: Collection[str]) -> bool:
    """Rule files that nobody published count as the release that the first publish made of them."""
    if served.release is None:
        return served.rulebook.fingerprint in map(fingerprint, withdrawn)
    return served.release.name in withdrawn
