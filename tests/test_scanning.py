"""The quick way through a rule file gives what ruamel.yaml itself gives: every event, every place, every error."""

import random

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from questionnaire.rulebook.scanning import RARE, QuickScanner, events

from .conftest import RULES

SAMPLE = """\
# A comment
name: "Fat transfer, said \\"graft\\""   # another
kind: surgery
claims: [one, two: three, {a: b}, 'it''s', "x"]

offered:
  - rule: with-fat
    when: {tolerance: surgery, donor-fat: [enough, "yes"]}
    because: You would think about it
      for long: not at all

      and more.
  -
    - nested http://example.org:80/#no #yes
    - |
      kept

        as it is
  - >-
    folded
    text
number: 12
nothing:
...
"""
PIECES = [
    *(
        "'",
        '"',
        "''",
        "\\",
        "\\x41",
        "\\\n",
        "@",
        "`",
        "|",
        ">",
        "&a ",
        "*a ",
        "!t ",
        "!<x> ",
        "~",
        "<<: ",
        "12_3",
        "0x1",
    ),
    *(
        "#",
        " #",
        "# c",
        ":",
        ": ",
        " :c",
        "a:b",
        "?",
        "? ",
        "x?y",
        "-",
        "- ",
        "-\n",
        "-\t",
        ",",
        "[",
        "]",
        "{",
        "}",
        "[]",
    ),
    *(
        "\t",
        " \t# c\n",
        "\n",
        "\n\n",
        "   ",
        "\n ",
        "\na",
        "\n---\n",
        "\n...\n",
        "--- ",
        "... x",
        "%YAML 1.1\n",
        "\n%TAG",
    ),
    *("\r\n", "\r", "\x85", "\u2028", "\ufeff", "\0", "é", "٣", "x" * 1100, "k: a\n  b\n\n  c #d\n", '"a\n\n  b": c'),
]


def seen(text, quick):
    """Every event with all that can be read of it, or how the reading ended."""
    found = []
    try:
        for event in events(text, YAML(typ="safe", pure=True), quick):
            places = [(mark.index, mark.line, mark.column, mark.pointer) for mark in (event.start_mark, event.end_mark)]
            parts = ("value", "anchor", "tag", "implicit", "style", "flow_style", "version", "explicit")
            found.append((type(event), places, [str(getattr(event, part, None)) for part in parts]))
    except (YAMLError, LookupError, ValueError, AttributeError, AssertionError, NotImplementedError) as fault:
        found.append((type(fault), str(fault)))
    return found


def test_our_rule_files_go_the_quick_way(monkeypatch):
    words = []
    monkeypatch.setattr(QuickScanner, "scan_plain", lambda scanner: words.append(scanner) or 1 / 0)
    text = (RULES / "grid.yaml").read_text()
    with pytest.raises(ZeroDivisionError):
        list(events(text, YAML(typ="safe", pure=True)))
    assert words
    assert not [path for path in RULES.rglob("*.yaml") if RARE.search(path.read_text())]


@pytest.mark.parametrize("file", ["grid.yaml", "hip-dips/exercise.yaml"])
def test_a_whole_file_has_the_same_events(file):
    text = (RULES / file).read_text()
    assert seen(text, quick=True) == seen(text, quick=False)


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_a_piece_anywhere_has_the_same_effect(piece):
    chance = random.Random(piece)
    for _ in range(6):
        at = chance.randrange(len(SAMPLE))
        text = SAMPLE[:at] + piece + SAMPLE[at + chance.randrange(3) :]
        assert seen(text, quick=True) == seen(text, quick=False), text


def test_a_text_that_ends_anywhere_has_the_same_effect():
    for end in range(0, len(SAMPLE), 4):
        assert seen(SAMPLE[:end], quick=True) == seen(SAMPLE[:end], quick=False), SAMPLE[:end]
