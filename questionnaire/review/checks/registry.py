"""Every check by its id, in the order in which the modules of this folder define them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...decide.build_tables import DecisionTables
from ...rulebook.problems import Problem

Check = Callable[[DecisionTables], Iterator[Problem]]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Register a check under its name with hyphens. Its docstring needs a sentence, `Bad:` and `Good:`."""
    CHECKS[function.__name__.replace("_", "-")] = function
    return function
