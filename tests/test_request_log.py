"""What is written down of a request, and the numbers for monitoring: enough to run the site, nothing of a visitor."""

import errno
import json
import logging
import re
import sys

import pytest

from questionnaire.web import request_log

from .visitor import FORM, send, site

ALWAYS = {"at", "event", "method", "route", "status", "ms", "rulebook", "id"}


@pytest.fixture
def lines(caplog):
    """The lines that requests leave, read; only those since the last time it was asked."""
    caplog.set_level(logging.INFO, "questionnaire.requests")

    def read():
        found = [
            json.loads(record.getMessage()) for record in caplog.records if record.name == "questionnaire.requests"
        ]
        caplog.clear()
        return found

    return read


def test_a_request_leaves_one_line_with_route_status_time_rulebook_and_an_id(lines, rulebook):
    page = site().test_client().get("/questions/area?utm_source=letter")
    [line] = lines()
    assert set(line) == ALWAYS
    assert line["event"] == "request"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/questions/<question_id>", 200)
    assert line["rulebook"] == rulebook.fingerprint
    assert 0 < line["ms"] < 60_000
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["at"])
    assert line["id"] == page.headers["X-Request-ID"]


def test_every_request_has_an_id_of_its_own_that_nobody_can_give_it(lines):
    client = site().test_client()
    ids = {client.get("/", headers={"X-Request-ID": "mine"}).headers["X-Request-ID"] for _ in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in ids)
    assert {line["id"] for line in lines()} == ids


@pytest.mark.parametrize(
    ("method", "address", "route", "status"),
    [
        ("GET", "/nowhere/at/all", "(unknown)", 404),
        ("GET", "/questions/nothing", "/questions/<question_id>", 404),
        ("GET", "/static/mine/guide.css", "/static/<mark>/<name>", 200),
        ("DELETE", "/options", "(unknown)", 405),
        ("MINE", "/options", "(unknown)", 405),
        ("POST", "/start-again", "/start-again", 303),
    ],
)
def test_a_line_names_the_pattern_of_an_address_and_never_what_was_typed(lines, method, address, route, status):
    site().test_client().open(address, method=method)
    [line] = lines()
    assert (line["route"], line["status"]) == (route, status)
    assert line["method"] in request_log.METHODS or line["method"] == "(other)"


@pytest.mark.parametrize(
    ("data", "kind", "site_of_form", "why"),
    [
        ("x=1", "text/plain", "none", "kind of body"),
        ("&" * 30, FORM, "none", "number of fields"),
        ("x=1", FORM, "none", "unknown field"),
        ("answer=1&answer=2", FORM, "none", "repeated field"),
        ("answer=both", FORM, "cross-site", "another site"),
    ],
)
def test_what_is_refused_leaves_the_reason_in_our_words(lines, data, kind, site_of_form, why):
    site().test_client().post("/questions/area", data=data, content_type=kind, headers={"Sec-Fetch-Site": site_of_form})
    assert [line["refused"] for line in lines()] == [why]


def test_a_form_that_has_to_wait_and_a_name_that_is_not_ours_leave_a_line(lines):
    client = site(LIMIT_POSTS=1, ALLOWED_HOSTS=("localhost",)).test_client()
    send(client, times=2)
    client.get("/", headers={"Host": "evil.example"})
    found = lines()
    assert [(line["status"], line.get("refused")) for line in found] == [(400, None), (429, "too many"), (400, None)]
    assert found[-1]["route"] == "(unknown)"


def test_an_error_leaves_where_it_happened_and_never_its_message_or_a_value(lines, caplog):
    app = site(TESTING=False)

    @app.get("/fault/<typed>")
    def fault(typed):
        try:
            {}[typed]
        except KeyError as missing:
            raise ValueError(f"no {typed}") from missing

    page = app.test_client().get("/fault/hip-dips-canary")
    assert page.status_code == 500
    assert "canary" not in caplog.text
    error, request = lines()
    assert error["event"] == "error"
    assert error["route"] == "/fault/<typed>"
    assert error["id"] == request["id"] == page.headers["X-Request-ID"]
    assert [one["kind"] for one in error["faults"]] == ["ValueError", "KeyError"]
    assert re.fullmatch(r"tests/test_request_log\.py:\d+ fault", error["faults"][0]["where"][-1])


def test_a_page_of_errors_that_fails_itself_is_answered_in_plain_words(lines):
    app = site(TESTING=False)
    app.jinja_env.globals["asset"] = None
    page = app.test_client().get("/nowhere")
    assert (page.status_code, page.text, page.mimetype) == (404, "Something went wrong", "text/plain")
    assert "Content-Security-Policy" in page.headers
    assert [line["event"] for line in lines()] == ["error", "request"]


@pytest.fixture
def as_a_server():
    """Logs go to standard error, as those of a server do."""
    saved = {name: logging.getLogger(name) for name in ("questionnaire", "questionnaire.requests")}
    before = {name: (one.handlers, one.propagate, one.level) for name, one in saved.items()}
    request_log.to_standard_error()
    yield
    for name, one in saved.items():
        one.handlers, one.propagate, _ = before[name]
        one.setLevel(before[name][2])


def test_a_server_writes_one_line_of_json_for_whatever_is_logged(as_a_server, capsys):
    logging.getLogger("questionnaire").handlers[0].setStream(sys.stderr)  # the one that capsys reads
    site().test_client().get("/healthz")
    logging.getLogger("questionnaire.settings").warning('A "word"\nand %s', "another")
    logging.getLogger("questionnaire.settings").info("said")
    request, said, _ = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert request["event"] == "request"
    assert (said["event"], said["level"], said["by"]) == ("message", "warning", "questionnaire.settings")
    assert said["says"] == 'A "word"\nand another'


def test_a_log_that_can_t_be_written_keeps_no_page_from_a_visitor(as_a_server):
    class Full:
        def write(self, line):
            raise OSError(errno.ENOSPC, "No space left on device")

    logging.getLogger("questionnaire").handlers[0].setStream(Full())
    assert site().test_client().get("/healthz").status_code == 200
