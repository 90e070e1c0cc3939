"""Numbers for monitoring: enough to run the site, nothing of a visitor."""

import logging
import os
import re

from questionnaire import create_app
from questionnaire.web import metrics, request_log

from .visitor import FULL, post, site, text, walk


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
    (tmp_path / "link-to-nowhere.yaml").symlink_to("nowhere")
    for name, when in (("a.yaml", 1000), ("b.yaml", 3000), ("c.yaml", 2000)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (when, when))
    assert metrics.changed(tmp_path.glob("*.yaml")) == 3000
    assert metrics.changed([]) == 0


def test_a_site_whose_rules_are_broken_is_observed_all_the_same(rules, caplog):
    caplog.set_level(logging.INFO, "questionnaire.requests")
    (rules / "clinic.yaml").unlink()
    app = create_app({"RULES": str(rules), "METRICS_PORT": 1})
    assert app.test_client().get("/healthz").status_code == 200
    assert "Something went wrong" in text(app.test_client().get("/"))
    assert '"rulebook": ""' in caplog.text
    assert 'guide_rulebook{fingerprint=""} 1.0' in numbers(app)
