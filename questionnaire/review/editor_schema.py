"""JSON Schemas of the rule files for editors: of every rulebook's fields, and of the names that one rulebook knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..rulebook import schema
from ..rulebook.model import Rulebook

FOLDER, RULEBOOK_FOLDER = "docs/schema", "docs/schema/rulebook"
Json = dict[str, Any]
CONDITIONS: Json = {"$ref": "#/$defs/Conditions"}
DECLARED = {
    ("SourceFile", "claims"),
    ("CaveatsFile", "caveats"),
    ("ClinicFile", "caveats"),
    ("ClinicFile", "answers"),
    ("AreasFile", "areas"),
    ("AreaShape", "options"),
    ("ConflictShape", "conflict"),
}
"""Where names are declared, by shape and key; everywhere else the same keys use names that others declare."""


def schemas(format_page: str, rulebook: Rulebook | None = None) -> Iterator[tuple[str, str]]:
    """Every schema as (file name, text), with the descriptions of docs/rule-format.md.

    With a rulebook its own names are the only ones that a schema takes where a name is used.
    """
    texts, names_only = _descriptions(format_page), _parts_with_names(rulebook) if rulebook else {}
    models: dict[str, type[schema.Shape]] = {
        **schema.FILES,
        "option.yaml": schema.OptionFile,
        "sign-off.yaml": schema.SignOffFile,
        "translation.yaml": schema.TranslationFile,
    }
    for name, model in models.items():
        json_schema: Json = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        json_schema |= model.model_json_schema(by_alias=True)
        for shape, block in [(model.__name__, json_schema), *json_schema.get("$defs", {}).items()]:
            properties = block.get("properties", {})
            for key, part in properties.items():
                names = names_only.get(f"{shape}.{key}") or names_only.get(key)
                description = {"description": texts[shape, key]}
                if names and (shape, key) not in DECLARED:
                    properties[key] = {**description, **names}
                else:
                    properties[key] = {**part, **description}
        if rulebook and f'"{CONDITIONS["$ref"]}"' in json.dumps(json_schema):
            conditions = {**_by_question(rulebook, _one_or_more), "minProperties": 1}
            json_schema.setdefault("$defs", {})["Conditions"] = conditions
        yield name.replace(".yaml", ".schema.json"), json.dumps(json_schema, indent=1, ensure_ascii=False) + "\n"


def editor_settings(rulebook: Rulebook) -> str:
    """VS Code's settings: which file has which schema, and no formatter that would drop the end mark of a file."""
    schemas_of: Json = {f"{RULEBOOK_FOLDER}/{n.replace('.yaml', '.schema.json')}": f"rules/{n}" for n in schema.FILES}
    schemas_of[f"{RULEBOOK_FOLDER}/option.schema.json"] = [f"rules/{area}/*.yaml" for area in rulebook.areas]
    schemas_of[f"{RULEBOOK_FOLDER}/sign-off.schema.json"] = f"rules/{schema.SIGN_OFFS}/**/*.yaml"
    yaml_only = {"[yaml]": {"editor.formatOnSave": False}}
    return json.dumps({**yaml_only, "files.insertFinalNewline": True, "yaml.schemas": schemas_of}, indent=2) + "\n"


def _descriptions(format_page: str) -> Mapping[tuple[str, str], str]:
    """What docs/rule-format.md says of each field: {(shape, key): text}."""
    return {
        (section[1], row[1]): row[2]
        for section in re.finditer(r"^### (\w+)\n(.*?)(?=^##|\Z)", format_page, re.S | re.M)
        for row in re.finditer(r"^\| `([^`]+)` \| (?:yes)? ?\| (.*?) \|$", section[2], re.M)
    }


def _parts_with_names(rulebook: Rulebook) -> dict[str, Json]:
    """What may stand under a key (or under a key of one shape: "Shape.key") in files of this rulebook."""
    caveats, areas, options = _list_of(rulebook.caveats), _list_of(rulebook.areas), _list_of(rulebook.options)
    passages = [
        f"{code}.{sentence}"
        for document in rulebook.documents.values()
        for code, paragraph in document.paragraphs.items()
        for sentence in range(1, paragraph.sentences + 1)
    ]
    by_area = {"type": "object", "properties": dict.fromkeys(rulebook.areas, caveats), "additionalProperties": False}
    choices = {choice for question in rulebook.questions.values() for choice in question.choices}
    return {
        "when": {"anyOf": [{"const": "always"}, CONDITIONS]},
        "answers": _by_question(rulebook, _one_of),
        "AskedWhenShape.answers": CONDITIONS,
        "ReasonWordsShape.answers": CONDITIONS,
        "ChoiceWordsShape.answers": CONDITIONS,
        "in-scope-when": {"type": "array", "items": CONDITIONS, "minItems": 1},
        "in-scope": _one_or_more(["any", *rulebook.areas]),
        "claims": {"anyOf": [{"const": "silent"}, _list_of(rulebook.claims)]},
        "caveats": caveats,
        "NoteExampleShape.notes": caveats,
        "NoteExampleShape.first": caveats,
        "PromiseShape.notes": by_area,
        "PromiseShape.no-notes": by_area,
        "carries": caveats,
        "lacks": caveats,
        "asks": _list_of(rulebook.grid),
        "MatterShape.rows": _list_of(rulebook.grid),
        "ClinicAnswerShape.row": _one_of(rulebook.grid),
        "same-verdict-as": {"enum": list(rulebook.options)},
        "areas": areas,
        "options": options,
        "touches": options,
        "conflict": _one_of(rulebook.conflicts),
        "passage": _one_of(passages),
        "passages": _list_of(passages),
        "follows": _list_of(passages),
        "GoingFurtherShape.question": _one_of(rulebook.questions),
        "GoingFurtherShape.order": _list_of(sorted(choices)),
        "grid": _every_row(rulebook.grid),
        "AreaShape.facts": _every_row(rulebook.facts),
    }


def _one_of(names: Iterable[str]) -> Json:
    return {"enum": list(names)}


def _list_of(names: Iterable[str]) -> Json:
    return {"type": "array", "items": _one_of(names)}


def _one_or_more(names: Iterable[str]) -> Json:
    return {"anyOf": [_one_of(names), {**_list_of(names), "minItems": 1}]}


def _every_row(rows: Mapping[str, object]) -> Json:
    """A cell for each row; an empty one is `silent`."""
    cell = {"anyOf": [{"const": "silent"}, {"$ref": "#/$defs/Said"}]}
    return {
        "type": "object",
        "properties": dict.fromkeys(rows, cell),
        "required": list(rows),
        "additionalProperties": False,
    }


def _by_question(rulebook: Rulebook, form: Callable[[Iterable[str]], Json]) -> Json:
    """Lines of questions with their choices, in the form that one question's choices may have."""
    lines = {q.id: {**form(q.choices), "description": q.ask} for q in rulebook.questions.values()}
    return {"type": "object", "properties": lines, "additionalProperties": False}
