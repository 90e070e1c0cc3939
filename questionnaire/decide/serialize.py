"""Decision tables as text and back, exactly equal: how they leave the process that fired them, and how they are kept.

The text is JSON, never pickle. What is written follows from the type hints of the dataclasses, so that a new field
needs no line here. Rules and caveats, which many rows share, stand once and are named by position. A text of which any
value does not fit is refused whole.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from ..rulebook.fingerprint import of_value
from ..rulebook.model import Caveat, Rule
from .tables import DecisionTables

SHARED: tuple[type, ...] = (Rule, Caveat)
"""Written once each, in lists of their own; none of them holds another."""

Way = tuple[Callable[[Any], Any], Callable[[Any], Any]]
"""How values of one type are written to plain data, and how they are read back."""


class StoredError(ValueError):
    """A text that is no decision tables; the message says why. Nothing of it may be used."""


class OtherFormat(StoredError):
    """Decision tables of another version of this project; they can be built again from their rule files."""


def as_text(tables: DecisionTables) -> str:
    """The tables as one line of JSON."""
    ways = _Ways()
    written = ways.of(DecisionTables)[0](tables)
    shared = [[ways.of_fields(kind)[0](value) for value in ways.shared[kind]] for kind in SHARED]
    return json.dumps({"format": layout(), "shared": shared, "tables": written}, separators=(",", ":")) + "\n"


def from_text(text: str) -> DecisionTables:
    """The tables that as_text wrote. Raises StoredError for anything else; OtherFormat for those of other versions."""
    try:
        return _read(text)
    except StoredError:
        raise
    except (ValueError, TypeError, LookupError, RecursionError) as fault:
        raise StoredError(f"a value does not fit ({type(fault).__name__}: {str(fault)[:80]})") from None


def _read(text: str) -> DecisionTables:
    if not text.endswith("}\n"):
        raise StoredError("the end is missing")
    whole = _exactly(dict, json.loads(text))
    if list(whole) != ["format", "shared", "tables"]:
        raise StoredError("this is something else")
    if whole["format"] != layout():
        raise OtherFormat(f"the format is {whole['format']!r}, and this version of the project reads {layout()!r}")
    ways = _Ways()
    for kind, written in zip(SHARED, _exactly(list, whole["shared"]), strict=True):
        ways.shared[kind] += map(ways.of_fields(kind)[1], _exactly(list, written))
    tables: DecisionTables = ways.of(DecisionTables)[1](whole["tables"])
    return tables


@cache
def layout() -> str:
    """The name of the format. It changes by itself with every field that is written, in name, type or order.

    What a dataclass is called does not count: renaming one leaves all stored tables readable.
    """
    return f"2-{of_value(_shape(DecisionTables))}"


def _shape(hint: Any) -> Any:
    """What decides how a value of this type is written, as plain data: fields and types, no name of a class of ours."""
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        written = [[field.name, _shape(hints[field.name])] for field in fields(hint)]
        return ["position", written] if hint in SHARED else written
    parts = get_args(hint)
    if get_origin(hint) is Literal:
        return list(parts)
    return [getattr(get_origin(hint) or hint, "__name__", str(hint)), [_shape(part) for part in parts]]


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise StoredError(f"a {type(value).__name__} stands where a {kind.__name__} belongs")
    return value


class _Ways:
    """The way of every type that is met, made once, and the shared objects in the order of their positions."""

    def __init__(self) -> None:
        self.shared: dict[type, list[Any]] = {kind: [] for kind in SHARED}
        self._ways: dict[Any, Way] = {}

    def of(self, hint: Any) -> Way:
        if hint not in self._ways:
            self._ways[hint] = self._make(hint)
        return self._ways[hint]

    def _make(self, hint: Any) -> Way:
        origin, parts = get_origin(hint), get_args(hint)
        if hint in SHARED:
            return self._position(hint)
        if is_dataclass(hint):
            return self.of_fields(hint)
        if origin is tuple:
            return self._list(parts[0]) if parts[-1] is ... else self._in_order(parts, tuple)
        if origin is Mapping:
            return self._mapping(*parts)
        if origin is Literal:
            return _same, {word: word for word in parts}.__getitem__
        if hint is str:  # the same object for the same text: ids and file names come thousands of times
            return _same, lambda value: sys.intern(_exactly(str, value))
        if hint in (int, bool):
            return _same, lambda value: _exactly(hint, value)
        if len(parts) == 2 and parts[1] is NoneType:
            write, read = self.of(parts[0])
            return _unless_none(write), _unless_none(read)
        raise NotImplementedError(f"no way to store {hint}")

    def _list(self, hint: Any) -> Way:
        write, read = self.of(hint)
        return (
            lambda value: [write(part) for part in value],
            lambda value: tuple([read(part) for part in _exactly(list, value)]),
        )

    def _in_order(self, hints: tuple[Any, ...], make: Callable[[Any], Any]) -> Way:
        ways = [self.of(hint) for hint in hints]
        writes, reads = [write for write, _ in ways], [read for _, read in ways]
        return (
            lambda value: [write(part) for write, part in zip(writes, value, strict=True)],
            lambda value: make([read(part) for read, part in zip(reads, _exactly(list, value), strict=True)]),
        )

    def of_fields(self, kind: Any) -> Way:
        """A dataclass is the list of its fields."""
        hints = get_type_hints(kind)
        names = [field.name for field in fields(kind)]
        write, read = self._in_order(tuple(hints[name] for name in names), lambda values: kind(*values))
        return lambda value: write([getattr(value, name) for name in names]), read

    def _mapping(self, key: Any, part: Any) -> Way:
        """A block where the keys are texts, pairs where they are more."""
        (write_key, read_key), (write, read) = self.of(key), self.of(part)
        kind: Any = dict if key is str or get_origin(key) is Literal else list

        def pairs(value: Any) -> Any:
            return _exactly(kind, value).items() if kind is dict else _exactly(kind, value)

        return (
            lambda value: kind([[write_key(name), write(part)] for name, part in value.items()]),
            lambda value: {read_key(name): read(part) for name, part in pairs(value)},
        )

    def _position(self, kind: type) -> Way:
        positions: dict[int, int] = {}
        objects = self.shared[kind]

        def write(value: Any) -> int:
            if id(value) not in positions:
                positions[id(value)] = len(objects)
                objects.append(value)
            return positions[id(value)]

        def read(value: Any) -> Any:
            if _exactly(int, value) < 0:
                raise StoredError("a position is below 0")
            return objects[value]

        return write, read


def _same(value: Any) -> Any:
    return value


def _unless_none(way: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else way(value)
