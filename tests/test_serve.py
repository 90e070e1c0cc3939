"""The server that `make run` starts: its workers share what was loaded once, and one that ends is there again."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from granian.server.mp import MPServer

from questionnaire import create_app, starting
from questionnaire.decide.apart import Child, Ready
from questionnaire.serve import MANY, Lasting
from questionnaire.web import observing

from .conftest import PROJECT


@pytest.fixture
def prepared(monkeypatch, rules):
    """The folder of rule files that this process has built, as one that is about to fork workers has."""
    monkeypatch.setattr(starting, "_ready", {})
    monkeypatch.setattr(observing, "to_standard_error", lambda: None)
    monkeypatch.setenv("FLASK_RULES", str(rules))
    monkeypatch.setenv("FLASK_SECRET_KEY", "for these tests only")
    starting.prepare()
    return rules


def test_a_worker_that_starts_again_has_the_rules_of_the_start_and_none_but_these(prepared, monkeypatch, tables):
    (prepared / "grid.yaml").write_text("half a fi")
    building = starting.begin(os.environ)
    assert isinstance(building, Ready)
    guide = create_app(building=building).extensions["guides"].now()
    assert guide.rulebook.fingerprint == tables.rulebook.fingerprint
    monkeypatch.setenv("FLASK_RULES", str(prepared.parent / "others"))
    others = starting.begin(os.environ)
    assert isinstance(others, Child)
    others.end()


@pytest.fixture
def server(monkeypatch):
    """A server whose workers are only written down."""
    monkeypatch.setattr(
        MPServer, "_respawn_workers", lambda server, workers: server.respawned_wrks.update(dict.fromkeys(workers, 1.0))
    )
    server = Lasting.__new__(Lasting)
    server.respawned_wrks = {}
    return server


def test_a_worker_may_end_again_at_once_but_not_without_end(server):
    for _ in range(MANY - 1):
        server._respawn_workers([0])
        assert not server.respawned_wrks
    server._respawn_workers([0])
    assert server.respawned_wrks == {0: 1.0}, "granian's own rule holds now"


def test_ends_that_are_long_ago_do_not_count(server, monkeypatch):
    for seconds in range(0, 60, 2):
        monkeypatch.setattr("questionnaire.serve.time.monotonic", lambda now=seconds: now)
        server._respawn_workers([0, 1])
        assert not server.respawned_wrks


def test_the_same_worker_can_be_killed_again_and_again_and_the_site_goes_on(tmp_path, rules):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = re.search(r"python (-m questionnaire.serve .*)", (PROJECT / "Makefile").read_text())[1]
    words = command.replace("$(PORT)", str(port)).replace("--workers 2", "--workers 1").split()
    settings = {"FLASK_SECRET_KEY": "for these tests only", "FLASK_RULES": str(rules)}
    with open(tmp_path / "log", "w") as log:
        server = subprocess.Popen(
            [sys.executable, *words], cwd=PROJECT, stdout=log, stderr=log, env={**os.environ, **settings}
        )
    try:
        fingerprint = ready(port, server)["rulebook"]
        (rules / "grid.yaml").write_text("half a fi")
        for _ in range(3):
            os.kill(worker(server), signal.SIGKILL)
            assert ready(port, server)["rulebook"] == fingerprint
    finally:
        server.terminate()
        assert server.wait(30) == 0, (tmp_path / "log").read_text()


def worker(server):
    return int(Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()[0])


def ready(port, server):
    """What the site says of itself, as soon as it says anything."""
    for _ in range(1000):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as page:
                return json.load(page)
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.02)
    raise AssertionError("no answer")
