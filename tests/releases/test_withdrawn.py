"""A release that was withdrawn, or gone back from, is not served again: by nobody, in no way, but on purpose."""

import json
import os
import shutil

import pytest

from questionnaire import create_app
from questionnaire.decide.reference_code import encode
from questionnaire.releases import journal
from questionnaire.releases.folder import active, open_release, servable
from questionnaire.releases.manifest import ReleaseError
from questionnaire.releases.publishing import resolve, roll_back, withdraw

from ..conftest import RULES
from ..visitor import FULL, post, text
from .helpers import PRINTS, asked, cut_off, flask_rules, marked, ready, site


@pytest.fixture
def three(releases, publish, tables, two):
    """`old`, then `new` that was gone back from, then `newest`, which is active."""
    roll_back(releases, two[0])
    return [*two, publish(marked(tables, "newest")).name]


def test_no_release_that_was_gone_back_from_stands_in_for_a_damaged_one(releases, three):
    cut_off(releases / three[2] / "tables.json")
    assert ready(site(releases).test_client())[:2] == (200, three[0])


def test_going_back_skips_releases_that_were_gone_back_from(releases, three):
    said = flask_rules(site(releases), "rollback", "--because", "too bold")
    assert said.stdout.startswith(f"Active: release {three[0]}")
    assert {name: left.because for name, left in journal.withdrawals(releases).items()} == {
        three[1]: f"went back to {three[0]}",
        three[2]: "too bold",
    }


def test_a_code_of_a_release_that_was_gone_back_from_follows_the_rules_of_now(releases, three):
    code = encode(open_release(releases, three[1])[1].rulebook, FULL)
    page = post(site(releases).test_client(), "/reference", code=code)
    assert PRINTS["newest"] in page.text
    assert f"The rules have changed since the code {code} was made." in text(page)


def test_a_visitor_who_sees_a_release_when_it_is_withdrawn_goes_on_with_the_rules_of_now(releases, two):
    client = site(releases, LIMIT_REFERENCES=2).test_client()
    code = encode(open_release(releases, two[1])[1].rulebook, FULL)
    assert PRINTS["new"] in post(client, "/reference", code=code).text
    roll_back(releases, two[0])
    for _ in range(5):  # and is not counted for each page
        page = client.get("/options")
        assert page.status_code == 200
        assert PRINTS["old"] in page.text


def test_a_worker_that_nobody_asked_since_does_not_serve_what_was_withdrawn_when_the_folder_goes(releases, two):
    """A server lets each worker watch (test_watcher.py): what it does every few seconds is done here once."""
    store = site(releases).extensions["rulebook_store"]
    assert store.now().release.name == two[1]
    withdraw(releases, two[1], "wrong")
    store.watcher.now()
    shutil.rmtree(releases)
    assert store.now().release.name == two[0]


def test_a_worker_that_is_started_again_does_not_serve_what_was_withdrawn_since_the_site_started(releases, two):
    first, second = site(releases), site(releases)
    for worker in (first, second):  # each is a fork of a process that served the release
        assert worker.extensions["rulebook_store"].now().release.name == two[1]
    withdraw(releases, two[1], "")
    (releases / "active").unlink()
    assert ready(first.test_client())[:2] == (200, two[0])
    cut_off(releases / two[0] / "tables.json")
    assert ready(second.test_client())[:2] == (503, None)


def test_rules_of_the_site_s_start_that_were_withdrawn_as_the_first_release_are_not_served_from_memory(
    releases, two, tables
):
    config = {"TESTING": True, "RULES": str(RULES), "RELEASES": str(releases)}
    old = marked(tables, "old")  # what the site was started with, before it became a release
    cut_off(releases / two[1] / "tables.json")
    assert ready(create_app(config, building=old).test_client())[0] == 200
    withdraw(releases, two[0], "")
    assert ready(create_app(config, building=old).test_client())[0] == 503


def test_withdrawing_the_active_release_serves_the_last_before_it_at_once(releases, three):
    app = site(releases)
    client = app.test_client()
    assert asked(client) == {"newest"}
    said = flask_rules(app, "withdraw", "--because", "wrong number\tof weeks")
    assert (said.exit_code, said.stderr) == (0, "")
    assert said.stdout.splitlines()[0] == (
        f"Withdrawn: release {three[2]}. It is not served again, nor to anybody who has a code of it."
    )
    assert said.stdout.splitlines()[1].startswith(f"Active: release {three[0]} of 20")
    assert asked(client) == {"old"}
    lines = flask_rules(app, "releases").stdout.splitlines()
    assert lines[0].endswith(f"withdrawn {journal.now()[:10]}: wrong number?of weeks")
    assert lines[2].endswith("* active")
    listed = json.loads(flask_rules(app, "releases", "--json").stdout)["releases"]
    assert [entry.get("because") for entry in listed] == ["wrong number?of weeks", f"went back to {three[0]}", None]


def test_withdrawing_an_earlier_release_changes_nothing_of_what_is_served(releases, two):
    said = flask_rules(site(releases), "withdraw", "1")
    assert said.stdout.splitlines()[1].startswith(f"Active: release {two[1]}")
    assert servable(releases) == [two[1]]
    with pytest.raises(ReleaseError, match="there is no release before"):
        resolve(releases, None)


def test_when_none_is_left_visitors_are_served_nothing_and_staff_read_what_to_do(releases, two):
    app = site(releases)
    client = app.test_client()
    assert asked(client) == {"new"}
    cut_off(releases / two[0] / "tables.json")  # so it is none to serve
    said = flask_rules(app, "withdraw")
    assert said.exit_code == 1
    assert said.stderr == (
        "Error: no release is left to serve: visitors read that the guide is not available. Correct the rule files and "
        "publish them (flask rules publish), or take a withdrawal back (flask rules rollback RELEASE --even-withdrawn)\n"
    )
    assert ready(client) == (503, None, f"release {two[1]} was withdrawn, and is still named as the active one")
    assert "was withdrawn. Correct the rule files" in flask_rules(app, "releases").stderr
    back = flask_rules(app, "rollback", "2", "--even-withdrawn")
    assert back.exit_code == 0
    assert asked(client) == {"new"}


def test_a_withdrawn_release_is_gone_back_to_only_on_purpose(releases, three):
    app = site(releases)
    refused = flask_rules(app, "rollback", "2")
    assert (refused.exit_code, refused.stderr) == (
        1,
        f"Error: release {three[1]} was withdrawn on {journal.now()[:10]} (went back to {three[0]}); to serve it all "
        "the same: flask rules rollback 2 --even-withdrawn\n",
    )
    assert active(releases) == three[2]
    assert flask_rules(app, "rollback", "2", "--even-withdrawn").exit_code == 0
    assert active(releases) == three[1]
    assert servable(releases) == three[:2]
    assert resolve(releases, None) == three[0]


def test_a_withdrawal_that_was_cut_off_while_it_was_written_holds(releases, two):
    (releases / "withdrawn").write_text(f"2026-01-01T00:00:00Z\t{two[0]}\tresto")
    assert servable(releases) == [two[1]]
    withdraw(releases, two[1], "ä\n")
    assert journal.withdrawals(releases).keys() == set(two)


def test_rules_that_were_withdrawn_and_are_published_again_are_told_as_such(releases, rules):
    app = site(releases, rules)
    assert flask_rules(app, "publish").exit_code == 0
    name = active(releases)
    assert flask_rules(app, "withdraw").exit_code == 1
    again = flask_rules(app, "publish").stdout
    assert f"Note: these are the rules of release {name}, which was withdrawn." in again
    assert os.listdir(releases / active(releases))


def test_there_is_nothing_to_withdraw_before_anything_was_published(releases):
    said = flask_rules(site(releases), "withdraw")
    assert (said.exit_code, said.stderr) == (1, "Error: nothing was published yet, so there is nothing to withdraw\n")
