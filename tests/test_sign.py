"""`flask rules sign` and `unsigned`: who may sign what, what is written, and what has to be read after a change."""

import json
from datetime import date

import pytest

from questionnaire import create_app
from questionnaire.decide.build_tables import build
from questionnaire.decide.sign_off_units import standing, standings, unit_statements
from questionnaire.review.checks import check_folder
from questionnaire.rulebook.load import load
from questionnaire.rulebook.problems import RulebookError

from .conftest import OWN_RULES, RULES
from .edits import FAT, commit, put, run
from .signing import sign_in

TODAY = date.today()
UNTIL = f"{TODAY.year + 4}-01-31"
SIGN = f"sign {FAT} --by Dr.Example --role surgeon --until {UNTIL}"


@pytest.fixture
def staff(rules):
    """A command line over a copy of our rules that a test may change."""
    return create_app({"RULES": str(rules)}).test_cli_runner()


def read(rules, unit=FAT):
    return load(rules).sign_offs[unit]


def test_sign_writes_a_file_with_who_signed_and_each_text_that_they_read(staff, rules):
    done = run(staff, SIGN)
    assert done.exit_code == 0
    path = rules / "sign-offs" / f"{FAT}.yaml"
    assert done.stderr.startswith(f"Signed: {path}. 20 texts, of which 20 changed since they were read, or are new.\n")
    assert "Not signed yet, or no longer: hip-dips/leave-as-is, hip-dips/exercise, " in done.stderr
    tables = build(load(rules))
    signed, texts = tables.rulebook.sign_offs[FAT], unit_statements(tables, FAT)
    assert (signed.by, signed.role, signed.on, signed.until) == ("Dr.Example", "surgeon", f"{TODAY}", UNTIL)
    assert {name: one.words for name, one in signed.statements.items()} == {one.id: one.text for one in texts}
    assert signed.signature is None
    assert standing(tables, FAT, date(2027, 1, 1)).state == "signed"
    assert check_folder(rules) == []
    assert tables.rulebook.fingerprint == load(RULES).fingerprint
    assert (rules / f"{FAT}.yaml").read_text() == (RULES / f"{FAT}.yaml").read_text()
    assert path.read_text().endswith("...\n")


@pytest.mark.parametrize("unit", ["hip-dips", "questions", "shared", "clinic", "pages"])
def test_what_options_share_can_be_signed(staff, rules, unit):
    sign_in(rules)
    (rules / "sign-offs" / f"{unit}.yaml").unlink()
    (missing,) = json.loads(run(staff, "unsigned --json").stdout)["unsigned"]
    assert (missing["unit"], missing["table"], missing["why"]) == (unit, True, "nobody signed it")
    done = run(staff, SIGN.replace(FAT, unit))
    assert done.exit_code == 0, done.stderr
    assert "Not signed yet" not in done.stderr


def test_nothing_is_listed_once_every_unit_is_signed(staff, rules):
    sign_in(rules)
    assert json.loads(run(staff, "unsigned --json").stdout) == {"unsigned": []}
    assert run(staff, "unsigned").stdout == "Every unit is signed.\n"
    assert check_folder(rules) == []


def test_a_change_elsewhere_leaves_a_sign_off_in_force(staff, rules):
    run(staff, SIGN)
    put(rules, "hip-dips/emsculpt.yaml", "name: Emsculpt for hip dips", "name: Emsculpt")
    put(rules, "source.yaml", "Squats are one of these exercises.", "Squats are another of these exercises.")
    assert [problem for problem in check_folder(rules) if problem.check == "sign-off"] == []


def test_after_a_change_only_what_differs_has_to_be_read(staff, rules):
    sign_in(rules)
    put(rules, f"{FAT}.yaml", "name: Fat transfer (fat grafting)", "name: Moving fat")
    put(rules, f"{FAT}.yaml", "when: {donor-fat: not-enough}", "when: {donor-fat: [not-enough, not-sure]}")
    (unsigned,) = json.loads(run(staff, "unsigned --json").stdout)["unsigned"]
    assert unsigned == {
        "unit": FAT,
        "statements": [f"{FAT}.name"],
        "table": True,
        "why": "1 of 20 texts of this option changed since Dr Able read them, and so did what answers lead to on "
        "2026-11-26",
    }
    assert run(staff, "unsigned").stdout == (
        f"{FAT}: {unsigned['why']}.\n"
        f"  {FAT}.name\n"
        "    read: Fat transfer (fat grafting)\n"
        "    now:  Moving fat\n"
        "  its table: what answers lead to is not what was signed\n"
    )
    assert run(staff, f"unsigned {OWN_RULES} --json").exit_code == 0


def test_signing_again_keeps_who_read_what_has_not_changed(staff, rules):
    run(staff, SIGN)
    put(rules, f"{FAT}.yaml", "name: Fat transfer (fat grafting)", "name: Moving fat")
    done = run(staff, SIGN.replace("Dr.Example", "Dr.Other"))
    assert "20 texts, of which 1 changed since they were read, or are new." in done.stderr
    signed = read(rules)
    assert signed.by == "Dr.Other"
    assert {one.by or signed.by for one in signed.statements.values()} == {"Dr.Example", "Dr.Other"}
    assert [name for name, one in signed.statements.items() if not one.by] == [f"{FAT}.name"]
    run(staff, SIGN.replace("Dr.Example", "Dr.Third"))
    assert {one.by for one in read(rules).statements.values()} == {"Dr.Example", "Dr.Other"}


def test_what_is_overdue_is_read_anew_whole(staff, rules):
    sign_in(rules, FAT, until="2026-01-01")
    (overdue,) = [one for one in json.loads(run(staff, "unsigned --json").stdout)["unsigned"] if one["unit"] == FAT]
    assert (len(overdue["statements"]), overdue["table"]) == (20, True)
    assert overdue["why"] == "Dr Able signed it until 2026-01-01; it is to be read again"
    run(staff, SIGN)
    assert {one.by for one in read(rules).statements.values()} == {""}


def test_a_text_that_came_or_went_or_rests_on_something_else_is_told(staff, rules):
    sign_in(rules)
    path = rules / f"{FAT}.yaml"
    path.write_text(path.read_text().replace("claims: [graft-loss-first-year]", "claims: [graft-needs-time]", 1))
    said = run(staff, "unsigned").stdout
    assert "The words are the same; what they rest on, or what is shown with them, is not." in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (SIGN.replace(UNTIL, "2020-01-31"), "--until must be a day after today, such as "),
        (SIGN.replace("-01-31", "-02-31"), "--until must be a day after today, such as "),
        (SIGN.replace(UNTIL, "soon"), "--until must be a day after today, such as "),
        (SIGN.replace(UNTIL, "2927-11-30"), "--until may be 5 years from today at most, not '2927-11-30'"),
        (SIGN.replace(FAT, "hip-dips/fat"), "there is no unit 'hip-dips/fat'; did you mean 'hip-dips/fat-transfer'?"),
        (SIGN.replace(FAT, "page"), "there is no unit 'page'; did you mean 'pages'?"),
    ],
)
def test_a_sign_off_that_can_t_be_taken_is_refused_and_nothing_is_written(staff, rules, words, said):
    done = run(staff, words)
    assert done.exit_code != 0
    assert said in done.stderr
    assert not (rules / "sign-offs").exists()


def test_an_option_with_an_error_can_t_be_signed(staff, rules):
    put(rules, f"{FAT}.yaml", "    claims: [graft-loss-first-year]\n", "")
    assert "has errors; mend what `flask rules check` says, then sign" in run(staff, SIGN).stderr


@pytest.mark.parametrize("unit", [FAT, "hip-dips", "shared"])
def test_whoever_wrote_the_last_change_can_t_sign_it(staff, rules, unit):
    commit(rules)

    def sign(by):
        return staff.invoke(args=["rules", "sign", unit, "--by", by, "--role", "surgeon", "--until", UNTIL])

    for own in ("An Editor", "editor@clinic.example"):
        assert f"{own} wrote the last change of '{unit}'; somebody else" in sign(own).stderr
    assert sign("Somebody Else").exit_code == 0


def test_no_rule_file_of_ours_is_signed():
    for folder in (RULES, OWN_RULES):
        assert not (folder / "sign-offs").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "hip-dip",
            "'hip-dip' is no unit that can be signed; delete the file, or call it as its unit (did you mean 'hip",
        ),
        ("hip-dips/a/b", "'hip-dips/a/b' is no unit that can be signed; delete the file, or call it as its unit ("),
    ],
)
def test_a_sign_off_of_no_unit_is_named(rules, name, said):
    sign_in(rules, FAT)
    path = rules / "sign-offs" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    (rules / "sign-offs" / f"{FAT}.yaml").rename(path)
    with pytest.raises(RulebookError) as refused:
        load(rules)
    (problem,) = refused.value.problems
    assert str(problem).startswith(f"{path}:1:1: error [not-listed] {said}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('table: "', 'table: "x', "'table' can't be 'x"),
        ("until: 2999", "until: soon", "'until' can't be 'soon-01-01'; write a day as year-month-day"),
        ("by:", "bye:", "the key 'bye' is not known here; did you mean 'by'?"),
        ("...\n", "", "the file does not end with the line '...', so its end may be missing"),
    ],
)
def test_a_sign_off_that_is_damaged_is_named_at_its_line(rules, old, new, said):
    sign_in(rules, FAT)
    put(rules, f"sign-offs/{FAT}.yaml", old, new)
    with pytest.raises(RulebookError) as refused:
        load(rules)
    assert said in str(refused.value)
    assert all(problem.place.file.endswith(f"sign-offs/{FAT}.yaml") for problem in refused.value.problems)


def test_words_of_every_kind_come_back_as_they_were_read(staff, rules):
    put(rules, f"{FAT}.yaml", "name: Fat transfer (fat grafting)", "name: \"A: 'b' – “c” \\\\ # d\"")
    sign_in(rules)
    now = standings(build(load(rules)), TODAY)
    assert {one.state for one in now.values()} == {"signed"}
    assert read(rules).statements[f"{FAT}.name"].words == "A: 'b' – “c” \\ # d"
