"""The version of the file format, and older rule files brought up to it."""

import shutil

import pytest

from questionnaire.releases import rebuild
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


def test_rules_from_before_there_was_a_format_are_read_and_brought_up(runner, rules, rulebook):
    (rules / "format").unlink()
    assert load(rules).fingerprint == rulebook.fingerprint
    assert run(runner, rules) == (0, f"{rules}: brought from format 0 to 1. Next: flask rules check\n", "")
    assert (rules / "format").read_text() == "1\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2\n", "these rule files have the format 2, and this version of the project reads 1"),
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
    monkeypatch.setattr(file_format, "OLDEST", 2)
    with pytest.raises(RulebookError, match="which is older than 2; bring them up with 'flask rules upgrade'"):
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
    monkeypatch.setattr(file_format, "FORMAT", 2)
    monkeypatch.setattr(file_format, "STEPS", {**STEPS, 1: second})
    with pytest.raises(OSError, match="No space"):
        upgrade(rules)
    assert (rules / "format").read_text() == "1\n"
    assert upgrade(rules) == 1
    assert taken == [1, 1]
    monkeypatch.undo()
    with pytest.raises(FormatError, match="has the format 2, and this version of the project knows 1"):
        upgrade(rules)


def test_a_field_that_became_required_is_filled_in_before_an_earlier_release_is_built_again(rules, monkeypatch):
    """As if `claims: silent` had not been needed for a summary when the release was published."""
    path = rules / "hip-dips/exercise.yaml"
    whole = path.read_text()
    path.write_text(whole.replace("kind: self-care\n", "", 1))
    (rules / "format").unlink()
    old = shutil.copytree(rules, rules.with_name("old"))
    with pytest.raises(RulebookError, match="'kind' is missing"):
        load(old)
    monkeypatch.setattr(file_format, "STEPS", {0: lambda folder: (folder / "hip-dips/exercise.yaml").write_text(whole)})
    tables, problems = rebuild.build_upgraded(old)
    assert tables.rulebook.options["hip-dips/exercise"].kind == "self-care"
    assert list(problems) == []
