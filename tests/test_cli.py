"""`flask rules decide` and `flask rules check`: exact output, exit codes, nothing else on standard output."""

import json
import os
import re
import subprocess
import sys

import pytest

from . import plain
from .conftest import OWN_RULES, PROJECT
from .edits import put

SURGERY = "area=hip-dips donor-fat=enough tolerance=surgery timing=months upkeep=yes hoped-for=softer"


def decide(runner, words):
    return runner.invoke(args=["rules", "decide", *words.split()])


def check(runner, *words):
    return runner.invoke(args=["rules", "check", *map(str, words)])


def test_decide_prints_one_json_object_and_nothing_else(runner, rulebook):
    done = decide(runner, f"{SURGERY} --json")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    outcome = json.loads(done.stdout)
    assert list(outcome) == ["rulebook", "answers", "areas", "reference", "options", "caveats", "notes"]
    assert outcome["rulebook"] == rulebook.fingerprint
    assert outcome["answers"] == dict(word.split("=") for word in SURGERY.split())
    assert outcome["areas"] == ["hip-dips"]
    assert [option["option"] for option in outcome["options"]] == list(rulebook.areas["hip-dips"].options)
    fat = next(option for option in outcome["options"] if option["option"] == "hip-dips/fat-transfer")
    assert list(fat) == ["option", "kind", "verdict", "because", "caveats", "ask", "would-change"]
    assert (fat["kind"], fat["verdict"]) == ("surgery", "fits")
    assert fat["because"][0]["rule"] == "open-to-surgery-with-fat"
    assert {"donor-fat": "not-enough", "verdict": "ruled-out"} in fat["would-change"]
    assert {"graft-loss", "graft-amount", "article-silent-on-risk"} <= set(fat["caveats"])
    assert outcome["caveats"]["graft-loss"]["claims"] == ["graft-loss-first-year"]
    assert outcome["caveats"]["graft-loss"]["passages"] == ["GHD-8.3"]
    assert outcome["caveats"]["clinic-time-to-decide"]["rests-on"] == "clinic"
    assert "hip-dips-natural" in outcome["notes"]
    assert set(outcome["notes"]) <= set(outcome["caveats"])


def test_decide_agrees_with_the_plain_evaluator_on_every_option_of_every_700th_visitor(runner, rulebook):
    for answers in list(plain.visits(rulebook))[::700]:
        words = " ".join(f"{question}={choice}" for question, choice in answers.items())
        outcome = json.loads(decide(runner, f"{words} --json").stdout)
        assert outcome["answers"] == answers
        for option in outcome["options"]:
            verdict, because, caveats = plain.decide(rulebook, rulebook.options[option["option"]], answers)
            assert (option["verdict"], [b["rule"] for b in option["because"]]) == (verdict, because)
            assert option["caveats"] == caveats


def test_neither_area_gives_no_options(runner):
    outcome = json.loads(decide(runner, "area=not-sure shape=neither --json").stdout)
    assert (outcome["areas"], outcome["options"], outcome["caveats"], outcome["notes"]) == ([], [], {}, [])
    assert outcome["reference"]


def test_decide_without_json_is_for_reading(runner):
    text = decide(runner, SURGERY).stdout
    assert "Fits (6)" in text
    assert "hip-dips/fat-transfer: Fat transfer (fat grafting)" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "aera=hip-dips",
            "there is no question 'aera'; did you mean 'area'? Known: area, shape, donor-fat, noticeable, tried, "
            "tolerance, timing, upkeep, hoped-for",
        ),
        (
            "area=hip-dip",
            "the question 'area' has no choice 'hip-dip'; did you mean 'hip-dips'? "
            "Known: hip-dips, love-handles, both, not-sure",
        ),
        ("", "an answer to 'area' is missing; permitted: hip-dips, love-handles, both, not-sure"),
        ("area=hip-dips", "an answer to 'donor-fat' is missing; permitted: enough, not-enough, not-sure"),
        ("area", "'area' is not of the form question=choice; write for example area=hip-dips"),
        (
            "area=both area=hip-dips",
            "'area' is answered twice, with 'both' and with 'hip-dips'; keep one",
        ),
    ],
)
def test_wrong_answers_end_with_code_2_and_one_line_on_standard_error(runner, words, message):
    done = decide(runner, f"{words} --json")
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"Error: {message}\n")


def test_an_answer_to_a_question_that_is_not_asked_is_left_out_and_said(runner):
    done = decide(runner, f"{SURGERY} tried=yes --json")
    assert done.exit_code == 0
    assert "tried" not in json.loads(done.stdout)["answers"]
    assert done.stderr == "Note: 'tried' is not asked with these answers, so it is left out\n"


def test_check_finds_nothing_in_our_rules(runner):
    done = check(runner)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "15 options, 2 areas, 9 questions, 461 rows, 48 caveats, 95 claims, 86 examples: no problem found; "
        "“Hip Dips vs Love Handles: Are They The Same Thing?” was not given, so no fingerprint was proved (--document FILE)\n"
    )
    assert check(runner, "--format", "github").stdout == ""
    assert json.loads(check(runner, "--json").stdout) == {"problems": []}


def test_check_prints_a_line_for_each_problem_the_same_in_json_and_exits_with_1(runner, rules):
    """The faults that each check finds are in test_checks.py."""
    put(rules, "hip-dips/fat-transfer.yaml", "    verdict: fits\n", "    verdict: ask\n")
    done = check(runner, rules)
    lines = done.stdout.splitlines()
    assert (done.exit_code, done.stderr) == (1, "")
    assert lines[0].startswith(f"{rules}/hip-dips/fat-transfer.yaml:68:5: error [example] the example 'Enough fat and")
    problems = json.loads(check(runner, rules, "--json").stdout)["problems"]
    assert [
        f"{p['file']}:{p['line']}:{p['column']}: {p['level']} [{p['check']}] {p['message']}; {p['help']}"
        for p in problems
    ] == lines
    assert {"file", "line", "column", "level", "check", "message", "help"} == set(problems[0])


def test_an_open_conflict_that_does_not_cap_its_option_at_ask_is_found(runner, rules):
    put(
        rules,
        "conflicts.yaml",
        "    follows: [NIL-1.1]\n    decision:\n      by: The writers of this guide, not a clinician\n"
        "      because: An injection needs a needle. So it is listed as an injection, and is always ruled out for "
        "someone who wants no needles.\n",
        "    decision: open\n",
    )
    lines = check(runner, rules).stdout.splitlines()
    assert [line for line in lines if "'hip-dips/plla-injections' fits for" in line]
    assert [line for line in lines if "no rule of 'hip-dips/plla-injections' names the open conflict" in line]


def test_check_works_on_the_site_s_own_rules_when_they_are_broken(rules):
    put(rules, "hip-dips/emsculpt.yaml", "kind: device", "kind: devise")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "rules", "check"],
        cwd=PROJECT,
        env={"FLASK_RULES": str(rules), "FLASK_RELEASES": "none", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "emsculpt.yaml:2:1: error [unknown-word] 'kind' can't be 'devise'; did you mean 'device'?" in done.stdout
    assert done.stderr == ""


def test_the_document_that_belongs_to_the_rules_has_no_problem(runner, article):
    assert check(runner, str(OWN_RULES), "--document", article).exit_code == 0


def test_a_document_that_is_not_there_is_named(runner):
    done = check(runner, "--document", "nowhere.txt")
    assert done.exit_code == 1
    assert done.stdout.startswith("nowhere.txt:1:1: error [document] the document can't be opened")


def test_a_changed_paragraph_and_a_new_one_are_found(runner, article, tmp_path):
    changed = tmp_path / "changed.txt"
    text = article.read_text()
    changed.write_text(text.replace("30 to 50 percent", "20 to 60 percent") + "\nA new line.\n")
    lines = [line.split(": ", 1)[1] for line in check(runner, "--document", changed).stdout.splitlines()]
    assert any("no paragraph of the document has the fingerprint of GHD-8 (28c37cb9fca6)" in line for line in lines)
    assert any("line 30 of the document" in line for line in lines)
    assert any(re.search(r"line 11\d of the document .* is not accounted for", line) for line in lines)
    assert any("the document's fingerprint is" in line for line in lines)


@pytest.mark.parametrize("encoding", ["latin-1", "cp437"])
def test_a_terminal_of_an_old_encoding_gets_plain_quotes_and_never_a_crash(encoding):
    where = {"cwd": PROJECT, "capture_output": True, "env": {**os.environ, "PYTHONIOENCODING": encoding}}
    flask = [sys.executable, "-m", "flask", "rules"]
    shown = subprocess.run([*flask, "show", "hip-dips/fat-transfer"], check=True, **where)
    assert 'if "What is the most you would think about having done?" is' in shown.stdout.decode(encoding)
    refused = subprocess.run([*flask, "show", "“ﬁne”, Größe, 中"], check=False, **where)
    assert "there is no unit '\"fine\", Größe, ?'" in refused.stderr.decode(encoding)
