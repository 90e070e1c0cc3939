"""Edits of rule files: every field of every file in turn, and every other byte stays as it was."""

import copy

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, SequenceNode

from questionnaire.rulebook.yaml_edit import edited
from questionnaire.rulebook.yaml_tree import read_bytes

from .conftest import OWN_RULES

FILES = sorted(path for path in OWN_RULES.rglob("*.yaml") if path.parent.name != "translations")  # by translators
OPTION = b"""# Head
name: Exercise  # what it is called
kind: self-care

# Above the rules
offered:
  - rule: one   # first
    when: {tolerance: [surgery, "no"], timing: soon}
    because: 'It isn''t far.'
    claims: [a, b]
  # Above the second
  - rule: two
    when: always
    because: "Said: so."
grid:
  cost: silent
  risks:
    text: A text
      on two lines.
    claims: [a]
examples: [] # none
...
# below
"""
VALUES = read_bytes(OPTION, "option").plain()


def leaves(value, path=()):
    """The way to every scalar of a file."""
    if isinstance(value, dict | list):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, (*path, step))
    else:
        yield path


def at(value, path):
    for step in path:
        value = value[step]
    return value


def changed(value, path, new):
    value = copy.deepcopy(value)
    at(value, path[:-1])[path[-1]] = new
    return value


def alike(one, other):
    """How many bytes are the same at the start."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def apart(data):
    """A file's bytes around its scalars, and the scalars, as ruamel alone says where they begin and end."""
    text, spans = data.decode().replace("\r\n", "\n"), []
    nodes = [YAML(typ="safe", pure=True).compose(text)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, MappingNode):
            nodes += [value for _, value in node.value]
        elif isinstance(node, SequenceNode):
            nodes += node.value
        else:
            spans.append((node.start_mark.index, node.start_mark.index + len(_written(text, node))))
    starts = [0, *(end for _, end in sorted(spans))]
    ends = [*(start for start, _ in sorted(spans)), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _written(text, node):
    return text[node.start_mark.index : node.end_mark.index].rstrip()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(OWN_RULES).as_posix())
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_a_change_of_every_field_leaves_every_other_byte_as_it_was(path, line_end):
    data = path.read_bytes().replace(b"\n", line_end)
    values = read_bytes(data, path.name).plain()
    wanted, count = copy.deepcopy(values), 0
    for leaf in leaves(values):
        old, step = at(values, leaf), leaf[-1]
        if isinstance(step, int) and not isinstance(old, str | int):
            continue
        new = old + 1 if isinstance(old, int) and not isinstance(old, bool) else f"zz-Other: words, 'signs' #{count}"
        at(wanted, leaf[:-1])[step] = new
        count += 1
    result = edited(data, wanted, path.name)  # it reads the result again: every field holds what was wanted
    assert apart(result) == apart(data), "comments, keys, order and spaces between the fields"
    assert count >= len(apart(data)) - 1, "every field"
    assert result.count(b"\r") == (result.count(b"\n") if line_end == b"\r\n" else 0)


@pytest.mark.parametrize("path", FILES[::6], ids=lambda path: path.relative_to(OWN_RULES).as_posix())
def test_a_change_of_one_field_leaves_all_others_as_they_were_written(path):
    data = path.read_bytes()
    values = read_bytes(data, path.name).plain()
    kinds = {tuple("" if isinstance(step, int) else step for step in leaf): leaf for leaf in leaves(values)}
    for leaf in [*kinds.values()][:12]:  # the last of some kinds
        result = edited(data, changed(values, leaf, "zz-Other: words, with 'signs' #1"), path.name)
        start, end = alike(data, result), alike(data[::-1], result[::-1])
        gone = data[start : len(data) - end]
        assert len(gone) <= len(str(at(values, leaf)).encode()) + 4 + 40 * gone.count(b"\n"), (leaf, gone)


def edit(**new):
    """What is written for these values in the place of those of OPTION, line by line: (gone, come)."""
    values = {key: value for key, value in {**VALUES, **new}.items() if value is not None}
    result = edited(OPTION, values, "option").decode().splitlines()
    before = OPTION.decode().splitlines()
    return [line for line in before if line not in result], [line for line in result if line not in before]


def rules(*changes):
    """The rules of OPTION with these fields of each changed."""
    return [{**rule, **change} for rule, change in zip(VALUES["offered"], changes, strict=False)]


ONE, TWO = VALUES["offered"]


@pytest.mark.parametrize(
    ("new", "gone", "come"),
    [
        ({"name": "Walking"}, ["name: Exercise  # what it is called"], ["name: Walking  # what it is called"]),
        ({"name": "true"}, ["name: Exercise  # what it is called"], ['name: "true"  # what it is called']),
        ({"kind": None}, ["kind: self-care"], []),
        ({"question": "How long?"}, [], ["question: How long?"]),
        (
            {"offered": rules({"because": "It's: far."}, {})},
            ["    because: 'It isn''t far.'"],
            ["    because: 'It''s: far.'"],
        ),
        ({"offered": rules({"claims": ["a"]}, {})}, ["    claims: [a, b]"], []),
        ({"offered": rules({}, {"claims": ["c"]})}, [], ["    claims: [c]"]),
        ({"offered": [ONE]}, ["  - rule: two", "    when: always", '    because: "Said: so."'], []),
        (
            {"offered": [TWO]},
            [
                *("  - rule: one   # first", '    when: {tolerance: [surgery, "no"], timing: soon}'),
                *("    because: 'It isn''t far.'", "    claims: [a, b]"),
            ],
            [],
        ),
        (
            {"offered": [ONE, {"rule": "new", "when": {"tried": "yes"}, "because": "So."}, TWO]},
            [],
            ["  - rule: new", '    when: {tried: yes}', "    because: So."],
        ),
        (
            {"offered": rules({"when": {"tolerance": ["no", "devices"], "timing": "soon"}}, {})},
            ['    when: {tolerance: [surgery, "no"], timing: soon}'],
            ['    when: {tolerance: [no, "devices"], timing: soon}'],
        ),
        (
            {"offered": rules({"when": "always"}, {})},
            ['    when: {tolerance: [surgery, "no"], timing: soon}'],
            [],
        ),
        (
            {"grid": {**VALUES["grid"], "cost": {"text": "It is much.", "claims": ["a"]}}},
            ["  cost: silent"],
            ["  cost:", "    text: It is much."],
        ),
        (
            {"grid": {**VALUES["grid"], "risks": "silent"}},
            ["  risks:", "    text: A text", "      on two lines.", "    claims: [a]"],
            ["  risks: silent"],
        ),
        (
            {"examples": [{"example": "The first", "answers": {"tried": "yes"}}]},
            ["examples: [] # none"],
            ["examples:", "  - example: The first", "    answers: {tried: yes} # none"],
        ),
        ({"expect": [{"caveat": "x", "text": "A: b"}]}, [], ["expect:", "  - caveat: x", '    text: "A: b"']),
    ],
)  # fmt: skip
def test_only_the_lines_of_what_changed_are_others(new, gone, come):
    assert edit(**new) == (gone, come)


def test_comments_stay_where_they_are():
    result = edited(OPTION, {**VALUES, "offered": [TWO], "kind": "device"}, "option").decode()
    for comment in ("# Head", "# what it is called", "# Above the rules", "# Above the second", "# none", "# below"):
        assert comment in result


def test_values_that_are_the_same_change_nothing():
    assert edited(OPTION, dict(reversed(VALUES.items())), "option") == OPTION
