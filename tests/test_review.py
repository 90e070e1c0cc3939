"""The commands of a reviewer and an editor: show, table, explain, report, diff, mutants, sign, new, fmt, and the schemas."""

import csv
import errno
import io
import re
import subprocess
from datetime import date

import pytest

from questionnaire import create_app
from questionnaire.decide.build_tables import build
from questionnaire.decide.signoff import option_fingerprint, standing
from questionnaire.review import promises, table
from questionnaire.review.checks import check_folder
from questionnaire.review.fmt import formatted, unformatted
from questionnaire.rulebook.load import load
from questionnaire.rulebook.yaml_tree import read_bytes

from .conftest import PROJECT, RULES
from .edits import FAT, commit, put, run


@pytest.fixture
def staff(rules):
    """A command line over a copy of our rules that a test may change."""
    return create_app({"RULES": str(rules)}).test_cli_runner()


# sign

UNTIL = f"{date.today().year + 4}-01-31"
SIGN = f"sign {FAT} --by Dr.Example --role surgeon --until {UNTIL}"


def test_sign_writes_a_sign_off_that_holds_until_something_changes(staff, rules):
    assert run(staff, SIGN).exit_code == 0
    tables = build(load(rules))
    review = tables.rulebook.options[FAT].review
    assert (review.by, review.role, review.review_again) == ("Dr.Example", "surgeon", UNTIL)
    assert standing(review, option_fingerprint(tables, FAT), date(2027, 1, 1)) == "reviewed"
    assert check_folder(rules) == []
    before, after = (RULES / f"{FAT}.yaml").read_text(), (rules / f"{FAT}.yaml").read_text()
    assert after.split("review:")[0] == before.split("review:")[0]
    put(rules, "source.yaml", "Fat that was moved needs time to settle in.", "It needs time.")
    assert [problem.check for problem in check_folder(rules)] == ["sign-off"]


def test_a_change_elsewhere_leaves_a_sign_off_in_force(staff, rules):
    run(staff, SIGN)
    for file, old, new in (
        ("hip-dips/emsculpt.yaml", "name: Emsculpt for hip dips", "name: Emsculpt"),
        ("source.yaml", "Squats are one of these exercises.", "Squats are another of these exercises."),
        ("questions.yaml", "hint: This means visits after the first one.", "hint: Visits after the first one."),
        ("caveats.yaml", "You will need follow-up sessions", "You need follow-up sessions"),
    ):
        put(rules, file, old, new)
    assert [problem for problem in check_folder(rules) if problem.check == "sign-off"] == []


def test_signing_again_takes_the_place_of_the_old_sign_off(staff, rules):
    run(staff, SIGN)
    run(staff, SIGN.replace("Dr.Example", "Dr.Other"))
    text = (rules / f"{FAT}.yaml").read_text()
    assert text.count("review:") == 1
    assert "Dr.Other" in text
    assert "Dr.Example" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (SIGN.replace(UNTIL, "2020-01-31"), "--until must be a day after today, such as "),
        (SIGN.replace("-01-31", "-02-31"), "--until must be a day after today, such as "),
        (SIGN.replace(UNTIL, "soon"), "--until must be a day after today, such as "),
        (SIGN.replace(UNTIL, "2927-11-30"), "--until may be 5 years from today at most, not '2927-11-30'"),
        (SIGN.replace(FAT, "hip-dips/fat"), "there is no option 'hip-dips/fat'; did you mean 'hip-dips/fat-transfer'?"),
    ],
)
def test_a_sign_off_that_can_t_be_taken_is_refused_and_nothing_is_written(staff, rules, words, said):
    done = run(staff, words)
    assert done.exit_code != 0
    assert said in done.stderr
    assert (rules / f"{FAT}.yaml").read_text() == (RULES / f"{FAT}.yaml").read_text()


def test_an_option_with_an_error_can_t_be_signed(staff, rules):
    put(rules, f"{FAT}.yaml", "    claims: [graft-loss-first-year]\n", "")
    assert "has errors; mend what `flask rules check` says, then sign" in run(staff, SIGN).stderr


def test_whoever_wrote_the_last_change_can_t_sign_it(staff, rules):
    commit(rules)

    def sign(by):
        return staff.invoke(args=["rules", "sign", FAT, "--by", by, "--role", "surgeon", "--until", UNTIL])

    for own in ("An Editor", "editor@clinic.example"):
        assert f"{own} wrote the last change of 'hip-dips/fat-transfer'; somebody else" in sign(own).stderr
    assert sign("Somebody Else").exit_code == 0


def test_no_rule_file_of_ours_is_signed():
    assert not [path for path in RULES.rglob("*.yaml") if "status: reviewed" in path.read_text()]


# new


@pytest.mark.parametrize("kind", ["self-care", "device", "injection", "surgery"])
@pytest.mark.parametrize("area", ["hip-dips", "love-handles"])
def test_a_new_option_can_be_tried_at_once_and_published_once_its_texts_are_written(staff, rules, area, kind):
    done = run(staff, f"new {area}/something-new --kind {kind}")
    assert done.exit_code == 0, done.stderr
    problems = check_folder(rules)
    assert [problem.check for problem in problems].count("placeholder") == 3
    assert {problem.check for problem in problems} <= {"placeholder", "reason", "never-fits", "borrowed-claim"}
    made = load(rules)
    shared = [c.id for c in made.expect[f"{area}/something-new"] if not c.place.file.endswith("something-new.yaml")]
    for caveat in shared:  # by its kind or area: is each true of this one?
        assert caveat in done.stderr.split()
    borrowed = [problem.message for problem in problems if problem.check == "borrowed-claim"]
    assert len(borrowed) == sum(bool(made.caveats[caveat].statement.claims) for caveat in shared)
    assert load(rules).areas[area].options[-1] == f"{area}/something-new"
    text = (rules / area / "something-new.yaml").read_text()
    for field in ("kind", "summary", "offered", "expect", "grid", "examples", "review"):
        assert re.search(rf"^#.*\n(#.*\n)*(\w+: .*\n)*{field}:", text, re.M), field
    assert formatted(text, f"{area}/something-new.yaml") == text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("new hip-dips/emsculpt --kind device", "the option 'hip-dips/emsculpt' exists already; choose another name"),
        ("new knees/emsculpt --kind device", "there is no area 'knees'; known: hip-dips, love-handles"),
        ("new emsculpt --kind device", "'emsculpt' is no option; write area/option in small letters"),
        ("new hip-dips/Big-One --kind device", "'hip-dips/Big-One' is no option; write area/option in small letters"),
    ],
)
def test_a_new_option_that_can_t_be_is_refused_and_nothing_is_left_behind(staff, rules, words, said):
    done = run(staff, words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert load(rules).fingerprint == load(RULES).fingerprint


# fmt


def test_our_own_files_are_in_order():
    assert unformatted(RULES) == []


def test_fmt_puts_fields_in_order_and_keeps_comments_and_meaning(staff, rules):
    path = rules / f"{FAT}.yaml"
    text = path.read_text()
    mixed = text.replace(
        "  - rule: tolerance-not-sure\n    when: {tolerance: not-sure}\n",
        "  # about the rule\n  - when: {tolerance: not-sure}\n    # its name\n    rule: tolerance-not-sure\n",
    )
    mixed = mixed.replace("grid:\n", "# our grid\ngrid:\n", 1)
    start, end = mixed.index("# our grid"), mixed.index("examples:\n")
    mixed = mixed[:start] + mixed[end:].replace("review:", mixed[start:end] + "review:")
    path.write_text(mixed)
    assert run(staff, "fmt --check").exit_code == 1
    assert path.read_text() == mixed
    assert run(staff, "fmt").exit_code == 0
    after = path.read_text()
    assert read_bytes(after.encode(), "f").plain() == read_bytes(text.encode(), "f").plain()
    keys = [line.split(":")[0] for line in after.splitlines() if re.match(r"[a-z-]+:", line)]
    assert keys == [
        "name",
        "kind",
        "summary",
        "claims",
        "offered",
        "ask-first",
        "not-offered",
        "expect",
        "grid",
        "examples",
        "review",
    ]
    assert "  # about the rule\n" in after
    assert "    # its name\n" in after
    assert "# our grid\ngrid:\n" in after
    assert "  - rule: tolerance-not-sure\n" in after
    assert run(staff, "fmt --check").exit_code == 0


# output for a terminal and for GitHub


def test_check_for_github_makes_annotations(staff, rules):
    put(rules, f"{FAT}.yaml", "kind: surgery", "kind: surgry")
    (line,) = run(staff, "check --format github").stdout.splitlines()
    assert line.startswith(
        f"::error file={rules / FAT}.yaml,line=2,col=1,title=unknown-word::'kind' can't be 'surgry'; did you mean"
    )


def test_colour_is_only_for_a_terminal(rules):
    put(rules, f"{FAT}.yaml", "kind: surgery", "kind: surgry")
    flask = PROJECT / ".venv/bin/flask"
    words = [str(flask) if flask.exists() else "flask", "rules", "check"]
    for colour in ({}, {"FORCE_COLOR": "1"}):
        env = {"FLASK_RULES": str(rules), "PATH": "/usr/bin:/bin", **colour}
        done = subprocess.run(words, env=env, cwd=PROJECT, capture_output=True, text=True)
        assert ("\x1b[" in done.stdout + done.stderr) == bool(colour)


def test_a_promise_that_reads_too_many_questions_is_refused_by_name(tables, monkeypatch):
    monkeypatch.setattr(promises, "MAX_ROWS", 3)
    said = {problem.message for problem in promises.broken_promises(tables)}
    assert "reads so many questions that 'hip-dips/fat-transfer' has over 3 combinations" in " ".join(said)
    assert all("has over 3 combinations" in message for message in said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (SIGN, "nothing was signed: "),
        ("new hip-dips/massage --kind self-care", "nothing was made: "),
    ],
)
def test_what_can_t_be_written_is_told_in_one_line_and_changes_nothing(staff, rules, monkeypatch, words, said):
    def refused(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", str(rules / "x"))

    before = {path: path.read_bytes() for path in rules.rglob("*.yaml")}
    monkeypatch.setattr("tempfile.mkstemp", refused)
    monkeypatch.setattr("pathlib.Path.write_text", refused)
    done = run(staff, words)
    assert (done.exit_code, done.stderr) == (1, f"Error: {said}{rules / 'x'} can't be written (Permission denied)\n")
    assert {path: path.read_bytes() for path in rules.rglob("*.yaml")} == before


def test_a_folder_of_rules_that_is_a_file_or_can_t_be_entered_is_told_as_such(staff, rules, monkeypatch):
    assert "this is a file, not a folder of rule files" in run(staff, f"check {rules / 'grid.yaml'}").stdout

    def refused(*_):
        raise PermissionError(errno.EACCES, "Permission denied", str(rules))

    monkeypatch.setattr("questionnaire.cli.check_command.check_rules", refused)
    said = run(staff, f"check {rules}")
    assert (said.exit_code, said.stdout) == (
        1,
        f"{rules}:1:1: error [missing-file] it can't be read (Permission denied); check who may read it\n",
    )


def test_no_cell_of_a_table_is_a_formula_to_a_spreadsheet(tables, monkeypatch):
    monkeypatch.setattr(table, "table_lines", lambda *_: (["=1+1", "+1"], [["-1", "@SUM(A1)"], ["\t=1", "1=1"]]))
    cells = [cell for line in csv.reader(io.StringIO(table.as_csv(tables, FAT))) for cell in line]
    assert cells == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "1=1"]
