"""The version of the file format of a folder of rules, and the way up from older ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .problems import Place, Problem, error
from .rule_files import FORMAT_FILE as FILE
from .upgrade_review_blocks import bring_over

FORMAT = 2
"""What this version of the project writes; `flask rules upgrade` brings older folders up to it."""
OLDEST = 2
"""The oldest format that is read without an upgrade. 0 is a folder without the file."""
MOST_DIGITS = 6
STEPS: Mapping[int, Callable[[Path], object]] = {0: lambda folder: None, 1: bring_over}
"""{version: what brings a folder of it up by one}. A step changes the rule files in place and may be tried again.

Every step ends with a new file `format`; from 0 to 1 nothing else is needed. From 1 to 2 sign-offs leave the options'
files (upgrade_review_blocks.py).
"""


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


def upgrade(folder: Path) -> int:
    """Bring the rule files in `folder` up to the format of today, and return the format that they had.

    Raises FormatError for a folder that is newer than this version of the project or is none, RulebookError for a file
    that can't be read, and OSError.
    """
    if not (folder / "areas.yaml").is_file():
        raise FormatError(f"{folder} is no folder of rule files: it has no areas.yaml")
    before = format_of(folder)
    if before > FORMAT:
        raise FormatError(
            f"{folder} has the format {before}, and this version of the project knows {FORMAT}; "
            "use the version of the project that wrote it, or a later one"
        )
    for version in range(before, FORMAT):
        STEPS[version](folder)
        beside = folder / f".{FILE}"  # a file of the next version stands there whole or not at all
        beside.write_text(f"{version + 1}\n", encoding="ascii")
        os.replace(beside, folder / FILE)
    return before
