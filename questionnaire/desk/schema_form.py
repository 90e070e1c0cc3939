"""A form for a part of a rule file, made from the JSON Schema of its shape, and the values that it sends.

A new field of a shape needs no line here: what a field is follows from what may stand in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from werkzeug.datastructures import MultiDict

Json = dict[str, Any]
Kind = Literal[
    "text", "word", "number", "flag", "choice", "many", "words", "conditions", "answers", "block", "list", "raw"
]
ABSENT = object()
"""What a form gives for a field that is left out."""
LONG = 2000
"""The most characters of a text for people; names have fewer."""


@dataclass(frozen=True)
class Field:
    """One field of a form. `name` is unique in it; `instead`: a word that may stand in its place, such as `silent`.

    `choices`: what may be chosen, or, for conditions and answers, the choices of each question.
    """

    name: str
    label: str
    hint: str
    kind: Kind
    value: Any
    required: bool
    instead: str = ""
    choices: Any = ()
    parts: tuple[Field, ...] = ()


class Shape:
    """The JSON Schema of a rule file, with the names that its rulebook knows (review/editor_schema.py)."""

    def __init__(self, schema: str) -> None:
        self.root: Json = json.loads(schema)

    def at(self, *path: str | int) -> Json:
        """The schema of the part of a file that a path leads to. Raises KeyError where there is none."""
        schema = self.root
        for step in path:
            schema = self._plain(schema)[0]
            schema = schema["items"] if isinstance(step, int) else schema["properties"][step]
        return schema

    def field(self, schema: Json, name: str, label: str, value: Any, required: bool = True) -> Field:
        """The field for a schema, filled with a value (ABSENT: with nothing)."""
        plain, instead = self._plain(schema)
        kind, hint = _kind(plain), schema.get("description", "")
        choices: Any = ()
        parts: tuple[Field, ...] = ()
        if kind == "choice":
            choices = plain["enum"]
        elif kind == "many":
            choices = plain["items"]["enum"]
        elif kind in ("conditions", "answers"):
            choices = {
                question: (lines["description"], _choices(lines)) for question, lines in plain["properties"].items()
            }
        elif kind == "block":
            wanted, given = plain.get("required", ()), value if isinstance(value, dict) else {}
            parts = tuple(
                self.field(part, f"{name}/{key}", _label(key), given.get(key, ABSENT), key in wanted)
                for key, part in plain["properties"].items()
            )
        elif kind == "list":
            items = [*value, ABSENT] if isinstance(value, list) else [ABSENT]
            parts = tuple(
                self.field(plain["items"], f"{name}/{number}", f"{label} {number + 1}", item)
                for number, item in enumerate(items)
            )
        return Field(name, label, hint, kind, value, required, instead, choices, parts)

    def read(self, schema: Json, name: str, form: MultiDict[str, str], old: Any = ABSENT, required: bool = True) -> Any:
        """What a form gives for a schema; ABSENT where nothing was filled in. `old`: keeps its order and its form."""
        plain, instead = self._plain(schema)
        kind = _kind(plain)
        if instead and form.get(f"{name}:instead"):
            return instead
        if kind == "block":
            return self._read_block(plain, name, form, old)
        if kind == "list":
            before = old if isinstance(old, list) else []
            numbers = [n for n in range(len(before) + 1) if not form.get(f"{name}/{n}:remove")]
            items = []
            for n in numbers:
                known = n < len(before)
                items.append(self.read(plain["items"], f"{name}/{n}", form, before[n] if known else ABSENT, known))
            kept = [item for item in items if item is not ABSENT]
            return kept if kept or required else ABSENT
        if kind in ("conditions", "answers"):
            known_lines = old if isinstance(old, dict) else {}
            lines = {q: _in_old_form(form.getlist(f"{name}/{q}"), known_lines.get(q)) for q in plain["properties"]}
            given = {q: lines[q] for q in [*known_lines, *lines] if lines.get(q)}
            return given or (ABSENT if old is ABSENT and not required else instead or {})
        if kind == "many":
            chosen = form.getlist(name)
            listed = _in_old_form(chosen, old) if isinstance(old, str) else _in_old_order(chosen, old)
            return listed if listed or required or old == [] else ABSENT
        text = "\n".join(" ".join(line.split()) for line in form.get(name, "").splitlines()).strip()
        if isinstance(old, str) and text == old.strip():
            return old
        if kind == "flag":
            return True if name in form else False if old is False else ABSENT
        if kind == "words":
            listed = [line.strip() for line in text.splitlines() if line.strip()]
            return listed if listed or old == [] or (required and old is not ABSENT) else ABSENT
        if not text:
            return ABSENT if not required or old is ABSENT else ""
        if kind == "number":
            return int(text) if text.isdecimal() else text
        if kind == "raw":
            try:
                return json.loads(text)
            except ValueError:
                return text
        return text

    def _read_block(self, plain: Json, name: str, form: MultiDict[str, str], old: Any) -> Any:
        before, wanted = old if isinstance(old, dict) else {}, plain.get("required", ())
        given: dict[str, Any] = {}
        for key, part in plain["properties"].items():
            value = self.read(part, f"{name}/{key}", form, before.get(key, ABSENT), key in wanted)
            if value is not ABSENT:
                given[key] = value
        if old is ABSENT and not any(value not in ("", [], {}, "always") for value in given.values()):
            return ABSENT  # an entry that was offered to be added, and was not filled in
        return given

    def _plain(self, schema: Json) -> tuple[Json, str]:
        """A schema without the `anyOf` around it, and the word that may stand in its place, or ""."""
        while "$ref" in schema:
            schema = self.root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        ways = [way for way in (schema.get("anyOf") or schema.get("oneOf") or ()) if way.get("type") != "null"]
        if not ways:
            return schema, ""
        words = [str(way.get("const") or way["enum"][0]) for way in ways if "const" in way]
        others = [self._plain(way)[0] for way in ways if "const" not in way]
        if not others:
            return {"enum": words}, ""
        wider = [way for way in others if way.get("type") == "array"] or others
        return wider[0], words[0] if words else ""


def _kind(plain: Json) -> Kind:
    kind = plain.get("type")
    if "enum" in plain:
        return "choice"
    if kind == "boolean":
        return "flag"
    if kind == "integer":
        return "number"
    if kind == "array":
        items = plain.get("items", {})
        if "enum" in items:
            return "many"
        return "list" if "$ref" in items else "words" if items.get("type") == "string" else "raw"
    if kind == "object" and plain.get("properties"):
        lines = [part for part in plain["properties"].values() if isinstance(part, dict)]
        if all("anyOf" in part and "description" in part and _choices(part) for part in lines):
            return "conditions"
        if all("enum" in part and "description" in part for part in lines) and not plain.get("required"):
            return "answers"
        return "block"
    if kind == "string":
        return "text" if plain.get("maxLength", 0) >= LONG else "word"
    return "raw"


def _choices(lines: Json) -> tuple[str, ...]:
    """The choices of a question, from the schema of a line of a condition or of answers."""
    ways = [lines, *lines.get("anyOf", ())]
    return next((tuple(way["enum"]) for way in ways if "enum" in way), ())


def _label(key: str) -> str:
    words = key.replace("-", " ")
    return words[:1].upper() + words[1:]


def _in_old_form(chosen: list[str], old: Any) -> Any:
    """One choice as a word and several as a list, unless it was written otherwise and means the same."""
    chosen = [choice for choice in chosen if choice]
    before = [old] if isinstance(old, str) else list(old or ())
    if set(before) == set(chosen):
        return old
    return chosen[0] if len(chosen) == 1 else chosen


def _in_old_order(chosen: list[str], old: Any) -> list[str]:
    """What was chosen before in its order, then what came."""
    before = [name for name in old if name in chosen] if isinstance(old, list) else []
    return [*before, *(name for name in chosen if name not in before)]


def put(values: Mapping[str, Any], path: tuple[str | int, ...], new: Any) -> dict[str, Any]:
    """A file's values with another one at a path; ABSENT takes it away, and the list's next number adds it."""
    changed = json.loads(json.dumps(values))
    part = changed
    for step in path[:-1]:
        part = part.setdefault(step, []) if isinstance(part, dict) else part[step]
    last: Any = path[-1]
    if new is ABSENT:
        if isinstance(part, list) or last in part:
            del part[last]
    elif isinstance(part, list) and last == len(part):
        part.append(new)
    else:
        part[last] = new
    if len(path) == 2 and part == []:
        del changed[path[0]]
    result: dict[str, Any] = changed
    return result
