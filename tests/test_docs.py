"""The documentation holds: every field of every file, every example, every command and link that it names."""

import re

import pytest

from questionnaire.rulebook import schema
from questionnaire.rulebook.schema_errors import fit
from questionnaire.rulebook.yaml_tree import read_bytes

from .conftest import PROJECT

FORMAT = (PROJECT / "docs" / "rule-format.md").read_text()
BLOCKS = {
    name: block for name, block in vars(schema).items() if isinstance(block, type) and issubclass(block, schema.Shape)
}
BLOCKS = {name: block for name, block in BLOCKS.items() if name != "Shape" and not name.startswith("_")}
EXAMPLES = re.findall(r"```yaml (\w+)(?:\.(\w+))?\n(.*?)```", FORMAT, re.S)


def table(name):
    """The rows of the table under a heading: [(field, needed)]."""
    section = re.search(rf"^### {name}\n(.*?)(?=^##|\Z)", FORMAT, re.S | re.M)
    assert section, f"docs/rule-format.md has no section {name}"
    return re.findall(r"^\| `([^`]+)` \| (yes)? ?\|", section[1], re.M)


@pytest.mark.parametrize("name", BLOCKS)
def test_the_format_page_lists_every_field_in_order_and_says_which_are_needed(name):
    fields = [(f.alias or key, "yes" if f.is_required() else "") for key, f in BLOCKS[name].model_fields.items()]
    assert table(name) == fields


@pytest.mark.parametrize(("model", "part", "text"), EXAMPLES, ids=[model + part for model, part, _ in EXAMPLES])
def test_every_example_of_the_format_page_is_read(model, part, text):
    tree = read_bytes(text.encode(), "example")
    if part:
        tree = tree.value[part]
        _, problems = fit(tree, BLOCKS[f"{part.capitalize()}Shape"])
    else:
        _, problems = fit(tree, BLOCKS[model])
    assert not problems


def test_every_file_has_an_example():
    assert {model for model, part, _ in EXAMPLES if not part} == {
        f.__name__ for f in (*schema.FILES.values(), schema.OptionFile, schema.SignOffFile, schema.TranslationFile)
    }


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{p.name}" for p in (PROJECT / "docs").glob("*.md"))])
def test_every_file_that_a_page_links_to_is_there(page):
    path = PROJECT / page
    for link in re.findall(r"\]\(([^)#]+)", path.read_text()):
        if "://" not in link:
            assert (path.parent / link).exists(), f"{page} links to {link}"


def test_the_readme_s_commands_are_those_of_the_makefile():
    targets = set(re.findall(r"^([a-z]+):.*##", (PROJECT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"make ([a-z]+)", (PROJECT / "README.md").read_text()))
    assert named
    assert named <= targets
