"""One rule file's bytes to a tree of plain values that know their line and column; the only user of the YAML library.

YAML is read at the level of events, so that what makes files hard to review (anchors, aliases, tags, directives, a
key given twice) can be refused where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)
from ruamel.yaml.nodes import ScalarNode

from . import characters, yaml_mistakes
from .file_text import MAX_BYTES_OF_TRANSLATION, text_of
from .problems import Place, Problem, RulebookError, error

MAX_DEPTH = 20
LONGEST_NUMBER = 18
AT_AN_END = re.compile(rf"^[{characters.ODD_SPACE}]|[{characters.ODD_SPACE}]$")
COMMENT = re.compile(r"[ \t]+#")
RESOLVER = YAML(typ="safe", pure=True).resolver


@dataclass
class Node:
    """A value of a rule file: a scalar, {key: Node} or [Node].

    `keys`: where each key of a mapping stands. `comment`: where a comment ends an unquoted value on its own line.
    """

    value: Any
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)
    comment: Place | None = None

    def plain(self) -> Any:
        """The value without places: dict, list, str, int, float, bool or None."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, *path: str | int) -> Place:
        """The place of the key or entry at `path`, or of the nearest thing above it. Unknown steps are skipped."""
        return self._follow(path)[1]

    def node(self, *path: str | int) -> Node:
        """The value at `path`, or the nearest above it. Unknown steps are skipped."""
        return self._follow(path)[0]

    def _follow(self, path: tuple[str | int, ...]) -> tuple[Node, Place]:
        node, place = self, self.place
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                place, node = node.keys[str(step)], node.value[step]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                place = node.place
        return node, place


def read(path: Path, name: str, is_translation: bool = False) -> Node:
    """Read the rule file at `path`, called `name` in problems. Raises RulebookError; never anything else."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES_OF_TRANSLATION + 1)
    except OSError as fault:
        message = f"this file can't be opened ({fault.strerror})"
        raise RulebookError([error(Place(name), "unreadable", message, "check the file")]) from None
    return read_bytes(data, name, is_translation)


def read_bytes(data: bytes, name: str, is_translation: bool = False) -> Node:
    """Read a rule file's bytes. Raises RulebookError; never anything else."""
    return _Tree(text_of(data, name, is_translation), name, is_translation).build()


class _Tree:
    """The tree of one text, built from YAML's events, with the problems met on the way."""

    def __init__(self, text: str, name: str, any_character: bool) -> None:
        self.name, self.any_character = name, any_character
        self.lines = text.split("\n")
        self.events: Iterator[Any] = self._parse(text)
        self.problems: list[Problem] = []
        self.dash_missing: Node | None = None

    def build(self) -> Node:
        """The root of the tree. Raises RulebookError with every problem."""
        root: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    self._refuse(event, "yaml", "a second document starts here", "keep one document to a file")
                    break
                if event.version or event.tags:
                    self._refuse(event, "yaml", "a '%' directive is not allowed", "remove the line")
            elif isinstance(event, NodeEvent):
                root = self._node(event, 1)
        if not self.problems and (root is None or not isinstance(root.value, dict)):
            message = "the file has no 'key: value' lines"
            self.problems.append(error(Place(self.name), "shape", message, "start from another rule file"))
        if self.problems or root is None:
            raise RulebookError(self.problems)
        return root

    def _parse(self, text: str) -> Iterator[Any]:
        """YAML's events. Raises RulebookError at the first place that can't be parsed."""
        try:
            yield from YAML(typ="safe", pure=True).parse(text)
            return
        except MarkedYAMLError as fault:
            marks = [mark for mark in (fault.problem_mark, fault.context_mark) if mark is not None]
            places = [(mark.line + 1, mark.column + 1) for mark in marks] or [(1, 1)]
            words = fault.context or "", fault.problem or ""
            mistake = yaml_mistakes.explain(self.lines, places[0], places[-1], *words)
            self.problems = [problem for problem in self.problems if problem.place.line != mistake[0]]
        except Exception as fault:  # on damaged input the library lets other exceptions through; all are one fault
            mistake = 1, 1, f"this can't be read as YAML ({type(fault).__name__})", yaml_mistakes.LOOK_HERE
        self._add(mistake)
        raise RulebookError(self.problems)

    def _add(self, mistake: yaml_mistakes.Mistake) -> None:
        line, column, message, advice = mistake
        self.problems.append(error(Place(self.name, line, column), "yaml", message, advice))

    def _place(self, event: Any) -> Place:
        return Place(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, event: Any, check: str, message: str, advice: str) -> None:
        self.problems.append(error(self._place(event), check, message, advice))

    def _node(self, event: Any, depth: int) -> Node:
        self._refuse_marks(event)
        place = self._place(event)
        if isinstance(event, AliasEvent):
            return Node(None, place)
        if isinstance(event, ScalarEvent):
            end = event.end_mark
            comment = self._comment(end.line, end.column) if event.style is None else None
            return Node(self._scalar(event), place, comment=comment)
        if depth > MAX_DEPTH:
            self._refuse(event, "nesting", "nested over 20 levels deep", "flatten this part")
            raise RulebookError(self.problems)
        if isinstance(event, MappingStartEvent):
            return self._mapping(place, depth)
        entries = []
        while not isinstance(entry := next(self.events), SequenceEndEvent):
            entries.append(self._node(entry, depth + 1))
        return Node(entries, place)

    def _mapping(self, place: Place, depth: int) -> Node:
        node = Node({}, place)
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self._key(event, node)
            value = node.value[key] = self._node(next(self.events), depth + 1)
            if value.value is None:  # such as `name: #1`, whose empty value has no place of its own
                value.comment = self._comment(event.end_mark.line, event.end_mark.column + 1)
        return node

    def _key(self, event: Any, mapping: Node) -> str:
        self._refuse_marks(event)
        place = self._place(event)
        if not isinstance(event, ScalarEvent):
            self._refuse(event, "shape", "a list or block can't be a key", "write a plain word before the colon")
            raise RulebookError(self.problems)
        key = str(event.value)
        if event.style is None and (mistake := yaml_mistakes.of_key(self.lines, place.line, place.column, key)):
            self._add(mistake)
        if key in mapping.keys and mapping is not self.dash_missing:
            first = mapping.keys[key].line
            advice = "keep one of them"
            if self.lines[first - 1].lstrip().startswith("- ") and self.lines[place.line - 1].lstrip().startswith(key):
                self.dash_missing = mapping  # all its other keys are given twice as well
                advice = f"if another entry starts here, write a dash before it ('- {key}: ...'); else keep one of them"
            self._refuse(event, "duplicate-key", f"'{key}' is given twice (first on line {first})", advice)
        mapping.keys[key] = place
        return key

    def _refuse_marks(self, event: Any) -> None:
        """Refuse what YAML allows and a reviewed file may not hold: texts that stand for others, types by tag."""
        remove = "remove it, or put quotes around a text that starts with"
        if isinstance(event, AliasEvent):
            advice = "write the text out in full, in quotes if it starts with '*'"
            self._refuse(event, "alias", f"the alias '*{event.anchor}' is not allowed", advice)
        elif event.anchor is not None:
            self._refuse(event, "anchor", f"the anchor '&{event.anchor}' is not allowed", f"{remove} '&'")
        if getattr(event, "tag", None) is not None:
            self._refuse(event, "tag", f"the tag '{event.tag}' is not allowed", f"{remove} '!'")

    def _comment(self, line: int, column: int) -> Place | None:
        """Where a comment starts that follows right after a position; it may be meant as a part of the text."""
        comment = COMMENT.match(self.lines[line], column)
        return Place(self.name, line + 1, comment.end()) if comment else None

    def _scalar(self, event: ScalarEvent) -> Any:
        """A value by the YAML 1.2 core schema (so `yes` and `no` are words); a quoted one is text."""
        text = str(event.value)
        if (
            event.style == '"' and not self.any_character
        ):  # the only style in which a character can be written by its number
            for _, message, advice in characters.faults(text):
                self._refuse(event, "character", message, advice)
        if not event.implicit[0]:
            return text
        if space := AT_AN_END.search(text):
            message = f"the character {characters.name(space[0])} stands at the start or end of this text"
            self._refuse(event, "character", message, "delete it and type a space")
        if yaml_mistakes.in_curly_quotes(text):
            advice = f"write: {yaml_mistakes.quoted(text[1:-1])}"
            self._refuse(event, "yaml", "these curly quotes would be shown as a part of the text", advice)
        tag = str(RESOLVER.resolve(ScalarNode, text, (True, False))).rsplit(":", 1)[-1]
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        if tag not in ("int", "float"):
            return text
        if len(text) > LONGEST_NUMBER:
            self._refuse(event, "yaml", "this number is too long", "put quotes around it if it is text")
            return None
        try:
            return int(text) if tag == "int" else float(text)
        except ValueError:
            return text
