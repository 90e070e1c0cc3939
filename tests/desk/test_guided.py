"""Edits of many files at once, at the desk: shown first, saved as shown, and nobody's words lost."""

import html
import re
import subprocess

import pytest

from questionnaire.desk import database, trial
from questionnaire.desk.models import Change, Remark, Tick
from questionnaire.rulebook.load import load

from ..edits import put
from ..signing import sign_in
from ..test_guided_edits import QUESTION, RULE
from .test_change import send
from .test_signing import tick_all

RENAME = "/edit/rename"
IMPLANTS = {
    "thing": "hip-dips/implants",
    "new": "silicone",
    "called": "Silicone implants for hip dips",
    "why": "Shorter",
}


@pytest.fixture
def editor(someone):
    return someone("editor", "Eve Editor")


def texts(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.yaml")}


def show(person, path, **sent):
    """The page that shows what an edit would change."""
    page = person.page(f"{path}?thing={sent['thing']}" if "thing" in sent else path)
    response = person.post(path, {**sent, "do": "check"}, text=page)
    assert response.status_code == 200, response.text
    return html.unescape(response.text)


def save(person, path, page, **sent):
    """Send the form of a page that shows an edit, to be saved."""
    seen = re.search(r'name="seen" value="(\w+)"', page)
    return person.post(path, {**sent, "do": "save", "seen": seen[1] if seen else ""}, text=page)


def made(person, path, **sent):
    response = save(person, path, show(person, path, **sent), **sent)
    assert response.status_code == 302, html.unescape(response.text)
    return response.location


def test_an_option_is_renamed_after_it_was_shown_what_changes(editor, rules):
    sign_in(rules, "hip-dips/implants")
    before = texts(rules)
    page = show(editor, RENAME, **IMPLANTS)
    assert texts(rules) == before
    assert "-      - implants\n+      - silicone" in page
    assert "The option hip-dips/implants is now called hip-dips/silicone." in page
    assert "These sign-offs would fall:</b> hip-dips/implants" in page
    assert "Whoever saves this can't sign: hip-dips/silicone, hip-dips." in page
    assert "The new table" in page
    assert save(editor, RENAME, page, **IMPLANTS).location == "/units/hip-dips/silicone"
    assert not {"hip-dips/implants.yaml", "sign-offs/hip-dips/implants.yaml"} & texts(rules).keys()
    log = editor.page("/log")
    assert "renamed: option hip-dips/implants → hip-dips/silicone" in log
    assert "Shorter" in log


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        ({"thing": "tolerance=surgery", "new": "surgery", "called": "An operation"}, "{choice: surgery, label: An op"),
        ({"thing": "tolerance", "new": "how-far", "called": "How far would you go?"}, "ask: How far would you go?"),
        ({"thing": "graft-loss", "new": "lost-fat"}, "caveat: lost-fat"),
    ],
)
def test_what_visitors_read_is_renamed_alone_or_with_the_id(editor, rules, sent, line):
    assert ('name="called"' in editor.page(f"{RENAME}?thing={sent['thing']}")) == ("called" in sent)
    assert made(editor, RENAME, **sent) == RENAME
    assert any(line in data.decode() for data in texts(rules).values())


def test_a_rename_is_one_commit_by_who_made_it(editor, rules):
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@x"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *words], cwd=rules, check=True)
    made(editor, RENAME, **IMPLANTS)
    shown = ["git", "log", "-1", "--format=%an: %s", "--name-only"]
    author, _, *named = subprocess.run(shown, cwd=rules, capture_output=True, text=True, check=True).stdout.splitlines()
    assert author == "Eve Editor: Rename option hip-dips/implants → hip-dips/silicone at the desk: Shorter"
    assert {"areas.yaml", "hip-dips/silicone.yaml"} <= set(named)
    status = subprocess.run(["git", "status", "--short"], cwd=rules, capture_output=True, text=True, check=True)
    assert status.stdout == ""


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"new": "exercise"}, "'hip-dips/exercise' is there already; choose another id."),
        ({"new": "implants"}, "That is what it is called now."),
        ({"new": "../../etc/passwd"}, "'../../etc/passwd' can't be an id"),
        ({"new": "Silicone"}, "'Silicone' can't be an id"),
        ({"new": "sili\u0441one"}, "can't be an id"),
        ({"new": "silicone\n"}, ""),
        ({"new": "a=b"}, "'a=b' can't be an id"),
        ({"called": "Sili\u200bcone"}, "the character U+200B"),
        ({"called": "x" * 3000}, "at most"),
        ({"called": "Perfect implants"}, "perfect"),
    ],
)
def test_a_name_that_can_t_be_given_is_refused_and_stays_in_its_field(editor, rules, sent, why):
    before = texts(rules)
    page = show(editor, RENAME, **{**IMPLANTS, "new": "implants", **sent})
    assert why in page
    assert all(" ".join(value.split()) in page for value in sent.values())
    assert texts(rules) == before


def test_nothing_is_saved_that_was_not_shown(editor, rules):
    before = texts(rules)
    page = show(editor, RENAME, **IMPLANTS)
    assert "Look again." in save(editor, RENAME, page, **{**IMPLANTS, "new": "gel"}).text
    assert "Look again." in save(editor, RENAME, "".join(page.split('name="seen"')), **IMPLANTS).text
    assert texts(rules) == before


def test_an_edit_that_meets_a_change_by_others_is_shown_anew_with_what_was_typed(editor, rules, monkeypatch):
    page = show(editor, RENAME, **IMPLANTS)
    put(rules, "hip-dips/exercise.yaml", "summary: ", "summary: Also ")
    met = save(editor, RENAME, page, **IMPLANTS)
    assert "Somebody changed the rule files since you looked, or you typed something else. Look again." in met.text
    assert 'value="silicone"' in met.text
    real = trial.attempt

    def by_hand(*how):
        result = real(*how)
        put(rules, "hip-dips/exercise.yaml", "summary: Also ", "summary: And ")
        return result

    monkeypatch.setattr(trial, "attempt", by_hand)
    late = save(editor, RENAME, met.text, **IMPLANTS)
    assert "Nothing was written." in late.text or "changed just now" in late.text
    assert 'value="silicone"' in late.text
    assert (rules / "hip-dips/implants.yaml").exists()


def test_what_was_remarked_ticked_and_changed_goes_along_with_a_name(editor, someone, desk, rules):
    reviewer, unit = someone("reviewer"), "hip-dips/implants"
    send(editor, f"/change/{unit}.yaml?at=not-offered.0", "save", because="You would have no surgery.")
    tick_all(reviewer, unit)
    about = {"statement": f"{unit}.summary", "text": "Too short"}
    reviewer.post(f"/remark/{unit}", about, page=f"/remark/{unit}?statement={unit}.summary")
    open_page = reviewer.page(f"/units/{unit}")
    another = someone("editor", "Another Editor")
    made(another, RENAME, **IMPLANTS)
    page = reviewer.page("/units/hip-dips/silicone")
    assert re.search(r"You have read (\d+) of \1 texts", page)
    assert "Too short" in page
    with desk.app_context():
        db = database.reading()
        assert [(one.unit, one.statement) for one in db.query(Remark)] == [
            ("hip-dips/silicone", "hip-dips/silicone.summary")
        ]
        assert {change.person.name for change in db.query(Change).filter_by(unit="hip-dips/silicone")} == {
            "Eve Editor",
            "Another Editor",
        }
        assert db.query(Tick).filter(Tick.statement.startswith("hip-dips/implants.")).count() == 0
    assert "Too short" in reviewer.page(f"/units/{unit}"), "its address of before leads on"
    shown = [html.unescape(value) for value in re.findall(r'name="shown" value="([^"]+)"', open_page)]
    kept = reviewer.post(f"/units/{unit}", {"shown": shown, "read": shown}, text=open_page)
    assert kept.location == "/units/hip-dips/silicone"
    assert re.search(r"You have read (\d+) of \1 texts", reviewer.page(kept.location))


def test_a_change_that_somebody_else_has_open_is_kept_over_a_rename(editor, someone, rules):
    another = someone("editor", "Another Editor")
    at = "/change/hip-dips/implants.yaml?at=not-offered.0"
    page = another.page(at)
    made(editor, RENAME, **IMPLANTS)
    saved = send(another, at, "save", page=page, because="You would have no surgery.")
    assert saved.location == "/change/hip-dips/silicone.yaml"
    assert "because: You would have no surgery." in (rules / "hip-dips/silicone.yaml").read_text()


def test_answers_that_are_called_otherwise_meanwhile_are_named(editor, someone, rules):
    another = someone("editor", "Another Editor")
    at = "/change/hip-dips/fat-transfer.yaml?at=not-offered.0"
    page = another.page(at)
    made(editor, RENAME, thing="tolerance", new="how-far", called="")
    met = html.unescape(send(another, at, "save", page=page, because="You would have no surgery.").text)
    assert "You ticked what is called otherwise by now: tolerance=" in met
    assert "You would have no surgery." in met
    assert "What they saved" in met


def test_an_option_is_taken_out_of_the_rules(editor, rules):
    page = show(editor, "/edit/retire", option="hip-dips/implants", why="Not done here")
    assert "The option hip-dips/implants is no longer listed." in page
    assert "hip-dips/implants.yaml is taken away" in page
    assert save(editor, "/edit/retire", page, option="hip-dips/implants", why="Not done here").location == "/change"
    assert "hip-dips/implants" not in load(rules).options
    assert "retired: hip-dips/implants" in editor.page("/log")
    assert editor.get("/units/hip-dips/implants").status_code == 404
    for option in ("hip-dips/leave-as-is", "hip-dips/implants", "../x", ""):
        assert 'class="notice wrong"' in show(editor, "/edit/retire", option=option)


def test_a_new_question_is_answered_in_all_examples_and_what_they_give_is_accepted(editor, rules):
    assert "every example answers all that it is asked" in editor.page("/edit/answer-all")
    assert "every example gives what it says" in editor.page("/edit/accept")
    put(rules, "questions.yaml", "\n...\n", f"\n{QUESTION}...\n")
    put(rules, "hip-dips/implants.yaml", "not-offered:\n", RULE)
    assert "not answered in" in editor.page("/edit/answer-all")
    page = show(editor, "/edit/answer-all", answer="thinners=takes")
    assert "thinners: takes" in page
    assert made(editor, "/edit/answer-all", answer="thinners=takes") == "/edit/accept"
    accepting = editor.page("/edit/accept")
    assert '<option value="hip-dips/implants">' in accepting
    assert '<option value="hip-dips/exercise">' not in accepting
    page = show(editor, "/edit/accept", scope="hip-dips/implants")
    assert "thin-blood" in page
    made(editor, "/edit/accept", scope="hip-dips/implants")
    assert "every example gives what it says" in editor.page("/edit/accept")
    for answer in ("thinners=", "nothing=x", "thinners=takes=x", ""):
        assert 'class="notice wrong"' in show(editor, "/edit/answer-all", answer=answer) or answer == ""


def test_a_full_disk_keeps_what_was_typed_and_every_file(editor, rules, monkeypatch):
    page, before = show(editor, RENAME, **IMPLANTS), texts(rules)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", full)
        met = save(editor, RENAME, page, **IMPLANTS)
    assert "The disk refused to write" in met.text
    assert 'value="silicone"' in met.text
    assert texts(rules) == before
    assert "renamed: failed: option hip-dips/implants" in editor.page("/log")
    assert editor.get("/units/hip-dips/silicone").status_code == 404
    assert save(editor, RENAME, met.text, **IMPLANTS).status_code == 302


def test_odd_names_and_what_no_form_sends_are_answered(editor, rules):
    before = texts(rules)
    for thing in ("nothing", "a/b/../c", "%00", "<b>", "tolerance=", "=", "x" * 3000, "'; drop table log"):
        page = editor.page(f"{RENAME}?thing={thing}".replace("%00", "%2500"))
        assert "Choose what to rename." in page, thing
        met = editor.post(RENAME, {"thing": thing, "new": "typed", "do": "save"}, text=page)
        assert 'value="typed"' in met.text or met.status_code == 400
        assert "<b> any more" not in page
    assert texts(rules) == before
