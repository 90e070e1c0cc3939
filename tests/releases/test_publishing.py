"""Releases published and listed: whole or not at all, whatever the disk does, and what staff may do wrong."""

import errno
import json
import os
import re
import shutil
from functools import partial

import pytest

from questionnaire.decide.build_process import Child
from questionnaire.decide.build_tables import build
from questionnaire.releases import journal, publishing
from questionnaire.releases.folder import active, names, open_release
from questionnaire.releases.manifest import ReleaseError
from questionnaire.releases.publishing import drafting, resolve, roll_back

from ..conftest import RULES
from ..edits import put
from ..random_rulebooks import rulebook as made_up
from ..signing import sign_in
from .helpers import PRINTS, cut_off, empty, flask_rules, marked, site


def small_tables(seed=1):
    return build(made_up(seed), allow_gaps=True)


def test_staff_publish_see_what_is_served_and_go_back(releases, rules, rulebook):
    app = site(releases, rules)
    client = app.test_client()
    assert "release" not in client.get("/readyz").json
    assert flask_rules(app, "releases").stdout.startswith("Nothing was published yet")
    put(rules, "hip-dips/exercise.yaml", "name: Exercise for hip dips", "name: Moving for hip dips")

    first = flask_rules(app, "publish", "--note", "A. Name: the first")
    sealed, name = names(releases)
    assert sealed == f"0001-{rulebook.fingerprint}"
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        f"Published and active: release {name} (rulebook {name[5:]}).",
        f"15 options; not reviewed by a clinician: 15. Changed since {sealed}: texts worded anew: 1.",
        f"To go back to release {sealed}: flask rules rollback",
    ]
    assert client.get("/readyz").json["release"] == name
    put(rules, "hip-dips/exercise.yaml", "name: Moving for hip dips", "name: More for hip dips")
    assert "differs from the active release" in " ".join(flask_rules(app, "releases").stderr.split())
    assert flask_rules(app, "publish").exit_code == 0
    later = active(releases)
    assert client.get("/readyz").json["release"] == later
    listed = json.loads(flask_rules(app, "releases", "--json").stdout)
    assert [entry["release"] for entry in listed["releases"]] == [later, name, sealed]
    assert listed["releases"][1] == {
        "release": name,
        "rulebook": name[5:],
        "published": listed["releases"][1]["published"],
        "options": 15,
        "reviewed": 0,
        "note": "A. Name: the first",
        "active": False,
    }
    assert flask_rules(app, "publish").stdout == f"Nothing has changed since release {later}; it stays active.\n"
    for back in (name, sealed):
        assert flask_rules(app, "rollback").stdout.startswith(f"Active: release {back} of 20")
        assert client.get("/readyz").json["release"] == back
    assert "* active" in flask_rules(app, "releases").stdout.splitlines()[2]


def test_the_first_release_has_nothing_before_it_where_the_site_served_the_same_rules_or_was_never_started(
    releases, rules
):
    started = site(releases, rules)
    started.test_client().get("/readyz")
    assert names(releases / ".served")
    said = flask_rules(started, "publish").stdout
    assert "It is the first that is served as a release." in said
    assert [entry for entry in os.listdir(releases) if entry.startswith("0")] == names(releases)
    back = flask_rules(started, "rollback")
    assert back.exit_code == 1
    assert back.stderr == (
        f"Error: there is no release before {active(releases)} that was served and is not withdrawn. To serve other "
        "rules, correct the rule files and publish them: flask rules publish\n"
    )
    assert flask_rules(site(releases.with_name("other"), rules), "rollback").stderr == (
        "Error: nothing was published yet, so there is nothing to go back from\n"
    )


def test_what_the_site_served_is_kept_only_where_the_files_are_still_the_same_and_can_be_written(
    releases, rules, tables, monkeypatch, caplog
):
    publishing.keep_served(rules, releases, tables, since=0)  # the files are from after that
    assert not (releases / ".served").exists()
    publishing.keep_served(rules, releases, tables, since=1e12)
    (name,) = names(releases / ".served")
    cut_off(releases / ".served" / name / "tables.json")
    assert flask_rules(site(releases, rules), "publish").exit_code == 0
    put(rules, "hip-dips/exercise.yaml", "name: Exercise for hip dips", "name: Moving for hip dips")
    (releases / "a file").write_text("")
    caplog.set_level("INFO")
    assert site(releases / "a file/releases", rules).test_client().get("/readyz").status_code == 200
    assert "can't be kept to go back to" in caplog.text


def test_rules_with_an_error_are_not_published_and_each_fault_is_named_where_it_is(releases, rules):
    put(rules, "hip-dips/fat-transfer.yaml", "    verdict: fits\n", "    verdict: ask\n")
    said = flask_rules(site(releases), "publish", rules)
    assert said.exit_code == 1
    assert said.stdout.startswith(f"{rules}/hip-dips/fat-transfer.yaml:68:5: error [example] ")
    assert said.stderr == "Error: nothing was published: 1 error in the rule files\n"
    assert {".lock", "history"} == set(os.listdir(releases))
    assert active(releases) is None


def test_an_engine_that_crashes_while_publishing_is_a_clear_error(releases, rules, monkeypatch):
    monkeypatch.setattr(publishing, "Child", partial(Child, build="tests.bad_child:crash"))
    said = flask_rules(site(releases, rules), "publish")
    assert (said.exit_code, said.stderr) == (1, "Error: the process that builds the rules crashed (SIGSEGV)\n")
    assert active(releases) is None


def test_going_back_names_what_there_is_when_there_is_no_such_release(releases, two):
    app = site(releases)
    said = flask_rules(app, "rollback", "7")
    assert (said.exit_code, said.stderr) == (2, f"Error: there is no release '7'; known: {two[0]}, {two[1]}\n")
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


def test_a_site_without_releases_says_so():
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
        name = publish(small_tables()).name
    draft = f".new-{os.getpid()}"
    renamed = order.index(f"rename {name}")
    files = ["manifest.json", "tables.json", "rules/areas.yaml", "rules/hip-dips/exercise.yaml"]
    assert {f"sync {draft}/{file}" for file in files} <= set(order[:renamed])
    assert order[:3] == ["sync ..", "sync history", "sync ."]  # the folder of releases is new itself
    assert order[renamed - 3 : renamed] == [f"sync {draft}/rules/hip-dips", f"sync {draft}/rules", f"sync {draft}"]
    after = ["sync .", "sync .active", "replace active", "sync .", "sync history", "sync ."]
    assert order[renamed + 1 :] == after


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


def test_a_disk_that_is_full_at_any_step_leaves_a_whole_release_active_and_nothing_behind(publish, releases):
    first = publish(small_tables()).name
    total = steps(publish, small_tables(2))
    second = active(releases)
    refused = 0
    for step in range(1, total + 1):
        shutil.rmtree(releases / second, ignore_errors=True)
        roll_back(releases, first)
        try:
            steps(publish, small_tables(2), step)
        except ReleaseError as fault:
            refused += 1
            assert f"can't be written (No space left on device); active is {active(releases)}" in str(fault)
        now = active(releases)
        assert open_release(releases, now)
        assert set(os.listdir(releases)) - {"withdrawn"} == {".lock", "active", "history", first, now}
    assert refused > 20


def test_left_overs_of_any_kind_are_removed_by_the_next_publish(publish, releases, tmp_path):
    releases.mkdir()
    kept = tmp_path / "kept"
    kept.mkdir()
    (releases / ".new-1/rules").mkdir(parents=True)
    (releases / ".new-1/tables.json").write_text("half")
    (releases / ".new-2").symlink_to(kept)
    (releases / ".new-3").write_text("")
    name = publish(small_tables()).name
    assert set(os.listdir(releases)) == {".lock", "history", name, "active"}
    assert kept.is_dir()


def test_a_release_whose_publishing_was_cut_short_is_not_gone_back_to(publish, releases, two, tables):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "activate", lambda *_: None)  # the power failed just before
        never = publish(marked(tables, "newest")).name
    assert active(releases) == two[1]
    assert publish(marked(tables, "old")).name.startswith("0004-")
    assert resolve(releases, None) == two[1]
    listed = flask_rules(site(releases), "releases")
    assert f"{never}" in listed.stdout.splitlines()[1]
    assert "never active" in listed.stdout.splitlines()[1]


def test_a_first_publish_that_was_cut_short_changes_nothing(publish, releases):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "activate", lambda *_: None)
        publish(small_tables())
    assert len(names(releases)) == 1
    assert active(releases) is None
    assert publish(small_tables(2)).name.startswith("0002-")
    with pytest.raises(ReleaseError, match="there is no release before 0002-"):
        resolve(releases, None)


def test_a_folder_that_an_earlier_version_of_the_project_made_knows_its_history_by_its_numbers(
    publish, releases, two, tables
):
    (releases / "history").unlink()
    assert resolve(releases, None) == two[0]
    publish(marked(tables, "newest"))
    assert journal.once_active(releases) == names(releases)


def test_a_line_of_the_history_that_was_cut_off_spoils_no_other(publish, releases, two):
    with open(releases / "history", "a") as file:
        file.write("2026-01-01T00:00:00Z\t0009-dddd")
    last = publish(small_tables()).name
    assert journal.once_active(releases) == [*two, last]


def test_a_folder_that_can_t_be_written_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    said = flask_rules(site(tmp_path / "file/releases"), "publish")
    assert said.exit_code == 1
    assert re.match(rf"Error: {tmp_path}/file(/releases)? can't be written \(Not a directory", said.stderr)


def test_two_who_publish_at_once_do_not_mix(publish, releases, two, tables):
    with drafting(RULES, releases) as draft:
        for other in (lambda: publish(tables), lambda: roll_back(releases, two[0])):
            with pytest.raises(ReleaseError, match="somebody else is publishing"):
                other()
        assert draft.folder.is_dir()
    publish(tables)
    assert [int(name[:4]) for name in names(releases)] == [1, 2, 3]


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
        roll_back(releases, two[0])
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


def test_the_folder_of_an_area_may_be_a_link_to_one_elsewhere(releases, rules, tmp_path):
    shutil.move(rules / "hip-dips", tmp_path / "elsewhere")
    (rules / "hip-dips").symlink_to(tmp_path / "elsewhere")
    assert flask_rules(site(releases, rules), "publish").exit_code == 0
    assert (releases / active(releases) / "rules/hip-dips/exercise.yaml").is_file()


def test_publish_says_when_fewer_options_are_reviewed_than_before(releases, rules):
    app = site(releases, rules)
    sign_in(rules)
    assert flask_rules(app, "publish").exit_code == 0
    (rules / "sign-offs/hip-dips.yaml").unlink()
    assert "Reviewed by a clinician: 15 before, 6 now." in flask_rules(app, "publish").stdout


def test_diff_live_compares_with_the_active_release_and_says_where_there_is_none(releases, publish, tables):
    app = site(releases)
    said = flask_rules(app, "diff", "live")
    assert (said.exit_code, "nothing was published yet, so no release is live" in said.stderr) == (2, True)
    publish(marked(tables, "new"))
    assert "old: new Exercise for hip dips" in flask_rules(app, "diff", "live").stdout
