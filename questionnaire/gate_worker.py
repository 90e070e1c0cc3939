"""The process in which rules are built for visitors: a build_worker that refuses what `flask rules check` does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .decide.build_worker import main

if TYPE_CHECKING:
    from .decide.build_worker import Built


def build_checked(folder: Path) -> Built:
    """The tables of the rules in `folder` and its warnings. Raises RulebookError with every problem for any error."""
    from .gate import TEMPLATES, check_rules
    from .rulebook.problems import RulebookError

    tables, problems = check_rules(folder, templates=TEMPLATES)
    if tables is None:
        raise RulebookError(problems)
    return tables, problems


if __name__ == "__main__":
    main(build_checked, *sys.argv[1:])
