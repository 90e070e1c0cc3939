"""The version of the file format that a folder of rule files is written in: the one line of its file `format`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .problems import Place, Problem, error

FILE = "format"
FORMAT = 1
"""What this version of the project writes; `flask rules upgrade` (upgrade.py) brings older folders up to it."""
OLDEST = 0
"""The oldest format that is read without an upgrade. 0 is a folder without the file, which reads as 1 does."""
MOST_DIGITS = 6


class FormatError(Exception):
    """A folder whose format can't be read or is newer than this version of the project; says what to do."""


def format_of(folder: Path) -> int:
    """The format of the rule files in `folder`: 0 where it has no file `format`.

    Raises FormatError for a file that holds anything but one number, or that can't be read.
    """
    try:
        with open(folder / FILE, "rb") as file:
            text = file.read(MOST_DIGITS + 2).decode("ascii", "replace").strip()
    except FileNotFoundError:
        return 0
    except OSError as fault:
        raise FormatError(f"the file '{FILE}' can't be read ({fault.strerror})") from None
    if not text.isdigit() or len(text) > MOST_DIGITS:
        raise FormatError(f"the file '{FILE}' must hold one number, the version of the file format, such as {FORMAT}")
    return int(text)


def format_problems(folder: Path, place: Place) -> Iterator[Problem]:
    """At most one problem, at `place`: the folder's format is not one that this version of the project reads."""
    try:
        version = format_of(folder)
    except FormatError as fault:
        yield error(place, "format", str(fault), f"write {FORMAT} into it, and nothing else")
        return
    if version > FORMAT:
        message = f"these rule files have the format {version}, and this version of the project reads {FORMAT}"
        yield error(place, "format", message, "use the version of the project that wrote them, or a later one")
    elif version < OLDEST:
        message = f"these rule files have the format {version}, which is older than {OLDEST}"
        yield error(place, "format", message, "bring them up with 'flask rules upgrade'")
