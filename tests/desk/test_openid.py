"""Signing in by the clinic's OpenID Connect provider, here a few lines of our own that sign what a provider says."""

import re
import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from questionnaire.desk import create_app, database
from questionnaire.desk.models import Account, Person

from .conftest import ADDRESS, DRAFTS, Visitor

KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "1"}) for _ in range(2))


class Provider:
    """A provider of one account. `says`: claims that stand in the place of the right ones; `key`: what signs them."""

    def __init__(self):
        self.says, self.key, self.nonce, self.verifier = {}, KEY, "", None
        app = Flask("provider")
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.port}"

        @app.get("/.well-known/openid-configuration")
        def metadata():
            a = self.address
            return jsonify(
                issuer=a, authorization_endpoint=f"{a}/login", token_endpoint=f"{a}/token", jwks_uri=f"{a}/keys",
                id_token_signing_alg_values_supported=["RS256"],
            )  # fmt: skip

        @app.get("/keys")
        def keys():
            return jsonify(keys=[KEY.as_dict(private=False)])

        @app.post("/token")
        def token():
            self.verifier = request.form.get("code_verifier")
            now = int(time.time())
            claims = {
                "iss": self.address,
                "aud": "desk",
                "sub": "baker",
                "iat": now,
                "exp": now + 60,
                "nonce": self.nonce,
            }
            said = jwt.encode({"alg": "RS256", "kid": "1"}, claims | self.says, self.key)
            return jsonify(access_token="x", token_type="Bearer", expires_in=60, id_token=said)


@pytest.fixture(scope="module")
def server():
    provider = Provider()
    thread = threading.Thread(target=provider.server.serve_forever, daemon=True)
    thread.start()
    yield provider
    provider.server.shutdown()
    provider.server.server_close()
    thread.join()


@pytest.fixture
def provider(server):
    server.says, server.key = {}, KEY
    return server


@pytest.fixture
def desk(tmp_path, rules, provider):
    own = {"RULES": str(rules), "RELEASES": str(tmp_path / "releases"), "DESK_DATABASE": str(tmp_path / "desk.sqlite3")}
    app = create_app({"TESTING": True, "LIMIT_POSTS": 0, "DESK_PATIENCE": 100, "DESK_OPENID": provider.address, **own})
    app.extensions["desk_drafts"] = DRAFTS
    return app


def by_account(visitor, provider, state=None):
    """Sign in to the provider, and come back to the desk."""
    sent = visitor.get("/openid")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.location).query).items()}
    assert sent.location.startswith(f"{provider.address}/login?")
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == (f"{ADDRESS}/openid/back", "S256")
    provider.nonce = asked["nonce"]
    return visitor.get(f"/openid/back?code=abc&state={state or asked['state']}")


def tie(person, provider):
    page = person.page("/my-passkeys")
    form = page[page.index('action="/my-account"') :]
    assert "Go on to my clinic" in person.post("/my-account", text=form).text
    assert by_account(person, provider).location == "/my-passkeys"


def test_an_account_signs_in_who_tied_it_to_themselves_and_signs_nothing(desk, someone, provider):
    reviewer = someone("reviewer", "Dr Baker")
    tie(reviewer, provider)
    assert provider.verifier, "the code was asked for with its proof (PKCE)"
    again = Visitor(desk)
    assert by_account(again, provider).location == "/"
    assert "Dr Baker</a>, reviewer" in again.page("/")
    log = again.page("/log")
    assert "tied an account of the clinic" in log
    assert "signed in" in log
    with desk.app_context():
        assert [(one.issuer, one.subject) for one in database.reading().query(Account)] == [(provider.address, "baker")]


def test_an_account_that_nobody_tied_lets_nobody_in(desk, someone, provider):
    someone("reviewer")
    stranger = Visitor(desk)
    met = by_account(stranger, provider)
    assert met.status_code == 403
    assert "This account is nobody's at this desk" in met.text
    assert stranger.get("/").status_code == 302


def test_an_account_is_tied_once_and_not_without_a_passkey(desk, someone, provider):
    tie(someone("reviewer", "Dr Baker"), provider)
    other = someone("reviewer", "Dr Other")
    tie(other, provider)
    assert "This account is somebody else&#39;s at this desk." in other.page("/my-passkeys")
    page = other.page("/my-passkeys")
    other.post("/my-account", text=page[page.index('action="/my-account"') :], passkey=False)
    assert "Your browser sent no passkey." in other.page("/my-passkeys")


def test_who_left_does_not_come_back_by_their_account(desk, someone, provider):
    tie(someone("reviewer", "Dr Baker"), provider)
    with desk.app_context(), database.writing() as db:
        db.query(Person).filter_by(name="Dr Baker").one().ended = database.now()
    assert by_account(Visitor(desk), provider).status_code == 403


@pytest.mark.parametrize(
    ("says", "key"),
    [
        ({"iss": "https://evil.example"}, KEY),
        ({"aud": "another-program"}, KEY),
        ({"nonce": "of another sign-in"}, KEY),
        ({"exp": 1_000_000_000, "iat": 999_999_000}, KEY),
        ({}, OTHER_KEY),
    ],
    ids=["another provider", "for another program", "replayed", "too old", "signed by another key"],
)
def test_what_the_provider_did_not_say_to_us_now_is_refused(desk, someone, provider, says, key):
    tie(someone("reviewer", "Dr Baker"), provider)
    provider.says, provider.key = says, key
    visitor = Visitor(desk)
    assert by_account(visitor, provider).location == "/sign-in"
    page = visitor.page("/sign-in")
    assert re.search("The answer of your clinic&#39;s account was not taken", page)
    assert visitor.get("/").status_code == 302


def test_an_answer_to_somebody_elses_question_is_refused(desk, someone, provider):
    tie(someone("reviewer", "Dr Baker"), provider)
    assert by_account(Visitor(desk), provider, state="made-up").location == "/sign-in"


def test_without_the_setting_there_is_no_such_address(tmp_path):
    desk = create_app({"TESTING": True, "DESK_DATABASE": str(tmp_path / "desk.sqlite3")})
    assert Visitor(desk).get("/openid").status_code == 404
    assert "my clinic's account" not in Visitor(desk).page("/sign-in")
