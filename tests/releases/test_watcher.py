"""What is served: one version a request, taken up when it changes, and never replaced by a broken one."""

import errno
import os
import re
import shutil
import subprocess
import sys
import threading

import pytest

from questionnaire.releases import folder, watcher
from questionnaire.releases.folder import names, open_release
from questionnaire.releases.manifest import ReleaseError
from questionnaire.releases.publishing import roll_back
from questionnaire.web.served_rulebook import current_rulebook

from ..conftest import PROJECT
from ..visitor import FULL, text, walk
from .helpers import PRINTS, asked, cut_off, empty, flask_rules, marked, name_active, ready, site, turn_a_bit


@pytest.fixture
def old_served(releases, two):
    """A site that serves the old one of two releases, as the new one was withdrawn and taken up again since."""
    name_active(releases, f"{two[0]}\n")
    app = site(releases)
    assert asked(app.test_client()) == {"old"}
    return app


def activate_new(releases, two):
    name_active(releases, f"{two[1]}\n")


DAMAGE = [
    (harm, file)
    for file in ("tables.json", "manifest.json", "rules/areas.yaml")
    for harm in (cut_off, turn_a_bit, empty, os.unlink)
    if (harm, file) != (cut_off, "rules/areas.yaml")
]


@pytest.mark.parametrize(("harm", "file"), DAMAGE, ids=[f"{harm.__name__}-{file}" for harm, file in DAMAGE])
def test_a_damaged_release_never_takes_the_place_of_a_good_one(releases, two, old_served, harm, file, caplog):
    client = old_served.test_client()
    activate_new(releases, two)
    harm(releases / two[1] / file)
    assert asked(client) == {"old"}
    status, release, problem = ready(client)
    assert (status, release) == (200, two[0])
    assert problem.startswith(f"release {two[1]} can't be used: ")
    assert asked(client) == {"old"}
    (told,) = [record for record in caplog.records if record.levelname == "ERROR"]  # once, not with every request
    assert f"Release {two[0]} is served instead. Publish again (flask rules publish)" in told.getMessage()
    roll_back(releases, two[0])
    assert ready(client) == (200, two[0], "")
    with pytest.raises(ReleaseError):
        roll_back(releases, two[1], even_withdrawn=True)


def test_a_release_whose_active_file_is_cut_off_or_gone_stays_served(releases, two):
    client = site(releases).test_client()
    assert asked(client) == {"new"}
    whole = (releases / "active").read_text()
    for length in range(len(whole)):
        name_active(releases, whole[:length])
        assert asked(client) == {"new"}
        assert "the file 'active' is damaged" in ready(client)[2]
    (releases / "active").unlink()
    for anyone in (client, site(releases).test_client()):  # also one that starts now: the history knows
        assert asked(anyone) == {"new"}
        assert "names the active release, is missing" in ready(anyone)[2]


def test_a_server_that_starts_on_a_damaged_release_serves_the_newest_before_it_and_says_so(releases, two, caplog):
    cut_off(releases / two[1] / "tables.json")
    client = site(releases).test_client()
    assert ready(client) == (200, two[0], f"release {two[1]} can't be used: tables.json is not as it was published")
    assert asked(client) == {"old"}
    assert "is served instead" in caplog.text


def test_a_server_with_no_release_that_can_be_used_does_not_start_and_says_why(releases, two):
    for name in two:
        empty(releases / name / "manifest.json")
    environment, command = {"FLASK_RELEASES": str(releases), "PATH": os.defpath}, [sys.executable, "-c", "import wsgi"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"No release can be used: release {two[1]} can't be used: its manifest is damaged or cut off" in done.stderr


def test_a_copy_that_was_half_done_is_taken_up_when_it_is_whole(releases, two, old_served, monkeypatch):
    client = old_served.test_client()
    whole = shutil.copytree(releases / two[1], releases / "aside")
    shutil.rmtree(releases / two[1])
    activate_new(releases, two)
    assert asked(client) == {"old"}
    whole.rename(releases / two[1])
    assert asked(client) == {"old"}  # not looked at again with every request
    now = watcher.time.monotonic()
    monkeypatch.setattr(watcher.time, "monotonic", lambda: now + watcher.AGAIN + 1)
    assert asked(client) == {"new"}


def test_a_worker_that_is_started_again_serves_the_active_release_or_else_what_the_site_started_with(
    releases, two, tables
):
    """It is a fork of a process that loaded `old`, and was asked for nothing since."""
    name_active(releases, f"{two[0]}\n")
    workers = [site(releases) for _ in range(4)]
    assert {worker.extensions["rulebook_store"].now().release.name for worker in workers} == {two[0]}
    name_active(releases, f"{two[1]}\n")
    assert ready(workers[0].test_client()) == (200, two[1], "")
    cut_off(releases / two[1] / "tables.json")
    cut_off(releases / two[0] / "tables.json")  # on the disk; it is in memory
    assert ready(workers[1].test_client())[:2] == (200, two[0])
    (releases / "active").unlink()
    assert ready(workers[2].test_client())[:2] == (200, two[0])
    shutil.rmtree(releases)
    assert ready(workers[3].test_client()) == (200, two[0], "the folder of releases is gone")


# One request, one version


def test_a_request_sees_one_version_from_start_to_end(releases, two):
    app = site(releases)
    with app.test_request_context("/"):
        first = current_rulebook()
        roll_back(releases, two[0])
        assert current_rulebook() is first
        assert current_rulebook().rulebook.fingerprint == PRINTS["new"]
    with app.test_request_context("/"):
        assert current_rulebook().rulebook.fingerprint == PRINTS["old"]


def test_visitors_who_post_while_releases_change_never_see_two_versions_on_a_page(releases, two):
    app = site(releases)
    walked = {kind: set() for kind in ("questions", "results")}
    mixed, stop = [], threading.Event()

    def visit():
        client = app.test_client()
        while not stop.is_set():
            walk(client, {**FULL, "area": "hip-dips"})
            for kind, shown in (("questions", client.get("/questions/area")), ("results", client.get("/options"))):
                seen = set(re.findall(r"\b(old|new) (?=hint|[A-Z])", text(shown)))
                prints = {mark for mark, print in PRINTS.items() if print in shown.text}
                walked[kind] |= seen
                if len(seen) != 1 or (kind == "results" and prints != seen):
                    mixed.append((kind, seen, prints))

    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    for turn in range(12):
        roll_back(releases, two[turn % 2], even_withdrawn=True)
    stop.set()
    for visitor in visitors:
        visitor.join()
    assert mixed == []
    assert walked["results"]


def test_visitors_are_answered_while_a_new_version_takes_its_time(releases, two, old_served, monkeypatch):
    client = old_served.test_client()
    real, go_on, done = watcher.open_release, threading.Event(), threading.Event()

    def slow(*given):
        assert go_on.wait(60)
        return real(*given)

    monkeypatch.setattr(watcher, "open_release", slow)
    monkeypatch.setattr(watcher, "PATIENCE", 0.01)
    monkeypatch.setattr(watcher.log, "info", lambda *_: done.set())
    activate_new(releases, two)
    for _ in range(3):
        assert asked(client) == {"old"}
    go_on.set()
    assert done.wait(60)
    for _ in range(1000):
        if asked(client) == {"new"}:
            break
    assert asked(client) == {"new"}


def test_a_server_without_room_for_a_thread_goes_on_and_looks_again_at_the_next_request(
    releases, two, old_served, monkeypatch
):
    def refused(_):
        raise RuntimeError("can't start new thread")

    activate_new(releases, two)
    with monkeypatch.context() as patch:
        patch.setattr(watcher.threading.Thread, "start", refused)
        assert asked(old_served.test_client()) == {"old"}
    assert asked(old_served.test_client()) == {"new"}


def test_a_worker_that_watches_takes_up_a_release_without_being_asked(releases, two, old_served, monkeypatch):
    monkeypatch.setattr(watcher, "EVERY", 0.001)
    done = threading.Event()
    monkeypatch.setattr(watcher.log, "info", lambda *_: done.set())
    started = []
    real = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda thread: started.append(thread) or real(thread))
    store = old_served.extensions["rulebook_store"]
    store.watch()
    store.watch()  # once is enough
    assert len([thread for thread in started if thread.daemon]) == 1
    activate_new(releases, two)
    assert done.wait(60)


# Whatever lies in the folder of releases


def test_a_folder_that_can_t_be_looked_through_is_not_taken_for_an_empty_one(releases, two, monkeypatch):
    real = os.listdir

    def refused(folder):
        if folder == releases:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(folder)

    client = site(releases).test_client()
    assert asked(client) == {"new"}
    monkeypatch.setattr(os, "listdir", refused)
    with pytest.raises(ReleaseError, match="the folder of releases can't be read"):
        names(releases)
    (releases / "active").unlink()
    assert asked(client) == {"new"}
    said = flask_rules(site(releases), "releases")
    assert (said.exit_code, said.stdout) == (1, "")
    assert "the folder of releases can't be read (Permission denied)" in said.stderr


def test_a_name_that_leads_to_itself_is_no_release_and_a_failed_publish_removes_no_other(
    releases, two, publish, tables, monkeypatch
):
    os.symlink("0009-aaaaaaaaaaaa", releases / "0009-aaaaaaaaaaaa")
    assert names(releases) == two
    monkeypatch.setattr("questionnaire.releases.publishing.names", lambda releases: [])
    with pytest.raises(ReleaseError, match="Directory not empty"):
        publish(marked(tables, "old"))  # would take the name of the first
    assert names(releases) == two
    assert open_release(releases, two[0])


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "far too large"])
@pytest.mark.parametrize("file", ["active", "withdrawn", "history", "manifest.json", "tables.json", "rules/areas.yaml"])
def test_what_is_no_file_or_far_too_large_is_never_waited_for_or_read(releases, two, old_served, file, kind):
    client = old_served.test_client()
    path = releases / file if "." not in file else releases / two[1] / file
    path.unlink(missing_ok=True)
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    else:
        with open(path, "wb") as sparse:
            sparse.truncate(6 << 30)
    if file != "active":
        activate_new(releases, two)
    assert asked(client) == ({"new"} if file == "history" else {"old"})
    assert bool(ready(client)[2]) is (file != "history")
    assert flask_rules(old_served, "releases").exit_code == 1


def test_a_release_that_fails_in_a_way_nobody_thought_of_takes_nobody_s_place(releases, two, old_served, monkeypatch):
    real = folder.from_text

    def fails(text):
        if PRINTS["new"] in text:
            raise MemoryError
        return real(text)

    monkeypatch.setattr(folder, "from_text", fails)
    activate_new(releases, two)
    client = old_served.test_client()
    assert asked(client) == {"old"}
    assert ready(client)[2] == f"release {two[1]} can't be used: MemoryError"
    assert asked(site(releases).test_client()) == {"old"}


def test_a_site_that_shows_no_option_says_so(releases, two):
    answer = site(releases, REQUIRE_SIGN_OFF=True).test_client().get("/readyz").json
    assert (answer["ready"], answer["reviewed"]) == (True, 0)
    assert answer["problem"] == "no option is shown: none counts as reviewed (flask rules unsigned)"
