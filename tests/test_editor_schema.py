"""The schemas for editors: they take our files, refuse what the loader refuses, and explain each field."""

import json

import pytest

from questionnaire.review.editor_schema import editor_settings, schemas
from questionnaire.rulebook.yaml_tree import read_bytes

from .conftest import PROJECT, RULES
from .signing import sign_in

FORMAT_PAGE = (PROJECT / "docs/rule-format.md").read_text()
FAT = "hip-dips/fat-transfer.yaml"


@pytest.fixture(scope="module")
def own(rulebook):
    """The schemas that know the names of our own rulebook: {file name: text}."""
    return dict(schemas(FORMAT_PAGE, rulebook))


def validator(schemas_by_name, file):
    jsonschema = pytest.importorskip("jsonschema")
    name = "sign-off.yaml" if file.startswith("sign-offs/") else "option.yaml" if "/" in file else file
    return jsonschema.Draft202012Validator(json.loads(schemas_by_name[name.replace(".yaml", ".schema.json")]))


def plain(file):
    return read_bytes((RULES / file).read_bytes(), file).plain()


def test_the_written_schemas_and_settings_are_those_that_the_code_makes(own_rulebook):
    rulebook = own_rulebook
    own = dict(schemas(FORMAT_PAGE, rulebook))
    for folder, made in (("docs/schema", dict(schemas(FORMAT_PAGE))), ("docs/schema/rulebook", own)):
        assert {path.name: path.read_text() for path in (PROJECT / folder).glob("*.json")} == made, "run `make docs`"
    assert (PROJECT / ".vscode/settings.json").read_text() == editor_settings(rulebook), "run `make docs`"
    for path in json.loads(editor_settings(rulebook))["yaml.schemas"]:
        assert (PROJECT / path).is_file()


def test_both_kinds_of_schema_take_every_file_of_ours(own, rules):
    sign_in(rules, "hip-dips/exercise", "hip-dips", "pages")
    for path in rules.rglob("*.yaml"):
        file = path.relative_to(rules).as_posix()
        for made in (dict(schemas(FORMAT_PAGE)), own):
            validator(made, file).validate(read_bytes(path.read_bytes(), file).plain())


def test_a_schema_refuses_what_the_loader_refuses():
    option, every = plain(FAT), validator(dict(schemas(FORMAT_PAGE)), FAT)
    for changed in ({**option, "kind": "surgry"}, {**option, "sumary": "x"}, {**option, "examples": []}):
        assert not every.is_valid(changed)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (FAT, "{donor-fat: not-sure}", "{doner-fat: not-sure}"),
        (FAT, "{donor-fat: not-sure}", "{donor-fat: notsure}"),
        (FAT, "[graft-loss-first-year]", "[graft-loss-first-yaer]"),
        (FAT, "caveats: [graft-loss,", "caveats: [graft-los,"),
        (FAT, "answers: {donor-fat: enough, tolerance: surgery", "answers: {donor-fat: enough, tolerence: surgery"),
        (FAT, "  recovery: silent", "  recovry: silent"),
        ("hip-dips/coolsculpting.yaml", "coolsculpting-in-a-hollow", "coolsculpting-hollow"),
        ("caveats.yaml", "areas: [hip-dips]", "areas: [hips]"),
        ("caveats.yaml", "- hip-dips/emsculpt", "- hip-dips/emsculp"),
        ("questions.yaml", "{in-scope: love-handles}", "{in-scope: love-handle}"),
        ("questions.yaml", "{answers: {area: not-sure}}", "{answers: {area: unsure}}"),
        ("areas.yaml", "area: [hip-dips, both]", "area: [hip-dips, bothe]"),
        ("promises.yaml", "carries: [graft-loss,", "carries: [graft-los,"),
        ("source.yaml", "passage: GHD-8.3", "passage: GHD-8.9"),
        ("matters.yaml", "rows: [cost]", "rows: [costs]"),
    ],
)
def test_the_rulebook_s_own_schema_refuses_a_name_that_does_not_exist(own, file, old, new):
    text = (RULES / file).read_text()
    assert old in text
    changed = read_bytes(text.replace(old, new, 1).encode(), file).plain()
    assert not validator(own, file).is_valid(changed)


def test_every_field_is_explained_where_the_mouse_rests_on_it(own):
    for text in own.values():
        root = json.loads(text)
        for block in (root, *root.get("$defs", {}).values()):
            for key, part in block.get("properties", {}).items():
                assert part["description"], key
