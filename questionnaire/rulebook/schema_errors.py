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
def _text_keys(kind: type[Shape]) -> tuple[str, ...]:
    """The keys of a shape under which a text for people stands, or a list of them."""
    return tuple(
        field.alias or name
        for name, field in kind.model_fields.items()
        if TEXT in field.metadata or _holds_text(field.annotation)
    )


def _holds_text(annotation: Any) -> bool:
    return any(part is TEXT or _holds_text(part) for part in (*get_args(annotation), *_metadata(annotation)))


def _metadata(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__metadata__", ())


def _problem(tree: Node, model: type[Shape], details: Any) -> Problem:
    """pydantic's error in the words of somebody who edits the file, at its line."""
    path, kind, given = details["loc"], details["type"], details["input"]
    name, context = _name(path), details.get("ctx", {})
    place = tree.at(*path)
    if given is None and kind in ("string_type", "literal_error") and "when" not in path:
        return _empty(tree, path, name)
    if isinstance(given, str) and (odd := re.search(f"[{ODD_SPACE}]", given)) and kind not in _TEXT_ERRORS:
        start = tree.node(*path).place
        place = Place(start.file, start.line, start.column + odd.start())
        message = f"{name} holds the character {character_name(odd[0])}, which looks like a space"
        return error(place, "wrong-form", message, "delete it, and type what belongs there")
    if kind == "missing":
        return error(place, "missing-key", f"'{path[-1]}' is missing here", f"add the line '{path[-1]}: ...'")
    if kind == "extra_forbidden":
        known = fields(model, path[:-1])
        return error(place, "unknown-key", f"the key '{path[-1]}' is not known here", nearest(str(path[-1]), known))
    if kind == "literal_error":
        words = [str(word).strip("' ") for word in context["expected"].replace(" or ", ", ").split(", ")]
        advice = nearest(str(given), words) + (
            ", or a block or list (docs/rule-format.md)" if path[-1] in _TAGS else ""
        )
        return error(place, "unknown-word", f"{name} can't be {_show(given)}", advice)
    if kind == "string_pattern_mismatch":
        advice = _FORMS.get(context["pattern"]) or f"{_ID_FORM}{_as_id(given)}"
        return error(place, "wrong-form", f"{name} can't be {_show(given)}", advice)
    if kind in ("too_short", "string_too_short"):
        least = context.get("min_length", 1)
        what = f"{name} is empty" if least == 1 else f"{name} needs at least {least} entries"
        return error(place, "empty", what, "fill it in")
    if kind == "union_tag_invalid":
        forms = context["expected_tags"].replace("'", "").replace(", ", " or a ")
        return error(place, "wrong-type", f"{name} must be a {forms}, not {_describe(given)}", "write it in that form")
    if kind == "shows_nothing":
        return error(place, "empty", f"{name} shows no letter or digit", "write words that somebody can read")
    if kind == "string_type" and given is None:
        advice = "several choices need square brackets, such as 'tolerance: [devices, surgery]'"
        return error(place, "wrong-type", f"{name} has no choice", advice)
    if kind in _EXPECTED:
        what = f"{name} must be {_EXPECTED[kind]}, not {_describe(given)}"
        return error(place, "wrong-type", what, _HELP.get(kind, "write it in that form"))
    return error(place, "wrong-value", f"{name}: {details['msg'].lower()}", "correct it")


def _empty(tree: Node, path: Path, name: str) -> Problem:
    """The problem of a key with nothing after its colon."""
    if comment := tree.node(*path).comment:
        advice = "put quotes around a text that starts with '#', and a comment on a line of its own"
        return error(comment, "empty", f"{name} is empty, because '#' starts a comment", advice)
    if path and isinstance(path[-1], int):
        return error(tree.at(*path), "empty", f"{name} is empty", "write it after the dash, or delete the line")
    return error(tree.at(*path), "empty", f"{name} is empty", f"write it on this line: '{path[-1]}: ...'")


_TEXT_ERRORS = {"shows_nothing", "string_too_short", "string_too_long"}

_EXPECTED = {
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a block of 'key: value' lines",
    "model_type": "a block of 'key: value' lines",
    "bool_type": "true or false",
    "int_type": "a whole number",
}
_HELP = {
    "string_type": "if it is meant as text, put quotes around it",
    "list_type": "write it as [a, b] or as lines that start with '- '",
    "dict_type": "write 'key: value' lines below it, two spaces further in",
    "model_type": "write 'key: value' lines below it, two spaces further in",
}
_ID_FORM = "use small letters, digits and single hyphens, such as 'fat-transfer'"
_FORMS = {
    r"^[A-Z0-9]+-[0-9]+\.[0-9]+$": "write a passage as heading, paragraph and sentence, such as 'GHD-8.3'",
    r"^[A-Z0-9]+-[0-9]+$": "write a paragraph as heading and number, such as 'GHD-8'",
    r"^[A-Z0-9]+$": "write a heading's code in capital letters, such as 'GHD'",
    r"^[0-9a-f]{12}$": "a fingerprint is 12 of the characters 0-9 and a-f; put quotes around one of digits alone",
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$": "write a day as year-month-day, such as '2027-01-31'",
}


def _as_id(given: str) -> str:
    """The name that was probably meant, for the end of an advice."""
    likely = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")
    return f"; did you mean '{likely}'?" if likely else ""


def _name(path: tuple[str | int, ...]) -> str:
    keys = [step for step in path if isinstance(step, str) and step not in _TAGS]
    last = keys[-1] if keys else "the file"
    return f"an entry of '{last}'" if path and isinstance(path[-1], int) else f"'{last}'"


_TAGS = {"word", "list", "block", "[key]"}


def _show(given: Any) -> str:
    return f"'{given}'" if isinstance(given, str) and len(given) <= 60 else _describe(given)


def _describe(given: Any) -> str:
    if given is None:
        return "empty"
    if isinstance(given, bool):
        return f"the truth value '{str(given).lower()}'"
    if isinstance(given, int | float):
        return f"the number {given}"
    return (
        "a list" if isinstance(given, list) else "a block of 'key: value' lines" if isinstance(given, dict) else "text"
    )


def fields(kind: Any, path: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at `path` in a shape, found by following its annotations."""
    if isinstance(kind, type) and issubclass(kind, Shape):
        if not path:
            return [field.alias or name for name, field in kind.model_fields.items()]
        for field in kind.model_fields.values():
            if field.alias == path[0]:
                return fields(field.annotation, path[1:])
        return []
    for part in get_args(kind):  # through lists, dicts, unions and Annotated, to the first that leads there
        step = path[1:] if (path and get_origin(kind) in (list, dict)) or _tagged(kind) else path
        if keys := fields(part, step):
            return keys
    return []


def _tagged(kind: Any) -> bool:
    return any(isinstance(part, Tag) for part in get_args(kind)[1:])


def blocks(block: Shape, path: Path = ()) -> list[tuple[Path, Shape]]:
    """Every block of a file, itself first, each with its path in the file's tree."""
    every = [(path, block)]
    for name, key in _keys(type(block)):
        value = getattr(block, name)
        if isinstance(value, dict | list):
            for step, part in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(part, Shape):
                    every += blocks(part, (*path, key, step))
        elif isinstance(value, Shape):
            every += blocks(value, (*path, key))
    return every


@cache
def _keys(kind: type[Shape]) -> tuple[tuple[str, str], ...]:
    """A shape's fields, each with its key in the file."""
    return tuple((name, field.alias or name) for name, field in kind.model_fields.items())
