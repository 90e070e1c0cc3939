"""Decision tables of a small rulebook made by hand: every row, every refusal, and outcomes looked up in them."""

import pytest

from questionnaire.decide import build_tables, engine_limits
from questionnaire.decide.build_tables import (
    Change,
    DecisionTable,
    NoteTable,
    Result,
    Row,
    build,
    gap_problems,
    note_table,
    option_table,
)
from questionnaire.decide.engine import MAX_CONDITIONS, MAX_LISTS, fire
from questionnaire.decide.engine_limits import too_large
from questionnaire.decide.outcome import Outcome, decide
from questionnaire.decide.visit_verdicts import visits
from questionnaire.rulebook.problems import Problem, RulebookError

from .random_rulebooks import PLACE
from .small import caveat, rule, small_rulebook

YES, MAYBE, ALSO, NO = RULES = [
    rule("yes", "fits", 1, depth="deep"),
    rule("maybe", "ask", 2, depth="deep", top="yes"),
    rule("also", "ask", 3, top="yes"),
    rule("no", "ruled-out", 4, depth="flat"),
]
ALWAYS, ON_TOP = caveat("always", ("left/push", "up/pull")), caveat("on-top", ("left/push",), top="yes")
SHADE = caveat("shade", areas=("left", "up"), side="left")
FIRST = caveat("first", areas=("left",), first=True, top="yes")
PULL = rule("pull", "fits", 5)


@pytest.fixture(scope="module")
def small():
    return small_rulebook({"left/push": RULES, "up/pull": [PULL]}, [ALWAYS, SHADE, ON_TOP, FIRST])


def test_a_row_has_its_verdict_the_rules_that_gave_it_its_caveats_and_what_would_change_it(small):
    deep_yes, deep_no, flat_yes, flat_no = ("deep", "yes"), ("deep", "no"), ("flat", "yes"), ("flat", "no")
    flat, deep = Change("depth", "flat", "ruled-out"), Change("depth", "deep", "ask")
    assert option_table(small, "left/push") == DecisionTable(
        "left/push",
        ("depth", "top"),
        {
            deep_yes: Row("ask", (MAYBE, ALSO), (ALWAYS, ON_TOP), (flat, Change("top", "no", "fits")), (YES,)),
            deep_no: Row("fits", (YES,), (ALWAYS,), (flat, Change("top", "yes", "ask"))),
            flat_yes: Row("ruled-out", (NO,), (ALWAYS, ON_TOP), (deep,), (ALSO,)),
            flat_no: Row("ruled-out", (NO,), (ALWAYS,), (Change("depth", "deep", "fits"),)),
        },
        (),
    )


def test_a_question_that_is_not_asked_changes_nothing_and_those_after_it_still_do():
    table = option_table(
        small_rulebook(
            {"right/press": [PULL, rule("deep", "ask", depth="deep", top="yes"), rule("no", "ask", top="no")]}
        ),
        "right/press",
    )
    back = Change("top", "yes", "fits")
    assert table.rows[None, "no"].would_change == table.rows["flat", "no"].would_change == (back,)
    assert table.rows["flat", "yes"].would_change == (Change("depth", "deep", "ask"), Change("top", "no", "ask"))
    assert table.answers((None, "no")) == {"top": "no"}
    with pytest.raises(ValueError, match="zip"):
        table.answers(("deep",))


def test_the_notes_of_an_area_come_in_the_rulebook_s_order_after_those_that_stand_first(small):
    assert note_table(small, "left") == NoteTable(
        "left",
        ("side", "top"),
        {
            ("left", "yes"): (FIRST, SHADE),
            ("left", "no"): (SHADE,),
            ("both", "yes"): (FIRST,),
            ("both", "no"): (),
        },
    )


NEVER = {"colour": "red", "shade": "light", "top": "no"}
ADD = "add a rule for them; if in doubt, under 'ask-first'"


@pytest.mark.parametrize(
    ("rules", "line", "message"),
    [
        (
            [rule("deep", "fits", 7, depth="deep"), rule("no", "fits", 8, top="no")],
            7,
            "1 of 4 combinations of answers match no rule of 'left/push', for example depth=flat, top=yes",
        ),
        (
            [rule("red", "fits", 7, colour="red"), rule("blue", "fits", 8, colour="blue", top="no")],
            7,
            "3 of 6 combinations of answers match no rule of 'left/push', for example colour=blue, top=yes",
        ),
        (
            [rule("never", "fits", 7, side="right"), rule("nor", "fits", 8, depth="deep", top="no", colour="blue")],
            7,
            "10 of 12 combinations of answers match no rule of 'left/push', for example top=yes",
        ),
        (
            [rule("never", "fits", 7, **NEVER)],
            7,
            "7 of 7 combinations of answers match no rule of 'left/push', for example any answers",
        ),
        (
            [rule("two", "fits", 7, side="right")],
            7,
            "2 of 2 combinations of answers match no rule of 'left/push', for example any answers",
        ),
        ([], 1, "no rule of 'left/push' ever matches"),
    ],
)
def test_answers_that_no_rule_matches_are_told_at_the_option_s_first_rule(rules, line, message):
    made = small_rulebook({"left/push": rules, "up/pull": [PULL]})
    place = rules[0].place if rules else PLACE
    assert place.line == line
    problem = Problem(place, "error", "gap", message, ADD)
    assert gap_problems(build(made, allow_gaps=True)) == [problem]
    with pytest.raises(RulebookError) as fault:
        build(made)
    assert fault.value.problems == (problem,)


def test_every_option_with_answers_that_no_rule_matches_is_told():
    lacking = [rule("deep", "fits", 7, depth="deep")]
    built = build(small_rulebook({"left/push": lacking, "up/pull": [PULL], "left/press": lacking}), allow_gaps=True)
    assert [problem.message.split("'")[1] for problem in gap_problems(built)] == ["left/push", "left/press"]


def test_tables_are_built_for_every_option_and_area(small):
    built = build(small)
    assert built.rulebook is small
    assert built.options == {name: option_table(small, name) for name in ("left/push", "up/pull")}
    assert built.notes == {name: note_table(small, name) for name in ("right", "left", "up")}


def test_rows_that_the_engine_does_not_answer_are_a_fault(small, monkeypatch):
    monkeypatch.setattr(build_tables, "fire", lambda conditions, rows: fire(conditions, rows)[:-1])
    with pytest.raises(ValueError, match="zip"):
        option_table(small, "left/push")
    with pytest.raises(ValueError, match="zip"):
        note_table(small, "left")


def test_as_many_rules_and_caveats_as_the_engine_takes_are_fine_and_one_more_is_told_by_name():
    caveats = [caveat(f"c{n}", ("left/push",)) for n in range(MAX_CONDITIONS - 1)]
    assert list(too_large(small_rulebook({"left/push": [PULL]}, caveats))) == []
    more = small_rulebook({"left/push": [PULL], "left/press": [PULL]}, [*caveats, caveat("more", ("left/push",))])
    problem = Problem(
        PLACE,
        "error",
        "too-many-rules",
        "the option 'left/push' has 61 rules and caveats, and the rules engine takes 60",
        "join some of them into one with a list of choices",
    )
    assert list(too_large(more)) == [problem]
    with pytest.raises(RulebookError) as fault:
        build(more)
    assert fault.value.problems == (problem,)


def test_a_rule_or_caveat_with_more_lists_of_choices_than_the_engine_takes_is_told_with_its_option():
    def lists(number):
        return {f"q{n}": "a b" for n in range(number)}

    right = rule("right", "fits", 1, **lists(MAX_LISTS), one="a", twice="a a")
    fire([right.when], [{"q0": "a"}])
    assert list(too_large(small_rulebook({"left/push": [right]}, [caveat("c", ("left/push",), **lists(14))]))) == []
    wide = rule("wide", "fits", 2, **lists(MAX_LISTS + 1))
    with pytest.raises(Exception, match="Could not create ruleset"):
        fire([wide.when], [{"q0": "a"}])
    large = too_large(small_rulebook({"left/push": [wide]}, [caveat("c", ("left/push",), **lists(15))]))
    assert [(problem.place.file, problem.message) for problem in large if problem.check == "too-many-lists"] == [
        (file, f"{name} has 15 lines with several choices each, and the rules engine takes 14")
        for file, name in (
            ("rules.yaml", "the rule 'wide' of the option 'left/push'"),
            ("made-up.yaml", "the caveat 'c'"),
        )
    ]


def test_an_area_with_too_many_notes_is_told_by_name():
    notes = [caveat(f"c{n}", areas=("left", "up"), depth="deep") for n in range(MAX_CONDITIONS + 1)]
    assert [problem.message for problem in too_large(small_rulebook({}, notes))] == [
        f"the area '{area}' has 61 rules and caveats, and the rules engine takes 60" for area in ("left", "up")
    ]
    assert list(too_large(small_rulebook({}, notes[1:]))) == []


def test_as_many_rows_as_the_limit_are_fine_and_one_more_is_told_with_the_questions(monkeypatch):
    reads = rule("reads", "fits", depth="deep", top="yes")
    made = small_rulebook(
        {"left/push": [reads], "up/pull": [PULL]}, [caveat("note", areas=("left",), side="left", top="no")]
    )
    monkeypatch.setattr(engine_limits, "MAX_ROWS", 4)
    assert list(too_large(made)) == []
    monkeypatch.setattr(engine_limits, "MAX_ROWS", 3)
    help = "let its rules and caveats read fewer questions"
    assert list(too_large(made)) == [
        Problem(PLACE, "error", "too-many-rows", f"{name}, which makes over 3 combinations", help)
        for name in (
            "the option 'left/push' reads 2 questions (depth, top)",
            "the area 'left' reads 2 questions (side, top)",
        )
    ]


def test_the_verdicts_of_every_visit_are_found_by_the_choices_alone(small):
    found = visits(build(small))
    assert found.verdicts({"side": "right", "top": "no", "last": "one"}) == {}
    assert found.verdicts({"side": "right", "top": "yes", "height": "low", "last": "one"}) == {"up/pull": "fits"}
    deep = {
        "side": "both",
        "depth": "deep",
        "colour": "red",
        "top": "yes",
        "height": "low",
        "shade": "dark",
        "last": "one",
    }
    assert found.verdicts(deep) == {"left/push": "ask", "up/pull": "fits"}
    assert found.rows[tuple(deep.values())] is found.rows["left", "deep", "blue", "yes", "low", "two"]
    with pytest.raises(KeyError):
        found.verdicts({"side": "right"})


def test_a_visit_that_no_rule_of_an_option_matches_has_no_verdict_of_that_option():
    lacking = {"left/push": [rule("deep", "fits", depth="deep")], "left/press": [rule("press", "ask")]}
    found = visits(build(small_rulebook(lacking), allow_gaps=True))
    assert found.rows["left", "flat", "no", "low", "one"] == {"left/press": "ask"}


def test_as_many_visits_as_the_limit_are_worked_out_and_none_where_there_is_one_more(small, monkeypatch):
    built = build(small)
    every = len(visits(built).rows)
    monkeypatch.setattr("questionnaire.decide.visit_verdicts.MOST", every)
    assert len(visits(built).rows) == every
    monkeypatch.setattr("questionnaire.decide.visit_verdicts.MOST", every - 1)
    assert visits(built) is None


def test_more_visits_than_a_table_can_hold_are_not_worked_out(small, monkeypatch):
    many = ({"side": "right", "top": "no", "last": str(number)} for number in range(60_000))
    monkeypatch.setattr("questionnaire.decide.visit_verdicts.combinations", lambda *_: many)
    assert visits(build(small)) is None


def test_an_outcome_has_the_row_of_every_option_and_the_notes_of_every_area_in_scope_each_once(small):
    built = build(small)
    answers = {"side": "left", "depth": "deep", "colour": "red", "top": "yes"}
    push = built.options["left/push"].rows["deep", "yes"]
    pull = built.options["up/pull"].rows[()]
    assert decide(built, answers) == Outcome(
        answers,
        (small.areas["left"], small.areas["up"]),
        (Result(small.options["left/push"], push), Result(small.options["up/pull"], pull)),
        (FIRST, SHADE),
    )
    assert list(decide(built, answers).caveats.items()) == [(one.id, one) for one in (FIRST, SHADE, ALWAYS, ON_TOP)]
    assert built.options["left/push"].row(answers) == push
    assert built.notes["left"].row(answers) == (FIRST, SHADE)
    with pytest.raises(KeyError):
        built.options["left/push"].row({"side": "left"})


def test_an_area_s_note_that_stands_first_comes_before_the_notes_of_an_area_before_it():
    note, later = caveat("note", areas=("left",)), caveat("later", areas=("up",), first=True)
    built = build(small_rulebook({}, [note, later]))
    assert decide(built, {"side": "left", "top": "yes"}).notes == (later, note)
    assert decide(built, {"side": "right", "top": "no"}).notes == ()
