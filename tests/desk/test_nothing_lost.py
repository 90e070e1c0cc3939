"""Whatever breaks under the desk, what was typed is kept, and a file is as it was before or as it is wanted."""

import contextlib
import html
import os
import re
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import event

from questionnaire.desk import create_app, database, save, trial
from questionnaire.desk.models import Change, LogEntry
from questionnaire.rulebook import write_file

from ..browser import PROJECT
from .test_change import FILE, RULE, send

WORDS = "You would have no surgery, and said so."
KILLED = """
import os, sys
from pathlib import Path
from questionnaire.desk import save
from questionnaire.rulebook.write_file import finish_writing

folder, steps, mixed = Path(sys.argv[1]), 0, 0
old, new = {"first.yaml": b"old 1", "second.yaml": b"old 2"}, {"first.yaml": b"new 1", "second.yaml": b"new 2"}
while True:
    for name, data in old.items():
        (folder / name).write_bytes(data)
    child = os.fork()
    if not child:
        left = [steps]
        def at_each(name, real):
            def step(*arguments, **more):
                if not left[0]:
                    os.kill(os.getpid(), 9)
                left[0] -= 1
                return real(*arguments, **more)
            setattr(os, name, step)
        for name in ("open", "fsync", "replace", "chmod", "close", "fdopen"):
            at_each(name, getattr(os, name))
        save.save(folder, folder.parent / "lock", new, {name: save.sha256(data) for name, data in old.items()}, "x", "y")
        os._exit(0)
    code = os.waitpid(child, 0)[1]
    now = {name: (folder / name).read_bytes() for name in old}
    assert all(now[name] in (old[name], new[name]) for name in old), now
    finish_writing(folder)
    then = {name: (folder / name).read_bytes() for name in old}
    assert then in (old, new), (now, then)
    mixed += now not in (old, new)
    if not code:
        break
    steps += 1
    assert not list(folder.glob(".*")), "tidied up"
assert then == new, "the last one was not killed"
assert mixed, "some were killed between the two"
print(steps)
"""


@pytest.fixture
def editor(someone):
    return someone("editor", "Eve Editor")


def logged(desk):
    with desk.app_context():
        return [entry.what for entry in database.reading().query(LogEntry)]


def test_a_process_that_is_killed_at_any_step_of_a_save_leaves_whole_files(tmp_path):
    (tmp_path / "rules").mkdir()
    script = [sys.executable, "-c", KILLED, str(tmp_path / "rules")]
    steps = subprocess.run(script, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert int(steps) > 10


def test_a_desk_that_ends_between_the_log_and_the_file_still_knows_who_changed_it(editor, desk, rules, monkeypatch):
    def ends(*_):
        raise SystemExit

    monkeypatch.setattr(save, "save", ends)
    with pytest.raises(SystemExit):
        send(editor, RULE, "save", because=WORDS)
    with desk.app_context():
        assert [one.unit for one in database.reading().query(Change)] == ["hip-dips/fat-transfer"]
    assert "changed" in logged(desk)


def test_a_disk_that_is_full_when_a_file_is_written_keeps_what_was_typed(editor, desk, rules, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    before = (rules / FILE).read_bytes()
    monkeypatch.setattr("os.replace", full)
    met = send(editor, RULE, "save", because=WORDS)
    assert f"The disk refused to write {FILE} (No space left on device). Nothing was saved." in met.text
    assert WORDS in met.text
    assert (rules / FILE).read_bytes() == before
    assert logged(desk)[-2:] == ["changed", "changed: failed"]
    with desk.app_context():
        assert database.reading().query(Change).count() == 0
    monkeypatch.undo()
    assert send(editor, RULE, "save", page=met.text, because=WORDS).status_code == 302


def test_a_disk_that_is_full_when_a_change_is_tried_keeps_what_was_typed(editor, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    page = editor.page(RULE)
    monkeypatch.setattr(trial.shutil, "copytree", full)
    met = send(editor, RULE, "check", page=page, because=WORDS)
    assert met.status_code == 503
    assert "The desk can&#39;t write just now" in met.text or "The desk can't write just now" in met.text
    assert WORDS in met.text


def test_a_database_that_is_full_keeps_what_was_typed_and_who_is_signed_in(editor, desk):
    address = "/remark/hip-dips/fat-transfer?statement=hip-dips/fat-transfer.summary"
    page = editor.page(address)
    with contextlib.closing(sqlite3.connect(desk.config["DESK_DATABASE"])) as connection:
        connection.execute("VACUUM")  # no room is left within the file
    engine, pages = desk.extensions["desk_database"], 1  # at most as many as there are

    @event.listens_for(engine, "begin")
    def limit(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    typed = {"statement": "hip-dips/fat-transfer.summary", "text": "Why? " * 700, "proposed": "So " * 1300}
    met = editor.post("/remark/hip-dips/fat-transfer", typed, text=page)
    assert met.status_code == 503
    assert "Why? Why? Why?" in met.text
    pages = 100_000
    assert editor.post("/remark/hip-dips/fat-transfer", typed, text=met.text).status_code == 302


def test_a_session_that_ended_while_somebody_typed_loses_nothing(editor, desk, rules):
    page = editor.page(RULE)
    editor.post("/sign-out", page="/")
    met = send(editor, RULE, "save", page=page, because=WORDS)
    assert "Your session has ended. Nothing was saved yet" in met.text
    editor.post("/sign-in")  # in another tab
    for _ in range(2):  # the first is of before they signed in, and comes back once more
        sent = [(name, value) for name, value in resent(met.text) if name != "csrf_token"]
        data = {name: [value for other, value in sent if other == name] for name, _ in sent}
        met = editor.post(f"/change/{FILE}", data, text=met.text)
    assert met.status_code == 302
    assert WORDS in (rules / FILE).read_text()


def resent(page):
    """What the button "Send again" of a page sends."""
    form = page[page.rindex('<form method="post" action="/change/') :]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    texts = re.findall(r'name="([^"]+)" rows="5">\n(.*?)</textarea>', form, re.S)
    return [(html.unescape(name), html.unescape(value)) for name, value in [*hidden, *texts]]


def test_a_file_that_changes_by_hand_while_a_change_is_tried_is_not_written_over(editor, rules, monkeypatch):
    real = trial.attempt

    def by_hand(*how):
        (rules / FILE).write_text((rules / FILE).read_text().replace("no-surgery", "not-by-surgery"))
        return real(*how)

    page = editor.page(RULE)
    monkeypatch.setattr(trial, "attempt", by_hand)
    met = send(editor, RULE, "save", page=page, because=WORDS)
    assert f"Somebody else changed {FILE} meanwhile. Nothing was written." in met.text
    assert WORDS in met.text
    assert WORDS not in (rules / FILE).read_text()
    monkeypatch.undo()
    both = send(editor, RULE, "save", page=met.text, because=WORDS).text
    assert "What they saved" in both
    assert "not-by-surgery" in both
    assert WORDS in both


def test_a_file_that_is_gone_meanwhile_does_not_take_what_was_typed_with_it(editor, rules):
    page = editor.page(RULE)
    (rules / FILE).unlink()
    met = send(editor, RULE, "save", page=page, because=WORDS)
    assert met.status_code == 503
    assert WORDS in met.text


def test_a_build_that_takes_long_says_how_far_it_is_and_takes_the_form_again(editor, desk, rules, monkeypatch):
    page = editor.page(RULE)
    desk.config["DESK_PATIENCE"] = 0
    words = f"{WORDS} {os.urandom(4).hex()}"
    met = send(editor, RULE, "check", page=page, because=words)
    assert met.status_code == 202
    assert "for 0 seconds so far" in met.text
    assert words in html.unescape(met.text)
    path = rules / FILE
    path.write_text(path.read_text().replace("summary: A surgeon", f"summary: A surgeon {words}"))
    waiting = editor.get("/")
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "2")
    desk.config["DESK_PATIENCE"] = 100
    assert "What waits for you" in editor.page("/")


def test_a_desk_finishes_at_its_start_what_a_killed_one_had_begun(desk, rules, tmp_path, monkeypatch, caplog):
    files = {name: (rules / name).read_bytes() + b"# more\n" for name in (FILE, "grid.yaml")}

    def killed(new, path, real=os.replace):
        if str(path).endswith("grid.yaml"):
            raise SystemExit
        real(new, path)

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", killed)
        with pytest.raises(SystemExit):
            write_file.write_files(rules, files)
    config = {"RULES": str(rules), "RELEASES": "", "DESK_DATABASE": str(tmp_path / "desk.sqlite3")}
    create_app(config)
    assert {name: (rules / name).read_bytes() for name in files} == files

    def refused(_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(save, "finish_writing", refused)
    create_app(config)
    assert "Read-only file system" in caplog.text
