"""Decision tables as text: exactly equal when they come back, and refused whole where anything does not fit."""

import json
import re
from collections.abc import Mapping
from dataclasses import make_dataclass
from random import Random
from typing import Literal

import pytest

from questionnaire.decide import serialize
from questionnaire.decide.build_tables import Change, build
from questionnaire.decide.serialize import OtherFormat, StoredError, as_text, from_text

from .random_rulebooks import rulebook as made_up
from .small import caveat, rule, small_rulebook


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
    assert as_text(back) == text


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


def put(value, path, new):
    for step in path[:-1]:
        value = value[step]
    old, value[path[-1]] = value[path[-1]], new
    return old


def leaves(value, path=()):
    """The path to every text, number and truth value of plain data."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        yield from leaves(part, (*path, step)) if isinstance(part, dict | list) else [(*path, step)]


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


def altered(text, how):
    whole = json.loads(text)
    how(whole)
    return json.dumps(whole) + "\n"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (lambda whole: whole.pop("shared"), "this is something else"),
        (lambda whole: whole.update(more=1), "this is something else"),
        (lambda whole: whole.update(shared={}), "a dict stands where a list belongs"),
        (lambda whole: whole["shared"].append([]), "a value does not fit (ValueError: zip"),
        (lambda whole: whole["shared"].pop(), "a value does not fit (ValueError: zip"),
        (lambda whole: whole["tables"].append({}), "a value does not fit (ValueError: zip"),
        (lambda whole: whole["tables"][1]["left/push"].pop(), "a value does not fit (ValueError: zip"),
        (lambda whole: whole["shared"][0].append([]), "a value does not fit (ValueError: zip"),
        (lambda whole: put(whole, ("shared", 0, 0, 1), "may"), "a value does not fit (KeyError: 'may')"),
        (lambda whole: put(whole, ("shared", 0, 0, 1), "m" * 90), f"a value does not fit (KeyError: '{'m' * 79})"),
        (lambda whole: put(whole, ("shared", 0, 0, 5, 1), True), "a bool stands where a int belongs"),
        (lambda whole: put(whole, ("shared", 1, 0, 5), 0), "a int stands where a bool belongs"),
        (lambda whole: put(whole, ("shared", 0, 0, 0), None), "a NoneType stands where a str belongs"),
        (lambda whole: put(whole, ("tables", 1, "left/push", 2, 0, 0), {}), "a dict stands where a list belongs"),
        (lambda whole: put(whole, ("tables", 1, "left/push", 2, 0, 1, 1, 0), -1), "a position is below 0"),
    ],
)
def test_what_does_not_fit_is_said(how, said):
    rules = [rule("yes", "fits", depth="deep"), rule("no", "ask", depth="flat")]
    text = as_text(build(small_rulebook({"left/push": rules}, [caveat("always", ("left/push",))])))
    with pytest.raises(StoredError) as fault:
        from_text(altered(text, how))
    assert str(fault.value).startswith(said)


def test_the_text_is_one_line_without_spaces_for_the_eye(text):
    assert text.index("\n") == len(text) - 1
    assert json.dumps(json.loads(text), separators=(",", ":")) + "\n" == text


def test_tables_of_another_version_of_the_project_are_told_apart(text):
    with pytest.raises(OtherFormat, match="this version of the project reads '2-"):
        from_text(text.replace(serialize.layout(), "2-000000000000"))


def test_the_format_s_name_changes_with_every_field_and_not_with_the_names_of_classes(monkeypatch):
    def layout(*fields, name="One"):
        monkeypatch.setattr(serialize, "DecisionTables", make_dataclass(name, fields))
        return serialize.layout.__wrapped__()

    part = make_dataclass("Part", [("x", Literal["a", "b"])])
    kinds = [
        layout(("a", int)),
        layout(("a", str)),
        layout(("a", int | None)),
        layout(("b", int)),
        layout(("a", int), ("b", int)),
        layout(("a", tuple[int, ...])),
        layout(("a", tuple[int])),
        layout(("a", Mapping[str, int])),
        layout(("a", part)),
        layout(("a", tuple[part, ...])),
        layout(("a", make_dataclass("Part", [("x", Literal["a"])]))),
        layout(("a", make_dataclass("Part", [("y", Literal["a", "b"])]))),
    ]
    assert len(set(kinds)) == len(kinds)
    assert all(re.fullmatch("2-[0-9a-f]{12}", kind) for kind in kinds)
    renamed = make_dataclass("Renamed", [("x", Literal["a", "b"])])
    assert layout(("a", tuple[renamed, ...]), name="Two") == layout(("a", tuple[part, ...]))


@pytest.mark.parametrize(
    ("hint", "value", "written"),
    [
        (tuple[str, ...], ("a", "b", "c"), ["a", "b", "c"]),
        (tuple[str], ("a",), ["a"]),
        (tuple[int, str, bool], (1, "a", True), [1, "a", True]),
        (str | None, None, None),
        (tuple[int | None, ...], (None, 1), [None, 1]),
        (Mapping[str, int], {"a": 1}, {"a": 1}),
        (Mapping[Literal["a", "b"], tuple[str]], {"b": ("a",)}, {"b": ["a"]}),
        (Mapping[tuple[str, ...], int], {("a", "b"): 1, (): 2}, [[["a", "b"], 1], [[], 2]]),
        (Change, Change("q", "c", "ask"), ["q", "c", "ask"]),
    ],
)
def test_every_kind_of_field_is_written_as_plain_data_and_read_back(hint, value, written):
    write, read = serialize._Ways().of(hint)
    assert write(value) == written
    assert read(json.loads(json.dumps(written))) == value


def test_a_value_with_more_or_fewer_parts_than_its_kind_is_not_written():
    write, _ = serialize._Ways().of(tuple[int, str])
    for value in ((1,), (1, "a", 2)):
        with pytest.raises(ValueError, match="zip"):
            write(value)


@pytest.mark.parametrize("hint", [frozenset[str], int | str, float])
def test_a_kind_of_field_that_no_way_is_known_for_is_said_by_name(hint):
    with pytest.raises(NotImplementedError, match=re.escape(f"no way to store {hint}")):
        serialize._Ways().of(hint)
