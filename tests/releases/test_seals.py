"""Publishers' seals: what no trusted key has sealed is refused in words, and the last good release serves."""

import base64
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from questionnaire.releases.folder import active, names, open_release
from questionnaire.releases.manifest import ReleaseError
from questionnaire.releases.publishing import roll_back, withdraw
from questionnaire.releases.seals import BUNDLE, RELEASE, check_seal, make_key, public_key, seal

from ..edits import put
from .helpers import asked, flask_rules, marked, name_active, ready, site


def trusting(releases, keys):
    return site(releases, RELEASE_PUBLIC_KEYS=(keys[2],))


def test_a_sealed_release_is_served_and_says_who_published_it(sealed, releases, keys):
    name = sealed("old")
    client = trusting(releases, keys).test_client()
    assert asked(client) == {"old"}
    assert ready(client) == (200, name, "")
    assert open_release(releases, name)[0].publisher == "Dr A"


def strip(releases, name):
    (releases / name / "manifest.seal").unlink()


def take_another(releases, name):
    (releases / name / "manifest.seal").unlink()
    shutil.copy(releases / names(releases)[0] / "manifest.seal", releases / name / "manifest.seal")


def spoil(releases, name):
    (releases / name / "manifest.seal").chmod(0o644)
    (releases / name / "manifest.seal").write_text("damaged\n")


NO_SEAL = "it has no publisher's seal, and only sealed releases are trusted here"
REFUSED = [
    (None, None, NO_SEAL),
    (1, None, "its publisher's seal is of a key that is not trusted here"),
    (0, strip, NO_SEAL),
    (0, take_another, "its publisher's seal is not of this content"),
    (0, spoil, "its publisher's seal is damaged"),
]
HOW = ("unsealed", "foreign", "stripped", "of-another-content", "damaged")


@pytest.mark.parametrize(("key", "harm", "why"), REFUSED, ids=HOW)
@pytest.mark.parametrize("when", ["while-it-serves", "at-a-start"])
def test_what_no_trusted_key_sealed_is_refused_and_the_last_good_one_serves(
    sealed, releases, keys, key, harm, why, when, caplog
):
    good = sealed("old")
    app = trusting(releases, keys)
    client = app.test_client()
    assert asked(client) == {"old"}
    bad = sealed("new", key if key is None else keys[key])
    if harm:
        harm(releases, bad)
    if when == "at-a-start":
        client = trusting(releases, keys).test_client()
    assert asked(client) == {"old"}
    assert ready(client) == (200, good, f"release {bad} can't be used: {why}")
    assert f"release {bad} can't be used: {why}. Release {good} is served instead." in caplog.text
    assert flask_rules(app, "releases").exit_code == 1
    assert asked(site(releases).test_client()) == {"new"}  # where no key is trusted, seals are not looked at


def test_an_older_number_in_the_place_of_a_newer_one_is_refused(sealed, releases, keys, caplog):
    old, new = sealed("old"), sealed("new")
    client = trusting(releases, keys).test_client()
    assert asked(client) == {"new"}
    name_active(releases, f"{old}\n")
    why = f"release {old} is older than release {new}, which was not withdrawn"
    for site_now in (client, trusting(releases, keys).test_client()):
        assert asked(site_now) == {"new"}
        assert ready(site_now) == (200, new, why)
    assert why in caplog.text
    roll_back(releases, old)
    assert ready(client) == (200, old, "")


def test_an_older_release_under_a_newer_number_is_refused(sealed, releases, keys):
    old, new = sealed("old"), sealed("new")
    again = f"0003-{old[5:]}"
    shutil.copytree(releases / old, releases / again)
    name_active(releases, f"{again}\n")
    client = trusting(releases, keys).test_client()
    assert ready(client) == (200, new, f"release {again} can't be used: its manifest is that of {old}")


def test_a_site_whose_only_release_is_not_sealed_serves_nothing(sealed, releases, keys):
    name = sealed("old", None)
    status, _, why = ready(trusting(releases, keys).test_client())
    assert (status, why) == (503, f"release {name} can't be used: {NO_SEAL}")


def test_codes_of_releases_that_no_trusted_key_sealed_are_answered_from_the_rules_of_now(sealed, releases, keys):
    first, _ = sealed("old", keys[1]), sealed("new")
    store = trusting(releases, keys).extensions["rulebook_store"]
    assert store.earlier.named(first, store.watcher.now().release) is None


def test_neither_rollback_nor_withdraw_activates_what_no_trusted_key_sealed(sealed, releases, keys):
    foreign, ours = sealed("old", keys[1]), sealed("new")
    with pytest.raises(ReleaseError, match="of a key that is not trusted here"):
        roll_back(releases, foreign, trusted=[keys[2]])
    assert active(releases) == ours
    assert withdraw(releases, ours, "", [keys[2]]) is None


def test_staff_make_a_key_and_publish_sealed_releases(releases, rules, tmp_path):
    file = tmp_path / "key.pem"
    app = site(releases, rules)
    made = flask_rules(app, "release-key", file)
    public = made.stdout.strip()
    assert (made.exit_code, public, file.stat().st_mode & 0o777) == (0, public_key(file), 0o600)
    assert flask_rules(app, "release-key", file).stdout.strip() == public
    assert flask_rules(app, "publish").exit_code == 0
    unsealed = active(releases)

    app.config |= {"RELEASE_PUBLIC_KEYS": (public,)}
    put(rules, "hip-dips/exercise.yaml", "name: Exercise for hip dips", "name: Moving for hip dips")
    refused = flask_rules(app, "publish")
    assert refused.exit_code == 1
    assert "there is no key to seal with (release-key); nothing was published" in refused.stderr
    put(rules, "hip-dips/exercise.yaml", "name: Moving for hip dips", "name: Exercise for hip dips")

    app.config |= {"RELEASE_KEY": file}
    again = flask_rules(app, "publish", "--by", "Dr A")  # the same rules, sealed now
    assert (again.exit_code, active(releases)) == (0, f"0002-{unsealed[5:]}")
    listed = flask_rules(app, "releases").stdout.splitlines()
    assert "  by Dr A  * active" in listed[0]
    assert listed[1] == f"release {unsealed} can't be used: {NO_SEAL}"
    assert flask_rules(app, "publish").stdout.startswith("Nothing has changed since release 0002-")


def test_a_key_that_servers_do_not_trust_publishes_nothing(publish, tables, releases, keys):
    with pytest.raises(ReleaseError, match="its publisher's seal is of a key that is not trusted here"):
        publish(marked(tables, "old"), key=keys[1], trusted=[keys[2]])
    assert (names(releases), active(releases)) == ([], None)


@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_key_is_named(tmp_path, text):
    (tmp_path / "key").write_text(text)
    with pytest.raises(ReleaseError, match=r"key holds no ed25519 key without a password; to make one: flask rules"):
        public_key(tmp_path / "key")


def test_a_key_is_never_written_over_another_file(tmp_path):
    (tmp_path / "key").write_text("mine")
    with pytest.raises(ReleaseError, match=r"can't be written \(File exists\)"):
        make_key(tmp_path / "key")
    assert (tmp_path / "key").read_text() == "mine"


def test_a_seal_of_a_release_is_none_of_a_bundle(keys):
    line = seal(keys[0], RELEASE, b"content")
    check_seal(line, RELEASE, b"content", [keys[2]])
    with pytest.raises(ReleaseError, match="not of this content"):
        check_seal(line, BUNDLE, b"content", [keys[2]])


def test_openssl_reads_our_keys_and_agrees_on_our_seals(keys, tmp_path):
    pem = subprocess.run(
        ["openssl", "pkey", "-in", keys[0], "-pubout"], capture_output=True, check=True
    ).stdout  # not made by us
    assert base64.b64encode(load_pem_public_key(pem).public_bytes_raw()).decode() == keys[2]
    (tmp_path / "data").write_bytes(RELEASE + b"content")
    (tmp_path / "signature").write_bytes(base64.b64decode(seal(keys[0], RELEASE, b"content").split()[1]))
    (tmp_path / "public").write_bytes(pem)
    words = ["-verify", "-pubin", "-inkey", "public", "-rawin", "-in", "data", "-sigfile", "signature"]
    subprocess.run(["openssl", "pkeyutl", *words], cwd=tmp_path, capture_output=True, check=True)


def test_a_key_of_openssl_seals_too(tmp_path):
    key = tmp_path / "key.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], capture_output=True, check=True)
    check_seal(seal(key, RELEASE, b"x"), RELEASE, b"x", [public_key(key)])
