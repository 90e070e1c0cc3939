"""The loader: what it makes of whole folders, and what it says of names that lead nowhere and of wrong files."""

import re
import shutil

import pytest

from questionnaire.rulebook.load import load, rule_files
from questionnaire.rulebook.model import Condition
from questionnaire.rulebook.problems import Place, RulebookError, error

from .edits import put

OPTION = "hip-dips/fat-transfer.yaml"


def problems(folder):
    """What the loader says of a folder: lines with the folder's own path taken out."""
    with pytest.raises(RulebookError) as fault:
        load(folder)
    return [str(problem).replace(f"{folder}/", "") for problem in fault.value.problems]


def test_our_rule_files_load_with_every_name_resolved(rulebook):
    option = rulebook.options["hip-dips/fat-transfer"]
    assert option.area == "hip-dips"
    assert option.kind == "surgery"
    rule = option.rules[0]
    assert (rule.id, rule.verdict) == ("open-to-surgery-with-fat", "fits")
    assert rule.when == Condition((("tolerance", ("surgery",)), ("donor-fat", ("enough",))))
    assert rule.because.claims == ("fat-transfer-method",)
    assert rulebook.passages(rule.because.claims) == ("GHD-8.1",)
    assert rulebook.heading("GHD-8.1") == "What can be done about hip dips"
    assert option.grid["cost"].silent
    assert not option.grid["what-it-is"].silent
    assert [c.id for c in rulebook.expect["hip-dips/fat-transfer"]][:2] == ["graft-loss", "graft-amount"]


def test_yes_and_no_without_quotes_are_words_and_not_truth_values(rules):
    put(rules, "questions.yaml", 'choice: "yes"', "choice: yes")
    put(rules, "hip-dips/emsculpt.yaml", 'upkeep: "yes"}', "upkeep: yes}")
    load(rules)


def test_a_missing_file_and_a_missing_folder_are_named(rules):
    (rules / "clinic.yaml").unlink()
    assert problems(rules) == [
        "clinic.yaml:1:1: error [missing-file] the rule file 'clinic.yaml' is missing; put it back"
    ]
    assert problems(rules / "nowhere") == [
        f"{rules}/nowhere:1:1: error [missing-file] there is no such folder; check its name"
    ]


def test_a_missing_folder_that_is_a_file_is_told_as_such(rules):
    with pytest.raises(RulebookError) as refused:
        load(rules / "grid.yaml")
    assert str(refused.value) == (
        f"{rules}/grid.yaml:1:1: error [missing-file] this is a file, not a folder of rule files; check its name"
    )


def test_an_option_that_is_listed_twice_is_named_and_those_after_it_are_read(rules):
    put(rules, "areas.yaml", "      - emsculpt\n", "      - emsculpt\n      - emsculpt\n      - cupping\n")
    put(rules, "hip-dips/leave-as-is.yaml", "kind: self-care", "kind: nothing")
    listed, missing, read = problems(rules)
    assert listed == (
        "areas.yaml:21:9: error [given-twice] the option 'hip-dips/emsculpt' is listed twice; remove one of them"
    )
    assert "'hip-dips/cupping.yaml' is missing" in missing
    assert read.startswith("hip-dips/leave-as-is.yaml:")


def test_every_file_that_is_not_listed_is_named_with_the_nearest_that_is_missing(rules):
    (rules / "hip-dips/emsculpt.yaml").rename(rules / "hip-dips/emsculp.yml")
    (rules / "notes.txt").write_text("not a rule file")
    (rules / "old.yaml").mkdir()
    (rules / "old.yaml/questions.yaml").write_text("")
    assert problems(rules) == [
        "areas.yaml:20:9: error [missing-file] the option 'hip-dips/emsculpt' is listed, but its file "
        "'hip-dips/emsculpt.yaml' is missing; put the file there, or take the option off the list",
        "hip-dips/emsculp.yml:1:1: error [not-listed] the file 'hip-dips/emsculp.yml' is not listed; list it under its "
        "area's options in areas.yaml, or move it away (did you mean 'hip-dips/emsculpt.yaml'? Known: hip-dips/emsculpt.yaml)",
        "old.yaml/questions.yaml:1:1: error [not-listed] the file 'old.yaml/questions.yaml' is not listed; list it under its "
        "area's options in areas.yaml, or move it away (known: hip-dips/emsculpt.yaml)",
    ]


def test_a_file_that_is_not_listed_is_named_with_every_other_where_none_is_missing(rules):
    (rules / "claims.yaml").write_text("")
    (said,) = problems(rules)
    assert said.endswith("or move it away (did you mean 'clinic.yaml'?)")


def test_files_are_named_as_the_reader_would_open_them(rules, monkeypatch):
    (rules / "clinic.yaml").unlink()
    monkeypatch.chdir(rules.parent)
    assert problems(rules)[0].startswith("rules/clinic.yaml:1:1:")
    monkeypatch.chdir(rules / "hip-dips")
    with pytest.raises(RulebookError) as fault:
        load(rules)
    assert str(fault.value).startswith(f"{rules}/clinic.yaml:1:1:")


def test_every_problem_of_every_file_is_reported_at_once_in_file_order(rules):
    put(rules, OPTION, "kind: surgery", "kind: &a surgery\nkind: device")
    put(rules, "caveats.yaml", "areas: [hip-dips]", "areas: [hips]")
    put(rules, "questions.yaml", "choice: both, label", "choise: both, label")
    assert [re.sub(r":.*\[", " [", line).split("]")[0] for line in problems(rules)] == [
        "caveats.yaml [unknown-area",
        f"{OPTION} [anchor",
        f"{OPTION} [duplicate-key",
        "questions.yaml [missing-key",
        "questions.yaml [unknown-key",
    ]


def test_a_broken_file_does_not_get_others_blamed(rules):
    (rules / "source.yaml").write_text("claims: [\n...\n")
    assert [line.split(":")[0] for line in problems(rules)] == ["source.yaml"]


def test_the_order_of_lines_changes_no_fingerprint_and_any_text_does(rules, rulebook):
    before = rulebook.fingerprint
    put(
        rules,
        OPTION,
        "name: Fat transfer (fat grafting)\nkind: surgery",
        "kind: surgery\nname: Fat transfer (fat grafting)",
    )
    put(rules, OPTION, "grid:", "# a note to ourselves\ngrid:")
    assert load(rules).fingerprint == before
    put(rules, OPTION, "Surgery that moves", "An operation that moves")
    assert load(rules).fingerprint != before


def test_the_name_of_a_file_can_t_pass_for_a_line_of_ours():
    problem = error(Place("evil\x1b[31m\nForged line.yaml"), "check", "message", "help")
    assert str(problem).isprintable()


@pytest.mark.parametrize("ending", [".yml", ".yaml.txt", ".txt", ".YAML"])
@pytest.mark.parametrize("file", [OPTION, "questions.yaml"])
def test_a_file_with_another_ending_is_named_once_with_the_name_it_needs(rules, file, ending):
    path = rules / file
    path.rename(path.with_suffix(ending))
    (problem,) = [line for line in problems(rules) if path.stem in line]
    assert problem == (
        f"{file.removesuffix('.yaml')}{ending}:1:1: error [file-name] the name of this file ends in '{ending}', and rule "
        f"files end in '.yaml'; call it '{path.name}' (let your system show endings of names)"
    )


def test_a_linked_area_folder_is_read_like_any_other(rules, rulebook, tmp_path):
    shutil.move(rules / "hip-dips", tmp_path / "elsewhere")
    (rules / "hip-dips").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/back").symlink_to(rules)  # a circle of links ends
    assert load(rules).fingerprint == rulebook.fingerprint
    assert rules / OPTION in list(rule_files(rules))
    (tmp_path / "elsewhere/more.yaml").write_text("")
    assert problems(rules)[0].startswith("hip-dips/more.yaml:1:1: error [not-listed]")


def test_answers_that_the_visitor_s_cookie_can_not_hold_are_refused_at_the_longest_ids(rules):
    ours = len((rules / "questions.yaml").read_text().split("\n"))
    question = "\n  - question: {}\n    ask: Which?\n    why: We ask.\n    claims: silent\n    asked-when: always\n"
    question += "    choices: [{{choice: {}, label: One}}, {{choice: b, label: Two}}]\n"
    more = [question.format(f"{number}-{'a' * 50}", "c" * 58) for number in range(10, 39)]
    more.append(question.format("b" * 60, "d" * 60))
    put(rules, "questions.yaml", "\n...\n", "\n" + "".join(more) + "...\n")
    assert problems(rules) == [
        f"questions.yaml:{ours + 7 * 29}:5: error [too-long] answers to all questions take up to 3,573 bytes, and a "
        "visitor's cookie has 3,500; give questions and choices shorter ids; this one is the longest"
    ]
