"""Publishing, withdrawing and going back at the desk: who, why, by passkey, and by whom not."""

import re

import pytest

from questionnaire.releases import folder as releases
from questionnaire.releases.seals import make_key

from .test_change import RULE, send


@pytest.fixture
def publisher(someone):
    return someone("publisher", "Ada Able")


def publish(publisher, **more):
    page = publisher.page("/releases")
    digest = re.search(r'name="digest" value="(\w+)"', page)
    fields = {"do": "publish", "digest": digest[1] if digest else "", "because": "Worded anew", **more}
    publisher.post("/releases", fields, text=page)
    return publisher.page("/releases")


def test_a_release_says_who_published_it_and_why(publisher, desk, tmp_path):
    page = publish(publisher)
    assert "Visitors are served release 0001-" in page
    assert "Worded anew (published by Ada Able, at the desk)" in page
    assert releases.active(tmp_path / "releases").startswith("0001-")
    assert "published: 0001-" in publisher.page("/log")
    assert "The rule files are what visitors are served." in page


def test_the_desk_seals_what_it_publishes_where_a_key_is_set(publisher, desk, tmp_path):
    public = make_key(tmp_path / "key.pem")
    desk.config |= {"RELEASE_KEY": tmp_path / "key.pem", "RELEASE_PUBLIC_KEYS": (public,)}
    publish(publisher)
    folder = tmp_path / "releases"
    release, _ = releases.prove(folder, releases.active(folder), [public])
    assert release.publisher == "Ada Able"


def test_a_reason_and_a_passkey_are_needed(publisher, tmp_path):
    assert "Say why, in at most 300 characters." in publish(publisher, because=" ")
    page = publisher.page("/releases")
    digest = re.search(r'name="digest" value="(\w+)"', page)[1]
    publisher.post("/releases", {"do": "publish", "digest": digest, "because": "So"}, text=page, passkey=False)
    assert "Your browser sent no passkey." in publisher.page("/releases")
    assert releases.names(tmp_path / "releases") == []


def test_what_changed_since_the_publisher_looked_is_not_published(publisher, rules, tmp_path):
    page = publisher.page("/releases")
    file = rules / "hip-dips" / "exercise.yaml"
    file.write_text(file.read_text() + "# more\n")
    digest = re.search(r'name="digest" value="(\w+)"', page)[1]
    publisher.post("/releases", {"do": "publish", "digest": digest, "because": "So"}, text=page)
    assert "The rule files changed since you looked." in publisher.page("/releases")
    assert releases.names(tmp_path / "releases") == []


def test_a_draft_with_errors_is_not_published(publisher, someone, tmp_path):
    send(someone("editor"), RULE, "save", because="This is perfect.")
    assert "The checks find errors; what visitors are served must have none." in publish(publisher)
    assert releases.names(tmp_path / "releases") == []


def test_who_changed_a_part_of_a_draft_does_not_publish_it(publisher, someone, tmp_path, desk):
    editor = someone("editor", "Eve")
    send(editor, RULE, "save", because="You would have no surgery.")
    page = publisher.page("/people")
    number = re.search(r'Eve</th>.*?name="person" value="(\d+)"', page, re.S)[1]
    publisher.post("/people", {"do": "role", "person": number, "role": "publisher"}, text=page)
    editor.post("/sign-in")
    assert "You changed a part of this draft. Somebody else has to publish it." in publish(editor)
    assert "Visitors are served release" in publish(publisher)


def test_a_release_is_withdrawn_and_another_gone_back_to(publisher, someone, tmp_path):
    folder = tmp_path / "releases"
    publish(publisher)
    send(someone("editor"), RULE, "save", because="You would have no surgery.")
    page = publish(publisher)
    assert "hip-dips/fat-transfer.rules.no-surgery.because" in publisher.page("/log") or "0002-" in page
    first, second = releases.names(folder)
    publisher.post("/releases", {"do": "withdraw", "release": second, "because": "A wrong word"})
    page = publisher.page("/releases")
    assert f"Release {second} is withdrawn. Served now: {first}." in page
    assert "A wrong word (Ada Able, at the desk)" in page
    publisher.post("/releases", {"do": "back", "release": second, "because": "It was right"})
    assert f"release {second} was withdrawn on" in publisher.page("/releases")
    publisher.post("/releases", {"do": "back", "release": second, "because": "It was right", "even_withdrawn": "1"})
    assert releases.active(folder) == second
    publisher.post("/releases", {"do": "back", "release": "0009-aaaaaaaaaaaa", "because": "Why not"})
    assert "Choose a release of the list." in publisher.page("/releases")
