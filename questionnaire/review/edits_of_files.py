"""What edits of many rule files share: which files they make others, trying these in a copy, putting them in place."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..rulebook.load import load
from ..rulebook.rule_files import rule_files
from ..rulebook.schema import SIGN_OFFS, TRANSLATIONS
from ..rulebook.write_file import write_files
from ..rulebook.yaml_edit import edited
from ..rulebook.yaml_tree import read_bytes

Files = Mapping[str, bytes | None]
"""{path below the folder: what it is to hold, or None for a file that goes}."""
Change = Callable[[str, Any], Any]
"""A file's path below the folder and its values; gives the values that it is to have."""


class EditError(Exception):
    """An edit that can't be made; nothing was written. Says why and what to do."""


def names(folder: Path, below: str = "") -> list[str]:
    """The paths of rule files below a folder of the rules, from that of the rules on."""
    start = folder / below
    return [path.relative_to(folder).as_posix() for path in rule_files(start)] if start.is_dir() else []


def edited_files(folder: Path, change: Change, word: str = "") -> dict[str, bytes | None]:
    """The files that a change makes others, of those that hold a word: to parse all of many takes long."""
    files: dict[str, bytes | None] = {}
    for name in names(folder):
        data = (folder / name).read_bytes()
        if not name.startswith(f"{SIGN_OFFS}/") and word.encode() in data:
            translated = name.startswith(f"{TRANSLATIONS}/")
            tree = read_bytes(data, name, translated)
            values, new = tree.plain(), change(name, tree.plain())
            if new != values:
                files[name] = edited(data, new, name, translated)
    return files


@contextmanager
def tried(folder: Path, files: Files) -> Iterator[Path]:
    """A copy of a folder with these files in it, to look at what they would make."""
    with tempfile.TemporaryDirectory(prefix="rules-") as beside:
        there = Path(shutil.copytree(folder, Path(beside) / "rules"))
        write_files(there, files)
        yield there


def write(folder: Path, files: Files) -> None:
    """Put these files in place, if the rulebook can be read with them; else nothing changes.

    Raises RulebookError for what could not be read then, OSError where the disk refuses.
    """
    with tried(folder, files) as there:
        load(there)
    write_files(folder, files)
