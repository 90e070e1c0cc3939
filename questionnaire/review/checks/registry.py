"""Every check by its id, in the order in which the modules of this folder define them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ...decide.build_tables import DecisionTables
from ...rulebook.model import Rulebook
from ...rulebook.problems import Problem
from ...rulebook.statements import Statement

Check = Callable[[DecisionTables], Iterator[Problem]]
StatementCheck = Callable[[Rulebook, Statement], Iterator[Problem]]
CHECKS: dict[str, Check] = {}
STATEMENT_CHECKS: dict[str, StatementCheck] = {}
"""Those of CHECKS that look at one statement at a time, so that an altered text can be tried alone."""


def all_problems(tables: DecisionTables) -> Iterator[Problem]:
    """What every check finds. Those that look at one statement at a time are asked together."""
    yield from _of_statements(tables, STATEMENT_CHECKS)
    for name, check in CHECKS.items():
        if name not in STATEMENT_CHECKS:
            yield from check(tables)


def check(function: Check) -> Check:
    """Register a check under its name with hyphens. Its docstring needs a sentence, `Bad:` and `Good:`."""
    CHECKS[_id(function)] = function
    return function


def statement_check(function: StatementCheck) -> StatementCheck:
    """Register a check of one statement. It passes over the statements that standards.yaml excepts from it."""
    name = _id(function)

    def check_all(tables: DecisionTables) -> Iterator[Problem]:
        yield from _of_statements(tables, {name: function})

    check_all.__doc__ = function.__doc__
    CHECKS[name], STATEMENT_CHECKS[name] = check_all, function
    return function


def _of_statements(tables: DecisionTables, checks: Mapping[str, StatementCheck]) -> Iterator[Problem]:
    rulebook = tables.rulebook
    excepted = {(exception.check, exception.text) for exception in rulebook.standards.exceptions}
    for statement in tables.statements:
        for name, function in checks.items():
            if (name, statement.id) not in excepted:
                yield from function(rulebook, statement)


def _id(function: Check | StatementCheck) -> str:
    return function.__name__.replace("_", "-")
