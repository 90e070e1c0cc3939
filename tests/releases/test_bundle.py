"""Bundles: packed the same every time, proved before they are unpacked, and taken up whole or not at all."""

import io
import json
import shutil
import subprocess
import tarfile
import zlib

import pytest

from questionnaire.releases import bundle, journal
from questionnaire.releases.bundle import pack, take_up, unpack
from questionnaire.releases.folder import active, names
from questionnaire.releases.manifest import ReleaseError
from questionnaire.releases.publishing import roll_back, withdraw
from questionnaire.releases.seals import BUNDLE, seal
from questionnaire.releases.withdrawn_options import restore_option, withdraw_option, withdrawn_options

from .helpers import asked, flask_rules, ready, site

OPTION = "hip-dips/implants"


@pytest.fixture
def node(tmp_path):
    """The folder of releases of a server elsewhere."""
    return tmp_path / "node"


@pytest.fixture
def send(releases, node, keys):
    """Packs what is active here, and lets the server elsewhere take it up."""

    def send():
        return take_up(node, unpack(pack(releases, keys[0])[1], [keys[2]]), [keys[2]])

    return send


def test_a_bundle_holds_the_active_release_and_is_an_archive_for_other_programs_too(sealed, releases, keys, tmp_path):
    sealed("old")
    name = sealed("new")
    assert pack(releases, keys[0]) == pack(releases, keys[0])
    (tmp_path / "bundle").write_bytes(pack(releases, keys[0])[1])
    listed = subprocess.run(["tar", "tzf", tmp_path / "bundle"], capture_output=True, text=True, check=True)
    assert listed.stderr == ""
    release = [f"{name}/{file}" for file in ("manifest.json", "manifest.seal", "rules/areas.yaml", "tables.json")]
    assert sorted(listed.stdout.split()) == [
        *release[:3],
        f"{name}/rules/hip-dips/exercise.yaml",
        release[3],
        "bundle.json",
    ]


def test_a_server_without_releases_takes_one_up_whole(sealed, releases, node, send, keys):
    name = sealed("old")
    assert send()
    assert not send()
    assert ready(site(node, RELEASE_PUBLIC_KEYS=(keys[2],)).test_client()) == (200, name, "")
    assert flask_rules(site(node), "releases").exit_code == 0


def test_a_newer_one_takes_the_place_of_an_older_one_and_never_the_other_way_round(sealed, releases, node, send, keys):
    old = sealed("old")
    of_before = pack(releases, keys[0])[1]
    send()
    app = site(node, RELEASE_PUBLIC_KEYS=(keys[2],))
    assert asked(app.test_client()) == {"old"}
    new = sealed("new")
    send()
    assert asked(app.test_client()) == {"new"}
    with pytest.raises(ReleaseError, match=f"its release {old} is older than release {new}, which was not withdrawn"):
        take_up(node, unpack(of_before, [keys[2]]), [keys[2]])
    assert (asked(app.test_client()), active(node)) == ({"new"}, new)


def test_going_back_and_withdrawing_travel_too(sealed, releases, node, send, keys):
    old, new = sealed("old"), sealed("new")
    roll_back(releases, old, even_withdrawn=True)
    send()
    sealed("newest")
    send()
    app = site(node, RELEASE_PUBLIC_KEYS=(keys[2],))
    assert asked(app.test_client()) == {"newest"}
    assert withdraw(releases, active(releases), "A wrong word").name == old
    send()
    assert ready(app.test_client()) == (200, old, "")
    assert list(journal.withdrawals(node)) == list(journal.withdrawals(releases))
    assert new in journal.withdrawals(node)


def test_options_that_are_not_offered_travel_and_stay_so_where_they_were_withdrawn(
    sealed, releases, node, send, monkeypatch
):
    times = iter(f"2026-11-26T10:00:{second:02}Z" for second in range(60))
    monkeypatch.setattr("questionnaire.releases.withdrawn_options.now", lambda: next(times))
    sealed("old")
    send()
    withdraw_option(node, "hip-dips/exercise", "here alone")
    withdraw_option(releases, OPTION, "everywhere")
    send()
    assert [one.option for one in withdrawn_options(node)] == ["hip-dips/exercise", OPTION]
    restore_option(releases, OPTION)
    send()
    assert [one.option for one in withdrawn_options(node)] == ["hip-dips/exercise"]


def test_a_release_that_was_withdrawn_here_is_not_taken_up(sealed, releases, node, send):
    name = sealed("old")
    send()
    withdraw(node, name, "here")
    with pytest.raises(ReleaseError, match=f"its release {name} is withdrawn"):
        send()


def test_a_release_that_is_damaged_here_is_taken_up_anew(sealed, releases, node, send, keys):
    name = sealed("old")
    send()
    (node / name / "tables.json").unlink()
    assert send()
    assert ready(site(node, RELEASE_PUBLIC_KEYS=(keys[2],)).test_client()) == (200, name, "")


def test_every_byte_counts(sealed, releases, keys):
    sealed("old")
    data = pack(releases, keys[0])[1]
    for place in [*range(0, len(data), 997), *range(len(data) - bundle.SEALED - 5, len(data))]:
        turned = bytearray(data)
        turned[place] ^= 1
        with pytest.raises(ReleaseError):
            unpack(bytes(turned), [keys[2]])
    for length in [*range(0, len(data), 997), len(data) - 1]:
        with pytest.raises(ReleaseError, match="it is cut off, or is none"):
            unpack(data[:length], [keys[2]])
    with pytest.raises(ReleaseError, match="it is cut off, or is none"):
        unpack(data + b"x", [keys[2]])


def test_a_bundle_of_a_foreign_key_is_refused(sealed, releases, keys):
    sealed("old", keys[1])
    with pytest.raises(ReleaseError, match="its publisher's seal is of a key that is not trusted here"):
        unpack(pack(releases, keys[1])[1], [keys[2]])


def test_the_seal_of_a_release_is_none_of_a_bundle(sealed, releases, keys):
    name = sealed("old")
    body = pack(releases, keys[0])[1][: -bundle.SEALED]
    line = (releases / name / "manifest.seal").read_bytes()
    with pytest.raises(ReleaseError, match="its publisher's seal is not of this content"):
        unpack(body + bundle._stored(line), [keys[2]])


def made_up(keys, members, release="0001-aaaaaaaaaaaa", about=True):
    """A bundle that our own key sealed: (member, bytes) that no `pack` would put there."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        told = json.dumps({"format": 1, "release": release, "made": "2026-11-26T10:00:00Z"}).encode()
        for member, data in [*([(tarfile.TarInfo("bundle.json"), told)] if about else []), *members]:
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = packing.compress(written.getvalue()) + packing.flush()
    return body + bundle._stored(seal(keys[0], BUNDLE, body))


def linked(name):
    link = tarfile.TarInfo(name)
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return link


@pytest.mark.parametrize(
    "members", [[(linked("active"), b"")], [(tarfile.TarInfo("a"), b""), (tarfile.TarInfo("a"), b"")]]
)
def test_links_and_paths_that_stand_twice_are_refused(keys, members):
    with pytest.raises(ReleaseError, match="it is sealed, and holds no release"):
        unpack(made_up(keys, members), [keys[2]])


@pytest.mark.parametrize("path", ["../outside", "/outside", "0001-aaaaaaaaaaaa/more", "active", "history"])
def test_a_file_that_is_not_the_releases_own_is_never_written(sealed, releases, node, keys, path, tmp_path):
    name = sealed("old")
    files = [(tarfile.TarInfo(path), b"x")]
    for file in sorted((releases / name).rglob("*")):
        if file.is_file():
            files.append((tarfile.TarInfo(file.relative_to(releases).as_posix()), file.read_bytes()))
    with pytest.raises(ReleaseError, match="it holds other files than its release has"):
        take_up(node, unpack(made_up(keys, files), [keys[2]]), [keys[2]])
    assert not (tmp_path / "outside").exists()
    assert (names(node), active(node)) == ([], None)


def test_what_would_fill_the_memory_is_not_unpacked(keys, monkeypatch):
    monkeypatch.setattr(bundle, "MOST_UNPACKED", 100_000)
    with pytest.raises(ReleaseError, match="it holds more than 100,000 bytes"):
        unpack(made_up(keys, [(tarfile.TarInfo("a"), bytes(200_000))]), [keys[2]])


@pytest.mark.parametrize("release", ["..", "1-x", 7])
def test_a_name_that_is_none_of_a_release_is_refused(keys, release):
    with pytest.raises(ReleaseError, match="it is sealed, and holds no release"):
        unpack(made_up(keys, [], release), [keys[2]])


def test_a_full_disk_leaves_what_is_active(sealed, releases, node, send, monkeypatch):
    old = sealed("old")
    send()
    sealed("new")

    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundle, "write_new", full)
    with pytest.raises(ReleaseError, match=rf"can't be written \(No space left on device\); active is {old}"):
        send()
    assert (names(node), list(node.glob(".new-*"))) == ([old], [])


def test_staff_write_a_bundle(sealed, releases, keys, tmp_path):
    app, file = site(releases), tmp_path / "bundle.tar.gz"
    assert "nothing was published yet" in flask_rules(site(releases, RELEASE_KEY=keys[0]), "bundle", file).stderr
    name = sealed("old")
    assert "a bundle needs a key to seal it: set release-key" in flask_rules(app, "bundle", file).stderr
    app.config["RELEASE_KEY"] = keys[0]
    said = flask_rules(app, "bundle", file)
    assert said.stdout == f"Written: {file}, {file.stat().st_size:,} bytes, with release {name}.\n"
    (releases / name / "manifest.seal").unlink()
    shutil.copy(file, tmp_path / "before")
    assert "it has no publisher's seal" in flask_rules(app, "bundle", file).stderr
    assert file.read_bytes() == (tmp_path / "before").read_bytes()
