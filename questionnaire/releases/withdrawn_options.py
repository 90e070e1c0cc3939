"""Options that are not offered now, whichever release is served: a file beside `active`, which every server reads.

A line has its parts between tabs: when, which option, `withdrawn` or `restored`, why, and who did it. All lines stay;
the last of each option counts.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path

from ..decide.in_force import may_be_withdrawn, withdrawal
from ..rulebook.characters import shows_something
from ..rulebook.model import Rule, Rulebook
from ..rulebook.problems import printable
from .disk import file_stamp, replace
from .journal import MOST_BYTES, lines, now
from .manifest import ReleaseError
from .publishing import alone, disk_faults

log = logging.getLogger(__name__)
WITHDRAWN_OPTIONS = "withdrawn-options"
LONGEST_REASON = 300
"""Letters: it stands on a page."""
AGAIN = 30.0
"""Seconds after which a file that could not be read is tried again."""


@dataclass(frozen=True)
class WithdrawnOption:
    """An option that is not offered: since when (UTC), why, in words that visitors read, and who withdrew it."""

    option: str
    when: str
    because: str
    by: str

    @property
    def rule(self) -> Rule:
        """The rule by which visitors' tables rule it out."""
        return withdrawal(self.option, self.because, self.when[:10])


def withdrawn_options(folder: Path) -> tuple[WithdrawnOption, ...]:
    """The options that are not offered, in the order of withdrawing. Raises ReleaseError where that can't be read.

    A line that was cut off after the option's name withdraws it: to offer it could do harm.
    """
    withdrawn: dict[str, WithdrawnOption] = {}
    for when, option, *rest in (line for line in lines(folder, WITHDRAWN_OPTIONS) or () if len(line) > 1):
        what, because, by = (*rest, "", "", "")[:3]
        withdrawn.pop(option, None)
        if what != "restored":
            withdrawn[option] = WithdrawnOption(option, when, because, by)
    return tuple(withdrawn.values())


def why_not(rulebook: Rulebook, option: str, because: str) -> str:
    """Why this option can't be withdrawn for this reason; empty where it can be."""
    if not may_be_withdrawn(rulebook, option):
        why = "leaving things as they are is always listed" if option in rulebook.options else "there is no such option"
        return f"'{option}' can't be withdrawn: {why}"
    if not shows_something(because) or len(because) > LONGEST_REASON:
        return f"a reason is needed that visitors can read, of at most {LONGEST_REASON} letters"
    return ""


class OptionsWatcher:
    """The withdrawn options of a folder of releases, read anew as soon as the file changes.

    What was known stays in force while the file can't be read, or is gone: only a `restored` takes a withdrawal back.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known: tuple[WithdrawnOption, ...] | None = None
        self._stamp: object = None
        self._again = 0.0

    def now(self) -> tuple[WithdrawnOption, ...]:
        """The options that are not offered now. Raises ReleaseError where that was never known."""
        if self._folder is None:
            return ()
        stamp = file_stamp(self._folder / WITHDRAWN_OPTIONS)
        if self._known is None or stamp != self._stamp or 0 < self._again < time.monotonic():
            self._read(self._folder, stamp)
        assert self._known is not None
        return self._known

    def _read(self, folder: Path, stamp: object) -> None:
        self._again = 0.0
        try:
            new = withdrawn_options(folder)
            if stamp is None and self._known:
                raise ReleaseError(f"the file '{WITHDRAWN_OPTIONS}' is gone")
        except ReleaseError as fault:
            if self._known is None:
                raise
            self._again = time.monotonic() + AGAIN
            if stamp != self._stamp:
                log.error("%s. What was withdrawn stays so.", fault)
            new = self._known
        for one in new:
            if one not in (self._known or ()):
                log.warning("The option %s is not offered (since %s): %s", one.option, one.when, one.because)
        for option in {one.option for one in self._known or ()} - {one.option for one in new}:
            log.warning("The option %s is offered again.", option)
        self._known, self._stamp = new, stamp


def withdraw_option(folder: Path, option: str, because: str, by: str = "") -> None:
    """Offer an option no longer, on any server that reads this folder. Raises ReleaseError."""
    _write(folder, option, "withdrawn", because, by)


def restore_option(folder: Path, option: str, because: str = "", by: str = "") -> None:
    """Offer a withdrawn option again. Raises ReleaseError, also for one that is not withdrawn."""
    withdrawn = [one.option for one in withdrawn_options(folder)]
    if option not in withdrawn:
        raise ReleaseError(f"'{option}' is not withdrawn; withdrawn now: {', '.join(withdrawn) or 'none'}")
    _write(folder, option, "restored", because, by)


def _write(folder: Path, option: str, what: str, because: str, by: str) -> None:
    """Put the file with one more line in the place of the file without it, in one step."""
    with alone(folder), disk_faults(folder):
        before = ["\t".join(line) for line in lines(folder, WITHDRAWN_OPTIONS) or ()]
        text = "".join(
            f"{line}\n" for line in (*before, "\t".join([now(), option, what, printable(because), printable(by)]))
        )
        if len(text.encode()) > MOST_BYTES:
            raise ReleaseError(f"the file '{WITHDRAWN_OPTIONS}' is full; move it away once nothing is withdrawn")
        replace(folder / WITHDRAWN_OPTIONS, text.encode())
