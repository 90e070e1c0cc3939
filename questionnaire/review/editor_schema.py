"""A JSON Schema for each kind of rule file, made from the shapes, so that editors complete and underline."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..rulebook import schema


def schemas() -> Iterator[tuple[str, str]]:
    """Every schema as (file name, text); docs/schema/ holds them and a test compares."""
    models: dict[str, type[schema.Shape]] = {**schema.FILES, "option.yaml": schema.OptionFile}
    for name, model in models.items():
        json_schema = model.model_json_schema(by_alias=True)
        json_schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **json_schema}
        yield name.replace(".yaml", ".schema.json"), json.dumps(json_schema, indent=1, ensure_ascii=False) + "\n"


def editor_settings() -> str:
    """What VS Code's YAML extension needs to know which file has which schema."""
    schemas_of = {f"docs/schema/{n.replace('.yaml', '.schema.json')}": f"rules/{n}" for n in schema.FILES}
    schemas_of["docs/schema/option.schema.json"] = "rules/*/*.yaml"
    return json.dumps({"yaml.schemas": schemas_of}, indent=2) + "\n"
