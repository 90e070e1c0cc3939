"""Invitations, passkeys and sessions of the desk, by a passkey in software."""

import re
from datetime import timedelta

import pytest

from questionnaire.desk import database, people, sessions
from questionnaire.desk.models import BrowserSession, Invitation, Passkey, Person

from .authenticator import Authenticator
from .conftest import ADDRESS, Visitor


def first_address(desk):
    with desk.app_context(), database.writing() as db:
        return f"/invitations/{people.first_invitation(db)}"


def test_the_first_publisher_says_their_own_name_and_is_signed_in(desk, nobody):
    response = nobody.post(first_address(desk), {"name": "Ada Able"})
    assert response.status_code == 302
    assert "Ada Able</a>, publisher" in nobody.page("/")
    with desk.app_context(), database.writing() as db:
        assert people.first_invitation(db) is None, "there is a publisher now"


def test_an_invitation_works_once(desk, someone):
    with desk.app_context(), database.writing() as db:
        address = f"/invitations/{people.invite(db, 'Dr Baker', 'reviewer', 'a test')}"
    assert Visitor(desk).post(address).status_code == 302
    again = Visitor(desk).get(address)
    assert again.status_code == 404
    assert "This invitation can't be used" in again.text


def test_an_invitation_ends_after_three_days(desk):
    with desk.app_context(), database.writing() as db:
        address = f"/invitations/{people.invite(db, 'Dr Baker', 'reviewer', 'a test')}"
        db.query(Invitation).one().expires -= timedelta(days=3)
    assert Visitor(desk).get(address).status_code == 404


def test_the_database_holds_no_secret_of_an_invitation_or_session(desk, someone):
    reviewer = someone("reviewer")
    cookie = reviewer.client.get_cookie("desk", domain="localhost").value
    with desk.app_context(), database.writing() as db:
        secret = people.invite(db, "Dr Baker", "reviewer", "a test")
        everything = " ".join(
            str(vars(row)) for table in (Invitation, BrowserSession, Passkey) for row in db.query(table)
        )
    assert secret not in everything
    assert cookie not in everything


def test_signing_in_needs_a_passkey_of_this_desk(desk, someone):
    reviewer, stranger = someone("reviewer"), Visitor(desk)
    refused = stranger.post("/sign-in")
    assert refused.status_code == 403
    assert "This passkey is not one that may be used here." in refused.text
    stranger.passkey = reviewer.passkey
    assert stranger.post("/sign-in").status_code == 302
    assert "A reviewer</a>, reviewer" in stranger.page("/")


@pytest.mark.parametrize("origin", ["http://localhost:9000", "https://localhost:8001", "https://evil.example"])
def test_a_passkey_that_was_shown_to_another_site_is_refused(someone, desk, origin):
    reviewer = someone("reviewer")
    other = Visitor(desk)
    other.passkey = reviewer.passkey
    other.passkey.origin = origin
    refused = other.post("/sign-in")
    assert refused.status_code == 403
    assert "Unexpected client data origin" in refused.text


def test_an_answer_that_was_given_before_is_refused(someone, desk):
    reviewer, other = someone("reviewer"), Visitor(desk)
    text = other.page("/sign-in")
    options = re.search(r'data-options="([^"]+)"', text)[1].replace("&#34;", '"')
    data = {
        "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', text)[1],
        "credential": reviewer.passkey.get(options),
    }
    assert other.client.post("/sign-in", base_url=ADDRESS, data=data).status_code == 302
    again = Visitor(desk)
    assert again.post("/sign-in", {"credential": data["credential"]}, passkey=False).status_code == 403


def test_a_device_that_did_not_see_who_holds_it_is_refused(someone, desk):
    reviewer, other = someone("reviewer"), Visitor(desk)
    options = re.search(r'data-options="([^"]+)"', other.page("/sign-in"))[1].replace("&#34;", '"')
    other.client.get_cookie("desk")
    other.passkey.get = lambda options: reviewer.passkey.get(options, verified=False)
    refused = other.post("/sign-in")
    assert options
    assert refused.status_code == 403


def test_a_session_ends_when_nobody_used_it_for_half_an_hour(desk, someone):
    reviewer = someone("reviewer")
    with desk.app_context(), database.writing() as db:
        row = db.query(BrowserSession).filter(BrowserSession.person_id.is_not(None)).one()
        row.seen -= sessions.IDLE + timedelta(seconds=1)
    assert reviewer.get("/").location == "/sign-in?to=/"


def test_a_session_ends_after_twelve_hours_however_much_it_was_used(desk, someone):
    reviewer = someone("reviewer")
    with desk.app_context(), database.writing() as db:
        row = db.query(BrowserSession).filter(BrowserSession.person_id.is_not(None)).one()
        row.began -= sessions.LONGEST + timedelta(seconds=1)
    assert reviewer.get("/").status_code == 302


def test_signing_out_ends_the_session_on_the_server(desk, someone):
    reviewer = someone("reviewer")
    cookie = reviewer.client.get_cookie("desk", domain="localhost").value
    assert reviewer.post("/sign-out", page="/").status_code == 302
    thief = Visitor(desk)
    thief.client.set_cookie("desk", cookie, domain="localhost")
    assert thief.get("/").status_code == 302


def test_the_cookie_is_another_after_signing_in(desk, someone):
    reviewer = someone("reviewer")
    visitor = Visitor(desk)
    visitor.passkey = reviewer.passkey
    visitor.page("/sign-in")
    before = visitor.client.get_cookie("desk", domain="localhost").value
    response = visitor.post("/sign-in")
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert "SameSite=Lax" in response.headers["Set-Cookie"]
    assert visitor.client.get_cookie("desk", domain="localhost").value != before


def test_another_passkey_is_added_after_one_that_is_known_was_shown(desk, someone):
    reviewer = someone("reviewer")
    known, reviewer.passkey = reviewer.passkey, Authenticator()
    assert (
        "not one that may be used"
        in reviewer.client.get(reviewer.post("/my-passkeys", {"step": "show"}).location, base_url=ADDRESS).text
    )
    reviewer.passkey = known
    page = reviewer.post("/my-passkeys", {"step": "show"}).text
    options = re.search(r'data-passkey="create" data-options="([^"]+)"', page)[1].replace("&#34;", '"')
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    second = Authenticator()
    data = {"csrf_token": token, "step": "make", "credential": second.create(options)}
    assert reviewer.client.post("/my-passkeys", base_url=ADDRESS, data=data).status_code == 302
    other = Visitor(desk)
    other.passkey = second
    assert other.post("/sign-in").status_code == 302


@pytest.mark.parametrize(
    ("to", "location"),
    [("/log", "/log"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/")],
)
def test_after_signing_in_one_goes_on_to_a_page_of_the_desk_alone(desk, someone, to, location):
    visitor = Visitor(desk)
    visitor.passkey = someone("reviewer").passkey
    assert visitor.post("/sign-in", {"to": to}).location == location


def test_too_many_tries_are_refused(desk):
    desk.config["LIMIT_POSTS"] = 1
    visitor = Visitor(desk)
    codes = [visitor.client.post("/sign-in", base_url=ADDRESS).status_code for _ in range(31)]
    assert codes[:30] == [403] * 30
    assert codes[30] == 429


def test_somebody_whose_access_ended_is_out_at_once(desk, someone):
    publisher, reviewer = someone("publisher"), someone("reviewer")
    with desk.app_context():
        number = database.reading().query(Person).filter_by(name=reviewer.name).one().id
    assert publisher.post("/people", {"do": "end", "person": number}).status_code == 302
    assert reviewer.get("/").status_code == 302
    visitor = Visitor(desk)
    visitor.passkey = reviewer.passkey
    assert visitor.post("/sign-in").status_code == 403


def test_one_ends_all_other_sessions_of_ones_own(desk, someone):
    reviewer, other = someone("reviewer"), Visitor(desk)
    other.passkey = reviewer.passkey
    other.post("/sign-in")
    page = reviewer.page("/my-passkeys")
    assert "You are signed in with 2 browsers" in page
    reviewer.post("/my-passkeys", {"step": "end"}, text=page[page.index("My sessions") :])
    assert "Ended: 1 other sessions." in reviewer.page("/my-passkeys")
    assert other.get("/").status_code == 302
    assert reviewer.get("/").status_code == 200
