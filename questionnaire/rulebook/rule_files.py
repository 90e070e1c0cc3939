"""Which files of a folder are rule files, and the file that says their format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FORMAT_FILE = "format"
"""The file of a folder of rules that holds the version of their format (file_format.py)."""


def rule_files(folder: Path, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Every file below a folder of rules whose name ends in .yaml or .yml, sorted; links to folders are followed.

    `above`: the folders on the way here; a link back to one of them ends there.
    """
    way = above | {folder.resolve()}
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.resolve() not in way:
            yield from rule_files(path, way)
        elif path.suffix in (".yaml", ".yml") and path.is_file():
            yield path
