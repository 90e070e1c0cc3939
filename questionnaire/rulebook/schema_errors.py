"""A file's tree held against its shape: pydantic's errors in the words of somebody who edits rule files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from pydantic import Tag, ValidationError

from .characters import ODD_SPACE
from .characters import name as character_name
from .problems import Place, Problem, error, nearest
from .schema import TEXT, Shape
from .yaml_tree import Node

S = TypeVar("S", bound=Shape)
Path = tuple[str | int, ...]


def fit(tree: Node, model: type[S]) -> tuple[S | None, list[Problem]]:
    """Hold a file's tree against its shape: the shape filled in and no problems, or None and every problem."""
    try:
        shape = model.model_validate(tree.plain())
    except ValidationError as fault:
        return None, [_problem(tree, model, details) for details in fault.errors(include_url=False)]
    problems = list(_cut_texts(tree, shape))
    return (None, problems) if problems else (shape, [])


def _cut_texts(tree: Node, shape: Shape) -> Iterator[Problem]:
    """A problem for each unquoted text that a comment follows on its line: the comment may be the rest of the text."""
    for path, block in blocks(shape):
        for key in _text_keys(type(block)):
            node = tree.node(*path, key)
            for text in node.value if isinstance(node.value, list) else [node]:
                if text.comment:
                    advice = "put the text in quotes, or the comment on a line of its own"
                    yield error(text.comment, "cut-text", "the text ends here, before '#'", advice)


@cache
def _text_keys(kind: type[Shape]) -> list[str]:
    """The keys of a shape under which a text for people stands, or a list of them."""
    fields_of = kind.model_fields
    return [
        key for name, key in _keys(kind) if TEXT in fields_of[name].metadata or _holds_text(fields_of[name].annotation)
    ]


def _holds_text(annotation: Any) -> bool:
    return any(part is TEXT or _holds_text(part) for part in get_args(annotation))


def _problem(tree: Node, model: type[Shape], details: Any) -> Problem:
    """pydantic's error in the words of somebody who edits the file, at its line."""
    path, kind, value, context = details["loc"], details["type"], details["input"], details.get("ctx", {})
    name, place, last = _name(path), tree.at(*path), path[-1] if path else ""
    if value is None and kind in ("string_type", "literal_error") and "when" not in path:
        return _empty(tree, path, name)
    if isinstance(value, str) and (odd := re.search(f"[{ODD_SPACE}]", value)) and kind not in _TEXT_ERRORS:
        start = tree.node(*path).place
        place = Place(start.file, start.line, start.column + odd.start())
        message = f"{name} holds the character {character_name(odd[0])}, which looks like a space"
        return error(place, "wrong-form", message, "delete it, and type what belongs there")
    advice = "write it in that form"
    match kind:
        case "missing":
            check, what, advice = "missing-key", f"'{last}' is missing here", f"add the line '{last}: ...'"
        case "extra_forbidden":
            check, what = "unknown-key", f"the key '{last}' is not known here"
            advice = nearest(str(last), fields(model, path[:-1]))
        case "literal_error":
            check, what = "unknown-word", f"{name} can't be {_show(value)}"
            words = [word.strip("' ") for word in context["expected"].replace(" or ", ", ").split(", ")]
            advice = nearest(str(value), words) + (
                ", or a block or list (docs/rule-format.md)" if last in _TAGS else ""
            )
        case "string_pattern_mismatch":
            check, what = "wrong-form", f"{name} can't be {_show(value)}"
            advice = _FORMS.get(context["pattern"]) or f"{_ID_FORM}{_as_id(value)}"
        case "too_short" | "string_too_short":
            least = context.get("min_length", 1)
            what = f"{name} is empty" if least == 1 else f"{name} needs at least {least} entries"
            check, advice = "empty", "fill it in"
        case "union_tag_invalid":
            forms = context["expected_tags"].replace("'", "").replace(", ", " or a ")
            check, what = "wrong-type", f"{name} must be a {forms}, not {_describe(value)}"
        case "shows_nothing":
            check, what = "empty", f"{name} shows no letter or digit"
            advice = "write words that somebody can read"
        case "no_day":
            check, what = "wrong-form", f"{name} can't be {_show(value)}: no month has that day"
            advice = "write a day of the calendar, such as '2027-01-31'"
        case "string_type" if value is None:
            check, what = "wrong-type", f"{name} has no choice"
            advice = "several choices need square brackets, such as 'tolerance: [devices, surgery]'"
        case _ if kind in _EXPECTED:
            expected, advice = _EXPECTED[kind]
            check, what = "wrong-type", f"{name} must be {expected}, not {_describe(value)}"
        case _:
            check, what, advice = "wrong-value", f"{name}: {details['msg'].lower()}", "correct it"
    return error(place, check, what, advice)


def _empty(tree: Node, path: Path, name: str) -> Problem:
    """The problem of a key with nothing after its colon."""
    if comment := tree.node(*path).comment:
        advice = "put quotes around a text that starts with '#', and a comment on a line of its own"
        return error(comment, "empty", f"{name} is empty, because '#' starts a comment", advice)
    if path and isinstance(path[-1], int):
        return error(tree.at(*path), "empty", f"{name} is empty", "write it after the dash, or delete the line")
    return error(tree.at(*path), "empty", f"{name} is empty", f"write it on this line: '{path[-1]}: ...'")


_TEXT_ERRORS = {"shows_nothing", "string_too_short", "string_too_long"}

_BLOCK = ("a block of 'key: value' lines", "write 'key: value' lines below it, two spaces further in")
_EXPECTED = {
    "string_type": ("text", "if it is meant as text, put quotes around it"),
    "list_type": ("a list", "write it as [a, b] or as lines that start with '- '"),
    "dict_type": _BLOCK,
    "model_type": _BLOCK,
    "bool_type": ("true or false", "write it in that form"),
    "int_type": ("a whole number", "write it in that form"),
}
_ID_FORM = "use small letters, digits and single hyphens, such as 'fat-transfer'"
_FORMS = {
    r"^[A-Z0-9]+-[0-9]+\.[0-9]+$": "write a passage as heading, paragraph and sentence, such as 'GHD-8.3'",
    r"^[A-Z0-9]+-[0-9]+$": "write a paragraph as heading and number, such as 'GHD-8'",
    r"^[A-Z0-9]+$": "write a heading's code in capital letters, such as 'GHD'",
    r"^[0-9a-f]{12}$": "a fingerprint is 12 of the characters 0-9 and a-f; put quotes around one of digits alone",
    r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$": "write a language such as 'es' or 'pt-BR'",
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$": "write a day as year-month-day, such as '2027-01-31'",
}


def _as_id(given: str) -> str:
    """The name that was probably meant, for the end of an advice."""
    likely = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")
    return f"; did you mean '{likely}'?" if likely else ""


def _name(path: Path) -> str:
    keys = [step for step in path if isinstance(step, str) and step not in _TAGS]
    last = keys[-1] if keys else "the file"
    return f"an entry of '{last}'" if path and isinstance(path[-1], int) else f"'{last}'"


_TAGS = {"word", "list", "block", "[key]"}


def _show(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) and len(value) <= 60 else _describe(value)


def _describe(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"the truth value '{str(value).lower()}'"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a list" if isinstance(value, list) else _BLOCK[0] if isinstance(value, dict) else "text"


def fields(kind: Any, path: Path) -> list[str]:
    """The keys that may stand at `path` in a shape, found by following its annotations."""
    if isinstance(kind, type) and issubclass(kind, Shape):
        if not path:
            return [key for _, key in _keys(kind)]
        name = next((name for name, key in _keys(kind) if key == path[0]), None)
        return fields(kind.model_fields[name].annotation, path[1:]) if name else []
    parts = get_args(kind)  # through lists, dicts, unions and Annotated, to the first that leads there
    a_step_in = get_origin(kind) in (list, dict) or any(isinstance(part, Tag) for part in parts[1:])
    return next((keys for part in parts if (keys := fields(part, path[1:] if a_step_in else path))), [])


def blocks(block: Shape, path: Path = ()) -> Iterator[tuple[Path, Shape]]:
    """Every block of a file, itself first, each with its path in the file's tree."""
    yield path, block
    for name, key in _keys(type(block)):
        value = getattr(block, name)
        if isinstance(value, Shape):
            yield from blocks(value, (*path, key))
        elif isinstance(value, dict | list):
            for step, part in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(part, Shape):
                    yield from blocks(part, (*path, key, step))


@cache
def _keys(kind: type[Shape]) -> list[tuple[str, str]]:
    """A shape's fields, each with its key in the file."""
    return [(name, field.alias or name) for name, field in kind.model_fields.items()]
