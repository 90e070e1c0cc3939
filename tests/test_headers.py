"""What every response carries: headers, files and errors included, and the score that the Observatory gives them."""

import re

import pytest
from flask import Response, abort
from werkzeug.test import create_environ

from questionnaire.response_headers import OVER_TLS

from . import observatory
from .visitor import FULL, HOST, LIVE, addresses, production, walk

CANARY = "a detail within"
EVERY_HEADER = (
    "Content-Security-Policy X-Content-Type-Options Referrer-Policy Permissions-Policy Cross-Origin-Opener-Policy "
    "Cross-Origin-Resource-Policy Strict-Transport-Security Cache-Control"
)


@pytest.fixture(scope="module")
def live():
    """A site as a clinic runs it, with a page that fails."""
    app = production(TESTING=False)

    @app.get("/fault")
    def fault():
        raise ValueError(CANARY)

    @app.get("/fault/<int:code>")
    def other(code):
        abort(code)

    return app


def test_every_response_carries_every_header_once_errors_and_files_included(live):
    client = live.test_client()
    walked = live.test_client()
    for address in set(addresses(live)):
        for method in ("get", "head", "options", "post", "delete", "trace"):
            for visitor in (client, walked):
                page = getattr(visitor, method)(address, base_url=LIVE)
                for name in EVERY_HEADER.split():
                    assert len(page.headers.getlist(name)) == 1, (method, address, name)
                assert "Access-Control-Allow-Origin" not in page.headers
                assert page.headers["X-Content-Type-Options"] == "nosniff"
                assert page.headers["Referrer-Policy"] == "same-origin"
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
    assert set(kept) <= {"/", "/areas", "/how-it-works", "/words"}  # the same for everybody who has no session
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
    walk(walked, FULL, base_url=LIVE)
    scores = {}
    for address in set(addresses(live)) | {"/check", "/options"}:
        for visitor in (fresh, walked):
            for method in ("get", "post", "delete"):
                page = getattr(visitor, method)(address, base_url=LIVE)
                scores[method, address, visitor is walked] = observatory.score(page)
                assert observatory.score(page) >= 130, (method, address, observatory.modifiers(page))
    assert observatory.score(live.test_client().get("/options", base_url=LIVE)) == 135
    assert len(scores) > 100


def test_no_error_shows_what_happened_within(live):
    client = live.test_client()
    for address in ("/fault", *(f"/fault/{code}" for code in (400, 401, 403, 404, 405, 413, 415, 418, 429, 500, 503))):
        page = client.get(address, base_url=LIVE)
        assert page.status_code >= 400
        for trace in ("Traceback", "detail within", "ValueError", "File ", "werkzeug", ".py"):
            assert trace not in page.text


def test_an_error_past_flask_itself_is_answered_in_plain_words_with_every_header(caplog, monkeypatch):
    app = production(TESTING=False)

    def fail(_):
        raise RuntimeError(CANARY)

    app.after_request(fail)
    monkeypatch.setattr(app, "error_handler_spec", None)
    page = app.test_client().get("/", base_url=LIVE)
    assert (page.status_code, page.text) == (500, "Something went wrong. Please try again.\n")
    for header in ("Content-Security-Policy", "X-Request-ID", "Strict-Transport-Security"):
        assert header in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert "RuntimeError" in caplog.text
    assert CANARY not in caplog.text
