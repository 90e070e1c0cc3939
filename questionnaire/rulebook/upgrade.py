"""Older rule files brought up to the format of today, one step for each version of the format."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from .file_format import FILE, FORMAT, FormatError, format_of


def _write_format(folder: Path) -> None:
    """From 0 to 1: nothing but the file `format`, which every step ends with."""


STEPS: Mapping[int, Callable[[Path], None]] = {0: _write_format}
"""{version: what brings a folder of it up by one}. A step changes the rule files in place and may be tried again."""


def upgrade(folder: Path) -> int:
    """Bring the rule files in `folder` up to the format of today, and return the format that they had.

    Raises FormatError for a folder that is newer than this version of the project or is none, and OSError.
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
