"""Limits on forms and reference codes: for each address, for a minute, with Redis and without."""

import re
import socketserver
import threading
import time
from collections import Counter

import pytest

from questionnaire import create_app
from questionnaire.web import rate_limits

from .conftest import RULES
from .visitor import send, site, text


def test_more_forms_than_a_family_sends_in_a_minute_have_to_wait():
    client = site(LIMIT_POSTS=5).test_client()
    assert send(client, times=6) == [400] * 5 + [429]
    page = client.post("/start-again", data={})
    assert page.status_code == 429
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    assert "Please wait a minute" in text(page)
    assert "Your answers are still in your browser" in text(page)
    assert client.get("/questions/area").status_code == 200


@pytest.mark.parametrize("storage", ["memory://", "redis://127.0.0.1:1/0"], ids=["memory", "while Redis is away"])
def test_a_limit_lasts_a_minute_though_the_clock_is_put_back_a_day(monkeypatch, storage):
    client = site(LIMIT_POSTS=2, LIMIT_STORAGE=storage).test_client()
    assert send(client, times=3) == [400, 400, 429]
    now, passed = time.time, time.monotonic
    monkeypatch.setattr(time, "time", lambda: now() - 86_400)
    page = client.post("/start-again", data={})
    assert page.status_code == 429
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    monkeypatch.setattr(time, "monotonic", lambda: passed() + 61)
    assert send(client, times=3) == [400, 400, 429]


def test_trying_reference_codes_has_a_limit_of_its_own():
    client = site(LIMIT_POSTS=10, LIMIT_REFERENCES=3).test_client()
    assert send(client, "/reference", 4) == [400, 400, 400, 429]
    assert send(client) == [400]
    assert client.get("/reference").status_code == 200


def test_limits_are_60_forms_and_30_codes_a_minute_unless_a_clinic_says_otherwise():
    assert (rate_limits.POSTS, rate_limits.REFERENCES) == (60, 30)
    client = create_app({"TESTING": True, "RULES": str(RULES)}).test_client()
    assert send(client, "/reference", 31)[-2:] == [400, 429]
    assert send(client, times=31)[-2:] == [400, 429]


def test_a_limit_of_none_is_no_limit():
    assert set(send(site(LIMIT_POSTS=0, LIMIT_REFERENCES=0).test_client(), "/reference", 100)) == {400}


def test_each_address_is_counted_for_itself_and_an_ipv6_network_as_one():
    client = site(LIMIT_POSTS=1, TRUSTED_PROXIES=1).test_client()

    def from_(address):
        return send(client, headers={"X-Forwarded-For": address})[0]

    assert [from_("192.0.2.1"), from_("192.0.2.2"), from_("192.0.2.1")] == [400, 400, 429]
    assert [from_("2001:db8::1"), from_("2001:db8::ffff"), from_("2001:db8:1::1")] == [400, 429, 400]
    assert from_("::ffff:192.0.2.2") == 429
    assert [from_("unknown"), from_("nonsense")] == [400, 400]


def test_no_address_is_kept_where_forms_are_counted(caplog):
    app = site(LIMIT_POSTS=1)
    with caplog.at_level("DEBUG"):
        send(app.test_client(), times=3, environ_base={"REMOTE_ADDR": "192.0.2.77"})
    assert "192.0.2.77" not in caplog.text
    counted = [site().extensions["rate_limits"].caller("192.0.2.77") for _ in range(2)]
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in counted)
    assert len(set(counted)) == 2, "each start has a key of its own"


def test_a_site_whose_redis_is_down_is_still_up_and_still_counts():
    client = site(LIMIT_POSTS=3, LIMIT_STORAGE="redis://127.0.0.1:1/0").test_client()
    assert send(client, times=4) == [400, 400, 400, 429]
    assert client.get("/").status_code == 200


class Redis(socketserver.StreamRequestHandler):
    """As much of Redis as counting needs: it answers how often each key was named, and keeps what it was sent."""

    def handle(self):
        while head := self.rfile.readline():
            words = []
            for _ in range(int(head[1:])):
                self.rfile.readline()
                words.append(self.rfile.readline().strip().decode())
            self.server.sent.append(words)
            if words[0] in ("EVALSHA", "EVAL"):
                self.server.counts[words[3]] += 1
                self.wfile.write(b":%d\r\n" % self.server.counts[words[3]])
            elif words[0] in ("GET", "TTL"):
                self.wfile.write(b":30\r\n")
            else:
                self.wfile.write(b"+OK\r\n")


@pytest.fixture
def redis():
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = allow_reuse_address = True

    with Server(("127.0.0.1", 0), Redis) as server:
        server.sent, server.counts = [], Counter()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_two_sites_that_share_a_redis_count_together_and_send_it_no_address(redis):
    storage = f"redis://127.0.0.1:{redis.server_address[1]}/0?protocol=2"
    one, other = (site(LIMIT_POSTS=3, LIMIT_STORAGE=storage).test_client() for _ in range(2))
    visitor = {"environ_base": {"REMOTE_ADDR": "192.0.2.77"}}
    assert [send(one, **visitor), send(other, **visitor), send(one, times=2, **visitor)] == [[400], [400], [400, 429]]
    assert redis.counts
    assert all("192.0.2.77" not in word for words in redis.sent for word in words)


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("192.0.2.7:51000", "192.0.2.7:51001"),
        ("192.0.2.7:51000", "192.0.2.7"),
        ("[2001:db8::7]:51000", "2001:db8::9"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_port_beside_an_address_does_not_make_it_another(app, address, same):
    caller = app.extensions["rate_limits"].caller
    assert caller(address) == caller(same)
    assert caller(address) != caller("192.0.2.8:51000")
