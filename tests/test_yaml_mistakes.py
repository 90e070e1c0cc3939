"""Each natural mistake in a rule file is named at its place, with what to write instead (yaml_mistakes.txt)."""

import re

import pytest

from questionnaire.rulebook.load import load
from questionnaire.rulebook.problems import RulebookError

from .conftest import PROJECT

TABLE = (PROJECT / "tests/yaml_mistakes.txt").read_text()
MISTAKES = [block.strip("\n").split("\n") for block in TABLE.split("## ")[1:]]


def marked(lines, mark):
    """The lines of a mistake that start with this mark, without it."""
    text = "\n".join(line[1:] for line in lines[1:] if line.startswith(mark))
    return re.sub(r"\\t|\\u([0-9a-f]{4})", lambda sign: chr(int(sign[1], 16)) if sign[1] else "\t", text)


@pytest.mark.parametrize("lines", MISTAKES, ids=[lines[0] for lines in MISTAKES])
def test_a_mistake_is_named_at_its_place_with_what_to_do(rules, lines):
    file = next((line[3:] for line in lines if line.startswith("in ")), "hip-dips/fat-transfer.yaml")
    text = (rules / file).read_text()
    assert marked(lines, "-") in text, f"{file} no longer holds this text"
    (rules / file).write_text(text.replace(marked(lines, "-"), marked(lines, "+"), 1))
    with pytest.raises(RulebookError) as refused:
        load(rules)
    problems = [str(p).replace(f"{rules}/{file}:", "").replace(f"{rules}/", "") for p in refused.value.problems]
    expected = re.escape(marked(lines, "=")).replace("<any>", ".*")
    assert re.fullmatch(expected, "\n".join(problems).replace(" error [", " [")), "\n".join(problems)


def test_there_are_as_many_mistakes_as_were_tried():
    assert len(MISTAKES) >= 118
