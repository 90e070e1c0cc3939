"""The pages of a change: a file's parts, and the form for one of them with what was tried beside its fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import abort, render_template, request

from ..review import phrases
from ..rulebook import schema
from ..rulebook.model import Rulebook
from .read import option_table
from .rulebooks import Draft, passages
from .schema_form import ABSENT, Shape
from .trial import Path_, Trial

FORM = "f"
"""What the names of all fields of a form begin with."""


def shape_of(draft: Draft, file: str) -> Shape:
    """What may stand in a rule file of this rulebook."""
    name = file if file in schema.FILES else "option.yaml"
    return draft.shapes[name.replace(".yaml", ".schema.json")]


def parts(values: Mapping[str, Any], file: str, draft: Draft) -> list[dict[str, Any]]:
    """A file's parts, each with its name, what it holds in short, and its entries if it is a list of blocks."""
    parts = []
    for key, part_schema in shape_of(draft, file).root["properties"].items():
        value = values.get(key, ABSENT)
        field = shape_of(draft, file).field(part_schema, FORM, key, value)
        entries = [_summary(one) for one in value] if field.kind == "list" and isinstance(value, list) else []
        short = "" if field.kind == "list" or value is ABSENT else _summary(value)
        parts.append({"key": key, "hint": field.hint, "list": field.kind == "list", "entries": entries, "short": short})
    return parts


def _summary(value: Any) -> str:
    if isinstance(value, dict):
        words = [part for part in value.values() if isinstance(part, str)][:3]
        return ": ".join(words)[:160]
    return ", ".join(map(str, value))[:160] if isinstance(value, list) else str(value)[:160]


def form_page(
    draft: Draft,
    file: str,
    path: Path_,
    value: Any,
    begun: Any = None,
    theirs: Any = ABSENT,
    tried: Trial | None = None,
) -> str:
    """The form for a part of a file, filled with a value; `begun`: what stood there, `theirs`: what others saved."""
    rulebook = draft.tables.rulebook
    shape = shape_of(draft, file)
    try:
        part_schema = shape.at(*path)
    except KeyError:
        abort(404)
    at_field: dict[str, list[str]] = {}
    elsewhere = []
    for problem, way in tried.problems if tried else ():
        if way is not None and way[: len(path)] == path:
            at_field.setdefault("/".join(map(str, (FORM, *way[len(path) :]))), []).append(
                f"{problem.message}; {problem.help}"
            )
        elif problem in (tried.new if tried else ()):
            elsewhere.append(problem)
    option = file.removesuffix(".yaml")
    before = value if begun is None else begun
    return render_template(
        "desk/change.html",
        file=file,
        at=".".join(map(str, path)),
        field=shape.field(part_schema, FORM, " ".join(map(str, path[:1])), value),
        exists=before is not ABSENT,
        begun="" if before is ABSENT else json.dumps(before),
        theirs=None if theirs is ABSENT else json.dumps(theirs, indent=1, ensure_ascii=False),
        tried=tried,
        at_field=at_field,
        elsewhere=elsewhere,
        table=option_table(tried.draft, option) if tried and tried.draft else None,
        claims={one.id: (one.passage, one.says) for one in rulebook.claims.values()},
        sentences=passages(draft),
        meaning=lambda lines: _meaning(rulebook, lines),
        choice_label=lambda question, choice: rulebook.questions[question].choices[choice].label,
        absent=ABSENT,
        why=request.form.get("why", ""),
    )


def _meaning(rulebook: Rulebook, lines: Any) -> str:
    """What a condition means, as a sentence."""
    if not isinstance(lines, dict):
        return "Always."
    words = []
    for question, chosen in lines.items():
        if question in rulebook.questions:
            labels = phrases.choices(rulebook, question, chosen if isinstance(chosen, list) else [chosen])
            words.append(f"“{rulebook.questions[question].ask}” is answered with {labels}")
    return f"If {', and '.join(words)}." if words else "Always."
