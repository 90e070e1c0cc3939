"""Earlier releases at hand for the reference codes that were made with them; the latest that were asked for stay."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Generic, TypeVar

from ..decide.build_process import Limits
from ..decide.reference_code import made_from
from ..decide.tables import DecisionTables
from .folder import fingerprint, open_release, servable
from .manifest import Release, ReleaseError

log = logging.getLogger(__name__)
T = TypeVar("T")

KEPT = 16
"""Earlier releases that stay at hand."""

QUICK = Limits(seconds=5)
"""For a release that has to be built again while its visitor waits; also how long one waits for another's turn."""

AGAIN = 30.0
"""Seconds after which a release that could not be used is tried again."""


class EarlierReleases(Generic[T]):
    """The releases of `folder` before the active one; `serve` makes of each what requests are answered from.

    `trusted`: the public keys one of which must have sealed each; none: seals are not looked at.
    """

    def __init__(
        self,
        folder: Path | None,
        serve: Callable[[DecisionTables, Release | None], T],
        trusted: Collection[str] = (),
    ) -> None:
        self._folder = folder
        self._serve = serve
        self._trusted = trusted
        self._opened: dict[str, T] = {}
        self._failed: dict[str, float] = {}

    def made_with(self, typed: str, now: Release | None) -> T | None:
        """The release that a reference code was made with; None for what is no code of a release that may be served."""
        names = [name for name in self._names(now) if made_from(fingerprint(name), typed)]
        return self.named(names[-1], now) if names else None

    def named(self, name: str, now: Release | None) -> T | None:
        """The release of that name before `now`; None where it can't be used, was withdrawn or was never served."""
        if name not in self._names(now) or self._failed.get(name, 0.0) > time.monotonic():
            return None
        assert self._folder is not None
        opened = self._opened.get(name)
        if opened is None:
            try:
                release, tables = open_release(self._folder, name, QUICK, self._trusted)
            except ReleaseError as fault:
                log.error("A reference code asks for an earlier release: %s", fault)
                self._failed[name] = time.monotonic() + AGAIN
                return None
            opened = self._serve(tables, release)
        others = [item for item in self._opened.items() if item[0] != name]
        self._opened = dict([*others, (name, opened)][-KEPT:])
        return opened

    def takes_work(self, name: str, now: Release | None) -> bool:
        """Whether `named` has to open the release."""
        return name not in self._opened and name in self._names(now) and self._failed.get(name, 0.0) <= time.monotonic()

    def _names(self, now: Release | None) -> list[str]:
        if self._folder is None or now is None:
            return []
        try:
            return servable(self._folder, before=now.name)
        except ReleaseError as fault:
            log.error("A reference code asks for an earlier release: %s", fault)
            return []
