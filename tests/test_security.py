"""What must never be: markup of a stranger, a program that runs, a file that is served, a request within another."""

import ast
import re
import socket
from contextlib import suppress

import pytest
from markupsafe import escape

from .browser import serving
from .conftest import PROJECT
from .test_rooms import imports
from .visitor import FORM, post, site, text


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


NEVER_IMPORTED = (
    "subprocess os.system os.popen pickle marshal shelve sqlite3 xml ctypes smtplib "
    "socket urllib.request http.client requests httpx aiohttp ftplib"
)


def test_what_visitors_reach_runs_no_program_evaluates_no_text_and_calls_nobody():
    """No module of the web or of what it looks answers up in; `decide/engine.py` and what starts it are for the start."""
    for path in (PROJECT / "questionnaire" / "web").glob("*.py"):
        tree = ast.parse(path.read_text())
        for imported in imports(path):
            assert not any(f"{imported}.".startswith(f"{name}.") for name in NEVER_IMPORTED.split()), path.name
        called = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert called.isdisjoint({"eval", "exec", "compile", "__import__", "render_template_string"}), path.name


FORBIDDEN_IN_SCRIPTS = (
    "innerHTML outerHTML insertAdjacentHTML document.write eval( Function( setTimeout localStorage sessionStorage indexedDB "
    "document.cookie postMessage fetch( XMLHttpRequest sendBeacon __proto__ prototype"
)


def test_our_script_writes_text_alone_and_keeps_nothing():
    """The desk has a script of its own, which no page of visitors names. What is kept is sent to /keep, and nowhere else;
    the page around a frame is told of a height.
    """
    scripts = [path for path in (PROJECT / "static").glob("*.js") if path.name != "desk.js"]
    assert scripts
    assert not any("desk.js" in path.read_text() for path in (PROJECT / "templates").glob("*.html"))
    for path in scripts:
        written = re.sub(r"//.*", "", path.read_text())
        if path.name == "keep.js":
            assert written.count("fetch(") == 1
            written = written.replace('fetch(form.action, { method: "POST", body, mode: "same-origin"', "")
        if path.name == "embed.js":
            assert written.count("postMessage") == 1
            written = written.replace('parent.postMessage({ "options-guide": { height, begins } }, origin)', "")
        for word in FORBIDDEN_IN_SCRIPTS.split():
            assert word not in written, (path.name, word)


NOT_SERVED = (
    "/.git/config /.env /wsgi.py /instance/secret-key /instance/settings.toml /rules/questions.yaml /static/ "
    "/static /static/x/ /static/x/..%2f..%2fwsgi.py /static/x/%2e%2e/wsgi.py /static/../wsgi.py "
    "/templates/base.html /metrics /console /static/x/guide.css.map"
)


@pytest.mark.parametrize("address", NOT_SERVED.split())
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


def test_a_command_leaves_nothing_behind(tmp_path, app):
    app.instance_path = str(tmp_path)
    assert app.test_cli_runner().invoke(args=["rules", "table", "hip-dips/exercise"]).exit_code == 0
    assert app.test_client().get("/questions/area").status_code == 200
    assert list(tmp_path.iterdir()) == []
