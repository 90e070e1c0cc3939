"""What the clinic adds, day by day: against an evaluator that does not know the code, and against tables built anew."""

import shutil
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaire.decide.build_tables import build
from questionnaire.decide.in_force import (
    first_days,
    holds_until,
    in_force,
    may_be_withdrawn,
    withdrawal,
    withdrawn_by,
    without_clinic,
)
from questionnaire.decide.outcome import decide, questions_to_ask
from questionnaire.rulebook.load import load
from questionnaire.rulebook.model import Added, Clinic, ClinicAnswer, Condition, Rule

from . import plain
from .clinic import write_clinic
from .conftest import RULES
from .random_rulebooks import PLACE, SAID, rulebook
from .small import cited

DAYS = ["2026-11-25", "2026-11-26", "2026-11-27", "2026-12-31", "2027-01-01", "2028-02-29"]
SURGERY = {
    "area": "hip-dips",
    "hoped-for": "softer",
    "donor-fat": "not-enough",
    "tolerance": "surgery",
    "timing": "months",
    "upkeep": "yes",
}


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The tables of our rules with the worked example of docs/clinic.md."""
    folder = Path(shutil.copytree(RULES, tmp_path_factory.mktemp("clinic") / "rules"))
    write_clinic(folder)
    return build(load(folder))


def with_random_clinic(seed):
    """A made-up rulebook with up to five rules of a clinic's, each for some options, answers and days."""
    random, made = Random(seed), rulebook(seed, options=2, questions=3)
    rules = []
    for number in range(random.randint(1, 5)):
        since, until = sorted(random.sample(DAYS, 2))
        added = Added("list", "2026-01-01", random.choice(["", since]), random.choice(["", until]))
        asked = random.sample(list(made.questions), random.randint(0, 2))
        lines = tuple((name, tuple(random.sample(list(made.questions[name].choices), 1))) for name in asked)
        options = tuple(random.sample(list(made.options), random.randint(1, len(made.options))))
        verdict = random.choice(["ask", "ruled-out"])
        rules.append(Rule(f"clinic{number}", verdict, Condition(lines), SAID, None, PLACE, True, options, added))
    return replace(made, clinic=Clinic(tuple(rules)))


@settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None, derandomize=True
)
@given(st.integers(0, 10**9), st.sampled_from(DAYS))
def test_no_clinic_s_file_makes_any_verdict_milder_and_each_row_is_what_plain_python_says(seed, day):
    made = with_random_clinic(seed)
    tables = in_force(build(made, allow_gaps=True), day)
    for option, table in tables.options.items():
        for at, row in table.rows.items():
            answers = table.answers(at)
            said = plain.decide_with_clinic(made, made.options[option], answers, day)
            assert (row.verdict, [r.id for r in row.because], [c.id for c in row.caveats]) == said
            article = plain.decide(made, made.options[option], answers)[0]
            assert plain.CAUTION[row.verdict] >= plain.CAUTION[article]


@pytest.mark.parametrize("seed", range(40))
def test_tables_of_a_day_are_those_that_its_lines_alone_would_give(seed):
    whole = build(with_random_clinic(seed), allow_gaps=True)
    for day in DAYS:
        now = in_force(whole, day)
        anew = build(now.rulebook, allow_gaps=True)
        assert (now.options, now.notes) == (anew.options, anew.notes)
    assert without_clinic(whole).options == build(replace(whole.rulebook, clinic=Clinic()), allow_gaps=True).options


@pytest.mark.parametrize("day", [*DAYS, "2027-11-01", "2027-11-02"])
def test_the_worked_example_gives_on_each_day_what_its_lines_of_the_day_give(example, day):
    now = in_force(example, day)
    anew = build(now.rulebook)
    assert (now.options, now.notes) == (anew.options, anew.notes)
    assert [rule.id for rule in now.rulebook.clinic.rules] == [
        *(["not-done-here"] if day <= "2027-11-01" else []),
        *(["letter-first"] if day >= "2027-01-01" else []),
        "worry",
    ]


def test_what_holds_changes_on_the_first_day_and_after_the_last(example):
    assert first_days(example.rulebook) == ["2027-01-01", "2027-11-02"]
    assert holds_until(example.rulebook, "2026-11-26") == "2026-12-31"
    assert holds_until(example.rulebook, "2027-01-01") == "2027-11-01"
    assert holds_until(example.rulebook, "2027-11-02") == ""
    answers = {**SURGERY, "worry": "not-often"}

    def verdicts(day):
        results = decide(in_force(example, day), answers).results
        return {r.option.id: r.row.verdict for r in results if r.option.kind in ("surgery", "injection")}

    before = verdicts("2026-12-31")
    assert (before["hip-dips/implants"], before["hip-dips/plla-injections"]) == ("ruled-out", "fits")
    assert verdicts("2027-01-01")["hip-dips/plla-injections"] == "ask"
    assert verdicts("2027-11-01")["hip-dips/implants"] == "ruled-out"
    assert verdicts("2027-11-02")["hip-dips/implants"] == "fits"


def test_an_answer_of_the_clinic_s_stands_in_the_grid_and_its_question_is_not_asked_while_it_holds(example):
    def cost(day):
        now = in_force(example, day)
        (result,) = [r for r in decide(now, {**SURGERY, "worry": "not-often"}).results if "plla" in r.option.id]
        question = now.rulebook.grid["cost"].question
        return result.option.grid["cost"], question in questions_to_ask(now.rulebook, result)

    cell, asked = cost("2026-12-31")
    assert (cell.text, cell.added.source, asked) == (
        "We give you the price of all visits in writing before the first one.",
        "Price list 2026",
        False,
    )
    cell, asked = cost("2027-01-01")
    assert (cell.silent, cell.added, asked) == (True, None, True)


def test_an_answer_fills_silent_rows_alone_even_where_nobody_checked():
    made = rulebook(1)
    (name, option), *_ = made.options.items()
    answers = tuple(
        ClinicAnswer(row, (name,), row, cited("ours"), Added("list", "2026-01-01"), PLACE) for row in ("said", "open")
    )
    grid = {"said": cited("theirs"), "open": SAID}
    made = replace(made, options={name: replace(option, grid=grid)}, clinic=Clinic(answers=answers))
    now = in_force(build(made, allow_gaps=True), "2026-11-26").rulebook.options[name]
    assert {row: cell.text for row, cell in now.grid.items()} == {"said": "theirs", "open": "ours"}


def test_the_question_of_the_clinic_puts_its_note_first_and_holds_options_at_ask(example):
    now = in_force(example, "2026-11-26")
    outcome = decide(now, {**SURGERY, "hoped-for": "gone", "worry": "most-days"})
    assert [note.id for note in outcome.notes][:2] == ["worry-support", "hip-dips-hoped-gone"]
    kinds = {result.option.kind for result in outcome.results if result.row.verdict == "fits"}
    assert kinds == {"self-care"}
    calm = decide(now, {**SURGERY, "hoped-for": "gone", "worry": "not-said"})
    assert calm.notes[0].id == "hip-dips-hoped-gone"
    assert "surgery" in {result.option.kind for result in calm.results if result.row.verdict == "fits"}


def test_a_withdrawn_option_is_ruled_out_for_everybody_with_the_reason_alone_in_front(example):
    name = "hip-dips/plla-injections"
    stop = withdrawal(name, "The maker has called it back.", "2026-11-26")
    now = in_force(example, "2026-11-26", [stop])
    rows = now.options[name].rows.values()
    assert {(row.verdict, row.because[0].because.text, row.would_change) for row in rows} == {
        ("ruled-out", "The maker has called it back.", ())
    }
    assert all(withdrawn_by(row) == stop for row in rows)
    before = in_force(example, "2026-11-26")
    assert {n: t for n, t in now.options.items() if n != name} == {n: t for n, t in before.options.items() if n != name}
    assert now.rulebook.fingerprint != before.rulebook.fingerprint


def test_leaving_things_as_they_are_and_what_there_is_not_can_t_be_withdrawn(example):
    book = example.rulebook
    names = ["hip-dips/leave-as-is", "hip-dips/nothing"]
    assert not any(may_be_withdrawn(book, name) for name in names)
    stops = [withdrawal(name, "so", "2026-11-26") for name in names]
    assert (
        in_force(example, "2026-11-26", stops).rulebook.fingerprint
        == in_force(example, "2026-11-26").rulebook.fingerprint
    )


def test_without_anything_of_the_clinic_s_tables_are_what_they_were(tables):
    assert in_force(tables, "2026-11-26") is tables
    assert without_clinic(tables) is tables
    assert (first_days(tables.rulebook), holds_until(tables.rulebook, "2026-11-26")) == ([], "")
