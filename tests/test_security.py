"""What stands between the pages and the outside: headers, cookies, hosts, keys, forms and limits."""

import ast
import io
import re
import secrets
import socket
import socketserver
import threading
import time
from collections import Counter
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from flask import Response, abort, request
from markupsafe import escape
from werkzeug.test import create_environ

from questionnaire import SettingError, create_app, settings
from questionnaire.production import weakness
from questionnaire.releases.ready import Ready
from questionnaire.web import forms, rate_limits
from questionnaire.web.headers import OVER_TLS

from . import observatory
from .browser import serving
from .conftest import PROJECT, RULES
from .test_rooms import imports
from .test_web import FULL, post, text, token, walk

HOST = "guide.clinic.example"
LIVE = f"https://{HOST}"
FORM = "application/x-www-form-urlencoded"
KEY, OLDER = secrets.token_hex(32), secrets.token_hex(32)


def site(**given):
    return create_app({"TESTING": True, "SECRET_KEY": KEY, "RULES": str(RULES), "LIMIT_POSTS": 0, **given})


def production(**given):
    return site(PRODUCTION=True, ALLOWED_HOSTS=(HOST,), TRUSTED_PROXIES=0, **given)


@pytest.fixture(scope="module")
def live():
    """A site as a clinic runs it, with a page that fails."""
    app = production(TESTING=False)

    @app.get("/fault")
    def fault():
        raise ValueError("a detail within")

    @app.get("/fault/<int:code>")
    def other(code):
        abort(code)

    return app


def addresses(app):
    """An address for every route of the site, and for errors of every kind."""
    known = {"question_id": "area", "mark": "x", "name": "guide.css", "code": "429"}
    for rule in app.url_map.iter_rules():
        yield re.sub(r"<(?:int:)?([^>]+)>", lambda part: known[part[1]], rule.rule)
    yield from ("/nowhere", "/static/x/nothing.css", "/questions/nothing", "/fault/400", "//areas", "/%00", "/check/")


# ---- headers ----


def test_every_response_carries_every_header_once_errors_and_files_included(live):
    client = live.test_client()
    walked = live.test_client()
    for address in set(addresses(live)):
        for method in ("get", "head", "options", "post", "delete", "trace"):
            for visitor in (client, walked):
                page = getattr(visitor, method)(address, base_url=LIVE)
                for name in (
                    "Content-Security-Policy",
                    "X-Content-Type-Options",
                    "Referrer-Policy",
                    "Permissions-Policy",
                    "Cross-Origin-Opener-Policy",
                    "Cross-Origin-Resource-Policy",
                    "Strict-Transport-Security",
                    "Cache-Control",
                ):
                    assert len(page.headers.getlist(name)) == 1, (method, address, name)
                assert "Access-Control-Allow-Origin" not in page.headers
                assert page.headers["X-Content-Type-Options"] == "nosniff"
                assert page.headers["Referrer-Policy"] == "no-referrer"
                assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
                assert page.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/", "/questions/area", "/static/x/guide.css", "/nowhere", "/fault"])
def test_a_body_goes_out_in_one_piece_as_servers_send_that_without_coming_back_for_more(live, address):
    headers = []
    environ = create_environ(address, LIVE)
    [body] = live(environ, lambda status, sent, *faults: headers.extend(sent))
    assert len(body) == int(dict(headers)["Content-Length"]) > 0


def test_the_policy_for_content_starts_from_nothing_and_allows_our_own_files_alone(live):
    policy = live.test_client().get("/", base_url=LIVE).headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives.pop("default-src") == "'none'"
    for nothing in ("object-src", "base-uri", "frame-ancestors"):
        assert directives.pop(nothing) == "'none'"
    assert set(directives.values()) == {"'self'"}
    assert "unsafe" not in policy


def test_a_policy_of_permissions_turns_off_what_we_never_use_and_leaves_copying(live):
    policy = live.test_client().get("/", base_url=LIVE).headers["Permissions-Policy"]
    assert all(part.strip().endswith("=()") for part in policy.split(","))
    assert "camera" in policy
    assert "clipboard" not in policy


def test_only_a_site_over_tls_tells_browsers_to_stay_with_tls(live):
    client = live.test_client()
    assert client.get("/", base_url=LIVE).headers[OVER_TLS[0]] == OVER_TLS[1]
    assert int(re.search(r"max-age=(\d+)", OVER_TLS[1])[1]) >= 365 * 24 * 3600
    assert OVER_TLS[0] not in client.get("/", base_url=f"http://{HOST}").headers


def test_only_files_may_be_kept_and_only_under_the_mark_of_their_content(live):
    client = live.test_client()
    start = client.get("/", base_url=LIVE).text
    kept = [address for address in set(addresses(live)) if "no-store" not in stored(client, address)]
    assert set(kept) <= {"/", "/areas", "/how-it-works"}  # the same for everybody who has no session
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', start):
        assert "immutable" in stored(client, address)


def stored(client, address):
    return client.get(address, base_url=LIVE).headers["Cache-Control"]


def test_every_body_says_what_it_is_and_in_which_characters(live):
    client = live.test_client()
    for address in set(addresses(live)):
        page = client.get(address, base_url=LIVE)
        if page.data:
            kind = page.headers["Content-Type"]
            assert kind == "application/json" or kind.startswith("image/png") or "charset=utf-8" in kind, address


# ---- the Observatory's score ----


@pytest.mark.parametrize(
    ("headers", "points"),
    [
        ({}, 30),  # 100 - 25 (policy) - 20 (transport) - 5 (sniffing) - 20 (frames), and no bonus; never below 0
        ({"X-Content-Type-Options": "nosniff"}, 35),
        ({"Strict-Transport-Security": "max-age=100"}, 40),
        ({"Content-Security-Policy": "default-src 'none'"}, 55),
        ({"Content-Security-Policy": "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"}, 55),
        ({"Set-Cookie": "session=x"}, 0),
        ({"Set-Cookie": "session=x; Secure; HttpOnly; SameSite=Lax", "Referrer-Policy": "no-referrer"}, 30),
    ],
)
def test_the_score_follows_the_published_points(headers, points):
    assert observatory.score(Response("", headers=headers)) == points


def test_every_response_scores_130_or_more_over_tls(live):
    """100, and 10 for the policy, 10 against being embedded as a resource, 5 for referrers, 5 for frames; a page that
    sets its cookie has 5 more.
    """
    fresh, walked = live.test_client(), live.test_client()
    walk_live(walked)
    scores = {}
    for address in set(addresses(live)) | {"/check", "/options", "/options/print.css"}:
        for visitor in (fresh, walked):
            for method in ("get", "post", "delete"):
                page = getattr(visitor, method)(address, base_url=LIVE)
                scores[method, address, visitor is walked] = observatory.score(page)
                assert observatory.score(page) >= 130, (method, address, observatory.modifiers(page))
    assert observatory.score(live.test_client().get("/questions/area", base_url=LIVE)) == 135
    assert len(scores) > 100


def walk_live(client):
    """Answer every question, each form over TLS."""
    address = "/questions/area"
    while address.startswith("/questions/"):
        form = client.get(address, base_url=LIVE)
        fields = {"csrf_token": token(form), "answer": FULL[address.split("/")[-1]]}
        address = client.post(address, data=fields, base_url=LIVE).location
    assert address == "/check"


# ---- cookies ----


def test_over_tls_the_one_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts(live):
    client = live.test_client()
    page = client.get("/questions/area", base_url=LIVE)
    [cookie] = page.headers.getlist("Set-Cookie")
    name, *attributes = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-session=")
    assert set(attributes) == {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}


def test_without_tls_the_cookie_is_still_out_of_reach_of_scripts_and_other_sites():
    [cookie] = site().test_client().get("/questions/area").headers.getlist("Set-Cookie")
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie  # it goes when the browser is closed


def test_the_fullest_session_fits_into_a_cookie(rulebook):
    client = site().test_client()
    longest = {q.id: max(q.choices, key=len) for q in rulebook.questions.values()}
    walk(client, {**longest, "area": "not-sure", "shape": "both"})
    assert len(client.get_cookie("session").value) < 1000


def test_starting_again_takes_the_cookie_away():
    client = site().test_client()
    walk(client, FULL)
    client.post("/start-again", data={"csrf_token": token(client.get("/options"))})
    assert "Your answers are cleared." in client.get("/").text  # told once; then nothing is left
    assert client.get_cookie("session") is None


# ---- hosts and proxies ----


def test_a_name_that_is_not_ours_is_refused_without_a_page(live):
    for named in ("evil.example", f"{HOST}.evil.example", "", "localhost", "127.0.0.1", "a b"):
        page = live.test_client().get("/", base_url=LIVE, headers={"Host": named})
        assert page.status_code == 400
        assert page.text == "This site is not served under that name."
        assert "Content-Security-Policy" in page.headers
    assert live.test_client().get("/", base_url=LIVE, headers={"Host": f"{HOST}:8443"}).status_code == 200


def test_what_a_proxy_says_is_taken_from_as_many_proxies_as_there_are_and_no_more():
    said = {"X-Forwarded-For": "192.0.2.1, 192.0.2.2", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    for proxies, address, secure in ((0, "127.0.0.1", False), (1, "192.0.2.2", True)):
        app = site(TRUSTED_PROXIES=proxies)
        app.add_url_rule("/seen", view_func=lambda: [request.remote_addr, request.is_secure, request.host])
        assert app.test_client().get("/seen", headers=said).json == [address, secure, "localhost"]


# ---- keys ----


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SECRET_KEY": ""}, "production needs a secret-key that stays the same"),
        ({"SECRET_KEY": "k3Jd93mLs0Qp2Xv7"}, "secret-key is shorter than 32 characters"),
        ({"SECRET_KEY": "a" * 64}, "secret-key repeats itself"),
        ({"SECRET_KEY": "0123456789abcdef" * 4}, "secret-key repeats itself"),
        ({"SECRET_KEY": "abcdefghijklmnopqrstuvwxyz0123456789"}, "secret-key has too little variety"),
        ({"SECRET_KEY": "aabbabbabaabbbabaabababbbabababaab"}, "secret-key has too little variety"),
        ({"SECRET_KEY": "my-secret-key-for-this-very-site-2026"}, "secret-key is an example that others know"),
        (
            {"SECRET_KEY": "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf"},
            "secret-key is an example that others know",
        ),
        ({"SECRET_KEY": "1a2b3c4d5e6f7g8h9i0j1a2b3c4d5e6f"}, "secret-key has too little variety"),
        ({"SECRET_KEY": "qwertyuiopasdfghjklzxcvbnm1234567890"}, "secret-key is an example that others know"),
        ({"SECRET_KEY": "replace-me-with-32-random-characters!!"}, "secret-key is made of words"),
        ({"SECRET_KEY": "put-a-long-random-string-here-please"}, "secret-key is made of words"),
        ({"SECRET_KEY": "32 random bytes 32 random bytes 3"}, "secret-key is made of words"),
        ({"SECRET_KEY": "CorrectHorseBatteryStapleCorrect99"}, "secret-key is made of words"),
        ({"OLD_SECRET_KEYS": ("short but once used",)}, "old-secret-keys: number 1 is shorter than 32 characters"),
        ({"ALLOWED_HOSTS": ()}, "production needs allowed-hosts"),
        ({"TRUSTED_PROXIES": None}, "production needs trusted-proxies"),
    ],
)
def test_production_does_not_start_without_what_it_needs_and_says_why(given, said):
    with pytest.raises(SettingError, match=re.escape(said)) as fault:
        site(**{"PRODUCTION": True, "ALLOWED_HOSTS": (HOST,), "TRUSTED_PROXIES": 1, **given})
    assert not any(str(key) in str(fault.value) for key in given.values() if key)


def test_production_does_not_take_a_folder_of_releases_that_is_away_for_an_empty_one(tmp_path):
    with pytest.raises(SettingError, match=r"releases: there is no folder .*/away; mount it, or make it"):
        production(RELEASES=str(tmp_path / "away"))
    assert production(RELEASES=str(tmp_path)).test_client().get("/healthz", base_url=LIVE).status_code == 200


def test_a_site_for_visitors_is_set_up_by_its_settings_alone(monkeypatch):
    for name, value in {
        "PRODUCTION": "true",
        "SECRET_KEY": KEY,
        "OLD_SECRET_KEYS": f"{OLDER}|{OLDER[::-1]}",
        "ALLOWED_HOSTS": f"{HOST}|.clinic.example",
        "TRUSTED_PROXIES": "1",
        "LIMIT_POSTS": "2",
        "LIMIT_STORAGE": "memory://",
    }.items():
        monkeypatch.setenv(f"FLASK_{name}", value)
    app = create_app({"TESTING": True})
    assert app.config["SECRET_KEY_FALLBACKS"] == [OLDER, OLDER[::-1]]
    client = app.test_client()
    proxied = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
    for named, code in ((HOST, 200), ("guide.clinic.example:443", 200), ("b.clinic.example", 200), ("clinic.com", 400)):
        page = client.get("/questions/area", headers={**proxied, "Host": named})
        assert page.status_code == code
        assert OVER_TLS[0] in page.headers
    assert send(client, times=3, base_url=LIVE) == [403, 403, 429]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ALLOWED_HOSTS", "https://guide.example", "it may be names such as guide.clinic.example"),
        ("ALLOWED_HOSTS", "*", "it may be names such as guide.clinic.example"),
        ("TRUSTED_PROXIES", "many", "FLASK_TRUSTED_PROXIES is 'many': it may be a whole number from 0 to 5"),
        ("LIMIT_POSTS", "-1", "it may be a whole number from 0 to 100000"),
        ("METRICS_PORT", "70000", "it may be a whole number from 0 to 65000"),
        ("LIMIT_STORAGE", "mysql://user:hidden@x", "FLASK_LIMIT_STORAGE: it may be memory:// or an address"),
        ("OLD_SECRET_KEYS", "hidden", "FLASK_OLD_SECRET_KEYS: it is too short"),
        ("OLD_SECRET_KEYS", "|".join([KEY] * 6), "FLASK_OLD_SECRET_KEYS: it may be one to five keys"),
    ],
)
def test_a_setting_for_safety_that_can_t_be_taken_is_named_and_no_secret_is_repeated(name, value, said):
    with pytest.raises(SettingError, match=re.escape(said)) as fault:
        settings({f"FLASK_{name}": value})
    assert "hidden" not in str(fault.value)
    assert KEY not in str(fault.value)


def test_production_does_not_start_with_debugging_on(monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(SettingError, match="leave FLASK_DEBUG out"):
        production()


def test_a_key_as_we_tell_to_make_it_is_taken():
    assert not any(weakness(secrets.token_hex(32)) or weakness(secrets.token_urlsafe(32)) for _ in range(200))


def test_a_session_and_an_open_form_outlive_a_change_of_keys(live):
    client = site(SECRET_KEY=OLDER).test_client()
    post(client, "/questions/area", answer="hip-dips")
    open_form = client.get("/questions/donor-fat")
    cookie = client.get_cookie("session").value

    later = site(OLD_SECRET_KEYS=(OLDER,)).test_client()
    later.set_cookie("session", cookie)
    assert 'value="hip-dips" checked' in later.get("/questions/area").text
    sent = later.post("/questions/donor-fat", data={"csrf_token": token(open_form), "answer": "enough"})
    assert sent.location == "/questions/tolerance"

    stranger = site().test_client()
    stranger.set_cookie("session", cookie)
    assert stranger.get("/options").location == "/questions/area"


def test_a_key_that_was_taken_out_of_use_signs_nothing():
    client = site(SECRET_KEY=OLDER).test_client()
    form = client.get("/questions/area")
    later = site(OLD_SECRET_KEYS=(OLDER,)).test_client()
    forged = later.post("/questions/area", data={"csrf_token": token(form), "answer": "both"})
    assert forged.status_code == 403  # the token is ours, the session that it belongs to is missing
    new = later.get_cookie("session").value
    client.set_cookie("session", new)
    assert 'value="both" checked' not in client.get("/questions/area").text


# ---- forms ----


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/questions/area", [("answer", "both"), ("answer", "hip-dips")]),
        ("/questions/area", [("answer", "both"), ("answer", "both")]),
        ("/questions/area", [("answer", "both"), ("admin", "1")]),
        ("/questions/area", [("answer", "both"), ("code", "K7MPX-4RT92")]),
        ("/questions/area", [("Answer", "both")]),
        ("/reference", [("code", "K7MPX-4RT92"), ("answer", "both")]),
        ("/reference", [("code", "K7MPX-4RT92"), ("code", "K7MPX-4RT93")]),
        ("/start-again", [("answer", "both")]),
        ("/start-again", [("", "")]),
    ],
)
def test_a_field_that_is_unknown_or_sent_twice_is_refused(address, fields):
    client = site().test_client()
    form = client.get("/questions/area" if address == "/start-again" else address)
    body = urlencode([("csrf_token", token(form)), *fields])
    page = client.post(address, data=body, content_type=FORM)
    assert page.status_code == 400
    assert "Something in what your browser sent could not be read." in text(page)
    with client.session_transaction() as session:
        assert "answers" not in session


def test_every_form_has_its_fields_listed(live):
    taken = {rule.endpoint for rule in live.url_map.iter_rules() if "POST" in rule.methods}
    assert taken == set(forms.FIELDS)
    with site().test_request_context():
        for form, endpoint in (
            (forms.QuestionForm, "pages.question"),
            (forms.ReferenceForm, "pages.reference"),
            (forms.StartAgainForm, "pages.start_again"),
        ):
            assert set(form()._fields) == forms.FIELDS[endpoint]


@pytest.mark.parametrize(
    ("body", "kind", "code", "said"),
    [
        ("&".join(f"f{n}=x" for n in range(20)), FORM, 400, "Something in what your browser sent"),
        ("&".join(f"f{n}=x" for n in range(21)), FORM, 413, "Your browser sent more than this site takes."),
        ("&" * 21, FORM, 413, "Your browser sent more than this site takes."),
        ("answer=" + "x" * (16 * 1024), FORM, 413, "Your browser sent more than this site takes."),
        ('{"answer": "both"}', "application/json", 415, "something other than the form on the page"),
        ("<answer>both</answer>", "application/xml", 415, "something other than the form on the page"),
        ("answer=both", "text/plain", 415, "something other than the form on the page"),
        ("answer=both", "", 415, "something other than the form on the page"),
        ("--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415, "something other than the form on the page"),
        (b"answer=%ff%fe&csrf_token=\xff", FORM, 403, "Your answer was not saved."),
    ],
)
def test_a_body_that_no_form_of_ours_sends_is_refused_in_words(body, kind, code, said):
    page = site().test_client().post("/questions/area", data=body, headers={"Content-Type": kind})
    assert page.status_code == code
    assert said in text(page)


def test_the_largest_body_that_is_taken_has_16_kibibytes():
    client = site().test_client()
    for size, code in ((16 * 1024, 403), (16 * 1024 + 1, 413)):
        body = "answer=".ljust(size, "x")
        assert client.post("/questions/area", data=body, content_type=FORM).status_code == code


@pytest.mark.parametrize("size", [100, 16 * 1024, 40_000])
def test_a_body_in_chunks_is_asked_for_its_length(size):
    body = io.BytesIO("answer=both&csrf_token=".ljust(size, "x").encode())
    sent = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    page = site().test_client().post("/questions/area", input_stream=body, content_type=FORM, environ_overrides=sent)
    assert page.status_code == 411
    assert "Your browser sent something other than the form on the page." in page.text
    assert "Content-Security-Policy" in page.headers


def test_what_stands_behind_a_question_mark_is_never_read():
    client = site().test_client()
    plain = client.get("/questions/area")
    asked = client.get("/questions/area?answer=hip-dips&csrf_token=x&code=K7MPX&utm_source=letter")
    assert asked.status_code == 200
    assert asked.text.count("checked") == plain.text.count("checked") == 0
    sent = client.post("/questions/area?answer=both", data={"csrf_token": token(plain)})
    assert sent.status_code == 400
    assert "Choose one of the answers to carry on." in text(sent)
    assert "utm_source" not in asked.text


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_a_method_that_no_page_has_is_refused_in_words(method):
    for address in ("/", "/questions/area", "/options", "/static/x/guide.css"):
        page = getattr(site().test_client(), method)(address)
        assert page.status_code == 405
        assert "use the links and buttons" in text(page)
        assert "Allow" in page.headers


def test_no_error_shows_what_happened_within(live):
    client = live.test_client()
    for address in ("/fault", *(f"/fault/{code}" for code in (400, 401, 403, 404, 405, 413, 415, 418, 429, 500, 503))):
        page = client.get(address, base_url=LIVE)
        assert page.status_code >= 400
        for trace in ("Traceback", "detail within", "ValueError", "File ", "werkzeug", ".py"):
            assert trace not in page.text


def test_a_redirect_leads_to_a_page_of_ours_and_nowhere_else():
    client = site().test_client()
    for address in (
        "/options",
        "/check",
        "/questions/shape",
        "//evil.example/%2e%2e",
        "/\\evil.example",
        "/?next=//evil",
    ):
        page = client.get(address, headers={"X-Forwarded-Host": "evil.example"})
        assert "evil" not in page.headers.get("Location", "")
        assert page.headers.get("Location", "/").startswith("/")


# ---- limits ----


def send(client, address="/questions/area", times=1, **how):
    return [client.post(address, data={}, **how).status_code for _ in range(times)]


def test_more_forms_than_a_family_sends_in_a_minute_have_to_wait():
    client = site(LIMIT_POSTS=5).test_client()
    assert send(client, times=6) == [403] * 5 + [429]
    page = client.post("/start-again", data={})
    assert page.status_code == 429
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    assert "Please wait a minute" in text(page)
    assert "Your answers are still in your browser" in text(page)
    assert client.get("/questions/area").status_code == 200


@pytest.mark.parametrize("storage", ["memory://", "redis://127.0.0.1:1/0"], ids=["memory", "while Redis is away"])
def test_a_limit_lasts_a_minute_though_the_clock_is_put_back_a_day(monkeypatch, storage, tables):
    given = {"TESTING": True, "SECRET_KEY": KEY, "LIMIT_POSTS": 2, "LIMIT_STORAGE": storage}
    client = create_app(given, building=Ready(tables)).test_client()
    assert send(client, times=3) == [403, 403, 429]
    now, passed = time.time, time.monotonic
    monkeypatch.setattr(time, "time", lambda: now() - 86_400)
    page = client.post("/start-again", data={})
    assert (page.status_code, page.headers["Retry-After"]) == (429, "60")
    monkeypatch.setattr(time, "monotonic", lambda: passed() + 61)
    assert send(client, times=3) == [403, 403, 429]


def test_trying_reference_codes_has_a_limit_of_its_own():
    client = site(LIMIT_POSTS=10, LIMIT_REFERENCES=3).test_client()
    assert send(client, "/reference", 4) == [403, 403, 403, 429]
    assert send(client) == [403]
    assert client.get("/reference").status_code == 200


def test_limits_are_60_forms_and_30_codes_a_minute_unless_a_clinic_says_otherwise():
    assert (rate_limits.POSTS, rate_limits.REFERENCES) == (60, 30)
    client = create_app({"TESTING": True, "SECRET_KEY": KEY, "RULES": str(RULES)}).test_client()
    assert send(client, "/reference", 31)[-2:] == [403, 429]
    assert send(client, times=31)[-2:] == [403, 429]


def test_a_limit_of_none_is_no_limit():
    assert set(send(site(LIMIT_POSTS=0, LIMIT_REFERENCES=0).test_client(), "/reference", 100)) == {403}


def test_each_address_is_counted_for_itself_and_an_ipv6_network_as_one():
    client = site(LIMIT_POSTS=1, TRUSTED_PROXIES=1).test_client()

    def from_(address):
        return send(client, headers={"X-Forwarded-For": address})[0]

    assert [from_("192.0.2.1"), from_("192.0.2.2"), from_("192.0.2.1")] == [403, 403, 429]
    assert [from_("2001:db8::1"), from_("2001:db8::ffff"), from_("2001:db8:1::1")] == [403, 429, 403]
    assert from_("::ffff:192.0.2.2") == 429
    assert [from_("unknown"), from_("nonsense")] == [403, 403]


def test_no_address_is_kept_where_forms_are_counted(caplog):
    app = site(LIMIT_POSTS=1)
    with caplog.at_level("DEBUG"):
        send(app.test_client(), times=3, environ_base={"REMOTE_ADDR": "192.0.2.77"})
    assert "192.0.2.77" not in caplog.text
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.77"}):
        assert re.fullmatch("[0-9a-f]{32}", rate_limits.caller())


def test_a_site_whose_redis_is_down_is_still_up_and_still_counts():
    client = site(LIMIT_POSTS=3, LIMIT_STORAGE="redis://127.0.0.1:1/0").test_client()
    assert send(client, times=4) == [403, 403, 403, 429]
    assert client.get("/").status_code == 200


class Redis(socketserver.StreamRequestHandler):
    """As much of Redis as counting needs: it answers how often each key was named, and keeps what it was sent."""

    def handle(self):
        while head := self.rfile.readline():
            words = []
            for _ in range(int(head[1:])):
                self.rfile.readline()
                words.append(self.rfile.readline().strip().decode())
            self.server.sent.append(words)
            if words[0] in ("EVALSHA", "EVAL"):
                self.server.counts[words[3]] += 1
                self.wfile.write(b":%d\r\n" % self.server.counts[words[3]])
            elif words[0] in ("GET", "TTL"):
                self.wfile.write(b":30\r\n")
            else:
                self.wfile.write(b"+OK\r\n")


@pytest.fixture
def redis():
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = allow_reuse_address = True

    with Server(("127.0.0.1", 0), Redis) as server:
        server.sent, server.counts = [], Counter()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_two_sites_that_share_a_redis_count_together_and_send_it_no_address(redis):
    storage = f"redis://127.0.0.1:{redis.server_address[1]}/0?protocol=2"
    one, other = (site(LIMIT_POSTS=3, LIMIT_STORAGE=storage).test_client() for _ in range(2))
    visitor = {"environ_base": {"REMOTE_ADDR": "192.0.2.77"}}
    assert [send(one, **visitor), send(other, **visitor), send(one, times=2, **visitor)] == [[403], [403], [403, 429]]
    assert redis.counts
    assert all("192.0.2.77" not in word for words in redis.sent for word in words)


# ---- what must never be ----


@pytest.mark.parametrize(
    "typed", ['"><script>alert(1)</script>', "'><img src=x onerror=alert(1)>", "{{ 7 * 7 }}%(now)s"]
)
def test_what_a_visitor_types_is_text_on_the_page_and_never_markup(typed):
    client = site().test_client()
    page = post(client, "/reference", code=typed)
    assert page.status_code == 400
    assert f'value="{escape(typed)}"' in page.text
    assert "<script>" not in page.text
    assert "<img src=x" not in page.text
    assert "49" not in re.search(r'<input id="code"[^>]*>', page.text)[0]


def test_what_visitors_reach_runs_no_program_evaluates_no_text_and_calls_nobody():
    """No module of the web or of what it looks answers up in; `decide/engine.py` and what starts it are for the start."""
    never = {
        "subprocess",
        "os.system",
        "os.popen",
        "pickle",
        "marshal",
        "shelve",
        "sqlite3",
        "xml",
        "ctypes",
        "smtplib",
    }
    never |= {"socket", "urllib.request", "http.client", "requests", "httpx", "aiohttp", "ftplib"}
    for path in (PROJECT / "questionnaire" / "web").glob("*.py"):
        tree = ast.parse(path.read_text())
        for imported in imports(path):
            assert not any(imported == name or imported.startswith(f"{name}.") for name in never), (path.name, imported)
        called = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert called.isdisjoint({"eval", "exec", "compile", "__import__", "render_template_string"}), path.name


def test_our_script_writes_text_alone_and_keeps_nothing():
    scripts = list((PROJECT / "static").glob("*.js"))
    assert scripts
    for path in scripts:
        written = re.sub(r"//.*", "", path.read_text())
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
            "setTimeout",
            "localStorage",
            "sessionStorage",
            "indexedDB",
            "document.cookie",
            "postMessage",
            "fetch(",
            "XMLHttpRequest",
            "sendBeacon",
            "__proto__",
            "prototype",
        ]:
            assert word not in written, (path.name, word)


@pytest.mark.parametrize(
    "address",
    [
        "/.git/config",
        "/.env",
        "/wsgi.py",
        "/instance/secret-key",
        "/instance/settings.toml",
        "/rules/questions.yaml",
        "/static/",
        "/static",
        "/static/x/",
        "/static/x/..%2f..%2fwsgi.py",
        "/static/x/%2e%2e/wsgi.py",
        "/static/../wsgi.py",
        "/templates/base.html",
        "/metrics",
        "/console",
        "/static/x/guide.css.map",
    ],
)
def test_no_file_of_the_project_is_served_but_those_beside_the_pages(address):
    page = site().test_client().get(address)
    assert page.status_code == 404
    assert "This page does not exist" in text(page)


def test_a_request_that_says_two_lengths_is_not_answered_twice(tmp_path):
    """Over a server as `make run` starts it: what one side might take for a second request is never answered as one."""
    hidden = "GET /areas HTTP/1.1\r\nHost: localhost\r\n\r\n"
    chunked = f"0\r\n\r\n{hidden}"
    with serving(tmp_path) as address:
        port = int(address.split(":")[-1])
        for length, other in (
            (f"Content-Length: {len(chunked)}\r\nTransfer-Encoding: chunked", chunked),
            (f"Content-Length: 0\r\nContent-Length: {len(hidden)}", hidden),
            (f"Transfer-Encoding: x, chunked\r\nContent-Length: {len(hidden)}", hidden),
            ("Content-Length: -1", hidden),
        ):
            asked = (
                f"POST /questions/area HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\n{length}\r\n\r\n{other}"
            )
            with socket.create_connection(("127.0.0.1", port), 10) as line:
                line.settimeout(2)
                line.sendall(asked.encode())
                answered = b""
                with suppress(OSError):
                    while more := line.recv(65536):
                        answered += more
            assert answered.count(b"HTTP/1.1 200") == 0, (length, answered[:200])


def test_an_error_past_flask_itself_is_answered_in_plain_words_with_every_header(caplog, monkeypatch):
    app = production(TESTING=False)

    class Broken:
        def open_session(self, *_):
            raise RuntimeError(KEY)

    app.session_interface = Broken()
    monkeypatch.setattr(app, "error_handler_spec", None)
    page = app.test_client().get("/", base_url=LIVE)
    assert (page.status_code, page.text) == (500, "Something went wrong. Please try again.\n")
    for header in ("Content-Security-Policy", "X-Request-ID", "Strict-Transport-Security"):
        assert header in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert "RuntimeError" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ("192.0.2.7:51000", "192.0.2.7:51001"),
        ("192.0.2.7:51000", "192.0.2.7"),
        ("[2001:db8::7]:51000", "2001:db8::9"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_port_beside_an_address_does_not_make_it_another(given, same):
    app = site()

    def counted(address):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return rate_limits.caller()

    assert counted(given) == counted(same)
    assert counted(given) != counted("192.0.2.8:51000")


@pytest.mark.parametrize("held", [[], "x", None, 3, True])
def test_a_session_of_another_shape_is_none(held):
    app = site()
    serializer = app.session_interface.get_signing_serializer(app)
    client = app.test_client()
    client.set_cookie("session", serializer.dumps(held))
    assert client.get("/questions/area").status_code == 200


def test_a_command_leaves_no_key_behind(tmp_path):
    app = create_app({"RULES": str(RULES)})
    app.instance_path = str(tmp_path)
    assert app.test_cli_runner().invoke(args=["rules", "table", "hip-dips/exercise"]).exit_code == 0
    assert list(tmp_path.iterdir()) == []
    assert app.test_client().get("/questions/area").status_code == 200
    assert (tmp_path / "secret-key").read_text() == app.secret_key
