"""Holding an option back at the desk and lifting that, and the kill switch: who may, what is said, and what is kept."""

import html
import re

import pytest

from questionnaire.desk import database
from questionnaire.desk.models import Person
from questionnaire.releases.withdrawn_options import WITHDRAWN_OPTIONS, withdrawn_options
from questionnaire.rulebook.load import load

from .conftest import ADDRESS
from .test_change import send
from .test_guided import made, save, show, texts
from .test_publish import publish

UNIT = "hip-dips/implants"
HOLD = f"/hold/{UNIT}"
WITHDRAW = "/withdrawn-options"


@pytest.fixture
def reviewer(someone):
    return someone("reviewer", "Dr Baker")


@pytest.fixture
def publisher(someone):
    return someone("publisher", "Ada Able")


def test_a_reviewer_holds_an_option_back_and_lifts_that(reviewer, rules):
    assert "Hold it back" in reviewer.page(f"/units/{UNIT}")
    page = show(reviewer, HOLD, why="The scar is played down")
    assert "The hold hip-dips/implants is new: no page shows this option." in page
    assert "No sign-off would fall." in page
    assert not (rules / "holds.yaml").exists()
    assert save(reviewer, HOLD, page, why="The scar is played down").location == f"/units/{UNIT}"
    held = load(rules).holds[UNIT]
    assert (held.by, held.because) == ("Dr Baker", "The scar is played down")
    home = reviewer.page("/")
    assert "1 option held back, so no page shows it:" in home
    assert "by you since" in home
    assert "Held back by Dr Baker" in home
    assert "Held back:" in reviewer.page(f"/units/{UNIT}")
    assert "A sign-off does not lift that" in reviewer.page(f"/sign/{UNIT}")
    made(reviewer, HOLD, why="Mended")
    assert not (rules / "holds.yaml").exists()
    log = reviewer.page("/log")
    assert "held back: hip-dips/implants" in log
    assert "lifted the hold on: hip-dips/implants" in log
    assert "Mended" in log


def test_who_holds_back_and_who_lifts(reviewer, publisher, someone, desk, rules):
    editor = someone("editor", "Eve Editor")
    assert "Hold it back" not in editor.page(f"/units/{UNIT}")
    made(reviewer, HOLD, why="Too short")
    assert "Dr Baker holds it back. A reviewer can lift that, or Dr Baker." in publisher.page(HOLD)
    page = publisher.page("/")
    assert "by Dr Baker since" in page
    refused = publisher.post(HOLD, {"why": "x", "do": "save", "wants": "lift"}, text=page)
    assert "A reviewer can lift that" in refused.text
    assert UNIT in load(rules).holds
    send(editor, f"/change/{UNIT}.yaml?at=not-offered.0", "save", because="You would have no surgery.")
    with desk.app_context(), database.writing() as db:
        db.query(Person).filter_by(name="Eve Editor").one().role = "reviewer"
    assert "You changed it since it is held back. Somebody else has to lift that." in editor.page(HOLD)
    made(someone("reviewer", "Dr Cole"), HOLD, why="It is mended")
    made(publisher, HOLD, why="A recall")
    made(publisher, HOLD, why="It is over")
    assert load(rules).holds == {}


def test_a_hold_that_meets_another_keeps_what_was_typed(reviewer, publisher, rules):
    page = show(reviewer, HOLD, why="Too short")
    made(publisher, HOLD, why="A recall")
    met = html.unescape(save(reviewer, HOLD, page, why="Too short", wants="hold").text)
    assert "Somebody else was first: look at how it stands now." in met
    assert 'value="Too short"' in met
    assert load(rules).holds[UNIT].by == "Ada Able"


@pytest.mark.parametrize("why", ["", "   ", "x" * 301, "a\u200bb", "\x00"])
def test_a_reason_that_can_t_be_kept_is_refused(reviewer, rules, why):
    page = show(reviewer, HOLD, why=why)
    assert "Say why, in at most 300 characters." in page or "could not be read" in page or "can't be written" in page
    save(reviewer, HOLD, page, why=why)
    assert not (rules / "holds.yaml").exists()


def test_what_can_t_be_held_back(reviewer, rules):
    assert "always listed: it can't be held back" in html.unescape(reviewer.page("/hold/hip-dips/leave-as-is"))
    met = show(reviewer, HOLD, why="x").replace(UNIT, "hip-dips/leave-as-is")
    assert "always listed" in save(reviewer, "/hold/hip-dips/leave-as-is", met, why="x").text
    for path in ("/hold/questions", "/hold/nothing", "/hold/hip-dips", "/hold/../x", "/hold/%2e%2e/%00", "/hold/<b>"):
        assert reviewer.get(path).status_code == 404, path
    assert not (rules / "holds.yaml").exists()


def test_an_editor_lifts_no_hold_by_the_form_of_a_file(reviewer, someone, rules):
    made(reviewer, HOLD, why="Too short")
    editor = someone("editor")
    files = editor.page("/change")
    for file in ("holds.yaml", "reviewers.yaml"):
        assert file not in files
        assert editor.get(f"/change/{file}").status_code == 404
        sent = {"at": "holds.0", "do": "remove", "begun": "{}"}
        assert editor.post(f"/change/{file}", sent, text=files).status_code == 404
    assert UNIT in load(rules).holds


def test_a_hold_goes_along_with_the_name_of_its_option(reviewer, someone, rules):
    made(reviewer, HOLD, why="Too short")
    made(someone("editor"), "/edit/rename", thing=UNIT, new="silicone")
    assert "Held back:" in reviewer.page("/units/hip-dips/silicone")
    assert reviewer.page(HOLD).count("Lift the hold on") > 0, "its address of before leads on"


def test_an_option_is_withdrawn_at_once_and_offered_again(publisher, reviewer, someone, tmp_path):
    publish(publisher)
    assert "Withdraw it now" in publisher.page(f"/units/{UNIT}")
    assert f'<option value="{UNIT}" selected>' in publisher.page(f"{WITHDRAW}?option={UNIT}")
    done = publisher.post(WITHDRAW, {"do": "withdraw", "option": UNIT, "because": "We do not do this now."})
    assert done.location == WITHDRAW
    (one,) = withdrawn_options(tmp_path / "releases")
    assert (one.option, one.because, one.by) == (UNIT, "We do not do this now.", "Ada Able")
    for page in (publisher.page(WITHDRAW), reviewer.page("/"), reviewer.page(f"/units/{UNIT}")):
        assert "We do not do this now." in page
    assert "withdrew the option: hip-dips/implants" in reviewer.page("/log")
    refused = show(someone("editor"), "/edit/rename", thing=UNIT, new="silicone")
    assert "It is withdrawn, and under another id visitors would be offered it again." in refused
    publisher.post(WITHDRAW, {"do": "restore", "option": UNIT, "because": "We do"})
    assert withdrawn_options(tmp_path / "releases") == ()
    assert "every option that is published is offered" in publisher.page(WITHDRAW)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"because": " "}, "A reason is needed that visitors can read"),
        ({"because": "x" * 301}, "A reason is needed that visitors can read"),
        ({"option": "hip-dips/leave-as-is"}, "leaving things as they are is always listed"),
        ({"option": "hip-dips/x\tactive"}, "there is no such option"),
        ({"option": ""}, "there is no such option"),
        ({"do": "restore"}, "is not withdrawn"),
    ],
)
def test_what_can_t_be_withdrawn_changes_nothing(publisher, tmp_path, sent, why):
    publish(publisher)
    met = publisher.post(WITHDRAW, {"do": "withdraw", "option": UNIT, "because": "So", **sent})
    assert why in html.unescape(met.text)
    assert withdrawn_options(tmp_path / "releases") == ()


def test_withdrawing_needs_the_passkey_and_known_words(publisher, tmp_path):
    publish(publisher)
    sent = {"do": "withdraw", "option": UNIT, "because": "So <b>"}
    met = publisher.post(WITHDRAW, sent, passkey=False)
    assert "Your browser sent no passkey." in met.text
    assert 'value="So &lt;b&gt;"' in met.text, "what was typed is kept"
    assert publisher.post(WITHDRAW, {**sent, "do": "frob"}).status_code == 400
    assert not (tmp_path / "releases" / WITHDRAWN_OPTIONS).exists()


def test_an_option_is_withdrawn_while_the_rule_files_can_t_be_read(publisher, rules, tmp_path):
    publish(publisher)
    (rules / "grid.yaml").write_text("rows: [\n")
    assert "Withdraw an option all the same" in publisher.get("/").text
    publisher.post(WITHDRAW, {"do": "withdraw", "option": UNIT, "because": "A recall"})
    assert [one.option for one in withdrawn_options(tmp_path / "releases")] == [UNIT]


def test_a_full_disk_withdraws_nothing_and_keeps_the_words(publisher, tmp_path, monkeypatch):
    publish(publisher)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    page = publisher.page(WITHDRAW)
    with monkeypatch.context() as patched:
        patched.setattr("os.replace", full)
        met = publisher.post(WITHDRAW, {"do": "withdraw", "option": UNIT, "because": "A recall"}, text=page)
    assert 'value="A recall"' in met.text
    assert "withdrew the option: failed" in publisher.page("/log")
    assert withdrawn_options(tmp_path / "releases") == ()


@pytest.mark.parametrize("path", ["/edit/rename", "/edit/retire", "/edit/answer-all", "/edit/accept", HOLD, WITHDRAW])
def test_a_form_of_another_site_or_without_its_token_changes_nothing(someone, rules, path):
    before = texts(rules)
    role = "editor" if path.startswith("/edit") else "publisher"
    person = someone(role)
    page = person.page("/")
    sent = {"do": "save", "thing": UNIT, "option": UNIT, "new": "silicone", "why": "x", "because": "x"}
    away = person.post(path, sent, text=page, headers={"Sec-Fetch-Site": "cross-site"})
    assert away.status_code == 403
    plain = person.client.post(path, base_url=ADDRESS, data={**sent, "csrf_token": "x"})
    assert plain.status_code == 403
    assert "please send this again" in plain.text
    assert texts(rules) == before


def test_what_waits_counts_nothing_where_nothing_is_held(reviewer):
    page = reviewer.page("/")
    assert "held back" not in page
    assert "withdrawn" not in page
    assert re.search(r"No remarks are open\.", page)
