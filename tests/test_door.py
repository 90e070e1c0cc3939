"""Between granian and the application: nobody who sends half a form holds a place, and requests arrive as they were."""

import asyncio
import io
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request

from questionnaire import door
from questionnaire.door import Door, environment

from .browser import serving
from .test_security import FORM, KEY, RULES, create_app, production, site


def scope(method="GET", path="/", headers=(("host", "guide.example"),), **given):
    known = {
        "http_version": "1.1",
        "server": "127.0.0.1:8000",
        "client": "192.0.2.7:50123",
        "scheme": "http",
        "query_string": "",
        "authority": None,
    }
    sent = SimpleNamespace(items=lambda: list(headers))
    return SimpleNamespace(method=method, path=path, headers=sent, **{**known, **given})


class Protocol:
    """granian's side of a request: gives pieces of a body, None where nothing more ever comes; keeps the answer."""

    def __init__(self, *pieces):
        self.pieces, self.taken, self.answer = pieces, 0, None

    async def __aiter__(self):
        for piece in self.pieces:
            if piece is None:
                await asyncio.Event().wait()
            self.taken += 1
            yield piece

    def response_bytes(self, *answer):
        self.answer = answer


def run(coroutine):
    """In a thread of its own: where a browser is tested too, this one has a loop that runs already."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, coroutine).result()


def ask(app, asked, *pieces, waits=False):
    protocol = Protocol(*pieces)
    run(Door(app, waits).__rsgi__(asked, protocol))
    status, headers, body = protocol.answer
    return status, dict(headers), body.decode(), protocol


def form(*more, path="/questions/area", **given):
    return scope("POST", path, [("host", "localhost"), ("content-type", FORM), *more], **given)


@pytest.fixture(scope="module")
def app():
    return site()


@pytest.mark.parametrize("address", ["/", "/areas", "/nowhere", "/questions/nothing", "/options", "/healthz"])
def test_a_page_is_the_one_that_a_wsgi_server_gives(app, address):
    right = Client(app).get(address, base_url="http://localhost")
    status, headers, body, _ = ask(app, scope(path=address, headers=[("host", "localhost")]))
    assert (status, body) == (right.status_code, right.text)
    assert {**headers, "X-Request-ID": ""} == {**dict(right.headers), "X-Request-ID": ""}


def test_nothing_follows_the_headers_where_only_they_are_asked_for(app):
    status, headers, body, _ = ask(app, scope("HEAD", "/areas"))
    assert (status, body) == (200, "")
    assert int(headers["Content-Length"]) > 1000


@pytest.mark.parametrize("waits", [False, True])
def test_a_form_arrives_in_however_many_pieces(app, waits):
    _, headers, page, _ = ask(app, scope(path="/questions/area"))
    cookie = headers["Set-Cookie"].split(";")[0]
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = f"csrf_token={token}&answer=hip-dips".encode()
    pieces = [sent[:10], sent[10:11], b"", sent[11:]]
    for more in ([], [("content-length", str(len(sent)))]):
        status, headers, _, _ = ask(app, form(("cookie", cookie), *more), *pieces, waits=waits)
        assert (status, headers["Location"]) == (303, "/questions/donor-fat")


def test_a_form_that_does_not_arrive_whole_is_told_so_in_time(app, monkeypatch):
    monkeypatch.setattr(door, "SECONDS", 0.01)
    for more in ([], [("content-length", "400")]):
        status, headers, page, _ = ask(app, form(*more), b"answer=hip-di", None)
        assert status == 408
        assert "Your answer did not arrive whole." in page
        assert headers["Cache-Control"] == "no-store"


def test_others_are_answered_while_forms_are_waited_for(app, monkeypatch):
    monkeypatch.setattr(door, "SECONDS", 60)
    served = Door(app)

    async def all_at_once():
        waiting = [asyncio.ensure_future(served.__rsgi__(form(), Protocol(b"a", None))) for _ in range(200)]
        await asyncio.sleep(0)
        page = Protocol()
        await served.__rsgi__(scope(), page)
        pending = sum(not one.done() for one in waiting)
        for one in waiting:
            one.cancel()
        return page.answer[0], pending

    assert run(all_at_once()) == (200, 200)


def test_a_form_too_large_is_read_no_further_than_needed(app):
    piece = b"a" * 4096
    status, _, page, protocol = ask(app, form(), *[piece] * 1000)
    assert (status, protocol.taken) == (413, 5)
    assert "Your browser sent more than this site takes." in page
    status, _, _, protocol = ask(app, form(("content-length", "10000000")), *[piece] * 1000)
    assert (status, protocol.taken) == (413, 0)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "TRACE"])
def test_the_body_of_anything_but_a_form_is_never_read(app, method):
    *_, protocol = ask(app, scope(method, headers=[("host", "localhost"), ("content-length", "5")]), b"abcde")
    assert protocol.taken == 0


def test_a_request_arrives_as_it_was_sent():
    sent = [
        ("host", "guide.example:8443"),
        ("content-type", FORM),
        ("content-length", "7"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("x-two", "1"),
        ("x-two", "2"),
    ]
    given = scope("POST", "/a b/€/x", sent, query_string="q=%41+b", scheme="https", client="[2001:db8::7]:50123")
    request = Request(environment(given))
    assert request.path == "/a b/€/x"
    assert request.args["q"] == "A b"
    assert request.url.startswith("https://guide.example:8443/")
    assert request.remote_addr == "2001:db8::7"
    assert dict(request.cookies) == {"a": "1", "b": "2"}
    assert request.headers["X-Two"] == "1,2"
    assert (request.mimetype, request.content_length) == (FORM, 7)
    assert Request(environment(scope(headers=(), authority="guide.example"))).host == "guide.example"


def test_a_header_with_an_underscore_never_passes_for_the_one_that_a_proxy_sets():
    app = create_app({"TESTING": True, "SECRET_KEY": KEY, "RULES": str(RULES), "TRUSTED_PROXIES": 1})
    seen = {}

    @app.get("/whoami")
    def whoami():
        from flask import request

        seen.update(address=request.remote_addr, scheme=request.scheme)
        return ""

    forged = [("x_forwarded_for", "203.0.113.9"), ("x_forwarded_proto", "https")]
    ask(app, scope(path="/whoami", headers=[("host", "localhost"), *forged]))
    assert seen == {"address": "192.0.2.7", "scheme": "http"}


def test_a_name_that_is_not_ours_is_refused_over_http_2_too():
    status, _, _, _ = ask(production(), scope(headers=(), authority="evil.example", scheme="https"))
    assert status == 400


def test_a_server_answers_while_many_send_half_a_form(tmp_path):
    half = (
        b"POST /questions/area HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 400\r\n\r\nanswer=hip-di"
    )
    with serving(tmp_path, FLASK_RELEASES="none") as address:
        to = address.removeprefix("http://").split(":")
        held = [socket.create_connection((to[0], int(to[1])), 5) for _ in range(20)]
        try:
            for connection in held:
                connection.sendall(half)
            time.sleep(0.2)  # until all have arrived
            with socket.create_connection((to[0], int(to[1])), 5) as visitor:
                visitor.settimeout(8)  # below the time that half a form is given
                visitor.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                with io.BufferedReader(visitor.makefile("rb", buffering=0)) as answer:
                    assert answer.readline().startswith(b"HTTP/1.1 200")
        finally:
            for connection in held:
                connection.close()


def test_a_whole_address_that_is_asked_for_counts_and_not_the_host_beside_it():
    app = production()
    both = [("host", "guide.clinic.example"), ("x-forwarded-proto", "https")]
    for authority, status in (("guide.clinic.example", 200), ("evil.example", 400)):
        assert ask(app, scope(path="/healthz", headers=both, authority=authority))[0] == status


def test_a_body_that_breaks_off_is_no_answer(app):
    _, headers, page, _ = ask(app, scope(path="/questions/area"))
    cookie = headers["Set-Cookie"].split(";")[0]
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = f"csrf_token={token}&answer=hip-dips".encode()
    status, _, page, _ = ask(app, form(("cookie", cookie), ("content-length", str(len(sent) + 1))), sent)
    assert status == 400
    assert "<h1" in page
    chunked = form(("cookie", cookie), ("transfer-encoding", "chunked"))
    status, _, _, protocol = ask(app, chunked, sent)
    assert (status, protocol.taken) == (411, 0)


def test_a_length_with_thousands_of_zeros_is_a_length(app):
    for zeros in (5_000, 0):
        status, *_ = ask(app, form(("content-length", "0" * zeros + "7")), b"answer=")
        assert status == 403
    for length in ("9" * 5_000, "1" + "0" * 9):
        status, _, _, protocol = ask(app, form(("content-length", length)), b"a=b")
        assert (status, protocol.taken) == (413, 0)
