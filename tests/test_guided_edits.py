"""Edits of many files at once: they change what they say and nothing else, or nothing at all."""

import os
from datetime import date
from pathlib import Path

import pytest

from questionnaire import create_app
from questionnaire.decide.build_tables import build
from questionnaire.review import edits_of_files, guided_edits, rename_edits
from questionnaire.review.diff import diff, sections
from questionnaire.review.edits_of_files import EditError
from questionnaire.rulebook.load import load
from questionnaire.rulebook.problems import RulebookError

from .edits import problems, put, run
from .signing import sign_in
from .visitor import FULL, walk

DAY = date(2026, 11, 22)
QUESTION = """\
  - question: thinners
    ask: Do you take medicine that thins your blood?
    why: A clinic asks this before an operation.
    asked-when: {answers: {tolerance: surgery}}
    choices:
      - {choice: takes, label: "I do"}
      - {choice: takes-none, label: "I do not"}
"""
RULE = """\
not-offered:
  - rule: thin-blood
    when: {thinners: takes}
    because: You take medicine that thins your blood.
    by-clinic: true
"""


def make(folder, files):
    edits_of_files.write(folder, files)
    return load(folder)


def texts(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def held(rules):
    """A rulebook with all that goes by names: a hold, an exception, a translation, a sign-off."""
    edits_of_files.write(rules, guided_edits.hold(rules, "hip-dips/implants", "Dr Able", "Too short.", DAY))
    put(rules, "standards.yaml", "names-left-aside:\n", EXCEPTION)
    (rules / "translations").mkdir()
    (rules / "translations" / "es.yaml").write_text(SPANISH)
    sign_in(rules, "hip-dips/implants", "hip-dips/exercise")
    return rules


SPANISH = """\
language: es
texts:
  "hip-dips/implants.name":
    original: Silicone implants for hip dips
    of: "000000000000"
    text: Implantes
    mark: stale
...
"""
EXCEPTION = """\
exceptions:
  - {check: hedge, text: hip-dips/implants.summary, because: "It is tried here."}
names-left-aside:
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("hip-dips/implants", "silicone", "The option hip-dips/implants is now called hip-dips/silicone."),
        ("tolerance", "how-far", "The question tolerance is now called how-far."),
        ("noticeable=slight", "a-little", "The choice noticeable=slight is now called noticeable=a-little."),
        ("tolerance=surgery", "operation", "The choice tolerance=surgery is now called tolerance=operation."),
        ("graft-loss", "lost-fat", "The caveat graft-loss is now called lost-fat."),
        ("change-when-not-said", "when-not-said", "The caveat change-when-not-said is now called when-not-said."),
    ],
)
def test_a_rename_changes_names_everywhere_and_nothing_else(held, old, new, told):
    before, was = build(load(held)), problems(held)
    make(held, rename_edits.rename(held, old, new))
    assert sections(diff(before, build(load(held)))) == {"Renamed": [told]}
    now = [line for line in problems(held) if "[sign-off]" not in line and "[translation]" not in line]
    assert len(now) == len([line for line in was if "[translation]" not in line]), now


def test_an_option_takes_its_file_hold_exception_and_translation_along_and_has_to_be_signed_again(held):
    rulebook = make(held, rename_edits.rename(held, "hip-dips/implants", "silicone"))
    assert not (held / "hip-dips" / "implants.yaml").exists()
    assert not (held / "sign-offs" / "hip-dips" / "implants.yaml").exists()
    assert list(rulebook.sign_offs) == ["hip-dips/exercise"]
    assert rulebook.translations["es"].texts["hip-dips/silicone.name"].text == "Implantes"
    assert list(rulebook.holds) == ["hip-dips/silicone"]
    assert "text: hip-dips/silicone.summary" in (held / "standards.yaml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("nothing", "x", "no option, question, choice or caveat has the id 'nothing'"),
        ("graft-loss", "graft-amount", "'graft-amount' is there already"),
        ("hip-dips/implants", "exercise", "'hip-dips/exercise' is there already"),
        ("tolerance=surgery", "devices", "'tolerance=devices' is there already"),
        ("graft-loss", "Lost Fat", "'Lost Fat' can't be an id"),
        ("hip-dips/implants", "x" * 61, "60 at most"),
        ("hip-dips/leave-as-is", "nothing", "keeps its id"),
    ],
)
def test_a_name_that_can_t_be_given_changes_nothing(rules, old, new, why):
    before = texts(rules)
    with pytest.raises(EditError, match=why):
        rename_edits.rename(rules, old, new)
    assert texts(rules) == before


@pytest.mark.parametrize(
    ("old", "new", "file", "was", "then"),
    [
        ("hip-dips/implants", "", "hip-dips/implants.yaml", "name: Silicone implants for hip dips", "name: Silicone"),
        ("hip-dips/implants", "silicone", "hip-dips/silicone.yaml", "kind: surgery", "name: Silicone"),
        ("tolerance", "", "questions.yaml", "question: tolerance", "ask: Silicone"),
        ("tolerance=surgery", "operation", "questions.yaml", "choice: operation", "label: Silicone"),
    ],
)
def test_what_visitors_read_is_renamed_with_an_id_or_without(rules, old, new, file, was, then):
    make(rules, rename_edits.rename(rules, old, new, "Silicone"))
    text = (rules / file).read_text()
    assert then in text
    assert (was in text) == (bool(new) or old == "tolerance")
    with pytest.raises(EditError, match="visitors read no name of a caveat"):
        rename_edits.rename(rules, "graft-loss", "", "Silicone")
    with pytest.raises(EditError, match="give another id, or other words"):
        rename_edits.rename(rules, "graft-loss")


def test_comments_and_lines_around_a_name_stay(rules):
    before = (rules / "areas.yaml").read_text().splitlines()
    make(rules, rename_edits.rename(rules, "hip-dips/implants", "silicone"))
    after = (rules / "areas.yaml").read_text().splitlines()
    assert [(old.strip(), new.strip()) for old, new in zip(before, after, strict=True) if old != new] == [
        ("- implants", "- silicone")
    ]


def test_an_option_that_is_retired_is_named_nowhere_any_more(held):
    rulebook = make(held, guided_edits.retire(held, "hip-dips/implants"))
    assert "hip-dips/implants" not in rulebook.options
    named = [name for name, data in texts(held).items() if b"hip-dips/implants" in data and "translations" not in name]
    assert named == []
    assert [line for line in problems(held) if " error " in line] == []


@pytest.mark.parametrize("option", ["hip-dips/leave-as-is", "hip-dips/nothing"])
def test_leaving_things_as_they_are_and_what_is_not_there_can_t_be_retired_or_held(rules, option):
    with pytest.raises(EditError):
        guided_edits.retire(rules, option)
    with pytest.raises(EditError):
        guided_edits.hold(rules, option, "Dr Able", "Why", DAY)


def test_a_new_question_is_answered_in_every_example_that_asks_it_and_accepted(rules):
    put(rules, "questions.yaml", "questions:\n", "questions:\n")
    with (rules / "questions.yaml").open("r+") as file:
        whole = file.read().replace("\n...\n", f"\n{QUESTION}...\n")
        file.seek(0)
        file.write(whole)
    put(rules, "hip-dips/implants.yaml", "not-offered:\n", RULE)
    asked = [line for line in problems(rules) if "[example]" in line]
    assert asked
    make(rules, guided_edits.answer_all(rules, "thinners", "takes-none"))
    assert [line for line in problems(rules) if "[example]" in line] == []
    examples = load(rules).options["hip-dips/implants"].examples
    given = {one.answers.get("tolerance"): one.answers.get("thinners") for one in examples}
    assert given["surgery"] == "takes-none"
    assert given["devices" if "devices" in given else "self-care"] is None
    assert guided_edits.answer_all(rules, "thinners", "takes-none") == {}


def test_what_examples_give_now_is_accepted(rules):
    put(rules, "hip-dips/emsculpt.yaml", "tolerance: not-sure}", "tolerance: [not-sure, devices]}")
    failing = [line for line in problems(rules) if "[example]" in line]
    assert failing
    make(rules, guided_edits.accept(rules, "hip-dips/emsculpt"))
    assert [line for line in problems(rules) if "[example]" in line] == []
    with pytest.raises(EditError, match="there is no option or area 'nothing'"):
        guided_edits.accept(rules, "nothing")


def test_an_option_that_is_held_back_is_on_no_page_and_counts_as_reviewed_for_nobody(rules):
    sign_in(rules, *load(rules).options, *load(rules).areas, "questions", "shared", "clinic", "pages")
    edits_of_files.write(rules, guided_edits.hold(rules, "hip-dips/implants", "Dr Able", "Too short.", DAY))
    client = create_app({"RULES": str(rules)}).test_client()
    walk(client, {**FULL, "area": "hip-dips"})
    page = client.get("/options").text
    assert "Silicone implants are placed" not in page
    assert "These are not shown now: Silicone implants for hip dips." in page
    assert "This option is not shown now." in client.get("/options/hip-dips/implants").text
    assert client.get("/readyz").json["reviewed"] == len(load(rules).options) - 1
    edits_of_files.write(rules, guided_edits.lift(rules, "hip-dips/implants"))
    assert not (rules / "holds.yaml").exists()
    with pytest.raises(EditError, match="nobody holds"):
        guided_edits.lift(rules, "hip-dips/implants")


def test_a_hold_is_told_by_check_show_and_diff(rules, runner):
    before = build(load(rules))
    done = run(runner, "hold hip-dips/implants --by Able")
    assert (done.exit_code, done.stderr) == (2, "Error: --by and --because are needed: who holds it back, and why\n")
    edits_of_files.write(rules, guided_edits.hold(rules, "hip-dips/implants", "Dr Able", "Too short.", DAY))
    assert "Held back by Dr Able on 2026-11-22: Too short." in run(runner, f"check {rules}").output or problems(rules)
    told = sections(diff(before, build(load(rules))))
    assert told == {"Listed and asked": ["The hold hip-dips/implants is new: no page shows this option."]}


def test_files_that_could_not_be_read_are_not_written(rules):
    before = texts(rules)
    with pytest.raises(RulebookError):
        edits_of_files.write(rules, {"questions.yaml": b"nothing: here\n...\n", "hip-dips/implants.yaml": None})
    assert texts(rules) == before


@pytest.mark.parametrize("step", ["chmod", "replace"])
def test_a_disk_that_refuses_leaves_everything_as_it_was(rules, monkeypatch, step):
    before, files = texts(rules), rename_edits.rename(rules, "tolerance", "how-far")
    real, times = getattr(os, step), []

    def full_at_the_third(path, other, **how):
        times.extend([path] if rules in Path(path).parents else [])
        if len(times) == 3:
            raise OSError(28, "No space left on device")
        return real(path, other, **how)

    monkeypatch.setattr(os, step, full_at_the_third)
    with pytest.raises(OSError, match="No space left"):
        edits_of_files.write(rules, files)
    assert texts(rules) == before


def test_the_commands_show_first_and_say_what_they_did(rules, runner, monkeypatch):
    monkeypatch.setattr("questionnaire.cli.guided_commands.rules_folder", lambda: rules)
    sign_in(rules, "hip-dips/implants")
    before = texts(rules)
    shown = run(runner, "rename hip-dips/implants silicone --dry-run")
    assert "-      - implants\n+      - silicone\n" in shown.stdout
    assert texts(rules) == before
    done = run(runner, "rename hip-dips/implants silicone")
    assert done.exit_code == 0
    assert "written: areas.yaml\n" in done.stdout
    assert "removed: hip-dips/implants.yaml\n" in done.stdout
    assert done.stderr.splitlines()[0] == "To be signed again: hip-dips/implants (flask rules unsigned)."
    again = run(runner, "rename hip-dips/implants silicone")
    assert (again.exit_code, again.stderr.splitlines()[0]) == (
        2,
        "Error: no option, question, choice or caveat has the id 'hip-dips/implants'; give area/option, "
        "question=choice, a question or a caveat",
    )
