"""The process that builds the rules of an earlier release again: a build_worker that upgrades the files first."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..decide.build_worker import build_folder, main

if TYPE_CHECKING:
    from ..decide.build_worker import Built


def rebuild(folder: Path) -> Built:
    """The tables of the rules in `folder`, a copy that this may change. Raises RulebookError, FormatError, OSError."""
    from ..rulebook.upgrade import upgrade

    upgrade(folder)
    return build_folder(folder)


if __name__ == "__main__":
    main(rebuild, *sys.argv[1:])
