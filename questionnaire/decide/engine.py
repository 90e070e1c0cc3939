"""durable_rules on its safe rails: conditions and rows in, the conditions that fired for each row out.

The only file that imports durable. Each line here that looks odd is there because the engine crashes, hangs or drops
rules without it (durable_rules 2.0.28; tests/test_engine_crashes.py shows each fault in a child process):

- a Host whose `_run` does nothing, and never `durable.lang`: the polling threads that both start touch freed memory;
- a first and a last rule that always fire: without any action, `delete_state` frees an uninitialised pointer, and a
  row whose list does not begin and end with them was not fired whole;
- one wide fact a row, one fixed session, `delete_state` whatever happens: lists of facts, many sessions and left-over
  states crash;
- an exception in an action is swallowed into the state, and actions are timed by the wall clock: both are looked after;
- questions and choices are passed as short names of our own, so that no word of a rule file can mean something to the
  engine (a question called `sid` or `id`, say).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import durable_rules_engine as native
from durable import engine as durable

from ..rulebook.model import Answers, Condition

MAX_CONDITIONS = 60
"""The most conditions of one firing; past 64 that match at once the engine fires none of them."""
MAX_LISTS = 14
"""The most lines of one condition that list several choices; with more the engine refuses the whole ruleset."""

_RULESET = "table"
_SESSION = "1"
_FIRST, _LAST = "first", "last"
_LOCK = threading.Lock()

durable._unix_now = time.monotonic


class EngineError(Exception):
    """durable_rules did not fire a row whole; nothing of that table may be used."""


class _Host(durable.Host):  # type: ignore[misc]
    def _run(self) -> None:
        """Start no polling threads."""


def fire(conditions: Sequence[Condition], rows: Iterable[Answers]) -> list[frozenset[int]]:
    """Fire every row against every condition.

    In: at most MAX_CONDITIONS conditions, and rows of answers {question: choice}.
    Out: for each row the positions of the conditions that hold.
    Raises ValueError for too many conditions, EngineError where the engine did not fire a row whole.
    """
    if len(conditions) > MAX_CONDITIONS:
        raise ValueError(f"{len(conditions)} conditions are more than {MAX_CONDITIONS}")
    names = _Names()
    fired: list[str] = []
    with _LOCK:
        host = _Host()
        # The engine takes `run` out of the definition that it is given, so it is built afresh each time.
        host.register_rulesets({_RULESET: _ruleset(conditions, names, fired)})
        handle = host.get_ruleset(_RULESET)._handle
        try:
            return [_fire_row(host, names.fact(row), fired) for row in rows]
        finally:
            native.delete_ruleset(handle)


class _Names:
    """Short names for questions and choices, given out as they are met."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def _name(self, kind: str, name: str) -> str:
        return self._known.setdefault((kind, name), f"{kind}{len(self._known)}")

    def line(self, question: str, choices: Sequence[str]) -> Mapping[str, Any]:
        field = self._name("q", question)
        tests = [{field: self._name("c", choice)} for choice in choices]
        return tests[0] if len(tests) == 1 else {"$or": tests}

    def fact(self, row: Answers) -> dict[str, str]:
        named = {self._name("q", question): self._name("c", choice) for question, choice in row.items()}
        return {"sid": _SESSION, "on": "row", **named}


def _ruleset(conditions: Sequence[Condition], names: _Names, fired: list[str]) -> dict[str, Any]:
    def noting(name: str) -> Callable[[Any], None]:
        return lambda _: fired.append(name)

    def rule(name: str, priority: int, lines: list[Mapping[str, Any]]) -> dict[str, Any]:
        return {"all": [{"m": {"$and": [{"on": "row"}, *lines]}}], "pri": priority, "run": noting(name)}

    ruleset = {_FIRST: rule(_FIRST, 0, [])}
    for position, condition in enumerate(conditions):
        lines = [names.line(question, tuple(dict.fromkeys(choices))) for question, choices in condition.lines]
        ruleset[str(position)] = rule(str(position), position + 1, lines)
    ruleset[_LAST] = rule(_LAST, 65535, [])
    return ruleset


def _fire_row(host: _Host, fact: dict[str, str], fired: list[str]) -> frozenset[int]:
    fired.clear()
    try:
        state = host.assert_fact(_RULESET, fact)
    finally:
        host.delete_state(_RULESET, _SESSION)
    if not isinstance(state, dict) or state.get("exception"):
        raise EngineError(f"durable_rules failed on a row: {state}")
    if len(fired) < 2 or fired[0] != _FIRST or fired[-1] != _LAST:
        raise EngineError(f"durable_rules did not fire a row whole: {fired}")
    return frozenset(int(name) for name in fired[1:-1])
