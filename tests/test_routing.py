"""What is asked of whom, on a small rulebook made by hand."""

from dataclasses import replace

import pytest

from questionnaire.decide.routing import (
    answered_and_asked,
    areas_in_scope,
    combinations,
    deciding,
    is_asked,
    kept,
    most_asked,
    next_question,
    questions_of,
    smallest,
)

from .small import small_rulebook, when


@pytest.fixture(scope="module")
def small_rules():
    return small_rulebook()


def names(questions):
    return " ".join(one.id for one in questions)


@pytest.mark.parametrize(
    ("answers", "areas"),
    [
        ({}, ()),
        ({"side": "right"}, ("right",)),
        ({"side": "both"}, ("right", "left")),
        ({"top": "yes", "side": "left"}, ("left", "up")),
    ],
)
def test_any_condition_brings_an_area_in_scope_and_areas_keep_their_order(small_rules, answers, areas):
    assert areas_in_scope(small_rules, answers) == areas


@pytest.mark.parametrize(
    ("name", "answers", "asked"),
    [
        ("side", {}, True),
        ("depth", {"side": "right"}, False),
        ("depth", {"side": "both"}, True),
        ("depth", {"side": "right", "top": "yes"}, False),
        ("height", {"side": "both"}, True),
        ("height", {"side": "right", "top": "yes"}, True),
        ("height", {"side": "right", "top": "no"}, False),
        ("colour", {"depth": "flat"}, False),
        ("colour", {"depth": "deep"}, True),
        ("shade", {"colour": "red"}, False),
        ("shade", {"colour": "red", "top": "yes"}, True),
    ],
)
def test_a_question_is_asked_where_one_of_its_areas_or_all_of_its_answers_are(small_rules, name, answers, asked):
    assert is_asked(small_rules, small_rules.questions[name], answers) is asked


WAYS = [
    ({}, "", "side top last"),
    ({"side": "right"}, "side", "side top last"),
    ({"side": "left"}, "side", "side depth top height last"),
    ({"last": "one", "top": "no", "side": "right"}, "side top last", "side top last"),
    ({"side": "left", "depth": "deep", "colour": "red"}, "side depth colour", "side depth colour top height last"),
    ({"side": "right", "depth": "deep", "colour": "red", "last": "two"}, "side last", "side top last"),
    ({"side": "right", "top": "yes", "height": "low"}, "side top height", "side top height last"),
    ({"side": "right", "top": "no", "height": "low"}, "side top", "side top last"),
    ({"side": "up", "top": ["yes"], "last": None, "other": "one"}, "", "side top last"),
]


@pytest.mark.parametrize(("given", "still", "asked"), WAYS)
def test_answers_count_where_their_question_is_asked_and_they_are_one_of_its_choices(small_rules, given, still, asked):
    answers, questions = answered_and_asked(small_rules, given)
    assert list(answers.items()) == [(name, given[name]) for name in still.split()]
    assert names(questions) == asked
    assert list(kept(small_rules, given).items()) == list(answers.items())


def test_a_question_may_wait_for_an_area_that_everybody_is_in_before_any_other_is_asked(small_rules):
    up, height = replace(small_rules.areas["up"], in_scope_when=(when(),)), small_rules.questions["height"]
    everywhere = replace(
        small_rules, areas={**small_rules.areas, "up": up}, questions={"height": height, **small_rules.questions}
    )
    assert names(answered_and_asked(everywhere, {})[1]) == "height side top last"


@pytest.mark.parametrize(
    ("answers", "following"),
    [
        ({}, "side"),
        ({"side": "left"}, "depth"),
        ({"side": "left", "depth": "flat"}, "top"),
        ({"side": "right", "top": "yes"}, "height"),
    ],
)
def test_the_next_question_is_the_first_that_is_asked_and_not_answered(small_rules, answers, following):
    assert next_question(small_rules, answers).id == following
    assert next_question(small_rules, {"side": "right", "top": "no", "last": "one"}) is None


@pytest.mark.parametrize(
    ("area", "questions", "gates"),
    [
        (None, [], ""),
        (None, ["last"], ""),
        ("up", [], "top"),
        ("right", ["last"], "side"),
        (None, ["depth"], "side"),
        ("right", ["depth"], "side"),
        (None, ["height"], "side top"),
        ("up", ["height"], "side top"),
        (None, ["colour"], "side depth"),
        (None, ["shade"], "side depth colour top"),
    ],
)
def test_the_questions_that_decide_are_followed_back_to_the_first(small_rules, area, questions, gates):
    assert deciding(small_rules, area, questions) == set(gates.split())


def test_the_questions_of_conditions_come_once_each_in_the_order_of_asking(small_rules):
    conditions = [when(last="one", top="no"), when(), when(side="left", last="two")]
    assert questions_of(small_rules, conditions) == ("side", "top", "last")


@pytest.mark.parametrize(
    ("area", "questions", "expected"),
    [
        (None, ["top"], ["top=yes", "top=no"]),
        ("right", ["side"], ["side=right", "side=both"]),
        ("up", ["last", "top"], ["top=yes last=one", "top=yes last=two"]),
        ("right", ["depth"], ["", "depth=deep", "depth=flat"]),
        (None, ["colour"], ["", "colour=red", "colour=blue"]),
        (
            "right",
            ["height", "top"],
            [f"top={t} height={h}" for t in ("yes", "no") for h in ("high", "low")] + ["top=no"],
        ),
        ("left", ["last", "depth"], [f"depth={d} last={n}" for d in ("deep", "flat") for n in ("one", "two")]),
        ("up", [], [""]),
        (None, ["shade", "top"], ["top=yes", "top=no", "top=yes shade=dark", "top=yes shade=light"]),
    ],
)
def test_every_combination_that_somebody_in_the_area_can_give_comes_once(small_rules, area, questions, expected):
    found = list(combinations(small_rules, area, questions))
    assert sorted(" ".join(f"{q}={c}" for q, c in answers.items()) for answers in found) == sorted(expected)


def test_the_fewest_answers_are_those_without_which_it_does_not_always_hold():
    every = [{"a": a, "b": b, "c": c} for a in "12" for b in "12" for c in "12"]
    one = every[0]
    assert smallest(one, every, lambda given: given["b"] == "1") == {"b": "1"}
    assert smallest(one, every, lambda given: given["a"] == given["c"] == "1") == {"a": "1", "c": "1"}
    assert smallest(one, every, lambda given: True) == {}
    assert smallest(one, iter(every[:1]), lambda given: True) == {}
    assert smallest(one, every, lambda given: given == one) == one


def test_an_answer_is_not_left_out_where_those_who_are_not_asked_for_it_are_told_otherwise():
    asked, not_asked = {"b": "1", "a": "1"}, {"a": "1"}
    assert smallest(asked, [asked, not_asked], lambda given: "b" in given) == {"b": "1"}


@pytest.mark.parametrize(
    ("answers", "most"),
    [({}, 9), ({"area": "both"}, 8), ({"area": "hip-dips"}, 6), ({"area": "not-sure", "shape": "neither"}, 2)],
)
def test_the_most_questions_that_can_follow_are_counted(rulebook, answers, most):
    assert most_asked(rulebook, answers) == most


def test_nobody_is_ever_asked_more_than_what_was_said_to_be_the_most(rulebook):
    for answers in list(combinations(rulebook, None, rulebook.questions))[::50]:
        for number in range(4):
            assert len(answers) <= most_asked(rulebook, dict(list(answers.items())[:number]))
