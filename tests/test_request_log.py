"""What is written down of a request, and the numbers for monitoring: enough to run the site, nothing of a visitor."""

import errno
import json
import logging
import re
import sys

import pytest

from questionnaire import create_app
from questionnaire.web import metrics, request_log

from .test_security import send, site
from .test_web import FULL, post, text, walk

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
        ("POST", "/start-again", "/start-again", 403),
    ],
)
def test_a_line_names_the_pattern_of_an_address_and_never_what_was_typed(lines, method, address, route, status):
    site().test_client().open(address, method=method)
    [line] = lines()
    assert (line["route"], line["status"]) == (route, status)
    assert line["method"] in request_log.METHODS or line["method"] == "(other)"


@pytest.mark.parametrize(
    ("data", "kind", "why"),
    [
        ("x=1", "text/plain", "kind of body"),
        ("&" * 30, "application/x-www-form-urlencoded", "number of fields"),
        ("x=1", "application/x-www-form-urlencoded", "unknown field"),
        ("answer=1&answer=2", "application/x-www-form-urlencoded", "repeated field"),
    ],
)
def test_what_is_refused_leaves_the_reason_in_our_words(lines, data, kind, why):
    site().test_client().post("/questions/area", data=data, content_type=kind)
    assert [line["refused"] for line in lines()] == [why]


def test_a_form_that_has_to_wait_and_a_name_that_is_not_ours_leave_a_line(lines):
    client = site(LIMIT_POSTS=1, ALLOWED_HOSTS=("localhost",)).test_client()
    send(client, times=2)
    client.get("/", headers={"Host": "evil.example"})
    found = lines()
    assert [(line["status"], line.get("refused")) for line in found] == [(403, None), (429, "too many"), (400, None)]
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
    saved = {name: logging.getLogger(name) for name in ("questionnaire", "questionnaire.requests", "flask-limiter")}
    before = {name: (one.handlers, one.propagate, one.level) for name, one in saved.items()}
    request_log.to_standard_error()
    yield
    for name, one in saved.items():
        one.handlers, one.propagate, _ = before[name]
        one.setLevel(before[name][2])


def test_a_server_writes_one_line_of_json_for_whatever_is_logged(as_a_server, capsys):
    logging.getLogger("questionnaire").handlers[0].setStream(sys.stderr)  # the one that capsys reads
    site().test_client().get("/healthz")
    logging.getLogger("questionnaire.web.keys").warning('A "word"\nand %s', "another")
    logging.getLogger("questionnaire.web.keys").info("said")
    request, said, _ = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert request["event"] == "request"
    assert (said["event"], said["level"], said["by"]) == ("message", "warning", "questionnaire.web.keys")
    assert said["says"] == 'A "word"\nand another'


def test_a_log_that_can_t_be_written_keeps_no_page_from_a_visitor(as_a_server):
    class Full:
        def write(self, line):
            raise OSError(errno.ENOSPC, "No space left on device")

    logging.getLogger("questionnaire").handlers[0].setStream(Full())
    assert site().test_client().get("/healthz").status_code == 200


# ---- metrics ----


def numbers(app):
    from prometheus_client import generate_latest

    return generate_latest(app.extensions["metrics"].registry).decode()


def test_metrics_are_off_unless_a_port_is_given():
    app = site()
    client = app.test_client()
    walk(client, FULL)
    assert client.get("/options").status_code == 200
    assert "metrics" not in app.extensions
    assert metrics.serve(app) is None
    assert app.test_client().get("/metrics").status_code == 404


def test_metrics_count_requests_verdicts_and_the_age_of_the_rules(rulebook):
    app = site(METRICS_PORT=1)
    client = app.test_client()
    walk(client, FULL)
    for _ in range(2):
        client.get("/options")
    client.get("/nowhere/typed")
    said = numbers(app)
    assert 'guide_requests_total{method="GET",route="/options",status="200"} 2.0' in said
    assert 'guide_requests_total{method="GET",route="(unknown)",status="404"} 1.0' in said
    assert 'guide_requests_total{method="POST",route="/questions/<question_id>",status="303"} 8.0' in said
    assert 'guide_request_seconds_bucket{le="+Inf",route="/options"} 2.0' in said
    assert 'guide_verdicts_total{option="hip-dips/leave-as-is",verdict="fits"} 2.0' in said
    assert f'guide_rulebook{{fingerprint="{rulebook.fingerprint}"}} 1.0' in said
    assert "guide_options_reviewed 0.0" in said
    assert "guide_problem 0.0" in said
    assert "guide_problem 1.0" in numbers(site(METRICS_PORT=1, REQUIRE_SIGN_OFF=True))
    age = float(re.search(r"^guide_release_age_seconds (\S+)$", said, re.M)[1])
    assert age > 0


def test_no_number_is_labelled_with_anything_that_a_visitor_sent(rulebook):
    app = site(METRICS_PORT=1)
    client = app.test_client()
    walk(client, FULL)
    client.get("/options")
    client.open("/canary?canary", method="CANARY", headers={"Host": "canary.example", "User-Agent": "canary"})
    client.get("/questions/canary")
    post(client, "/reference", code="CANARY")
    said = numbers(app)
    assert "canary" not in said.lower()
    labels = dict.fromkeys(re.findall(r'(\w+)="([^"]*)"', said))
    assert {name for name, _ in labels} == {"method", "route", "status", "le", "option", "verdict", "fingerprint"}
    rules = {rule.rule for rule in app.url_map.iter_rules()} | {"(unknown)"}
    assert {value for name, value in labels if name == "route"} <= rules
    assert {value for name, value in labels if name == "option"} == set(rulebook.options)
    assert {value for name, value in labels if name == "verdict"} <= {"fits", "ask", "ruled-out"}
    assert {value for name, value in labels if name == "method"} <= {*request_log.METHODS, "(other)"}


def test_a_site_without_a_free_port_for_metrics_is_up_and_says_so(caplog, monkeypatch):
    monkeypatch.setattr(metrics, "MOST_WORKERS", 0)
    assert metrics.serve(site(METRICS_PORT=8630)) is None
    assert "no port is free for metrics" in caplog.text


def test_the_age_of_the_rules_is_that_of_the_file_that_changed_last(tmp_path):
    import os

    for name, when in (("a.yaml", 1000), ("b.yaml", 3000), ("c.yaml", 2000)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (when, when))
    assert metrics.changed(tmp_path.glob("*.yaml")) == 3000
    assert metrics.changed([]) == 0


def test_a_site_whose_rules_are_broken_is_observed_all_the_same(rules, lines):
    (rules / "clinic.yaml").unlink()
    app = create_app({"RULES": str(rules), "SECRET_KEY": "x", "METRICS_PORT": 1})
    assert app.test_client().get("/healthz").status_code == 200
    assert "Something went wrong" in text(app.test_client().get("/"))
    assert {line["rulebook"] for line in lines() if line["event"] == "request"} == {""}
    assert 'guide_rulebook{fingerprint=""} 1.0' in numbers(app)


def test_a_link_to_nowhere_among_the_rules_has_no_age(tmp_path):
    (tmp_path / "x.yaml").symlink_to("nowhere")
    assert metrics.changed(tmp_path.iterdir()) == 0.0
