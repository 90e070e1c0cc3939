"""The version of the file format, and older rule files brought up to it."""

import shutil
from datetime import date

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.decide.sign_off_units import standing
from questionnaire.releases import rebuild_tables
from questionnaire.review.unsigned import why
from questionnaire.rulebook import file_format
from questionnaire.rulebook.file_format import FORMAT, STEPS, FormatError, format_of, upgrade
from questionnaire.rulebook.load import load
from questionnaire.rulebook.problems import RulebookError

from .conftest import RULES


def run(runner, *words):
    done = runner.invoke(args=["rules", "upgrade", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


def test_our_own_rules_have_the_format_of_today(runner):
    assert format_of(RULES) == FORMAT
    assert run(runner, RULES) == (0, f"{RULES} has the format {FORMAT} already; nothing was changed.\n", "")


REVIEWED = (
    "\n# Who read it.\nreview:\n  status: reviewed\n  by: 'A. Name'\n  role: surgeon\n  on: 2026-03-01\n"
    '  review-again: 2999-03-01\n  fingerprint: "0a1b2c3d4e5f"\n...\n'
)


def test_rules_from_before_there_was_a_format_are_brought_up_before_they_are_read(runner, rules, rulebook):
    (rules / "format").unlink()
    with pytest.raises(RulebookError, match="the format 0, which is older than 2; bring them up with 'flask rules upg"):
        load(rules)
    assert run(runner, rules) == (0, f"{rules}: brought from format 0 to 2. Next: flask rules check\n", "")
    assert (rules / "format").read_text() == "2\n"
    assert load(rules).fingerprint == rulebook.fingerprint


def test_a_review_block_becomes_a_sign_off_that_says_who_signed_and_that_nothing_is_proved(runner, rules, rulebook):
    """Who signed, as what and until when is kept; which words they read was never written down."""
    before = {path: path.read_text() for path in rules.rglob("*.yaml")}
    for path in rules.glob("hip-dips/*.yaml"):
        path.write_text(before[path].replace("...\n", "\nreview: {status: not-reviewed}\n...\n"))
    signed = rules / "hip-dips/exercise.yaml"
    signed.write_text(before[signed].replace("...\n", REVIEWED))
    (rules / "format").write_text("1\n")
    assert run(runner, rules) == (0, f"{rules}: brought from format 1 to 2. Next: flask rules check\n", "")
    assert {path: path.read_text() for path in before} == before
    tables = build(load(rules))
    assert tables.rulebook.fingerprint == rulebook.fingerprint
    assert [*tables.rulebook.sign_offs] == ["hip-dips/exercise"]
    stands = standing(tables, "hip-dips/exercise", date(2026, 11, 26))
    kept = stands.sign_off
    assert (kept.by, kept.role, kept.on, kept.until) == ("A. Name", "surgeon", "2026-03-01", "2999-03-01")
    assert (stands.state, len(stands.changed), stands.table_changed) == ("changed", len(stands.statements), True)
    assert why(stands) == "A. Name signed it on 2026-03-01, when nobody wrote down which words; it is to be read again"


def test_a_file_that_can_t_be_read_is_named_and_the_format_stays(runner, rules):
    (rules / "format").write_text("1\n")
    (rules / "grid.yaml").write_text("rows: [\n...\n")
    code, _, said = run(runner, rules)
    assert code == 1
    assert f"{rules / 'grid.yaml'}:" in said
    assert (rules / "format").read_text() == "1\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3\n", "these rule files have the format 3, and this version of the project reads 2"),
        ("one\n", "the file 'format' must hold one number"),
        ("", "the file 'format' must hold one number"),
        ("1" * 5000, "the file 'format' must hold one number"),
        ("-1", "the file 'format' must hold one number"),
    ],
)
def test_a_format_that_is_newer_or_none_is_refused_in_words(runner, rules, text, message):
    (rules / "format").write_text(text)
    with pytest.raises(RulebookError) as fault:
        load(rules)
    (problem,) = fault.value.problems
    assert (problem.place.file, problem.check) == (str(rules / "format"), "format")
    assert problem.message.startswith(message)
    code, _, said = run(runner, rules)
    assert code == 1
    assert "format" in said
    assert (rules / "format").read_text() == text


def test_a_format_that_can_t_be_read_is_a_clear_error(rules):
    (rules / "format").unlink()
    (rules / "format").mkdir()
    with pytest.raises(RulebookError, match="the file 'format' can't be read"):
        load(rules)


def test_a_format_that_is_too_old_to_be_read_names_the_command(rules, monkeypatch):
    monkeypatch.setattr(file_format, "OLDEST", 3)
    with pytest.raises(RulebookError, match="which is older than 3; bring them up with 'flask rules upgrade'"):
        load(rules)


def test_a_folder_that_holds_no_rules_is_not_upgraded(runner, tmp_path):
    assert run(runner, tmp_path) == (1, "", f"Error: {tmp_path} is no folder of rule files: it has no areas.yaml\n")


def test_each_step_is_taken_once_and_one_that_fails_can_be_tried_again(rules, monkeypatch):
    taken = []

    def second(folder):
        taken.append(format_of(folder))
        if len(taken) == 1:
            raise OSError(28, "No space left on device", str(folder))

    (rules / "format").unlink()
    monkeypatch.setattr(file_format, "FORMAT", 3)
    monkeypatch.setattr(file_format, "STEPS", {**STEPS, 2: second})
    with pytest.raises(OSError, match="No space"):
        upgrade(rules)
    assert (rules / "format").read_text() == "2\n"
    assert upgrade(rules) == 2
    assert taken == [2, 2]
    monkeypatch.undo()
    with pytest.raises(FormatError, match="has the format 3, and this version of the project knows 2"):
        upgrade(rules)


def test_a_field_that_became_required_is_filled_in_before_an_earlier_release_is_built_again(rules, monkeypatch):
    """As if `claims: silent` had not been needed for a summary when the release was published."""
    path = rules / "hip-dips/exercise.yaml"
    whole = path.read_text()
    path.write_text(whole.replace("kind: self-care\n", "", 1))
    with pytest.raises(RulebookError, match="'kind' is missing"):
        load(rules)
    (rules / "format").unlink()
    old = shutil.copytree(rules, rules.with_name("old"))
    monkeypatch.setattr(
        file_format, "STEPS", {**STEPS, 0: lambda folder: (folder / "hip-dips/exercise.yaml").write_text(whole)}
    )
    tables, problems = rebuild_tables.build_upgraded(old)
    assert tables.rulebook.options["hip-dips/exercise"].kind == "self-care"
    assert list(problems) == []
