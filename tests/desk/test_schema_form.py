"""A form for every part of every rule file: filled, sent back as it is, and read again, it gives the same values."""

import json

import pytest
from werkzeug.datastructures import MultiDict

from questionnaire.desk.schema_form import ABSENT, Shape, put
from questionnaire.review.editor_schema import schemas
from questionnaire.rulebook.yaml_tree import read

from ..conftest import OWN_RULES, PROJECT

FILES = sorted(path for path in OWN_RULES.rglob("*.yaml") if not {"sign-offs", "translations"} & {*path.parts})


@pytest.fixture(scope="module")
def shapes(own_rulebook):
    page = (PROJECT / "docs" / "rule-format.md").read_text()
    return {name: Shape(text) for name, text in schemas(page, own_rulebook)}


def send(field, form):
    """Add to a form what a browser would send of a field."""
    value = field.value
    if field.instead and value == field.instead:
        form.add(f"{field.name}:instead", "1")
    elif field.kind in ("block", "list"):
        for part in field.parts:
            send(part, form)
    elif value is ABSENT or value is None or value is False:
        pass
    elif field.kind in ("conditions", "answers"):
        for question, chosen in value.items():
            for choice in [chosen] if isinstance(chosen, str) else chosen:
                form.add(f"{field.name}/{question}", choice)
    elif field.kind == "many":
        for choice in [value] if isinstance(value, str) else reversed(value):
            form.add(field.name, choice)
    else:
        form.add(field.name, {"words": "\n".join, "raw": json.dumps}.get(field.kind, str)(value))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(OWN_RULES).as_posix())
def test_every_part_is_the_same_after_its_form_was_sent_back(shapes, path):
    name = path.relative_to(OWN_RULES).as_posix()
    shape = shapes[(name if "/" not in name else "option.yaml").replace(".yaml", ".schema.json")]
    values = read(path, name).plain()
    for key, value in values.items():
        entries = isinstance(value, list) and value and isinstance(value[0], dict)
        for way in [(key, number) for number in range(len(value))] if entries else [(key,)]:
            old = value[way[1]] if entries else value
            form = MultiDict()
            send(shape.field(shape.at(*way), "f", "", old), form)
            again = shape.read(shape.at(*way), "f", form, old)
            assert json.dumps(again) == json.dumps(old), way


def test_a_value_is_put_added_and_taken_away():
    values = {"name": "A", "rules": [{"rule": "one"}]}
    assert put(values, ("name",), "B") == {"name": "B", "rules": [{"rule": "one"}]}
    assert put(values, ("rules", 1), {"rule": "two"})["rules"] == [{"rule": "one"}, {"rule": "two"}]
    assert put(values, ("rules", 0), ABSENT) == {"name": "A"}
    assert put(values, ("examples", 0), {"example": "x"})["examples"] == [{"example": "x"}]
    assert values == {"name": "A", "rules": [{"rule": "one"}]}
