"""What happened to releases, in two files beside `active` that only grow: `history` and `withdrawn`.

A line has its parts between tabs: when, which release, and, in `withdrawn`, `withdrawn` or `restored` and why.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..rulebook.problems import printable
from .disk import content, sync_folder
from .manifest import NAME, ReleaseError

HISTORY, WITHDRAWN = "history", "withdrawn"
MOST_BYTES = 4 * 1024 * 1024
"""Of either file; a release more than every minute for a year."""


@dataclass(frozen=True)
class Withdrawal:
    """That a release must not be served any more: since when (UTC), and why, in somebody's words or none."""

    when: str
    because: str


def now() -> str:
    """This moment in UTC, as manifests and journals have it: YYYY-MM-DDTHH:MM:SSZ."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def once_active(folder: Path) -> list[str] | None:
    """The releases that were active once, in the order in which they were first; None where that is not known.

    Folders that an earlier version of the project made have no history. Raises ReleaseError where it can't be read.
    """
    history = lines(folder, HISTORY)
    if history is None:
        return None
    return list(dict.fromkeys(part for line in history for part in line if NAME.fullmatch(part)))


def withdrawals(folder: Path) -> dict[str, Withdrawal]:
    """The releases that are withdrawn. Raises ReleaseError where that can't be read.

    A line that was cut off after the name of its release withdraws it: to serve it could do harm.
    """
    return withdrawn_in(lines(folder, WITHDRAWN) or ())


def withdrawn_in(lines: Iterable[Sequence[str]]) -> dict[str, Withdrawal]:
    """The releases that lines of the file `withdrawn` leave withdrawn."""
    withdrawn: dict[str, Withdrawal] = {}
    for when, name, *rest in (line for line in lines if len(line) > 1):
        if rest[:1] == ["restored"]:
            withdrawn.pop(name, None)
        else:
            withdrawn[name] = Withdrawal(when, rest[1] if len(rest) > 1 else "")
    return withdrawn


def write_active(folder: Path, names: list[str]) -> None:
    """Write down that these releases became active, in that order. Raises OSError."""
    _append(folder / HISTORY, [f"{now()}\t{name}" for name in names])


def write_withdrawn(folder: Path, names: list[str], because: str, what: str = "withdrawn") -> None:
    """Write down that these releases were `withdrawn`, or that they were `restored`. Raises OSError."""
    _append(folder / WITHDRAWN, [f"{now()}\t{name}\t{what}\t{printable(because)}" for name in names])


def lines(folder: Path, file: str) -> list[list[str]] | None:
    """The parts of each line of a file; None where there is no such file. Raises ReleaseError."""
    try:
        text = content(folder / file, MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as fault:
        raise ReleaseError(f"the file '{file}' of the releases can't be read ({fault.strerror})") from None
    return [line.split("\t") for line in text.decode(errors="replace").splitlines()]


def _append(path: Path, lines: list[str]) -> None:
    """Add lines to a file, on the disk before this returns; a line that was cut off before them stays alone."""
    with open(path, "ab+") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
        cut_off = file.read(1) not in (b"", b"\n")
        file.write("".join([*(["\n"] if cut_off else []), *(f"{line}\n" for line in lines)]).encode())
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
