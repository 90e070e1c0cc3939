"""Releases: published whole or not at all, served one version a request, and never replaced by a broken one."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from functools import partial
from types import SimpleNamespace

import pytest

from questionnaire import create_app
from questionnaire.decide import build_process, serialize
from questionnaire.decide.build_tables import DecisionTables, build
from questionnaire.decide.reference_code import encode
from questionnaire.releases import manifest, publishing
from questionnaire.releases.folder import active, names, open_release
from questionnaire.releases.manifest import Counts, Release, ReleaseError
from questionnaire.releases.publishing import activate, drafting, resolve
from questionnaire.releases.ready import Ready
from questionnaire.rulebook.load import load
from questionnaire.web import rulebook_store as guides_of
from questionnaire.web.served_rulebook import current_rulebook

from .conftest import PROJECT, RULES
from .random_rulebooks import rulebook as made_up
from .visitor import FULL, post, text, walk

PRINTS = {"old": "aaaaaaaaaaaa", "new": "bbbbbbbbbbbb"}


def marked(tables, mark):
    """Our own tables with a word in every hint and before every option's name, and another fingerprint.

    Questions are worded alike, so that answers given under one count under the other.
    """
    rulebook = tables.rulebook
    questions = {name: replace(q, hint=f"{mark} hint") for name, q in rulebook.questions.items()}
    options = {name: replace(option, name=f"{mark} {option.name}") for name, option in rulebook.options.items()}
    changed = replace(rulebook, fingerprint=PRINTS[mark], questions=questions, options=options)
    return DecisionTables(changed, tables.options, tables.notes)


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """However busy this machine is, a new version is waited for."""
    monkeypatch.setattr(guides_of, "PATIENCE", 60)


@pytest.fixture
def releases(tmp_path):
    return tmp_path / "releases"


@pytest.fixture
def publish(releases, tmp_path, monkeypatch):
    """Publishes tables that are built already, with two small files in the place of their rule files."""
    rules = tmp_path / "small"
    (rules / "hip-dips").mkdir(parents=True)
    (rules / "areas.yaml").write_text("areas: []\n...\n")
    (rules / "hip-dips/exercise.yaml").write_text("name: Exercise\n...\n")

    def publish(tables, note=""):
        built = SimpleNamespace(tables=lambda: tables)
        monkeypatch.setattr(publishing, "Child", lambda folder, at: built)
        with drafting(rules, releases) as draft:
            return draft.publish(note)

    return publish


@pytest.fixture
def two(publish, tables):
    """Two releases of our own tables, `old` and `new`; the new one is active."""
    return [publish(marked(tables, mark)).name for mark in ("old", "new")]


def site(releases, rules=RULES, **config):
    given = {"TESTING": True, "SECRET_KEY": "x", "RULES": str(rules), "RELEASES": str(releases), "LIMIT_POSTS": 0}
    return create_app({**given, **config})


def asked(client):
    """Which of the two marked versions a page shows."""
    return set(re.findall(r"\b(old|new) (?=hint)", client.get("/questions/area").text))


# Publishing, listing and going back, as staff do it


def flask_rules(app, *words):
    return app.test_cli_runner().invoke(args=["rules", *map(str, words)])


def test_staff_publish_see_what_is_served_and_go_back(releases, rules, rulebook):
    app = site(releases, rules)
    client = app.test_client()
    assert "release" not in client.get("/readyz").json
    said = flask_rules(app, "releases")
    assert (said.exit_code, said.stdout[:25]) == (0, "Nothing was published yet")

    first = flask_rules(app, "publish", "--note", "A. Name: the first")
    name = f"0001-{rulebook.fingerprint}"
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        f"Published and active: release {name} (rulebook {rulebook.fingerprint}).",
        "15 options; not reviewed by a clinician: 15. It is the first that is served as a release.",
    ]
    assert client.get("/readyz").json["release"] == name

    path = rules / "hip-dips/exercise.yaml"
    path.write_text(path.read_text().replace("name: Exercise for hip dips", "name: Moving for hip dips"))
    assert "differs from the active release" in " ".join(flask_rules(app, "releases").stderr.split())
    second = flask_rules(app, "publish")
    later = active(releases)
    assert later.startswith("0002-")
    assert second.stdout.splitlines()[1:] == [
        f"15 options; not reviewed by a clinician: 15. Changed since {name}: texts worded anew: 1.",
        f"To go back to release {name}: flask rules rollback",
    ]
    assert client.get("/readyz").json["release"] == later
    listed = json.loads(flask_rules(app, "releases", "--json").stdout)
    assert listed["active"] == later
    assert [entry["release"] for entry in listed["releases"]] == [later, name]
    assert listed["releases"][1] == {
        "release": name,
        "rulebook": rulebook.fingerprint,
        "published": listed["releases"][1]["published"],
        "options": 15,
        "reviewed": 0,
        "note": "A. Name: the first",
        "active": False,
    }

    assert flask_rules(app, "publish").stdout == f"Nothing has changed since release {later}; it stays active.\n"
    back = flask_rules(app, "rollback")
    assert back.stdout.startswith(f"Active: release {name} of 20")
    assert client.get("/readyz").json["release"] == name
    assert "* active" in flask_rules(app, "releases").stdout.splitlines()[1]


def test_rules_with_an_error_are_not_published_and_each_fault_is_named_where_it_is(releases, rules):
    path = rules / "hip-dips/fat-transfer.yaml"
    path.write_text(path.read_text().replace("    verdict: fits\n", "    verdict: ask\n", 1))
    said = flask_rules(site(releases), "publish", rules)
    assert said.exit_code == 1
    assert said.stdout.startswith(f"{rules}/hip-dips/fat-transfer.yaml:68:5: error [example] ")
    assert said.stderr == "Error: nothing was published: 1 error in the rule files\n"
    assert sorted(entry.name for entry in releases.iterdir()) == [".lock"]


def test_an_engine_that_crashes_while_publishing_is_a_clear_error(releases, monkeypatch, two):

    monkeypatch.undo()
    monkeypatch.setattr(build_process, "CHILD", "tests.bad_child")
    monkeypatch.setattr(publishing, "RULES", "crash")
    said = flask_rules(site(releases), "publish")
    assert (said.exit_code, said.stderr) == (1, "Error: the process that builds the rules crashed (SIGSEGV)\n")
    assert active(releases) == two[1]


def test_going_back_names_what_there_is_when_there_is_no_such_release(releases, two):
    app = site(releases)
    said = flask_rules(app, "rollback", "7")
    assert (said.exit_code, said.stderr) == (2, f"Error: there is no release '7'; known: {two[0]}, {two[1]}\n")
    assert flask_rules(app, "rollback", "1").exit_code == 0
    assert flask_rules(app, "rollback").stderr == "Error: there is no release before the active one\n"
    assert [resolve(releases, word) for word in ("2", "0002", PRINTS["new"], two[1])] == [two[1]] * 4


def test_the_list_of_releases_proves_each_and_says_which_is_damaged(releases, two):
    app = site(releases)
    cut_off(releases / two[0] / "tables.json")
    listed = flask_rules(app, "releases")
    assert listed.exit_code == 0
    assert listed.stdout.splitlines()[1] == f"release {two[0]} can't be used: tables.json is not as it was published"
    empty(releases / two[1] / "rules/areas.yaml")
    listed = flask_rules(app, "releases", "--json")
    assert listed.exit_code == 1
    assert "rules/areas.yaml is not as it was published" in listed.stderr
    assert ["problem" in entry for entry in json.loads(listed.stdout)["releases"]] == [True, True]


def test_a_site_without_releases_says_so(rules):
    said = flask_rules(site(""), "publish")
    assert said.exit_code == 2
    assert "the site is set to serve no releases" in said.stderr


# Written whole or not at all


def test_everything_is_on_the_disk_before_the_release_gets_its_name_and_then_the_active_file(publish, releases):
    order = []
    real = {name: getattr(os, name) for name in ("fsync", "rename", "replace")}
    shown = lambda path: os.path.relpath(path, releases)  # noqa: E731
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            os,
            "fsync",
            lambda fd: order.append(f"sync {shown(os.readlink(f'/proc/self/fd/{fd}'))}") or real["fsync"](fd),
        )
        for name in ("rename", "replace"):
            patch.setattr(os, name, lambda a, b, name=name: order.append(f"{name} {shown(b)}") or real[name](a, b))
        name = publish(build(made_up(1), allow_gaps=True)).name
    draft = f".new-{os.getpid()}"
    renamed = order.index(f"rename {name}")
    files = ["manifest.json", "tables.json", "rules/areas.yaml", "rules/hip-dips/exercise.yaml"]
    assert {f"sync {draft}/{file}" for file in files} <= set(order[:renamed])
    assert order[renamed - 3 : renamed] == [f"sync {draft}/rules/hip-dips", f"sync {draft}/rules", f"sync {draft}"]
    assert order[renamed + 1 :] == ["sync .", "sync .active", "replace active", "sync ."]


STEPS = ("open", "fsync", "rename", "replace", "mkdir")


def steps(publish, tables, fail_at=None):
    """Publish, counting every step that touches the disk; the one numbered `fail_at` finds the disk full."""
    done = [0]
    with pytest.MonkeyPatch.context() as patch:
        for name in STEPS:

            def step(real, *args, **kw):
                reads = real.__name__ == "open" and args[1] & os.O_NONBLOCK
                done[0] += not reads
                if done[0] == fail_at and not reads:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return real(*args, **kw)

            patch.setattr(os, name, partial(step, getattr(os, name)))
        publish(tables)
    return done[0]


def test_a_disk_that_is_full_at_any_step_leaves_the_old_release_active_and_nothing_behind(publish, releases):
    first = publish(build(made_up(1), allow_gaps=True)).name
    small = build(made_up(2), allow_gaps=True)
    total = steps(publish, small)
    second = active(releases)
    refused = 0
    for step in range(1, total + 1):
        activate(releases, first)
        shutil.rmtree(releases / second, ignore_errors=True)
        try:
            steps(publish, small, step)
        except ReleaseError as fault:
            refused += 1
            assert f"can't be written (No space left on device); active is {active(releases)}" in str(fault)
        now = active(releases)
        assert open_release(releases, now)
        assert set(os.listdir(releases)) == {".lock", "active", first, now}
    assert refused > 20


def test_what_a_power_cut_left_behind_is_cleared_away_at_the_next_publish(publish, releases):
    (releases / ".new-1/rules").mkdir(parents=True)
    (releases / ".new-1/tables.json").write_text("half")
    name = publish(build(made_up(1), allow_gaps=True)).name
    assert sorted(os.listdir(releases)) == [".lock", name, "active"]


def test_a_folder_that_can_t_be_written_is_a_clear_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    said = flask_rules(site(tmp_path / "file/releases"), "publish")
    assert said.exit_code == 1
    assert said.stderr.startswith(f"Error: {tmp_path}/file/releases can't be written (Not a directory")


def test_two_who_publish_at_once_do_not_mix(publish, releases, two, tables):
    with drafting(RULES, releases) as draft:
        with pytest.raises(ReleaseError, match="somebody else is publishing"):
            publish(tables)
        with pytest.raises(ReleaseError, match="somebody else is publishing"):
            activate(releases, two[0])
        assert draft.folder.is_dir()
    publish(tables)
    assert [int(name[:4]) for name in names(releases)] == [1, 2, 3]


# Damage


def sealed():
    return manifest.as_text(
        Release("0001-aaaaaaaaaaaa", "aaaaaaaaaaaa", "2026-01-02T03:04:05Z", "ä", Counts(1, 0, 2), {"a/b": ("c", 3)})
    )


def test_a_manifest_that_was_cut_off_anywhere_or_changed_in_any_letter_is_refused():
    whole = sealed()
    assert manifest.as_text(manifest.from_text(whole)) == whole
    for place in range(len(whole)):
        for other in (whole[:place], f"{whole[:place]}0{whole[place + 1 :]}", f"{whole[:place]} {whole[place:]}"):
            if other != whole:
                with pytest.raises(ReleaseError):
                    manifest.from_text(other)


@pytest.mark.parametrize("path", ["../other", "/etc/other", "rules/../../other"])
def test_a_manifest_can_t_name_a_file_outside_its_release(path):
    release = replace(manifest.from_text(sealed()), files={path: ("c", 3)})
    with pytest.raises(ReleaseError):
        manifest.from_text(manifest.as_text(release))


def cut_off(path):
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-100])


def turn_a_bit(path):
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def empty(path):
    path.chmod(0o644)
    path.write_bytes(b"")


DAMAGE = [
    (harm, file)
    for file in ("tables.json", "manifest.json", "rules/areas.yaml")
    for harm in (cut_off, turn_a_bit, empty, os.unlink)
    if (harm, file) != (cut_off, "rules/areas.yaml")
]


@pytest.mark.parametrize(("harm", "file"), DAMAGE, ids=[f"{harm.__name__}-{file}" for harm, file in DAMAGE])
def test_a_damaged_release_never_takes_the_place_of_a_good_one(releases, two, harm, file, caplog):
    activate(releases, two[0])
    client = site(releases).test_client()
    assert asked(client) == {"old"}
    activate(releases, two[1])
    harm(releases / two[1] / file)
    assert asked(client) == {"old"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["ready"], ready.json["release"]) == (200, True, two[0])
    assert ready.json["problem"].startswith(f"release {two[1]} can't be used: ")
    assert asked(client) == {"old"}
    told = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == 1  # once, and not with every request
    assert f"Release {two[0]} is served instead. Publish again (flask rules publish)" in told[0].getMessage()
    activate(releases, two[0])
    assert "problem" not in client.get("/readyz").json
    with pytest.raises(ReleaseError):
        activate(releases, two[1])


def test_a_release_whose_active_file_is_cut_off_stays_served(releases, two):
    client = site(releases).test_client()
    assert asked(client) == {"new"}
    whole = (releases / "active").read_text()
    for length in range(len(whole)):
        beside = releases / "beside"
        beside.write_text(whole[:length])
        beside.replace(releases / "active")
        assert asked(client) == {"new"}
        assert "the file 'active' is damaged" in client.get("/readyz").json["problem"]
    (releases / "active").unlink()
    assert asked(client) == {"new"}
    assert "names the active release, is missing" in client.get("/readyz").json["problem"]


def test_releases_that_are_all_deleted_stay_served(releases, two):
    client = site(releases).test_client()
    assert asked(client) == {"new"}
    shutil.rmtree(releases)
    assert asked(client) == {"new"}
    assert client.get("/readyz").json["problem"] == "the folder of releases is gone"


def test_a_server_that_starts_on_a_damaged_release_serves_the_newest_before_it_and_says_so(releases, two, caplog):
    cut_off(releases / two[1] / "tables.json")
    client = site(releases).test_client()
    ready = client.get("/readyz").json
    assert ready["release"] == two[0]
    assert ready["problem"] == f"release {two[1]} can't be used: tables.json is not as it was published"
    assert asked(client) == {"old"}
    assert "is served instead" in caplog.text


def test_a_server_never_starts_on_a_release_that_was_rolled_back_from(releases, two):
    activate(releases, two[0])
    cut_off(releases / two[0] / "tables.json")
    ready = site(releases).test_client().get("/readyz")
    assert (ready.status_code, ready.json["ready"]) == (503, False)
    assert ready.json["problem"].startswith(f"release {two[0]} can't be used")


def test_a_server_with_no_release_that_can_be_used_does_not_start_and_says_why(releases, two):
    for name in two:
        empty(releases / name / "manifest.json")
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=PROJECT,
        env={"FLASK_RELEASES": str(releases), "FLASK_SECRET_KEY": "x" * 16, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert f"No release can be used: release {two[1]} can't be used: its manifest is damaged or cut off" in done.stderr


def test_a_copy_that_was_half_done_is_taken_up_when_it_is_whole(releases, two, monkeypatch):
    activate(releases, two[0])
    client = site(releases).test_client()
    assert asked(client) == {"old"}
    whole = shutil.copytree(releases / two[1], releases / "aside")
    shutil.rmtree(releases / two[1])
    (releases / "beside").write_text(f"{two[1]}\n")
    (releases / "beside").replace(releases / "active")
    assert asked(client) == {"old"}
    whole.rename(releases / two[1])
    assert asked(client) == {"old"}  # not looked at again with every request
    now = guides_of.time.monotonic()
    monkeypatch.setattr(guides_of.time, "monotonic", lambda: now + guides_of.AGAIN + 1)
    assert asked(client) == {"new"}


def test_a_release_of_another_version_of_the_project_is_built_again_from_its_own_rule_files(releases, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(serialize, "layout", lambda: "1-000000000000")
        patch.setattr(publishing, "Child", lambda folder, at: SimpleNamespace(tables=lambda: built))
        built = build(made_up(1), allow_gaps=True)
        with drafting(RULES, releases) as draft:
            built = replace_fingerprint(built, of=RULES)
            name = draft.publish("").name
    release, tables = open_release(releases, name)
    assert tables.rulebook.fingerprint == release.rulebook
    assert "hip-dips/exercise" in tables.options


def replace_fingerprint(tables, of):
    changed = replace(tables.rulebook, fingerprint=load(of).fingerprint)
    return DecisionTables(changed, tables.options, tables.notes)


# One request, one version


def test_a_request_sees_one_version_from_start_to_end(releases, two):
    app = site(releases)
    with app.test_request_context("/"):
        first = current_rulebook()
        activate(releases, two[0])
        assert current_rulebook() is first
        assert current_rulebook().rulebook.fingerprint == PRINTS["new"]
    with app.test_request_context("/"):
        assert current_rulebook().rulebook.fingerprint == PRINTS["old"]


def test_visitors_who_post_while_releases_change_never_see_two_versions_on_a_page(releases, two):
    app = site(releases)
    walked = {mark: set() for mark in ("questions", "results")}
    mixed, stop = [], threading.Event()

    def visit():
        client = app.test_client()
        while not stop.is_set():
            walk(client, {**FULL, "area": "hip-dips"})
            for kind, shown in (("questions", client.get("/questions/area")), ("results", client.get("/options"))):
                seen = set(re.findall(r"\b(old|new) (?=[A-Z]|hint)", text(shown)))
                prints = {mark for mark, print in PRINTS.items() if print in shown.text}
                walked[kind] |= seen
                if len(seen) != 1 or (kind == "results" and prints != seen):
                    mixed.append((kind, seen, prints))

    visitors = [threading.Thread(target=visit) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    for turn in range(12):
        activate(releases, two[turn % 2])
    stop.set()
    for visitor in visitors:
        visitor.join()
    assert mixed == []
    assert walked["results"]


# Reference codes of earlier releases


@pytest.fixture
def code(two, tables, releases):
    _, old = open_release(releases, two[0])
    return encode(old.rulebook, FULL)


def test_a_reference_of_an_earlier_release_shows_the_rules_of_then_and_leads_to_those_of_today(releases, code):
    client = site(releases).test_client()
    page = post(client, "/reference", code=code.lower())
    assert page.request.path == "/options"
    assert PRINTS["old"] in page.text
    assert code in page.text
    assert re.search(r"You see the rules of \d+ \w+ 20\d\d, with which your code was made\.", text(page))
    assert PRINTS["old"] in client.get("/options").text  # also when it is loaded again
    today = client.get(re.search(r'href="(/options\?today=)"', page.text)[1])
    assert PRINTS["new"] in today.text
    assert "You see the rules of" not in today.text
    assert asked(client) == {"new"}


def test_whoever_changes_an_answer_goes_on_with_the_rules_of_today(releases, code):
    client = site(releases).test_client()
    post(client, "/reference", code=code)
    post(client, "/questions/timing", answer="soon")
    page = client.get("/options")
    assert PRINTS["new"] in page.text
    assert "You see the rules of" not in text(page)


def test_a_reference_of_a_release_that_is_damaged_is_answered_from_the_rules_of_today_and_says_so(releases, two, code):
    empty(releases / two[0] / "tables.json")
    page = post(site(releases).test_client(), "/reference", code=code)
    assert PRINTS["new"] in page.text
    assert f"The rules have changed since the code {code} was made." in text(page)


def test_few_earlier_releases_stay_at_hand(publish, releases, monkeypatch):
    monkeypatch.setattr(guides_of, "KEPT", 2)
    made = [publish(build(made_up(seed), allow_gaps=True)).name for seed in range(1, 5)]
    held = site(releases).extensions["rulebook_store"]
    for name in made[:3] * 2:
        assert held.named(name).release.name == name
    assert list(held._earlier) == made[1:3]
    assert held.named("0009-aaaaaaaaaaaa") is None
    assert held.named("../secret") is None
    assert held.older("no code") is None


@pytest.fixture
def renamed(publish, tables, rules):
    """A release of our own tables, then one in which a choice has another name; gives a code of the first."""
    publish(marked(tables, "old"))
    for path in rules.rglob("*.yaml"):
        path.write_text(re.sub(r"\bnot-yet\b", "not-so-far", path.read_text()))
    publish(build(load(rules)))
    return encode(marked(tables, "old").rulebook, {**FULL, "tried": "not-yet"})


def test_a_reference_with_a_choice_that_has_another_name_today_leads_to_its_own_rules(renamed, releases):
    client = site(releases).test_client()
    post(client, "/questions/area", answer="hip-dips")
    page = post(client, "/reference", code=renamed)
    assert (page.status_code, page.request.path) == (200, "/options")
    assert PRINTS["old"] in page.text
    today = client.get("/options?today=", follow_redirects=True)
    assert (today.status_code, today.request.path) == (200, "/questions/tried")


def test_a_release_that_the_site_went_back_from_is_not_shown_to_anybody_any_more(releases, two, tables):
    client = site(releases).test_client()
    code = encode(open_release(releases, two[1])[1].rulebook, FULL)
    assert PRINTS["new"] in post(client, "/reference", code=code).text
    activate(releases, two[0])
    assert PRINTS["old"] in client.get("/options").text
    again = post(client, "/reference", code=code)
    assert PRINTS["old"] in again.text
    assert f"The rules have changed since the code {code} was made." in text(again)


def test_opening_an_earlier_release_is_counted_and_what_failed_is_not_tried_again_at_once(releases, two, code, caplog):
    app = site(releases, LIMIT_REFERENCES=3)
    client = app.test_client()
    post(client, "/reference", code=code)
    for _ in range(5):  # it is at hand
        assert client.get("/options").status_code == 200
    seen = []
    for _ in range(3):
        app.extensions["rulebook_store"]._earlier.clear()
        seen.append(client.get("/options").status_code)
    assert seen == [200, 200, 429]
    app = site(releases)
    client = app.test_client()
    post(client, "/reference", code=code)
    app.extensions["rulebook_store"]._earlier.clear()
    empty(releases / two[0] / "tables.json")
    assert {client.get("/options").status_code for _ in range(5)} == {200}
    assert caplog.text.count("can't be used") == 1


# Whatever lies in the folder of releases


def test_a_folder_that_can_t_be_looked_through_is_not_taken_for_an_empty_one(releases, two, monkeypatch):
    real = os.scandir

    def refused(folder):
        if folder == releases:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(folder)

    client = site(releases).test_client()
    assert asked(client) == {"new"}
    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(ReleaseError, match="the folder of releases can't be read"):
        names(releases)
    (releases / "active").unlink()
    assert asked(client) == {"new"}
    said = flask_rules(site(releases), "releases")
    assert (said.exit_code, said.stdout) == (1, "")
    assert "the folder of releases can't be read (Permission denied)" in said.stderr


def test_a_name_that_leads_to_itself_is_no_release_and_a_failed_publish_removes_no_other(
    releases, two, publish, tables
):
    os.symlink("0009-aaaaaaaaaaaa", releases / "0009-aaaaaaaaaaaa")
    assert names(releases) == two
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "names", lambda releases: [])
        with pytest.raises(ReleaseError, match="Directory not empty"):
            publish(marked(tables, "old"))  # would take the name of the first
    assert names(releases) == two
    assert open_release(releases, two[0])


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "far too large"])
@pytest.mark.parametrize("file", ["active", "manifest.json", "tables.json", "rules/areas.yaml"])
def test_what_is_no_file_or_far_too_large_is_never_waited_for_or_read(releases, two, file, kind):
    app = site(releases)
    client = app.test_client()
    activate(releases, two[0])
    assert asked(client) == {"old"}
    path = releases / file if file == "active" else releases / two[1] / file
    path.unlink()
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    else:
        with open(path, "wb") as sparse:
            sparse.truncate(6 << 30)
    if file != "active":
        (releases / "beside").write_text(f"{two[1]}\n")
        (releases / "beside").replace(releases / "active")
    assert asked(client) == {"old"}
    assert client.get("/readyz").json["problem"]
    assert flask_rules(app, "releases").exit_code == 1


@pytest.mark.parametrize("path", ["rules/a\0b.yaml", "rules/\ud800.yaml", "/etc/passwd", "../x"])
def test_a_manifest_that_names_what_no_release_can_hold_is_damaged(releases, two, path):
    release = manifest.from_text((releases / two[1] / "manifest.json").read_text())
    odd = replace(release, files={**release.files, path: (manifest.sha256(b""), 0)})
    with pytest.raises(ReleaseError, match="its manifest is damaged"):
        manifest.from_text(manifest.as_text(odd))


def test_a_release_that_fails_in_a_way_nobody_thought_of_takes_nobody_s_place(releases, two, monkeypatch):
    activate(releases, two[0])
    client = site(releases).test_client()
    assert asked(client) == {"old"}
    real = guides_of.open_release

    def fails(folder, name, limits):
        if name == two[1]:
            raise MemoryError
        return real(folder, name, limits)

    monkeypatch.setattr(guides_of, "open_release", fails)
    activate(releases, two[1])
    assert asked(client) == {"old"}
    assert client.get("/readyz").json["problem"] == f"release {two[1]} can't be used: MemoryError"
    assert asked(site(releases).test_client()) == {"old"}


def test_visitors_are_answered_while_a_new_version_takes_its_time(releases, two, monkeypatch):
    activate(releases, two[0])
    client = site(releases).test_client()
    assert asked(client) == {"old"}
    real, go_on, done = guides_of.open_release, threading.Event(), threading.Event()

    def slow(*given):
        assert go_on.wait(60)
        return real(*given)

    monkeypatch.setattr(guides_of, "open_release", slow)
    monkeypatch.setattr(guides_of, "PATIENCE", 0.01)
    monkeypatch.setattr(guides_of.log, "info", lambda *said: done.set())
    activate(releases, two[1])
    for _ in range(3):
        assert asked(client) == {"old"}
    go_on.set()
    assert done.wait(60)
    for _ in range(1000):
        if asked(client) == {"new"}:
            break
    assert asked(client) == {"new"}


# What staff may do wrong


def test_releases_says_when_the_active_one_is_gone(releases, two):
    shutil.rmtree(releases / two[1])
    said = flask_rules(site(releases), "releases")
    assert said.exit_code == 1
    assert f"release {two[1]} is the active one, and its folder is gone" in said.stderr


def test_going_back_from_a_damaged_name_of_the_active_one_says_how(releases, two):
    (releases / "active").write_text("?")
    said = flask_rules(site(releases), "rollback")
    assert "Say which release is meant: flask rules rollback NUMBER" in said.stderr
    assert flask_rules(site(releases), "rollback", "1").exit_code == 0


def test_root_leaves_no_files_in_the_folder_of_somebody_else(releases, two, monkeypatch):
    if os.geteuid() == 0:
        os.chown(releases, 12345, -1)
    monkeypatch.setattr(publishing.os, "geteuid", lambda: 0)
    whose = "#12345" if releases.stat().st_uid == 12345 else ""
    with pytest.raises(ReleaseError, match=f"belongs to {whose}.*; do this as that user: sudo -u"):
        activate(releases, two[0])
    assert active(releases) == two[1]


def test_a_note_can_t_pass_for_a_line_of_the_list(publish, releases, tables):
    publish(marked(tables, "old"), "ok\n0999-aaaaaaaaaaaa  2026-11-22  15 options\u202e\x1b[2J * active")
    lines = flask_rules(site(releases), "releases").stdout.splitlines()
    assert len(lines) == 1
    assert lines[0].isprintable()


def test_a_rule_file_that_can_t_be_copied_is_told_as_such(releases, rules):
    large = rules / "hip-dips/large.yaml"
    with open(large, "wb") as sparse:
        sparse.truncate(3 << 30)
    said = flask_rules(site(releases, rules), "publish")
    assert said.exit_code == 1
    assert f"{large} can't be read (it is larger than 1,048,576 bytes)" in said.stderr
    assert names(releases) == []


def test_left_overs_of_any_kind_are_removed_by_the_next_publish(publish, releases, tables, tmp_path):
    releases.mkdir()
    kept = tmp_path / "kept"
    kept.mkdir()
    (releases / ".new-1").write_text("")
    (releases / ".new-2").symlink_to(kept)
    (releases / ".new-3").mkdir()
    publish(marked(tables, "old"))
    assert sorted(path.name for path in releases.iterdir()) == [".lock", "0001-aaaaaaaaaaaa", "active"]
    assert kept.is_dir()


def test_publish_says_when_fewer_options_are_reviewed_than_before(releases, rules):
    app = site(releases, rules)
    until = f"{date.today().year + 2}-01-31"
    words = ("sign", "hip-dips/exercise", "--by", "Dr Example", "--role", "surgeon", "--until", until)
    assert flask_rules(app, *words).exit_code == 0
    assert flask_rules(app, "publish").exit_code == 0
    shutil.copy(RULES / "hip-dips/exercise.yaml", rules / "hip-dips/exercise.yaml")
    assert "Reviewed by a clinician: 1 before, 0 now." in flask_rules(app, "publish").stdout


def test_a_site_that_shows_no_option_says_so(releases, two):
    ready = site(releases, REQUIRE_SIGN_OFF=True).test_client().get("/readyz").json
    assert (ready["ready"], ready["reviewed"]) == (True, 0)
    assert ready["problem"] == "no option is shown: none has a sign-off that is in force"


def test_a_server_without_room_for_a_thread_looks_for_itself(releases, two, monkeypatch):
    activate(releases, two[0])
    client = site(releases).test_client()
    assert asked(client) == {"old"}

    def refused(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(guides_of.threading.Thread, "start", refused)
    activate(releases, two[1])
    assert asked(client) == {"new"}


def test_a_worker_that_starts_while_the_active_release_is_not_known_serves_what_the_others_do(releases, two):
    activate(releases, two[0])
    release, tables = open_release(releases, two[0])
    (releases / "active").unlink()
    given = {"TESTING": True, "SECRET_KEY": "x", "RULES": str(RULES), "RELEASES": str(releases)}
    ready = create_app(given, building=Ready(tables, release)).test_client().get("/readyz").json
    assert ready["release"] == two[0]
    assert "names the active release, is missing" in ready["problem"]


def test_whoever_holds_a_withdrawn_release_is_not_counted_for_each_page(releases, two):
    client = site(releases, LIMIT_REFERENCES=2).test_client()
    post(client, "/reference", code=encode(open_release(releases, two[1])[1].rulebook, FULL))
    activate(releases, two[0])
    assert [client.get("/options").status_code for _ in range(5)] == [200] * 5
