"""Sessions that are remembered: never changed by one request for the next, never another's, never an old key's,
and not lost where a clock goes back."""

import pytest
from flask import flash, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf, validate_csrf
from itsdangerous import TimestampSigner

from questionnaire.web.sessions import REMEMBERED, token

from .test_web import FULL, post, walk

DAY = 86_400


@pytest.fixture
def clock(monkeypatch):
    """Puts the clock that signs so many seconds ahead."""
    real = TimestampSigner.get_timestamp

    def put(ahead):
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: real(self) + ahead)

    return put


@pytest.mark.parametrize("back", [1, DAY, 400 * DAY])
def test_answers_are_kept_when_the_clock_goes_back(client, clock, back):
    clock(back)
    post(client, "/questions/area", answer="hip-dips")
    clock(0)
    assert 'value="hip-dips" checked' in client.get("/questions/area").text


def test_answers_are_forgotten_after_a_month(client, clock):
    post(client, "/questions/area", answer="hip-dips")
    clock(31 * DAY - 60)
    assert "checked" in client.get("/questions/area").text
    clock(31 * DAY + 60)
    assert "checked" not in client.get("/questions/area").text


def test_a_session_from_the_future_that_we_did_not_sign_is_refused(client, clock):
    clock(DAY)
    post(client, "/questions/area", answer="hip-dips")
    clock(0)
    cookie = client.get_cookie("session").value
    client.set_cookie("session", cookie[:-1] + ("A" if cookie[-1] != "A" else "E"))
    assert "checked" not in client.get("/questions/area").text


@pytest.fixture
def told(app):
    @app.get("/tell")
    def tell():
        flash("told")
        session.setdefault("answers", {})["area"] = "both"
        return "yes"

    @app.get("/look")
    def look():
        return {"flashes": session.get("_flashes", []), "answers": session.get("answers", {})}

    return app


def test_what_one_request_changes_is_not_met_by_another_with_the_same_cookie(told):
    client = told.test_client()
    walk(client, {**FULL, "area": "hip-dips"})
    cookie = client.get_cookie("session").value
    before = client.get("/look").json
    for _ in range(3):
        other = told.test_client()
        other.set_cookie("session", cookie)
        other.get("/tell")
    again = told.test_client()
    again.set_cookie("session", cookie)
    assert again.get("/look").json == before


def test_a_cookie_that_was_good_is_not_taken_after_the_key_changed(told):
    client = told.test_client()
    walk(client, FULL)
    assert client.get("/look").json["answers"]
    told.config["SECRET_KEY"] = "another key of this site"
    assert client.get("/look").json["answers"] == {}
    told.config["SECRET_KEY_FALLBACKS"] = ["for tests only"]
    assert client.get("/look").json["answers"] == FULL


def test_a_cookie_that_is_changed_in_one_character_is_none_though_the_right_one_is_remembered(told):
    client = told.test_client()
    walk(client, FULL)
    cookie = client.get_cookie("session").value
    for position in range(0, len(cookie) - 1, 7):
        spoiled = cookie[:position] + ("A" if cookie[position] != "A" else "B") + cookie[position + 1 :]
        client.set_cookie("session", spoiled)
        assert client.get("/look").json["answers"] == {}, position


def test_only_so_many_are_remembered(told):
    for number in range(REMEMBERED + 20):
        client = told.test_client()
        client.set_cookie("session", f"forged-{number}")
        assert client.get("/look").json["answers"] == {}
    assert told.session_interface.signed(told).proved.cache_info().currsize == REMEMBERED


def test_flask_and_flask_wtf_themselves_take_what_we_sign(told):
    client = told.test_client()
    walk(client, FULL)
    cookie = client.get_cookie("session").value
    assert SecureCookieSessionInterface().get_signing_serializer(told).loads(cookie)["answers"] == FULL
    with told.test_request_context():
        validate_csrf(token(session))  # raises where it would not be taken
        held = session["csrf_token"]
    with told.test_request_context():
        session["csrf_token"] = held
        assert token(session).split(".")[0] == generate_csrf().split(".")[0]


def test_we_take_what_flask_itself_signed_long_or_short(told):
    signing = SecureCookieSessionInterface().get_signing_serializer(told)
    for answers in (FULL, {f"question-{number}": "yes" for number in range(50)}):
        client = told.test_client()
        client.set_cookie("session", signing.dumps({"answers": answers}))
        assert client.get("/look").json["answers"] == answers


def test_every_visitor_has_a_secret_of_their_own(app):
    secrets = set()
    for _ in range(20):
        with app.test_client() as client:
            client.get("/questions/area")
            secrets.add(session["csrf_token"])
    assert len(secrets) == 20
    assert all(len(secret) == 40 for secret in secrets)
