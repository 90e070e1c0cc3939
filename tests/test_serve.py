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

from questionnaire import create_app, startup
from questionnaire.decide.build_process import Child
from questionnaire.releases.ready import Ready
from questionnaire.serve import MANY, Lasting
from questionnaire.web import request_log

from .conftest import PROJECT


@pytest.fixture
def prepared(monkeypatch, rules):
    """The folder of rule files that this process has built, as one that is about to fork workers has."""
    monkeypatch.setattr(startup, "_ready", {})
    monkeypatch.setattr(request_log, "to_standard_error", lambda: None)
    monkeypatch.setenv("FLASK_RULES", str(rules))
    monkeypatch.setenv("FLASK_SECRET_KEY", "for these tests only")
    startup.prepare()
    return rules


def test_a_worker_that_starts_again_has_the_rules_of_the_start_and_none_but_these(prepared, monkeypatch, tables):
    (prepared / "grid.yaml").write_text("half a fi")
    building = startup.begin(os.environ)
    assert isinstance(building, Ready)
    guide = create_app(building=building).extensions["rulebook_store"].now()
    assert guide.rulebook.fingerprint == tables.rulebook.fingerprint
    monkeypatch.setenv("FLASK_RULES", str(prepared.parent / "others"))
    others = startup.begin(os.environ)
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


def test_a_worker_that_starts_again_has_the_release_that_the_others_have(prepared, monkeypatch, tables, tmp_path):
    made = create_app({"RULES": str(prepared), "RELEASES": str(tmp_path / "releases")}).test_cli_runner()
    assert made.invoke(args=["rules", "publish"]).exit_code == 0
    monkeypatch.setenv("FLASK_RELEASES", str(tmp_path / "releases"))
    startup.prepare()
    (tmp_path / "releases").rename(tmp_path / "away")
    app = create_app(building=startup.begin(os.environ))
    ready = app.test_client().get("/readyz").json
    assert ready["release"] == f"0001-{tables.rulebook.fingerprint}"
    assert ready["problem"] == "the folder of releases is gone"


def test_a_site_for_visitors_says_when_it_serves_what_nobody_published(monkeypatch, caplog, rules):
    monkeypatch.setattr(request_log, "to_standard_error", lambda: None)
    monkeypatch.setattr(startup, "_ready", {})
    given = {"RULES": str(rules), "PRODUCTION": "true", "SECRET_KEY": "k3Jd93mLs0Qp2Xv7" + "9fKw27ZbQ1tYc5Hn"}
    for name, value in {**given, "ALLOWED_HOSTS": "guide.example", "TRUSTED_PROXIES": "1", "RELEASES": "none"}.items():
        monkeypatch.setenv(f"FLASK_{name}", value)
    startup.start()
    assert f"Nothing was published: the rule files in {rules} are served as they are." in caplog.text


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


def test_what_wakes_the_server_can_be_set_by_a_signal_at_any_moment():
    """A signal that comes while threading.Event is being set, cleared or waited for may lock it for ever."""
    code = """
import signal, sys, time
from questionnaire.serve import Woken
woken, calls = Woken(), [0]
def set_it(*_):
    calls[0] += 1
    woken.set()
signal.signal(signal.SIGALRM, set_it)
signal.setitimer(signal.ITIMER_REAL, 0.00005, 0.00005)
until = time.monotonic() + 1
while time.monotonic() < until:
    woken.wait()
    woken.clear()
    woken.set()
    woken.clear()
signal.setitimer(signal.ITIMER_REAL, 0)
woken.clear()
assert not woken.is_set() and not woken.wait(0) and not woken.wait(0.01)
woken.set()
assert woken.wait() and woken.wait(1) and woken.is_set()
print(calls[0])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 100


def test_a_server_does_not_share_a_port_with_another(capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        server = Lasting("wsgi:door", address="127.0.0.1", port=port)
        with pytest.raises(SystemExit, match=f"Port {port} of 127.0.0.1 is already in use"):
            server.startup(None, None)


def test_a_site_whose_outputs_are_closed_serves_all_the_same(tmp_path):
    code = (
        "import os, sys\n"
        "from questionnaire.serve import open_all\n"
        "open_all()\n"
        "print('said'); print('said', file=sys.stderr)\n"
        "open(sys.argv[1], 'w').write(str(os.open(os.devnull, os.O_RDONLY)))\n"
    )
    closed = '"$0" -c "$1" "$2" <&- >&- 2>&-'
    subprocess.run(["sh", "-c", closed, sys.executable, code, tmp_path / "x"], cwd=PROJECT, check=True)
    assert int((tmp_path / "x").read_text()) > 2
