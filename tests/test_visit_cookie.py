"""The one cookie: its name and attributes, when it is written, and what is not taken for it."""

import re

import pytest

from questionnaire.web import visit

from .visitor import COOKIE, FULL, HOST, LIVE, answers, cookie, post, production, site, text, walk


def test_over_tls_the_one_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts():
    client = production().test_client()
    page = client.post("/questions/area", data={"answer": "both"}, base_url=LIVE)
    [written] = page.headers.getlist("Set-Cookie")
    name, *attributes = [part.strip() for part in written.split(";")]
    assert name.startswith("__Host-options-guide=area=both&_layout=")
    assert {part for part in attributes if not part.startswith("Expires")} == {
        *("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=86400")
    }


@pytest.mark.parametrize(
    ("base", "name"),
    [
        ("http://localhost", "options-guide-80"),
        ("http://127.0.0.1:8281", "options-guide-8281"),
        ("http://[::1]:8000", "options-guide-8000"),
        ("http://[::1]", "options-guide-80"),
        ("https://localhost:8443", "__Host-options-guide"),
        (f"http://{HOST}:81/mounted", "options-guide-81"),
        (f"https://{HOST}/mounted", "__Secure-options-guide"),
    ],
)
def test_two_sites_on_one_machine_have_cookies_of_their_own(app, base, name):
    written = app.test_client().post("/questions/area", data={"answer": "both"}, base_url=base).headers["Set-Cookie"]
    assert written.startswith(f"{name}=area=both")
    assert ("Secure" in written) == base.startswith("https")
    assert "HttpOnly" in written
    assert "SameSite=Lax" in written
    assert ("Path=/mounted;" in written) == base.endswith("/mounted")


def test_the_cookie_is_written_only_where_something_changed(app, client):
    for address in ("/", "/questions/area", "/areas", "/reference", "/privacy", "/nowhere"):
        assert "Set-Cookie" not in client.get(address).headers, address
    walk(client, FULL)
    client.get("/options")
    for address in ("/", "/check", "/options", "/questions/timing", "/privacy", "/reference"):
        page = client.get(address)
        assert "Set-Cookie" not in page.headers, address
        assert page.headers["Vary"] == "Cookie, Accept-Language"
    again = client.post("/questions/timing", data={"answer": FULL["timing"]})
    assert "Set-Cookie" not in again.headers


def test_the_fullest_visit_fits_into_a_cookie(client, rulebook):
    longest = {one.id: max(one.choices, key=len) for one in rulebook.questions.values()}
    walk(client, {**longest, "area": "not-sure", "shape": "both"})
    client.get("/options")
    assert len(client.get_cookie(COOKIE).value) < 1000


def test_starting_again_takes_the_cookie_away(client):
    walk(client, FULL)
    client.post("/start-again")
    assert answers(client) == {}
    assert "Your answers are cleared." in client.get("/").text
    assert "Your answers are cleared." in client.get("/").text, "a reload still says it"
    client.get("/questions/area")
    assert client.get_cookie(COOKIE) is None
    assert "Your answers are cleared." not in client.get("/").text
    assert client.get("/start-again").status_code == 405


@pytest.mark.parametrize(
    "value", ["x", "", "eyJhbnN3ZXJzIjp7fX0.x.y", "a" * 3000, "area=both&" + "x" * 5000, "area=gone"]
)
def test_a_forged_cookie_is_no_visit(client, value):
    page = client.get("/options", headers={"Cookie": f"{COOKIE}={value}"})
    assert page.location == "/questions/area"


def test_a_cookie_of_another_program_on_this_machine_is_not_read(client):
    client.set_cookie("session", "eyJhbnN3ZXJzIjp7fX0.x.y")
    client.set_cookie("options-guide-8281", "area=both")
    assert client.get("/questions/donor-fat").location == "/questions/area"


def test_an_answer_that_no_cookie_can_hold_is_answered_in_words_and_changes_nothing(client, monkeypatch):
    post(client, "/questions/area", answer="both")
    before = cookie(client)
    monkeypatch.setattr(visit, "LONGEST_WRITTEN", len(client.get_cookie(COOKIE).value) + 5)
    page = post(client, "/questions/donor-fat", answer="enough")
    assert page.status_code == 413
    assert "this answer together with the others" in text(page)
    assert cookie(client) == before
    monkeypatch.setattr(visit, "LONGEST_WRITTEN", 5)
    assert client.get("/questions/area").status_code == 200, "a page is shown all the same"


def test_the_cookie_holds_the_answers_and_nothing_about_a_visitor(client):
    walk(client, FULL)
    client.get("/options")
    assert answers(client) == FULL
    reserved = {name: value for name, value in cookie(client) if name.startswith("_")}
    assert set(reserved) == {"_layout", "_seen"}
    assert re.fullmatch(f"[0-9a-f]{{{4 * len(FULL)}}}", reserved["_layout"])


def test_a_head_request_changes_nothing(client):
    client.post("/start-again")
    walk(client, FULL)
    before = cookie(client)
    for address in ("/", "/check", "/options", "/questions/area"):
        assert "Set-Cookie" not in client.head(address).headers
    assert cookie(client) == before


def test_a_visit_needs_no_key(tmp_path):
    """What one process wrote every other reads: nothing is signed, and nothing is kept in a folder."""
    one, other = site().test_client(), site().test_client()
    walk(one, FULL)
    other.set_cookie(COOKIE, one.get_cookie(COOKIE).value)
    assert other.get("/options").text == one.get("/options").text
    assert site().secret_key is None
