"""Following: what a publisher's server may do wrong, and that what is served stays so meanwhile."""

import json
import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from questionnaire import create_app, follower_of
from questionnaire.releases import disk, follow
from questionnaire.releases.bundle import pack
from questionnaire.releases.folder import active
from questionnaire.releases.follow import Follower
from questionnaire.releases.manifest import ReleaseError
from questionnaire.settings import SettingError, settings

from .helpers import asked, ready, site


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(self.headers)
        self.server.answer(self)

    def log_message(self, *_):
        pass


@pytest.fixture
def publisher():
    """A web server whose `answer` a test sets; `seen`: the headers that it was sent."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.address = [], f"http://127.0.0.1:{server.server_port}/bundle.tar.gz"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def follower(publisher, keys, tmp_path):
    return Follower(tmp_path / "node", publisher.address, [keys[2]], 30)


def giving(data, etag='"1"', status=200, length=None):
    def answer(request):
        if request.headers.get("If-None-Match") == etag:
            request.send_response(304)
            request.end_headers()
            return
        request.send_response(status)
        request.send_header("Content-Length", str(length or len(data)))
        if etag:
            request.send_header("ETag", etag)
        request.end_headers()
        request.wfile.write(data)

    return answer


def sending_on(request):
    request.send_response(302)
    request.send_header("Location", "http://localhost/other")
    request.end_headers()


def dripping(request):
    request.send_response(200)
    request.end_headers()
    with suppress(OSError):
        while not threading.Event().wait(0.02):
            request.wfile.write(b".")


def closing(request):
    request.connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def following(sealed, releases, keys, publisher, follower, tmp_path):
    """A server that took up the first bundle of a publisher."""
    publisher.answer = giving(pack_of(sealed, releases, keys, "old"))
    assert follower.fetch()
    config = {"RELEASE_PUBLIC_KEYS": (keys[2],), "BUNDLE_URL": publisher.address}
    return site(tmp_path / "node", **config)


def pack_of(sealed, releases, keys, mark):
    sealed(mark)
    return pack(releases, keys[0])[1]


def test_a_bundle_is_taken_up_and_asked_for_by_its_etag(following, publisher, follower, sealed, releases, keys):
    client = following.test_client()
    assert asked(client) == {"old"}
    first = client.get("/readyz").json["bundle"]
    assert follower.fetch()
    assert [headers.get("If-None-Match") for headers in publisher.seen] == [None, '"1"']
    assert client.get("/readyz").json["bundle"]["taken-up"] == first["taken-up"]
    publisher.answer = giving(pack_of(sealed, releases, keys, "new"), '"2"')
    assert follower.fetch()
    assert asked(client) == {"new"}
    assert set(client.get("/readyz").json["bundle"]) == {"made", "taken-up", "checked"}
    assert ready(client)[2] == ""


ENDED = "its server can't be reached (RemoteDisconnected)"
FAULTS = {
    "gone": (giving(b"", status=404), "its server answers 404"),
    "broken": (giving(b"", status=500), "its server answers 500"),
    "sent-on": (sending_on, "its server answers 302; redirects are not followed"),
    "closed": (closing, ENDED),
    "garbage": (giving(b"garbage" * 100), "it is cut off, or is none: no seal stands at its end"),
    "empty": (giving(b"", etag=""), "it is cut off, or is none: no seal stands at its end"),
    "half": (giving(b"x" * 500, length=1000), "the download was cut off"),
    "too-large": (giving(b"x" * 5000), "it has more than 4,000 bytes"),
    "dripping": (dripping, "the download took longer than 0 seconds"),
    "no-http": (lambda request: request.wfile.write(b"hello\r\n\r\n"), "its server can't be reached (BadStatusLine)"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_server_does_wrong_is_told_and_changes_nothing(
    following, publisher, follower, fault, monkeypatch, caplog
):
    client, before = following.test_client(), publisher.answer
    publisher.answer, why = FAULTS[fault]
    monkeypatch.setattr(follow, "SECONDS", 0.2)
    monkeypatch.setattr(follow, "MOST_BYTES", 4000)
    follower._etag = ""
    for _ in range(2):
        assert not follower.fetch()
    problem = f"the bundle can't be taken up: {why}"
    assert [record.getMessage() for record in caplog.records] == [f"{problem}. What is served stays so."]  # once
    assert asked(client) == {"old"}
    status, _, told = ready(client)
    assert (status, told) == (200, f"{problem} (since {follower.state.since})")
    monkeypatch.undo()
    publisher.answer = before
    assert follower.fetch()
    assert ready(client)[2] == ""


def test_a_fault_of_ours_is_told_and_does_not_end_the_following(following, publisher, follower, monkeypatch):
    follower._etag = ""
    with monkeypatch.context() as patch:
        patch.setattr(follow, "unpack", lambda *_: 1 / 0)
        assert not follower.fetch()
    assert "the bundle can't be taken up: ZeroDivisionError (since" in ready(following.test_client())[2]
    assert follower.fetch()


def test_a_server_that_is_away_is_told_of(following, publisher, follower):
    publisher.shutdown()
    publisher.server_close()
    assert not follower.fetch()
    assert "its server can't be reached (Connection refused)" in ready(following.test_client())[2]


def test_an_older_bundle_is_refused(following, publisher, follower, sealed, releases, keys, monkeypatch):
    before = publisher.answer
    monkeypatch.setattr("questionnaire.releases.journal.now", lambda: "2099-01-01T00:00:00Z")
    publisher.answer = giving(pack_of(sealed, releases, keys, "new"), '"2"')
    assert follower.fetch()
    publisher.answer = before
    assert not follower.fetch()
    assert "it is of 20" in follower.state.problem
    assert asked(following.test_client()) == {"new"}


def test_after_a_failure_the_next_try_is_soon_and_then_later_and_never_later_than_set(follower):
    longest = []
    for follower._failed in range(9):
        tries = [follower.pause() for _ in range(200)]
        longest.append(max(tries))
        assert min(tries) >= max(tries) / 2.2
    assert [round(seconds) for seconds in longest] == [24, 1, 2, 4, 8, 16, 24, 24, 24]


def test_one_process_of_a_machine_follows_and_the_next_takes_its_place(follower, monkeypatch, tmp_path):
    (tmp_path / "node").mkdir()
    fetched = threading.Event()
    monkeypatch.setattr(Follower, "fetch", lambda self: fetched.set() or True)
    monkeypatch.setattr(Follower, "pause", lambda self: 0.01)
    monkeypatch.setattr(follow.time, "sleep", lambda seconds: threading.Event().wait(0.01))
    with disk.locked(tmp_path / "node" / follow.LOCK, 0, ""):
        follower.start()
        assert not fetched.wait(0.2)
    assert fetched.wait(10)


def test_a_server_that_nobody_asks_any_more_is_told_of(following, follower):
    state = {**json.loads((follower._releases / follow.STATE).read_text()), "checked": "2026-01-01T00:00:00Z"}
    disk.replace(follower._releases / follow.STATE, json.dumps(state).encode())
    assert ready(following.test_client())[2] == "nothing was heard of the bundle since 2026-01-01T00:00:00Z"


def test_a_start_without_any_release_waits_for_the_first_bundle(
    publisher, follower, sealed, releases, keys, monkeypatch
):
    data = pack_of(sealed, releases, keys, "old")
    answers = iter([giving(b"", status=503), giving(data[:100], length=len(data)), giving(data)])
    publisher.answer = lambda request: next(answers)(request)
    monkeypatch.setattr(follow.time, "sleep", lambda seconds: None)
    follower.fetch_first()
    assert active(follower._releases)
    publisher.answer = giving(b"", status=503)
    follower.fetch_first()  # goes on with the last good one


def test_a_start_that_gets_no_release_says_why(publisher, follower, monkeypatch):
    publisher.answer = giving(b"", status=503)
    monkeypatch.setattr(follow, "AT_START", 0)
    monkeypatch.setattr(follow.time, "sleep", lambda seconds: None)
    why = "there is none here, and the bundle can't be taken up: its server answers 503"
    with pytest.raises(ReleaseError, match=why):
        follower.fetch_first()


def test_metrics_say_since_when(following):
    app = create_app({**following.config, "METRICS_PORT": 9100})
    names = {family.name for family in app.extensions["metrics"].collect()}
    assert {f"guide_bundle_{what}_age_seconds" for what in ("made", "taken_up", "checked")} <= names


KEY = {"FLASK_RELEASE_PUBLIC_KEYS": "A" * 43 + "="}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"FLASK_BUNDLE_URL": "https://x/b"}, "bundle-url needs release-public-keys"),
        ({**KEY, "FLASK_BUNDLE_URL": "file:///etc/passwd"}, "FLASK_BUNDLE_URL: it may be an address that begins with"),
        ({**KEY, "FLASK_BUNDLE_URL": "https://a:b@x/b"}, "FLASK_BUNDLE_URL: it may be an address that begins with"),
        ({**KEY, "FLASK_BUNDLE_URL": "https://x:99999/b"}, "FLASK_BUNDLE_URL: Port out of range 0-65535"),
        ({**KEY, "FLASK_BUNDLE_URL": "https://x/b", "FLASK_RELEASES": "none"}, "needs a folder of releases"),
    ],
)
def test_settings_that_no_server_can_follow_are_refused(given, why):
    with pytest.raises(SettingError, match=why):
        settings(given)


def test_a_site_that_follows_nobody_has_no_follower(app, tmp_path):
    assert follower_of({"RELEASES": str(tmp_path)}) is None
    assert app.extensions["rulebook_store"].follower is None
    assert "bundle" not in app.test_client().get("/readyz").json


def test_a_server_whose_certificate_nobody_signed_is_refused(publisher, tmp_path):
    pair = [tmp_path / "cert.pem", tmp_path / "key.pem"]
    words = ["-newkey", "rsa:2048", "-nodes", "-out", pair[0], "-keyout", pair[1], "-subj", "/CN=localhost"]
    subprocess.run(["openssl", "req", "-x509", *words], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    publisher.socket = context.wrap_socket(publisher.socket, server_side=True)
    publisher.handle_error = lambda *_: None  # the handshake that we break off
    with pytest.raises(ReleaseError, match="CERTIFICATE_VERIFY_FAILED"):
        follow.download(f"https://localhost:{publisher.server_port}/bundle.tar.gz", "")
