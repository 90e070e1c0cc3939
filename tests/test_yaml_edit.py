"""Edits of rule files: every field of every file in turn, and every other byte stays as it was."""

import copy

import pytest

from questionnaire.rulebook.yaml_edit import edited
from questionnaire.rulebook.yaml_tree import read_bytes

from .conftest import OWN_RULES

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


def around(old, new):
    """How many bytes are the same at the start and at the end of two files."""
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    end = next((n for n, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b), 0)
    return start, end


def last_of_each_kind(paths):
    """(file, the way to a value in it) for each kind of value there is in these files."""
    last = {}
    for path in paths:
        for leaf in leaves(read_bytes(path.read_bytes(), path.name).plain()):
            last[tuple("" if isinstance(step, int) else step for step in leaf)] = path, leaf
    return last.values()


FILES = [path.name for path in sorted(OWN_RULES.glob("*.yaml"))]


@pytest.mark.parametrize("files", [*FILES, "hip-dips/*.yaml", "love-handles/*.yaml"])
def test_a_change_of_any_field_leaves_every_other_byte_as_it_was(files):
    line_end = b"\r\n" if files.startswith("hip-dips") else b"\n"
    for path, leaf in last_of_each_kind(sorted(OWN_RULES.glob(files))):
        data = path.read_bytes().replace(b"\n", line_end)
        values = read_bytes(data, path.name).plain()
        old = at(values, leaf)
        new = old + 1 if isinstance(old, int) and not isinstance(old, bool) else "zz-Other: words, with 'signs' #1"
        result = edited(data, changed(values, leaf, new), path.name)
        start, end = around(data, result)
        gone = data[start : len(data) - end]
        assert len(gone) <= len(str(old)) + 4 + 40 * gone.count(b"\n"), (leaf, gone)
        assert result.count(b"\r") == (result.count(b"\n") if line_end == b"\r\n" else 0)


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
