"""An option that is withdrawn is offered by no server that reads the folder, in no release, until it is taken back."""

import logging
import re
import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.decide.in_force import in_force
from questionnaire.decide.reference_code import encode
from questionnaire.decide.tables import DecisionTables
from questionnaire.releases.folder import open_release
from questionnaire.releases.manifest import ReleaseError
from questionnaire.releases.publishing import roll_back
from questionnaire.releases.withdrawn_options import (
    WITHDRAWN_OPTIONS,
    OptionsWatcher,
    restore_option,
    withdraw_option,
    withdrawn_options,
)
from questionnaire.rulebook.load import load

from ..clinic import write_clinic
from ..conftest import RULES
from ..visitor import FULL, post, text
from .helpers import PRINTS, flask_rules, marked, site

NAME = "hip-dips/emsculpt"
WHY = "The maker has called this device back."


def result(client, answers=FULL):
    """The result of somebody in words, and what stands under “Not offered now”."""
    for question, choice in answers.items():
        post(client, f"/questions/{question}", answer=choice)
    page = client.get("/options")
    section = re.search(r'<section id="not-offered">.*?</section>', page.text, re.S)
    return text(page), text(SimpleNamespace(text=section[0])) if section else ""


def test_every_server_shows_it_at_its_next_request_and_offers_it_again(releases, two, caplog):
    servers = [site(releases).test_client() for _ in range(2)]
    assert [result(server)[1] for server in servers] == ["", ""]
    caplog.set_level(logging.WARNING, "questionnaire")
    said = flask_rules(site(releases), "withdraw-option", "emsculpt", "--because", WHY, "--by", "A. Name")
    assert (said.exit_code, said.stdout) == (
        0,
        f"Not offered from now on: {NAME}. Servers that read {releases} take this up within seconds.\n"
        f"To offer it again: flask rules restore-option {NAME}\n",
    )
    for server in servers:
        assert (
            f"Not offered now new Emsculpt for hip dips : {WHY} Added by the clinic, not from the article."
            in (result(server)[1])
        )
    assert f"The option {NAME} is not offered" in caplog.text
    assert WHY in caplog.text
    assert (
        flask_rules(site(releases), "restore-option", "emsculpt").stdout
        == f"Offered again, as its rules say: {NAME}.\n"
    )
    assert [result(server)[1] for server in servers] == ["", ""]
    assert f"The option {NAME} is offered again." in caplog.text


def test_it_stays_withdrawn_over_restart_publish_and_rollback_and_for_codes_of_earlier_releases(
    releases, two, publish, tables
):
    withdraw_option(releases, NAME, WHY)
    publish(marked(tables, "newest"))
    client = site(releases).test_client()
    assert WHY in result(client)[1]
    code = encode(open_release(releases, two[1])[1].rulebook, FULL)
    post(client, "/reference", code=code)
    page = text(client.get("/options"))
    assert "You see the rules of" in page
    assert WHY in page
    roll_back(releases, two[0])
    assert WHY in result(site(releases).test_client())[1]


def test_where_nothing_was_published_it_works_all_the_same(releases):
    withdraw_option(releases, NAME, WHY)
    assert WHY in result(site(releases).test_client())[1]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["hip-dips/leave-as-is", "--because", WHY], 2, "'hip-dips/leave-as-is' can't be withdrawn"),
        (["hip-dips/emsculp", "--because", WHY], 2, "there is no option 'hip-dips/emsculp'; did you mean"),
        ([NAME, "--because", " ... "], 2, "a reason is needed that visitors can read, of at most 300 letters"),
        ([NAME], 2, "Missing option '--because'"),
    ],
)
def test_what_can_t_be_withdrawn_is_refused(releases, words, status, said):
    done = flask_rules(site(releases), "withdraw-option", *words)
    assert done.exit_code == status
    assert said in done.stderr
    assert withdrawn_options(releases) == ()


def test_only_what_is_withdrawn_can_be_restored(releases):
    withdraw_option(releases, NAME, WHY)
    with pytest.raises(ReleaseError, match="'hip-dips/exercise' is not withdrawn; withdrawn now: hip-dips/emsculpt"):
        restore_option(releases, "hip-dips/exercise")


def test_a_site_without_a_folder_of_releases_says_so():
    done = flask_rules(site(""), "withdraw-option", NAME, "--because", WHY)
    assert (done.exit_code, "the site is set to serve no releases" in done.stderr) == (2, True)


def test_every_line_stays_in_the_file_and_releases_names_what_is_withdrawn(releases, two):
    withdraw_option(releases, NAME, WHY, "A. Name")
    restore_option(releases, NAME, "Checked.", "A. Name")
    withdraw_option(releases, NAME, "Again\tso.")
    lines = [line.split("\t")[1:] for line in (releases / WITHDRAWN_OPTIONS).read_text().splitlines()]
    assert lines == [
        [NAME, "withdrawn", WHY, "A. Name"],
        [NAME, "restored", "Checked.", "A. Name"],
        [NAME, "withdrawn", "Again?so.", ""],
    ]
    assert f"in any release: {NAME} (Again?so.)" in flask_rules(site(releases), "releases").stdout


def test_what_was_withdrawn_stays_so_while_the_file_is_gone_or_can_t_be_read(releases, caplog):
    withdraw_option(releases, NAME, WHY)
    watcher = OptionsWatcher(releases)
    assert [one.option for one in watcher.now()] == [NAME]
    path = releases / WITHDRAWN_OPTIONS
    shutil.move(path, releases / "elsewhere")
    assert [one.option for one in watcher.now()] == [NAME]
    assert "the file 'withdrawn-options' is gone. What was withdrawn stays so." in caplog.text
    path.mkdir()
    assert [one.option for one in watcher.now()] == [NAME]
    with pytest.raises(ReleaseError, match="the file 'withdrawn-options' of the releases can't be read"):
        OptionsWatcher(releases).now()
    assert site(releases).test_client().get("/readyz").status_code == 503
    path.rmdir()
    shutil.move(releases / "elsewhere", path)
    restore_option(releases, NAME)
    assert watcher.now() == ()


def test_a_line_that_was_cut_off_withdraws_its_option(releases):
    releases.mkdir()
    (releases / WITHDRAWN_OPTIONS).write_text(f"2026-11-26T10:00:00Z\t{NAME}")
    assert [(one.option, one.because) for one in withdrawn_options(releases)] == [(NAME, "")]


@pytest.fixture
def dated(tmp_path):
    """The tables of the worked example of docs/clinic.md."""
    folder = Path(shutil.copytree(RULES, tmp_path / "dated"))
    write_clinic(folder)
    return build(load(folder))


def test_what_the_clinic_dates_changes_at_its_midnight_without_a_restart(releases, publish, dated, monkeypatch):
    publish(dated)
    noon = 1798200000  # 26 December 2026, 12:00 in UTC
    clock = [noon]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    app = site(releases, TIME_ZONE="Europe/Madrid")
    client, answers = app.test_client(), {**FULL, "worry": "not-often"}
    letter = "We ask for a letter from your own doctor first."
    assert letter not in result(client, answers)[0]
    clock[0] = 1798757999  # 31 December, 23:59:59 in Madrid
    assert letter not in client.get("/options").text
    clock[0] += 1
    page = text(client.get("/options"))
    assert letter in page
    assert "From: The clinic's house rules, 1 November 2026." in page
    fingerprint = client.get("/readyz").json["rulebook"]
    assert fingerprint == in_force(dated, "2027-01-01").rulebook.fingerprint != dated.rulebook.fingerprint


def test_a_release_says_until_when_it_holds_as_it_was_built(releases, publish, dated):
    release = publish(dated)
    assert release.holds_until == "2026-12-31"
    assert open_release(releases, release.name)[0] == release
    assert "0 reviewed, as built until 2026-12-31" in flask_rules(site(releases), "releases").stdout
    rulebook = DecisionTables(dated.rulebook, dated.options, dated.notes).rulebook
    assert rulebook.fingerprint not in PRINTS.values()
