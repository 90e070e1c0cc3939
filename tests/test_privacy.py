"""Marked answers and marked nonsense are sent to every page, and found nowhere but in the visitor's own cookie."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from questionnaire.web import request_log
from questionnaire.web.metrics import MOST_WORKERS

from .browser import free_port, serving_process, workers
from .conftest import PROJECT, RULES
from .visitor import CODE, COOKIE, FORM, FULL, LIVE, addresses, production, reference, site, walk

MARK = "cAnArY7q"
REFUSED = {
    "kind of body",
    "size of body",
    "number of fields",
    "another site",
    "unknown field",
    "repeated field",
    "too many",
}
KEYS = {"at", "event", "method", "route", "status", "ms", "rulebook", "id", "refused"}
MARKED = {
    "User-Agent": MARK,
    "X-Forwarded-For": MARK,
    "X-Request-ID": MARK,
    "Authorization": f"Bearer {MARK}",
    "Accept-Language": MARK,
    "If-None-Match": f'"{MARK}"',
}


def bodies():
    """Bodies with the mark wherever one can be: a value, a field's name, a body of another kind, too much of it."""
    yield urlencode({"answer": MARK}), FORM
    yield urlencode({"code": MARK}), FORM
    yield urlencode({"code": f"{MARK} " * 20}), FORM
    yield urlencode({"layout": MARK, "answer": "both"}), FORM
    yield urlencode({"answer": "both", MARK: MARK}), FORM
    yield urlencode([("answer", MARK), ("answer", MARK)]), FORM
    yield urlencode([(f"{MARK}{n}", MARK) for n in range(30)]), FORM
    yield MARK * 5000, FORM
    yield json.dumps({"answer": MARK}), "application/json"
    yield f"--{MARK}--", f"multipart/form-data; boundary={MARK}"


def places():
    """Addresses with the mark in them: unknown pages, parts of known ones, and behind a question mark."""
    for address in (f"/{MARK}", f"/questions/{MARK}", f"/static/{MARK}/guide.css", f"/static/x/{MARK}", f"//{MARK}/x"):
        yield address
        yield f"{address}?{MARK}={MARK}"
    yield f"/questions//area?{MARK}={MARK}"  # is sent on nowhere: the new address would repeat what was typed
    yield f"/?{MARK}={MARK}"
    yield f"/options?answer={MARK}"
    yield f"/{quote(MARK + '/../%0a%0d')}"


def everything(client, app):
    """Every kind of request with the mark in it, and every page of a visitor; gives the responses."""
    for address in [*addresses(app), "/check", "/options", *places()]:
        yield client.get(address, base_url=LIVE, headers=MARKED)
        yield client.open(address, base_url=LIVE, method=MARK.upper(), headers=MARKED)
    for address in ("/questions/area", "/reference", "/start-again", "/keep", "/matters", f"/questions/{MARK}"):
        for body, kind in bodies():
            yield client.post(address, base_url=LIVE, data=body, content_type=kind, headers=MARKED)
    yield client.get("/", base_url=LIVE, headers={"Host": f"{MARK}.example"})
    for name in ("Referer", "Origin", "Sec-Fetch-Site"):
        yield client.post("/start-again", base_url=LIVE, headers={name: f"https://{MARK}.example"})
    for value in (
        f"area={MARK}",
        f"{MARK}={MARK}",
        f"_notice={MARK}&_release={MARK}&_layout={MARK}&_seen={MARK}&_kept={MARK}&_matters={MARK}.lot",
    ):
        yield client.get("/questions/area", base_url=LIVE, headers={"Cookie": f"__Host-options-guide={value}"})


@pytest.fixture
def heard(caplog):
    """All that anything logs, at whatever level."""
    caplog.set_level(logging.DEBUG)
    for name in ("questionnaire", "questionnaire.requests", "limits", "werkzeug"):
        caplog.set_level(logging.DEBUG, name)
    return caplog


def test_marked_nonsense_is_repeated_in_no_log_header_or_page(heard, capfd):
    app = production(TESTING=False)

    @app.route("/fault/<name>", methods=["GET", "POST"])
    def fault(name):
        held = {"answer": MARK}
        raise LookupError(f"{name} {held}")

    client = app.test_client()
    seen = set()
    for page in everything(client, app):
        seen.add(page.status_code)
        for name, value in page.headers:
            assert MARK.lower() not in value.lower(), (page.request.path, name)
        if page.request.path != "/reference":  # a code that is no code stays in its field, to be put right
            assert MARK.lower() not in page.text.lower(), page.request.path
    assert client.get(f"/fault/{MARK}", base_url=LIVE).status_code == 500
    assert seen >= {200, 303, 400, 403, 404, 405, 413, 415}
    assert MARK.lower() not in heard.text.lower()
    assert MARK.lower() not in "".join(capfd.readouterr()).lower()


def test_a_line_of_the_log_has_no_place_for_an_answer(heard, rulebook):
    """Whatever is asked, each value of each line is from a list that is known before anybody visits."""
    app = production(TESTING=False)
    client = app.test_client()
    list(everything(client, app))
    routes = {rule.rule for rule in app.url_map.iter_rules()} | {"(unknown)"}
    lines = [json.loads(r.getMessage()) for r in heard.records if r.name == "questionnaire.requests"]
    assert len(lines) > 100
    for line in lines:
        assert set(line) <= KEYS
        assert line["route"] in routes
        assert line["method"] in {*request_log.METHODS, "(other)"}
        assert line["rulebook"] == rulebook.fingerprint
        assert line.get("refused", "too many") in REFUSED
        assert re.fullmatch("[0-9a-f]{16}", line["id"])
        assert isinstance(line["status"], int)
        assert isinstance(line["ms"], float)


def test_no_answer_stands_in_an_address_a_header_or_another_cookie(rulebook):
    client = site().test_client()
    choices = {choice for question in rulebook.questions.values() for choice in question.choices}
    page, _ = walk(client, FULL)
    code = reference(client)
    client.post("/keep", data={"keep": list(rulebook.options)})
    client.post("/matters", data=dict.fromkeys(rulebook.matters, "lot"))
    plain = ("/", "/areas", "/reference", "/privacy", "/how-it-works", "/words")
    for address in (*plain, "/check", "/options", "/compare", "/sheet", "/matters"):
        page = client.get(address)
        for name, value in page.headers:
            if name != "Set-Cookie":
                assert not set(re.split(r"[/?&=#; ]", value)) & choices, (address, name)
                assert code not in value
        links = re.findall(r'(?:href|src|action)="([^"]*)"', page.text)
        assert not [link for link in links if "?" in link.removesuffix("?change") or code in link]
        for link in links:
            if link.startswith(("/options/", "#")):  # every option of the areas has one; a place in a page is not sent
                continue
            assert not set(re.split(r"[/?&=#]", link)) & (choices - {"both", "yes", "no"}), (address, link)
    assert [cookie.key for cookie in client._cookies.values()] == [COOKIE]


# ---- a site as `make run` serves it ----


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server with two workers: its address, its process, its folder of temporary files, and its first metrics port."""
    folder, port = tmp_path_factory.mktemp("served"), free_port(count=MOST_WORKERS)
    settings = {"WEB_CONCURRENCY": "2", "FLASK_METRICS_PORT": str(port), "TMPDIR": str(folder), "HOME": str(folder)}
    with serving_process(folder, **settings) as (address, process):
        yield address, process, folder, port


def fetch(address, data=None, headers=()):
    """A request over the network: (status, headers, body)."""
    asked = urllib.request.Request(address, data=data, headers=dict(headers))
    opener = urllib.request.build_opener(Stay)
    try:
        with opener.open(asked, timeout=20) as page:
            return page.status, page.headers, page.read().decode(errors="replace")
    except urllib.error.HTTPError as page:
        with page:
            return page.code, page.headers, page.read().decode(errors="replace")


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def test_a_visit_to_a_served_site_leaves_no_answer_in_its_log_its_files_or_its_folder(served, rulebook):
    address, _, folder, _ = served
    before = changed_files()
    cookie, at = "none=none", "/questions/area"
    while at.startswith("/questions/"):
        status, headers, page = fetch(f"{address}{at}", headers={**MARKED, "Cookie": cookie}.items())
        assert status == 200
        mark = re.search(r'name="layout" value="([^"]+)"', page)[1]
        body = urlencode({"layout": mark, "answer": FULL[at.split("/")[-1]]}).encode()
        status, headers, page = fetch(f"{address}{at}", body, {"Cookie": cookie}.items())
        assert status == 303
        cookie, at = headers["Set-Cookie"].split(";")[0], headers["Location"]
    status, headers, page = fetch(f"{address}/options", headers={**MARKED, "Cookie": cookie}.items())
    assert status == 200
    code = re.search(CODE, page)[1]
    for place in [*places(), f"//areas?{MARK}={MARK}"]:  # the last is sent on nowhere: that would repeat what was typed
        fetch(address + place, headers={**MARKED, "Cookie": f"{MARK}={MARK}"}.items())
    for body, kind in bodies():
        fetch(f"{address}/reference", body.encode(), {**MARKED, "Content-Type": kind, "Cookie": cookie}.items())
    for raw in (f"GET /{MARK} HTTP/9.9\r\n\r\n", f"{MARK}\r\n\r\n", f"POST /{MARK} HTTP/1.1\r\nHost: {MARK}\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", int(address.split(":")[-1])), 10) as line:
            line.settimeout(10)
            line.sendall(raw.encode())
            assert line.recv(65536).startswith(b"HTTP/1.1 4")  # gunicorn may quote what no browser sends to its sender
    choices = {choice for question in rulebook.questions.values() for choice in question.choices}
    log = (folder / "log").read_text()
    secret = [MARK, code, cookie.split("=", 1)[1], *(f'"{choice}"' for choice in choices)]
    assert log.count('"event": "request"') > 30
    written = [path for path in folder.rglob("*") if path.is_file()]
    written += [path for path, _ in changed_files() - before]
    for told in secret:
        for path in written:
            assert told.lower().encode() not in path.read_bytes().lower(), path


def changed_files():
    """The files in the project that a server may write, with their times; not those of other tests."""
    found = set()
    for folder in ("instance", "rules", "templates", "static"):
        for path in (PROJECT / folder).rglob("*"):
            if path.is_file():
                found.add((path, path.stat().st_mtime_ns))
    return found


def test_numbers_for_monitoring_hold_no_answer_and_no_mark(served):
    fetch(f"{served[0]}/{MARK}?{MARK}", headers=MARKED.items())
    read = "".join(fetch(f"http://127.0.0.1:{port}/")[2] for port in (served[3], served[3] + 1))
    assert 'guide_requests_total{method="GET",route="(unknown)",status="404"}' in read
    assert MARK.lower() not in read.lower()
    for answer in ('"enough"', '"clear"', '"months"', '"gone"', '"surgery"'):
        assert answer not in read


def test_no_process_that_holds_answers_may_leave_a_core_dump(served):
    _, server, _, _ = served
    limits = [Path(f"/proc/{worker}/limits").read_text() for worker in workers(server)]
    assert limits
    assert all(re.search(r"^Max core file size +0 +0 ", one, re.M) for one in limits)


def test_a_process_that_is_killed_in_the_middle_leaves_no_file_of_its_memory(tmp_path):
    """The same limit, tried out: a process that sets it as a server does is made to dump its memory."""
    script = (
        "import os, resource, signal, sys; sys.path.insert(0, os.environ['PROJECT']); "
        "most = resource.getrlimit(resource.RLIMIT_CORE)[1]; resource.setrlimit(resource.RLIMIT_CORE, (most, most)); "
        "import wsgi; "
        f"held = 'area {MARK}'; os.kill(os.getpid(), signal.SIGABRT)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PROJECT": str(PROJECT), "FLASK_RULES": str(RULES)},
        capture_output=True,
        timeout=100,
    )
    assert ended.returncode == -signal.SIGABRT
    assert list(tmp_path.iterdir()) == []
    assert MARK.encode() not in ended.stdout + ended.stderr
