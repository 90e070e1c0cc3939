"""One rule file's bytes to a tree of plain values that know their line and column; the only user of the YAML library.

YAML is read at the level of events, so that what makes files hard to review (anchors, aliases, tags, directives, a
key given twice) can be refused where it stands, and a file that was cut off anywhere is never taken for a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

from .problems import Place, Problem, error
from .scanning import events

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff]")
"""What nobody sees, but what changes how the rest looks: on a terminal, or which way a line is read."""
LONGEST_NUMBER = 18


@dataclass
class Node:
    """A value of a rule file: a scalar, {key: Node} or [Node]; `keys` holds where each key of a mapping stands."""

    value: Any
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)

    def plain(self) -> Any:
        """The value without places: dict, list, str, int, float, bool or None."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, *path: str | int) -> Place:
        """The place of what stands at `path`, or of the nearest thing above it. Steps that are not there are passed."""
        node, place = self, self.place
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                place, node = node.keys[str(step)], node.value[step]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                place = node.place
        return place


class Unreadable(Exception):
    """The file can't be read as a rule file; carries every problem that was found in it."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def read(path: Path, name: str) -> Node:
    """Read the rule file at `path`, called `name` in problems. Raises Unreadable; never anything else."""
    start = Place(name)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refused(start, "size", "this file is over 256 KiB", "split it or shorten it")
        data = path.read_bytes()
    except OSError as fault:
        raise _refused(start, "unreadable", f"this file can't be opened ({fault.strerror})", "check the file") from None
    return read_bytes(data, name)


def read_bytes(data: bytes, name: str) -> Node:
    """Read a rule file's bytes. Raises Unreadable; never anything else."""
    if len(data) > MAX_BYTES:
        raise _refused(Place(name), "size", "this file is over 256 KiB", "split it or shorten it")
    text = _decode(data, name)
    lines = text.split("\n")
    if len(lines) < 2 or lines[-1] or lines[-2].removesuffix("\r") != "...":
        last = Place(name, max(1, len(lines) - (not lines[-1])))
        raise _refused(
            last,
            "cut-off",
            "the file does not end with the line '...', so its end may be missing",
            "if the file is whole, make three dots on a line of their own its very last line",
        )
    try:
        return _build(text, name)
    except Unreadable:
        raise
    except ReaderError as fault:
        before = text[: fault.position]
        place = Place(name, before.count("\n") + 1, fault.position - before.rfind("\n"))
        what = f"the character U+{fault.character:04X} here is not allowed"
        raise _refused(place, "yaml", what, "delete it; it may be invisible") from None
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        said = " ".join(str(part) for part in (fault.context, fault.problem) if part)
        help = _COLON_HELP if "mapping values" in said else _YAML_HELP
        raise _refused(place, "yaml", f"this can't be read as YAML ({said})", help) from None
    except (
        YAMLError,
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
        AssertionError,
        NotImplementedError,
    ) as fault:
        # ruamel.yaml lets some of its own slips through on damaged input; to the reader it is one fault.
        said = str(fault).split("\n")[0][:120]
        raise _refused(Place(name), "yaml", f"this can't be read as YAML ({said})", _YAML_HELP) from None


_YAML_HELP = "look at this line and the one above: spaces at the start, a colon without a space after it, an open quote"

_COLON_HELP = (
    "a text with a colon in it needs double quotes around it; or the spaces at the start of the line are wrong"
)


def _refused(place: Place, check: str, message: str, help: str) -> Unreadable:
    return Unreadable(error(place, check, message, help))


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        before = data[: fault.start]
        line = before.count(b"\n") + 1
        column = fault.start - (before.rfind(b"\n") + 1) + 1
        byte = data[fault.start]
        raise _refused(
            Place(name, line, column),
            "encoding",
            f"the byte {byte:#04x} here is not UTF-8 text",
            "save the file with the encoding UTF-8",
        ) from None


def _place(event: Any, name: str) -> Place:
    return Place(name, event.start_mark.line + 1, event.start_mark.column + 1)


def _build(text: str, name: str) -> Node:
    """Build the tree from YAML's events, with a stack and no recursion."""
    yaml = YAML(typ="safe", pure=True)
    found: list[Problem] = []
    root: Node | None = None
    stack: list[tuple[Node, list[str]]] = []  # the open blocks, each with its key that waits for a value
    documents = 0
    for event in events(text, yaml):
        if isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            stack.pop()
            continue
        place = _place(event, name)
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                found.append(error(place, "yaml", "a second document starts here", "keep one document to a file"))
                break
            if event.version or event.tags:
                found.append(error(place, "yaml", "a '%' directive is not allowed", "remove the line"))
        elif isinstance(event, (AliasEvent, ScalarEvent, MappingStartEvent, SequenceStartEvent)):
            if isinstance(event, AliasEvent) or event.anchor is not None or event.tag is not None:
                found += _marks(event, place)
            if isinstance(event, ScalarEvent) and (hidden := HIDDEN.search(str(event.value))):
                what = f"the character U+{ord(hidden[0]):04X} is not allowed"
                found.append(error(place, "yaml", what, "delete it; it may be invisible"))
            in_mapping = bool(stack) and isinstance(stack[-1][0].value, dict)
            if in_mapping and not stack[-1][1]:
                found += _take_key(event, place, stack[-1])
                continue
            node = Node(_value(event, yaml, place, found), place)
            if not stack:
                root = node
            elif in_mapping:
                stack[-1][0].value[stack[-1][1].pop()] = node
            else:
                stack[-1][0].value.append(node)
            if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                stack.append((node, []))
                if len(stack) > MAX_DEPTH:
                    found.append(error(place, "nesting", "nested over 20 levels deep", "flatten this part"))
                    break
    if not found and (root is None or not isinstance(root.value, dict)):
        found.append(error(Place(name), "shape", "the file has no 'key: value' lines", "start from another rule file"))
    if found or root is None:
        raise Unreadable(*found)
    return root


def _marks(event: Any, place: Place) -> Iterator[Problem]:
    """What YAML allows and a reviewed file may not hold: one text that stands for another, and types by tag."""
    if isinstance(event, AliasEvent):
        yield error(place, "alias", f"the alias '*{event.anchor}' is not allowed", "write the text out in full")
    elif event.anchor is not None:
        yield error(place, "anchor", f"the anchor '&{event.anchor}' is not allowed", "remove it")
    if getattr(event, "tag", None) is not None:
        yield error(place, "tag", f"the tag '{event.tag}' is not allowed", "remove it and write the plain value")


def _take_key(event: Any, place: Place, block: tuple[Node, list[str]]) -> Iterator[Problem]:
    node, waiting = block
    if not isinstance(event, ScalarEvent):
        raise _refused(place, "shape", "a list or block can't be a key", "write a plain word before the colon")
    key = str(event.value)
    if key in node.keys:
        first = node.keys[key].line
        yield error(place, "duplicate-key", f"'{key}' is given twice (first on line {first})", "keep one of them")
    node.keys[key] = place
    waiting.append(key)


def _value(event: Any, yaml: YAML, place: Place, found: list[Problem]) -> Any:
    """An empty block, or a scalar by the YAML 1.2 core schema (so `yes` and `no` are words); a quoted one is text."""
    if isinstance(event, AliasEvent):
        return None
    if not isinstance(event, ScalarEvent):
        return {} if isinstance(event, MappingStartEvent) else []
    text = str(event.value)
    if not event.implicit[0]:
        return text
    tag = str(yaml.resolver.resolve(ScalarNode, text, (True, False))).rsplit(":", 1)[-1]
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag not in ("int", "float"):
        return text
    if len(text) > LONGEST_NUMBER:
        found.append(error(place, "yaml", "this number is too long", "put quotes around it if it is text"))
        return None
    try:
        return int(text) if tag == "int" else float(text)
    except ValueError:
        return text
