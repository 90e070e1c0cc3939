"""The server of gunicorn.conf.py over real sockets: nobody can keep others waiting, and it says why it does not start."""

import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from werkzeug.serving import make_server
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Request, Response

from questionnaire import create_app, startup
from questionnaire.web import body_timeout, metrics

from .browser import PROJECT, free_port, server, serving, workers
from .visitor import FORM, site

PATIENCE = 60
"""Seconds after which a test gives up: far more than a busy machine needs."""
HEAD = f"POST /questions/area HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {FORM}\r\n".encode()
HALF_FORM = HEAD + b"Content-Length: 400\r\n\r\nanswer=hip-di"


def connect(address):
    """A connection to "host:port" or to a socket's file."""
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(PATIENCE)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), PATIENCE)


def ask(address, sent=b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"):
    """All that the server answers: (status, the rest as text)."""
    with connect(address) as line:
        line.sendall(sent)
        with io.BufferedReader(line.makefile("rb", buffering=0)) as answer:
            status, _, rest = answer.read().partition(b"\r\n")
    return int(status.split()[1]), rest.decode()


def ready(address, process):
    """What /readyz says, as soon as the server answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            return json.loads(ask(address)[1].partition("\r\n\r\n")[2])
        except OSError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.05)
    raise AssertionError("no answer")


def refused(folder, **environment):
    """The exit code of a server that does not start, and what it says."""
    with server(folder, **environment) as process:
        return process.wait(PATIENCE), (folder / "log").read_text()


def messages(folder):
    """What the server itself writes down, without the lines of requests."""
    lines = map(json.loads, (folder / "log").read_text().splitlines())
    return [line["says"] for line in lines if line["event"] == "message"]


# ---- visitors who keep the server waiting ----


def test_others_are_answered_while_many_send_half_a_form_half_a_request_or_nothing(tmp_path):
    with serving(tmp_path) as address, ExitStack() as held:
        to = address.removeprefix("http://")
        stalled = {HALF_FORM: [], b"GET / HTTP/1.1\r\nHost: loc": [], b"": []}
        for sent, lines in stalled.items():
            for _ in range(200):
                lines.append(held.enter_context(connect(to)))
                lines[-1].sendall(sent)
        assert ask(to)[0] == 200
        late, unfinished, silent = stalled.values()
        late[-1].setblocking(False)
        with pytest.raises(BlockingIOError):  # others were answered while forms are still waited for
            late[-1].recv(1)
        late[-1].settimeout(PATIENCE)
        for line in (*unfinished, *silent):
            assert line.recv(1) == b"", "it is closed after a while"
        for line in late:
            with line.makefile("rb") as answer:
                page = answer.read()
            assert page.startswith(b"HTTP/1.1 408")
        assert b"did not arrive whole" in page
        assert ask(to)[0] == 200


def test_who_asks_for_many_pages_at_once_lets_others_go_first(tmp_path):
    def rendered():
        return (tmp_path / "log").read_text().count('"/areas"')

    with serving(tmp_path) as address, ExitStack() as held:
        to = address.removeprefix("http://")
        for _ in range(10):
            held.enter_context(connect(to)).sendall(b"GET /areas HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40)
        assert ask(to)[0] == 200
        before, until = rendered(), time.monotonic() + PATIENCE
        while rendered() < 2 * before and time.monotonic() < until:
            time.sleep(0.1)
        assert rendered() >= 2 * before, "all of them were rendered first"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"Content-Length: 20000\r\n\r\n", 413),
        (b"Content-Length: " + b"9" * 12 + b"\r\n\r\n", 413),
        (b"Transfer-Encoding: chunked\r\n\r\n5\r\nansw", 411),
        (b"Content-Length: 0000000000000000000000\r\n\r\n", 400),
        (b"X-Long: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"X-Many: a\r\n" * 60 + b"\r\n", 431),
    ],
)
def test_a_request_that_is_too_large_is_refused_by_its_headers_alone(site_address, sent, status):
    answered, page = ask(site_address, HEAD + sent)
    assert answered == status
    if status != 400:
        assert "connection: close" in page.lower()


@pytest.fixture(scope="module")
def site_address(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server")) as address:
        yield address.removeprefix("http://")


@pytest.mark.parametrize("path", ["/?ref=中", "/areas?utm_campaign=spring’26", "/how-it-works?x=😀"])
def test_an_address_may_have_any_letters_behind_its_question_mark(site_address, path):
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    assert ask(site_address, asked)[0] == 200


def test_nobody_but_a_trusted_proxy_says_where_a_request_comes_from(site_address):
    forged = b"X-Forwarded-Proto: https\r\nX_Forwarded_For: 203.0.113.9\r\nScript_Name: /evil\r\n"
    status, page = ask(site_address, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + forged + b"\r\n")
    assert status == 200
    assert "Strict-Transport-Security" not in page
    assert "/evil" not in page


# ---- the form's body, read before the application begins ----


def status_of(body, length):
    """How an application behind the middleware answers a form with this body and Content-Length."""

    @body_timeout.read_in_time
    @Request.application
    def echo(request):
        assert request.get_data() == b"answer=hip-dips"
        return Response()

    environ = EnvironBuilder(method="POST").get_environ()
    environ.update({"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": str(length)})
    return run_wsgi_app(echo, environ)[1][:3]


def test_a_form_that_breaks_off_or_is_late_is_no_answer():
    assert status_of(io.BytesIO(b"answer=hip-dips"), 15) == "200"
    assert status_of(io.BytesIO(b"answer=hip-di"), 15) == "400"
    assert status_of(body_timeout.LateBody(), 15) == "408"


@pytest.mark.parametrize(
    ("length", "is_refused"),
    [("", False), ("0", False), ("16384", False), ("0016384", False), ("16385", True), ("9" * 5000, True)],
)
def test_a_body_is_refused_by_its_length_or_for_coming_in_chunks(length, is_refused):
    assert body_timeout.is_refused(length, chunked=False) is is_refused
    assert body_timeout.is_refused(length, chunked=True)


# ---- starting, reloading, ending ----


def test_a_site_does_not_start_on_a_port_that_is_taken(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, words = refused(tmp_path, PORT=str(port))
    assert (code, words.strip()) == (
        1,
        f"Port {port} of 127.0.0.1 is already in use. Stop the other site, or choose another port (make run PORT=9000).",
    )


@pytest.mark.parametrize("port", [0, 65536])
def test_a_port_that_is_none_is_named(port):
    with pytest.raises(SystemExit, match=f"Port {port} is none; choose one from 1 to 65535"):
        startup.refuse_taken_address([("127.0.0.1", port)])


def test_an_address_of_another_machine_is_named():
    with pytest.raises(SystemExit, match=r"can\'t listen on .*203\.0\.113\.7"):
        startup.refuse_taken_address([("203.0.113.7", 8000)])


def test_a_socket_file_that_another_site_uses_is_named_and_one_left_behind_is_taken(tmp_path):
    file = str(tmp_path / "socket")
    startup.refuse_taken_address([file])
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(file)
        other.listen()
        with pytest.raises(SystemExit, match="Another site is served at"):
            startup.refuse_taken_address([file])
    startup.refuse_taken_address([file])


def test_a_site_does_not_start_with_rules_or_settings_that_cannot_be_used(tmp_path, rules):
    (rules / "grid.yaml").write_text("half a fi")
    code, words = refused(tmp_path, FLASK_RULES=str(rules), PORT=str(free_port()))
    assert code == 1
    assert words.startswith("The rule files can't be used:\n")
    assert "grid.yaml:1:1: error" in words
    code, words = refused(tmp_path, FLASK_CLINIC_NAM="x", PORT=str(free_port()))
    assert (code, words) == (1, "'FLASK_CLINIC_NAM' is no setting; did you mean 'FLASK_CLINIC_NAME'?\n")


def test_it_says_in_one_line_when_it_serves_and_when_it_reloads_and_ends_by_itself(tmp_path, rules):
    address = f"127.0.0.1:{free_port()}"
    with server(tmp_path, BIND=address, WEB_CONCURRENCY="2", FLASK_RULES=str(rules)) as process:
        fingerprint = ready(address, process)["rulebook"]
        assert messages(tmp_path) == [f"Serving at http://{address} with 2 workers."]
        (rules / "grid.yaml").write_text("half a fi")
        before = workers(process)
        process.send_signal(signal.SIGHUP)
        until = time.monotonic() + PATIENCE
        while set(workers(process)) & set(before) and time.monotonic() < until:
            assert ready(address, process)["rulebook"] == fingerprint
        assert not set(workers(process)) & set(before)
        assert ready(address, process)["rulebook"] == fingerprint
        assert len(messages(tmp_path)) == 2
        assert messages(tmp_path)[1].startswith("Starting 2 new workers in place of the old ones")
        with connect(address) as line:  # a connection that says nothing does not keep it from ending
            process.terminate()
            assert process.wait(PATIENCE) == 0
            assert line.recv(1) == b""


def test_a_worker_can_be_killed_again_and_again_and_the_site_goes_on(tmp_path, rules):
    address = f"127.0.0.1:{free_port()}"
    with server(tmp_path, BIND=address, WEB_CONCURRENCY="1", FLASK_RULES=str(rules)) as process:
        fingerprint = ready(address, process)["rulebook"]
        (rules / "grid.yaml").write_text("half a fi")
        for _ in range(5):
            os.kill(workers(process)[0], signal.SIGKILL)
            assert ready(address, process)["rulebook"] == fingerprint


def test_a_worker_that_starts_again_has_the_release_that_the_others_have(tmp_path, rules, tables):
    releases = tmp_path / "releases"
    commands = create_app({"RULES": str(rules), "RELEASES": str(releases)}).test_cli_runner()
    assert commands.invoke(args=["rules", "publish"]).exit_code == 0
    address = f"127.0.0.1:{free_port()}"
    with server(tmp_path, BIND=address, WEB_CONCURRENCY="1", FLASK_RELEASES=str(releases)) as process:
        release = ready(address, process)["release"]
        assert release == f"0001-{tables.rulebook.fingerprint}"
        releases.rename(tmp_path / "away")
        os.kill(workers(process)[0], signal.SIGKILL)
        answer = ready(address, process)
    assert (answer["release"], answer["problem"]) == (release, "the folder of releases is gone")


def test_a_site_for_visitors_says_when_it_serves_what_nobody_published(monkeypatch, caplog, rules):
    monkeypatch.setattr("questionnaire.web.request_log.to_standard_error", lambda: None)
    for name, value in (("handlers", []), ("propagate", True)):  # start() sets these; put back after the test
        monkeypatch.setattr(logging.getLogger("gunicorn"), name, value)
    monkeypatch.setattr("questionnaire.production_faults", lambda *_: [])
    monkeypatch.setenv("FLASK_PRODUCTION", "true")
    monkeypatch.setenv("FLASK_RULES", str(rules))
    startup.start()
    assert f"Nothing was published: the rule files in {rules} are served as they are." in caplog.text


@pytest.mark.parametrize("address", ["[::1]:{port}", "unix:{folder}/socket"])
def test_it_listens_on_ipv6_and_on_a_socket_file(tmp_path, address):
    if "::1" in address and not Path("/proc/net/if_inet6").exists():
        pytest.skip("this machine has no IPv6")
    bind = address.format(port=free_port("::1") if "::1" in address else 0, folder=tmp_path)
    with server(tmp_path, BIND=bind) as process:
        assert ready(bind.removeprefix("unix:"), process)["ready"] is True


def test_a_site_whose_outputs_are_closed_serves_all_the_same(tmp_path):
    address = f"127.0.0.1:{free_port()}"
    closed = 'exec "$0" -m gunicorn <&- >&- 2>&-'
    process = subprocess.Popen(["sh", "-c", closed, sys.executable], cwd=PROJECT, env={**os.environ, "BIND": address})
    try:
        assert ready(address, process)["ready"] is True
    finally:
        process.terminate()
        process.wait(PATIENCE)


def test_each_worker_serves_its_numbers_on_a_port_of_its_own_for_this_machine_alone(tmp_path):
    first = free_port(count=metrics.MOST_WORKERS)
    with serving(tmp_path, WEB_CONCURRENCY="2", FLASK_METRICS_PORT=str(first)):
        until, ports = time.monotonic() + PATIENCE, []
        while len(ports) < 2 and time.monotonic() < until:
            ports = [port for port in range(first, first + metrics.MOST_WORKERS) if listens(port)]
        read = [urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE).read() for port in ports]
        assert not any(listens(port, "127.0.0.2") for port in ports)
    assert len(read) == 2
    assert sum(one.count(b'guide_requests_total{method="GET",route="/readyz"') for one in read) >= 1


def listens(port, host="127.0.0.1"):
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


# ---- other servers ----


def test_the_site_can_be_mounted_below_a_path(tmp_path):
    address = f"127.0.0.1:{free_port()}"
    with server(tmp_path, BIND=address, SCRIPT_NAME="/guide") as process:
        until = time.monotonic() + PATIENCE
        while not listens(int(address.split(":")[1])) and time.monotonic() < until:
            assert process.poll() is None
        status, page = ask(address, b"GET /guide/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert status == 200
    assert all(link.startswith(("/guide/", "#")) for link in re.findall(r'(?:href|src|action)="([^":]*)"', page))


@contextmanager
def other_server(kind, app):
    """The port of a site under another WSGI server, in a thread."""
    from threading import Thread

    if kind == "werkzeug":
        own = make_server("127.0.0.1", 0, app)
        run, end, port = own.serve_forever, own.shutdown, own.server_port
    else:
        waitress = pytest.importorskip("waitress.server")
        own = waitress.create_server(app, host="127.0.0.1", port=0, map={})
        run, end, port = own.run, own.close, own.effective_port
    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        end()
        thread.join(PATIENCE)


@pytest.mark.parametrize("kind", ["werkzeug", "waitress"])
def test_the_site_runs_under_any_wsgi_server(kind):
    app = site()
    app.wsgi_app = body_timeout.read_in_time(app.wsgi_app)
    with other_server(kind, app) as port:
        assert ask(f"127.0.0.1:{port}")[0] == 200
        sent = HEAD + b"Content-Length: 15\r\n\r\nanswer=hip-dips"
        assert ask(f"127.0.0.1:{port}", sent)[0] in (303, 403)
