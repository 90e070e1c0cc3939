"""What the clinic adds is told of apart from the article's rules: in diff, report, show, explain and exports."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.decide.in_force import in_force
from questionnaire.decide.sign_off_units import Standing
from questionnaire.review.clinic_lines import clinic_lines, signed
from questionnaire.review.diff import as_json, diff, sections
from questionnaire.review.explain import as_text, explain
from questionnaire.review.export.collect import collect_tables
from questionnaire.review.report import report
from questionnaire.review.show import show
from questionnaire.rulebook.load import load
from questionnaire.rulebook.model import SignOff

from .clinic import EXAMPLE, write_clinic
from .conftest import RULES
from .random_rulebooks import PLACE

ANSWERS = {
    "area": "hip-dips",
    "donor-fat": "not-enough",
    "tolerance": "surgery",
    "timing": "months",
    "upkeep": "yes",
    "hoped-for": "softer",
    "worry": "not-often",
}


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return made(tmp_path_factory, EXAMPLE)


def made(tmp_path_factory, added):
    folder = Path(shutil.copytree(RULES, tmp_path_factory.mktemp("clinic") / "rules"))
    write_clinic(folder, added)
    return build(load(folder))


def test_each_line_says_what_it_does_for_what_and_where_it_comes_from(example):
    lines = {line.id: line for line in clinic_lines(example.rulebook)}
    assert list(lines) == [
        "clinic.rules.not-done-here",
        "clinic.rules.letter-first",
        "clinic.rules.worry",
        "clinic.answers.cost-of-injections",
        "clinic.answers.recovery-after-fat-transfer",
        "caveats.worry-support",
        "caveats.time-to-decide-surgery",
        "caveats.time-to-decide-injection",
        "clinic.sells",
        "questions.worry",
    ]
    rule = lines["clinic.rules.not-done-here"]
    assert (rule.does, rule.words, rule.source) == (
        "ruled out, if “What is the most you would think about having done?” is answered with “Surgery”: hip-dips/implants",
        "Our clinic does not do this operation.",
        "added by the clinic: The clinic's list of treatments, 2026-11-01, until 2027-11-01",
    )


def test_diff_tells_of_the_clinic_s_lines_apart_and_once(example, tables, tmp_path_factory):
    told = sections(diff(tables, example))
    assert "clinic.rules.not-done-here" in told["What the clinic adds"]
    assert told["What the clinic adds"][-1] == "Nobody has signed the clinic's lines."
    assert not any("not-done-here" in line for line in told.get("Wording", ()))
    other = made(tmp_path_factory, EXAMPLE.replace("until: 2027-11-01", "until: 2027-12-01"))
    change = sections(diff(example, other))
    assert list(change) == ["What the clinic adds"]
    assert change["What the clinic adds"][0] == "clinic.rules.not-done-here"
    assert as_json(diff(example, other))["clinic"][0]["new"].endswith("2026-11-01, until 2027-12-01)")


def test_the_report_has_a_part_for_them_and_tries_what_holds_that_day(example):
    page = report(example, date(2026, 11, 26))
    assert "The clinic’s own lines" in page
    for line in clinic_lines(example.rulebook):
        assert f"<code>{line.id}</code>" in page
    assert "Does not hold" not in page  # examples are of the article's rules


def test_show_names_rules_answers_times_and_what_is_sold_as_the_clinic_s(example):
    page = " ".join(show(example, "hip-dips/implants").split())
    assert (
        "because: Added by the clinic: Our clinic does not do this operation. (added by the clinic: The clinic's list"
        in (page)
    )
    assert "We leave two weeks between" in page
    sold = " ".join(show(example, "hip-dips/coolsculpting").split())
    assert "The clinic earns money with it (added by the clinic: The clinic's list of treatments, 2026-11-01)." in sold
    answered = " ".join(show(example, "hip-dips/fat-transfer").split())
    assert "what you can do. (added by the clinic: Our surgeons, 2026-11-01)" in answered


def test_explain_fires_the_clinic_s_rules_too_and_agrees(example):
    now = in_force(example, "2026-11-26")
    outcome, explained = explain(now, ANSWERS)
    assert all(one.agrees for one in explained)
    assert (
        "yes  not-done-here (ruled out): decides. Our clinic does not do this operation. (added by the clinic: "
        "The clinic's list of treatments, 2026-11-01, until 2027-11-01)"
    ) in as_text(now.rulebook, outcome, explained)


@pytest.mark.parametrize("day", ["2026-11-26", "2027-01-01"])
def test_exports_have_them_row_by_row_and_are_proved(example, day):
    now = in_force(example, day)
    rules = {line.adds for table in collect_tables(now) for line in table.lines}
    assert {"not-done-here", "worry", "time-to-decide-surgery"} <= rules
    assert ("letter-first" in rules) == (day == "2027-01-01")


def test_who_signed_them_is_said_and_whether_that_holds(example):
    signed_off = SignOff("clinic", "Dr Able", "surgeon", "2026-11-26", "2027-11-26", "", {}, PLACE)
    for state, rest in (("signed", ""), ("changed", "; they have changed since"), ("overdue", "; that day has passed")):
        said = signed(Standing("clinic", state, signed_off, (), (), False))
        assert said == f"Dr Able (surgeon) signed the clinic's lines on 2026-11-26, until 2027-11-26{rest}."
