"""Sessions: signed, kept for a month, and not lost where a clock goes back."""

import pytest
from itsdangerous import TimestampSigner

from .test_web import post

DAY = 86_400


@pytest.fixture
def clock(monkeypatch):
    """Puts the clock that signs so many seconds ahead."""
    real = TimestampSigner.get_timestamp

    def put(ahead):
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: real(self) + ahead)

    return put


@pytest.mark.parametrize("back", [1, DAY, 400 * DAY])
def test_answers_are_kept_when_the_clock_goes_back(client, clock, back):
    clock(back)
    post(client, "/questions/area", answer="hip-dips")
    clock(0)
    assert 'value="hip-dips" checked' in client.get("/questions/area").text


def test_answers_are_forgotten_after_a_month(client, clock):
    post(client, "/questions/area", answer="hip-dips")
    clock(31 * DAY - 60)
    assert "checked" in client.get("/questions/area").text
    clock(31 * DAY + 60)
    assert "checked" not in client.get("/questions/area").text


def test_a_session_from_the_future_that_we_did_not_sign_is_refused(client, clock):
    clock(DAY)
    post(client, "/questions/area", answer="hip-dips")
    clock(0)
    cookie = client.get_cookie("session").value
    client.set_cookie("session", cookie[:-1] + ("A" if cookie[-1] != "A" else "E"))
    assert "checked" not in client.get("/questions/area").text
