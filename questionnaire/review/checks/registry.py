"""Every check by its id, in the order in which the modules of this folder define them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...decide.build_tables import DecisionTables
from ...rulebook.model import Rulebook
from ...rulebook.problems import Problem
from ...rulebook.statements import Statement, statements

Check = Callable[[DecisionTables], Iterator[Problem]]
StatementCheck = Callable[[Rulebook, Statement], Iterator[Problem]]
CHECKS: dict[str, Check] = {}
STATEMENT_CHECKS: dict[str, StatementCheck] = {}
"""Those of CHECKS that look at one statement at a time, so that an altered text can be tried alone."""


def check(function: Check) -> Check:
    """Register a check under its name with hyphens. Its docstring needs a sentence, `Bad:` and `Good:`."""
    CHECKS[_id(function)] = function
    return function


def statement_check(function: StatementCheck) -> StatementCheck:
    """Register a check of one statement. It passes over the statements that standards.yaml excepts from it."""
    name = _id(function)

    def check_all(tables: DecisionTables) -> Iterator[Problem]:
        rulebook = tables.rulebook
        excepted = {exception.text for exception in rulebook.standards.exceptions if exception.check == name}
        for statement in statements(rulebook):
            if statement.id not in excepted:
                yield from function(rulebook, statement)

    check_all.__doc__ = function.__doc__
    CHECKS[name], STATEMENT_CHECKS[name] = check_all, function
    return function


def _id(function: Check | StatementCheck) -> str:
    return function.__name__.replace("_", "-")
