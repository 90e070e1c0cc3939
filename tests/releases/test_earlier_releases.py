"""Earlier releases for the reference codes that were made with them, and those of another version of the project."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from questionnaire.decide import serialize
from questionnaire.decide.build_process import Built, Child
from questionnaire.decide.build_tables import build
from questionnaire.decide.reference_code import encode
from questionnaire.gate import page_problems
from questionnaire.releases import disk, earlier_releases, manifest, publishing, rebuild_tables
from questionnaire.releases.disk import locked
from questionnaire.releases.folder import active, open_release
from questionnaire.releases.manifest import Counts, Release, ReleaseError
from questionnaire.releases.publishing import drafting
from questionnaire.rulebook.load import load

from ..conftest import PROJECT, RULES
from ..random_rulebooks import rulebook as made_up
from ..visitor import FULL, post, text
from .helpers import PRINTS, asked, empty, marked, site


@pytest.fixture
def code(two, releases):
    return encode(open_release(releases, two[0])[1].rulebook, FULL)


def test_a_reference_of_an_earlier_release_shows_the_rules_of_then_and_leads_to_those_of_today(releases, code):
    client = site(releases).test_client()
    page = post(client, "/reference", code=code.lower())
    assert page.request.path == "/options"
    assert PRINTS["old"] in page.text
    assert code in page.text
    assert re.search(r"You see the rules of \d+ \w+ 20\d\d, with which your code was made\.", text(page))
    assert PRINTS["old"] in client.get("/options").text  # also when it is loaded again
    option = text(client.get("/options/hip-dips/exercise"))
    assert "You see the rules of" in option
    today = client.get(re.search(r'href="(/options\?today=)"', page.text)[1])
    assert PRINTS["new"] in today.text
    assert "You see the rules of" not in today.text
    option = client.get(re.search(r'href="(/options/hip-dips/exercise[^"]*)"', today.text)[1])
    assert "You see the rules of" not in option.text
    assert re.search(r'class="back" href="/options\?today=#hip-dips-exercise"', option.text)
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
    monkeypatch.setattr(earlier_releases, "KEPT", 2)
    names = [publish(build(made_up(seed), allow_gaps=True)).name for seed in range(1, 5)]
    store = site(releases).extensions["rulebook_store"]
    for name in names[:3] * 2:
        assert store.named(name).release.name == name
    assert [store.takes_work(name) for name in names] == [True, False, False, False]
    assert store.named("0009-aaaaaaaaaaaa") is None
    assert store.named("../secret") is None
    assert store.older("no code") is None


def test_a_reference_with_a_choice_that_has_another_name_today_leads_to_its_own_rules(releases, publish, tables, rules):
    publish(marked(tables, "old"))
    for path in rules.rglob("*.yaml"):
        path.write_text(re.sub(r"\bnot-yet\b", "not-so-far", path.read_text()))
    publish(build(load(rules)))
    client = site(releases).test_client()
    post(client, "/questions/area", answer="hip-dips")
    page = post(client, "/reference", code=encode(marked(tables, "old").rulebook, {**FULL, "tried": "not-yet"}))
    assert (page.status_code, page.request.path) == (200, "/options")
    assert PRINTS["old"] in page.text
    today = client.get("/options?today=", follow_redirects=True)
    assert (today.status_code, today.request.path) == (200, "/questions/tried")


def test_opening_an_earlier_release_is_counted_and_what_failed_is_not_tried_again_at_once(releases, two, code, caplog):
    app = site(releases, LIMIT_REFERENCES=3)
    client = app.test_client()
    post(client, "/reference", code=code)
    for _ in range(5):  # it is at hand
        assert client.get("/options").status_code == 200
    seen = []
    for _ in range(3):
        app.extensions["rulebook_store"].earlier._opened.clear()
        seen.append(client.get("/options").status_code)
    assert seen == [200, 200, 429]
    app = site(releases)
    client = app.test_client()
    post(client, "/reference", code=code)
    app.extensions["rulebook_store"].earlier._opened.clear()
    empty(releases / two[0] / "tables.json")
    assert {client.get("/options").status_code for _ in range(5)} == {200}
    assert caplog.text.count("can't be used") == 1


# Releases of another version of the project


@pytest.fixture
def of_another_version(releases, monkeypatch, tables):
    """A release of our own rules whose tables are in a format that is not today's; its name, and who built it since."""
    with monkeypatch.context() as patch:
        patch.setattr(serialize, "layout", lambda: "0-000000000000")
        patch.setattr(publishing, "open_release", lambda *_: None)
        patch.setattr(publishing, "Child", lambda *_, **__: SimpleNamespace(result=lambda: Built(tables, ())))
        with drafting(RULES, releases) as draft:
            name = draft.publish("").name
    built = []
    monkeypatch.setattr(rebuild_tables, "Child", lambda *args, **kw: built.append(kw["at"]) or Child(*args, **kw))
    return name, built


def test_a_release_of_another_version_of_the_project_is_built_once_from_its_own_rule_files(
    releases, of_another_version, tables
):
    name, built = of_another_version
    for _ in range(3):
        release, again = open_release(releases, name)
        assert again.rulebook.fingerprint == release.rulebook
        assert again.options.keys() == tables.options.keys()
    assert len(built) == 1
    assert not built[0].exists()  # a copy, which the upgrade may change
    (kept,) = (releases / ".rebuilt").iterdir()
    kept.write_text(kept.read_text().replace("Exercise", "Excercise"))  # not as it was kept
    assert "Excercise" not in str(open_release(releases, name)[1].rulebook.options)
    assert len(built) == 2


def test_where_nothing_can_be_kept_it_is_built_each_time(releases, of_another_version):
    name, built = of_another_version
    (releases / ".rebuilt").write_text("no folder")
    assert open_release(releases, name)
    assert open_release(releases, name)
    assert len(built) == 2


def test_earlier_releases_are_built_one_at_a_time_and_whoever_waits_too_long_is_told(
    releases, of_another_version, monkeypatch
):
    name, _ = of_another_version
    waited = []
    monkeypatch.setattr(disk.time, "sleep", lambda seconds: waited.append(seconds))
    with locked(releases, 5, ""):
        with pytest.raises(ReleaseError, match="other earlier releases are being built; try again later"):
            open_release(releases, name, rebuild_tables.Limits(seconds=0))
        monkeypatch.setattr(disk.time, "monotonic", iter(range(9)).__next__)
        with pytest.raises(ReleaseError, match="are being built"):
            open_release(releases, name, rebuild_tables.Limits(seconds=5))
    assert waited == [disk.TRY_AGAIN] * 4


def test_rules_that_this_version_can_t_build_are_said_to_be_of_another_version(releases, of_another_version):
    name, _ = of_another_version
    path = releases / name / "rules/areas.yaml"
    path.chmod(0o644)
    path.write_text("areas: []\n...\n")
    reseal(releases / name)
    with pytest.raises(ReleaseError, match=f"release {name} can't be used: another version of this project published"):
        open_release(releases, name)


def reseal(release):
    """Write the manifest of a release anew for the files as they are."""
    old = manifest.from_text((release / "manifest.json").read_text())
    data = {path: (release / path).read_bytes() for path in old.files}
    files = {path: (manifest.sha256(content), len(content)) for path, content in data.items()}
    (release / "manifest.json").chmod(0o644)
    (release / "manifest.json").write_text(manifest.as_text(replace(old, files=files)))


GOLDEN = PROJECT / "tests" / "goldens" / "release-1"


@pytest.fixture
def golden(tmp_path):
    """A copy of a release that an earlier version of the project published; never to be changed, only added to."""
    return Path(shutil.copytree(GOLDEN, tmp_path / "golden"))


def test_every_version_opens_and_shows_a_release_that_an_earlier_one_published(golden):
    release, tables = open_release(golden, active(golden))
    assert tables.rulebook.fingerprint == release.rulebook == "9324eda707eb"
    verdicts = {
        option: {" ".join(filter(None, key)): row.verdict for key, row in table.rows.items()}
        for option, table in tables.options.items()
    }
    assert verdicts == {
        "knees/leave-as-is": {"": "fits"},
        "knees/new-knee": {"surgery soon": "ask", "surgery months": "ask", "self-care": "ruled-out"},
    }
    assert page_problems(tables) == []


# What a release says of itself


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


@pytest.mark.parametrize(
    "path", ["../other", "/etc/other", "rules/../../other", "rules/a\0b.yaml", "rules/\ud800.yaml"]
)
def test_a_manifest_names_no_file_outside_its_release_and_none_that_no_release_can_hold(path):
    release = manifest.from_text(sealed())
    odd = replace(release, files={**release.files, path: (manifest.sha256(b""), 0)})
    with pytest.raises(ReleaseError, match="its manifest is damaged"):
        manifest.from_text(manifest.as_text(odd))
