"""Other values into a rule file's text: only what differs is written anew, and every other byte stays as it is.

So comments, the order of lines, quotes and line ends survive. The result is read again and must hold exactly the values
that were asked for.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .yaml_tree import read_bytes

INDENT = 2
PLAIN = re.compile(r"[A-Za-z0-9“][^\x00-\x1f]*")
NOT_PLAIN = re.compile(r": |:$| #|\s$|[\u0085\u00a0\u2028\u2029\ufeff]")
NOT_IN_FLOW = re.compile(r"[,\[\]{}]|:$")
Splice = tuple[int, int, str]


def edited(data: bytes, values: dict[str, Any], name: str, is_translation: bool = False) -> bytes:
    """A rule file's bytes with these values in the place of its own; `name` is what problems call the file.

    Raises RulebookError for a file that can't be read, and for values that YAML can't hold.
    """
    before = read_bytes(data, name, is_translation).plain()
    text = data.decode("utf-8")
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    crlf = "\r\n" in text
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    editor = _Editor(text)
    splices = sorted(editor.value(editor.root, before, values, 0))
    for start, end, words in reversed(splices):
        text = text[:start] + words + text[end:]
    if crlf:
        text = text.replace("\n", "\r\n")
    result = (mark + text).encode()
    if read_bytes(result, name, is_translation).plain() != values:
        raise AssertionError(f"editing {name} would change other values than those that were changed")
    return result


class _Editor:
    """The text of one file and the nodes in it, which know where they begin and end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Node = YAML(typ="safe", pure=True).compose(text)

    def value(self, node: Node, old: Any, new: Any, indent: int) -> Iterator[Splice]:
        """What to write where, so that a node that holds `old` holds `new`. `indent`: of the keys that it is below."""
        if same(old, new):
            return
        if isinstance(node, MappingNode) and isinstance(new, dict) and isinstance(old, dict):
            if not node.flow_style or old.keys() == new.keys():
                yield from self._mapping(node, old, new)
                return
        elif isinstance(node, SequenceNode) and isinstance(new, list) and new and node.value:
            yield from self._flow_sequence(node, old, new) if node.flow_style else self._sequence(node, old, new)
            return
        elif isinstance(node, ScalarNode) and not isinstance(new, dict | list):
            yield node.start_mark.index, self._end(node), _scalar(new, node.style, self._in_flow(node))
            return
        # another kind of value, or a list or block in braces: written whole, after the colon or dash before it
        start, end = node.start_mark.index, self._end(node)
        if self._in_flow(node) or not isinstance(new, dict | list) or _is_short(new):
            before = self.text[:start].rstrip()
            if isinstance(node, MappingNode | SequenceNode) and not node.flow_style:
                yield len(before), end, f" {_flow(new)}"
            else:
                yield start, end, _flow(new)
        else:
            yield len(self.text[:start].rstrip(" \n")), end, _block(new, indent + INDENT)

    def _mapping(self, node: MappingNode, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Splice]:
        entries = {str(key.value): (key, value) for key, value in node.value}
        indent = node.start_mark.column
        for name, (key, value) in entries.items():
            if name in new:
                yield from self.value(value, old[name], new[name], indent)
            else:
                yield self._line_start(key.start_mark.index), self._line_end(self._end(value)), ""
        after, order = None, [*new]
        for name in order:
            if name in entries:
                after = name
                continue
            words = f"{' ' * indent}{name}:{_after_colon(new[name], indent)}\n"
            if after is None:  # before all others would take the dash from the first: it goes behind it
                after = next(iter(entries))
            at = self._line_end(self._end(entries[after][1]))
            yield at, at, words

    def _sequence(self, node: SequenceNode, old: list[Any], new: list[Any]) -> Iterator[Splice]:
        items = node.value
        dash = self.text.rindex("-", 0, items[0].start_mark.index)
        column = dash - self.text.rfind("\n", 0, dash) - 1
        before, after = ([_name(item) for item in part] for part in (old, new))
        for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            pairs = min(b - a, d - c) if kind in ("equal", "replace") else 0
            for step in range(pairs):
                yield from self.value(items[a + step], old[a + step], new[c + step], column)
            for item in items[a + pairs : b]:
                start = self._line_start(item.start_mark.index)
                yield start, self._line_end(self._end(item)), ""
            last = a + pairs - 1 if pairs else a - 1
            at = self._line_end(self._end(items[last])) if last >= 0 else self._line_start(dash)
            if words := "".join(_item(one, column) for one in new[c + pairs : d]):
                yield at, at, words

    def _flow_sequence(self, node: SequenceNode, old: list[Any], new: list[Any]) -> Iterator[Splice]:
        """Entries in brackets: those that stay keep their quotes."""
        if len(old) == len(new):
            for step, item in enumerate(node.value):
                yield from self.value(item, old[step], new[step], 0)
            return
        pairs = zip(old, node.value, strict=True)
        written = {json.dumps(value): self.text[item.start_mark.index : self._end(item)] for value, item in pairs}
        words = ", ".join(written.get(json.dumps(value)) or _flow(value) for value in new)
        yield node.start_mark.index, self._end(node), f"[{words}]"

    def _in_flow(self, node: Node) -> bool:
        """Whether a node stands within brackets or braces, all of which are on its line."""
        line = self.text[self._line_start(node.start_mark.index) : node.start_mark.index]
        return bool(re.match(r"\s*(- )?([\w-]+:\s*)?[\[{]", line))

    def _end(self, node: Node) -> int:
        """Where what a node holds ends; its end mark may lie behind the comments that follow."""
        if not isinstance(node, MappingNode | SequenceNode) or node.flow_style or not node.value:
            end: int = node.end_mark.index
            return len(self.text[:end].rstrip()) if end > node.start_mark.index else end
        last = node.value[-1]
        return self._end(last[1] if isinstance(node, MappingNode) else last)

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Behind the line break that ends the line at a position."""
        return self.text.index("\n", at) + 1


def same(old: Any, new: Any) -> bool:
    """Whether two values are the same, the order of keys aside; True is not 1."""
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def _name(item: Any) -> str:
    """What an entry of a list is known by: its first field, or itself."""
    return str(next(iter(item.values()), "")) if isinstance(item, dict) else json.dumps(item)


def _scalar(value: Any, style: str | None, in_flow: bool) -> str:
    """A value in the quotes that it had, if it can stand in them."""
    if not isinstance(value, str):
        return json.dumps(value)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    plain = PLAIN.fullmatch(value) and not NOT_PLAIN.search(value) and not (in_flow and NOT_IN_FLOW.search(value))
    if style == '"' or not plain or not _is_text(value):
        return json.dumps(value, ensure_ascii=False)
    return value


def _is_text(value: str) -> bool:
    """Whether YAML takes an unquoted word for text, and not for a number or a truth."""
    return not re.fullmatch(r"true|false|null|~|[-+]?[\d.][\d_.eExXa-fA-Fo+-]*", value, re.I)


def _is_short(value: Any) -> bool:
    """Whether a value stands in brackets or braces, as lists of names and conditions do."""
    if isinstance(value, dict):
        return all(_is_short(part) for part in value.values())
    if isinstance(value, list):
        return all(isinstance(part, str) for part in value)
    return not isinstance(value, str) or " " not in value


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value, None, in_flow=True)


def _after_colon(value: Any, indent: int) -> str:
    """A value as it stands after its key, whose column is `indent`."""
    if isinstance(value, dict | list) and not _is_short(value):
        return _block(value, indent + INDENT)
    return f" {_flow(value)}" if isinstance(value, dict | list) else f" {_scalar(value, None, in_flow=False)}"


def _block(value: Any, indent: int) -> str:
    """A list or mapping on lines of its own, with the line break before them and none after."""
    if isinstance(value, list):
        return ("\n" + "".join(_item(part, indent) for part in value)).rstrip("\n")
    return "".join(f"\n{' ' * indent}{key}:{_after_colon(part, indent)}" for key, part in value.items())


def _item(value: Any, column: int) -> str:
    """An entry of a list, whose dash stands in this column, with the line break at its end."""
    if isinstance(value, dict) and value:
        lines = _block(value, column + INDENT)[1:]
        return f"{' ' * column}- {lines[column + INDENT :]}\n"
    return f"{' ' * column}- {_flow(value)}\n"
