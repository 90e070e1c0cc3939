"""The commands of an editor: new and fmt, and what they print; those of a reviewer have test files of their own."""

import csv
import errno
import io
import re
import subprocess
from datetime import date

import pytest

from questionnaire import create_app
from questionnaire.review import promises, table
from questionnaire.review.checks import check_folder
from questionnaire.review.fmt import formatted, unformatted
from questionnaire.rulebook.load import load
from questionnaire.rulebook.yaml_tree import read_bytes

from .conftest import PROJECT, RULES
from .edits import FAT, put, run


@pytest.fixture
def staff(rules):
    """A command line over a copy of our rules that a test may change."""
    return create_app({"RULES": str(rules)}).test_cli_runner()


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
    for field in ("kind", "summary", "offered", "expect", "grid", "examples"):
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
    mixed = mixed[:start] + mixed[end:].replace("...\n", mixed[start:end] + "...\n")
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
        (f"sign {FAT} --by Dr.Example --role surgeon --until {date.today().year + 4}-01-31", "nothing was signed: "),
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
