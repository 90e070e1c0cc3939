"""Decision tables as text: exactly equal when they come back, and refused whole where anything does not fit."""

import json
from random import Random

import pytest

from questionnaire.decide import stored
from questionnaire.decide.stored import OtherFormat, StoredError, as_text, from_text
from questionnaire.decide.tables import build

from .random_rulebooks import rulebook as made_up


@pytest.fixture(scope="module")
def text(tables):
    return as_text(tables)


def test_tables_come_back_exactly_equal_and_in_the_same_order(tables, text):
    back = from_text(text)
    assert back == tables
    assert list(back.options) == list(tables.options)
    assert list(back.rulebook.questions) == list(tables.rulebook.questions)
    for option, table in tables.options.items():
        assert list(back.options[option].rows) == list(table.rows)
    assert back.scopes == tables.scopes


def test_tables_that_came_back_give_the_same_text_again(text):
    assert as_text(from_text(text)) == text


def test_made_up_rulebooks_with_odd_names_and_gaps_come_back_equal():
    for seed in range(15):
        tables = build(made_up(seed), allow_gaps=True)
        assert from_text(as_text(tables)) == tables


def test_a_rule_that_many_rows_name_comes_back_once(text):
    back = from_text(text)
    for option, table in back.options.items():
        known = {id(rule) for rule in back.rulebook.options[option].rules}
        assert {id(rule) for row in table.rows.values() for rule in row.because} <= known
    known = {id(caveat) for caveat in back.rulebook.caveats.values()}
    assert {id(caveat) for caveats in back.rulebook.expect.values() for caveat in caveats} <= known


def test_a_text_that_was_cut_off_is_refused(text):
    sampled = [*range(0, len(text), 2003), *range(len(text) - 40, len(text))]
    for length in sampled:
        for cut in {text[:length], text[:length] + "}\n"} - {text}:
            with pytest.raises(StoredError):
                from_text(cut)


def leaves(value, path=()):
    """The path to every text, number and truth value of plain data."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        if isinstance(part, dict | list):
            yield from leaves(part, (*path, step))
        else:
            yield (*path, step)


def put(value, path, new):
    for step in path[:-1]:
        value = value[step]
    old, value[path[-1]] = value[path[-1]], new
    return old


def test_a_value_of_the_wrong_kind_is_refused_wherever_it_stands(text):
    whole = json.loads(text)
    for number, path in enumerate(Random(1).sample(list(leaves(whole)), 30)):
        right = put(whole, path, (1.5, [[]], {"a": 1})[number % 3])
        with pytest.raises(StoredError):
            from_text(json.dumps(whole) + "\n")
        put(whole, path, right)
    assert from_text(json.dumps(whole) + "\n")


@pytest.mark.parametrize("wrong", [-1, 10_000, True, None, "0"])
def test_a_position_of_a_rule_that_is_not_there_is_refused(text, wrong):
    whole = json.loads(text)
    options = whole["tables"][1]
    row = options["hip-dips/exercise"][2][0][1]
    assert isinstance(row[1][0], int)
    row[1] = [wrong]
    with pytest.raises(StoredError):
        from_text(json.dumps(whole) + "\n")


@pytest.mark.parametrize(
    "other", ["", "\n", "}\n", "null\n", "[]\n", "{}\n", '{"tables": {}}\n', "[" * 100_000 + "}\n"]
)
def test_another_text_is_refused(other):
    with pytest.raises(StoredError):
        from_text(other)


def test_tables_of_another_version_of_the_project_are_told_apart(text):
    with pytest.raises(OtherFormat, match="this version of the project reads '1-"):
        from_text(text.replace(stored.layout(), "1-000000000000"))


def test_the_format_knows_every_kind_of_thing_that_is_written():
    """A field that is added to any of these changes the format's name."""
    kinds = {kind.__name__ for kind in stored._kinds()}
    assert {"DecisionTables", "Row", "Change", "Rule", "Caveat", "Condition", "Place", "Standards", "Word"} <= kinds
    assert len(kinds) == 31
