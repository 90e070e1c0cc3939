"""Forms are taken from our own pages alone, by what browsers say of where a request comes from."""

import pytest

from .visitor import COOKIE, FULL, HOST, LIVE, answers, cookie, production, site, text, walk

OURS = "http://localhost"


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "Same-Origin"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OURS, "Referer": f"{OURS}/"}, False),
        ({"Origin": OURS}, True),
        ({"Origin": "http://LOCALHOST:80"}, True),
        ({"Origin": "https://localhost"}, False),
        ({"Origin": "http://localhost:8000"}, False),
        ({"Origin": "http://localhost.evil.example"}, False),
        ({"Origin": "http://evil.example", "Referer": f"{OURS}/"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "null", "Referer": f"{OURS}/"}, False),
        ({"Origin": "http://[::1"}, False),
        ({"Origin": "http://localhost:port"}, False),
        ({"Origin": "file://"}, False),
        ({"Referer": f"{OURS}/questions/area"}, True),
        ({"Referer": "http://evil.example/http://localhost/"}, False),
        ({"Referer": "about:blank"}, False),
    ],
)
def test_a_form_is_taken_where_it_comes_from_us_or_from_no_browser(client, headers, taken):
    page = client.post("/questions/area", data={"answer": "both"}, headers=headers)
    assert page.status_code == (303 if taken else 403)
    assert answers(client) == ({"area": "both"} if taken else {})


@pytest.mark.parametrize(
    ("address", "fields"),
    [("/questions/timing", {"answer": "soon"}), ("/start-again", {}), ("/reference", {"code": "K7MPX-4RT92"})],
)
def test_another_site_changes_nothing_and_is_told_so_in_words(client, address, fields):
    walk(client, FULL)
    before = cookie(client)
    page = client.post(address, data=fields, headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403
    assert "What was sent did not come from a page of this site, so nothing was changed." in text(page)
    assert "Set-Cookie" not in page.headers
    assert cookie(client) == before


@pytest.mark.parametrize(
    ("origin", "host", "proxied", "taken"),
    [
        (LIVE, HOST, "https", True),
        (f"{LIVE}:443", HOST, "https", True),
        (f"http://{HOST}", HOST, "https", False),
        (LIVE, HOST, "http", False),
        (f"{LIVE}:8443", f"{HOST}:8443", "https", True),
        (f"{LIVE}:8443", HOST, "https", False),
    ],
)
def test_behind_a_proxy_our_own_origin_is_the_one_that_visitors_see(origin, host, proxied, taken):
    client = production(TRUSTED_PROXIES=1).test_client()
    said = {"Host": host, "X-Forwarded-Proto": proxied, "X-Forwarded-For": "192.0.2.1", "Origin": origin}
    sent = client.post("/questions/area", data={"answer": "both"}, headers=said)
    assert sent.status_code == (303 if taken else 403)


def test_a_site_that_is_reached_by_an_ipv6_address_takes_its_own_forms():
    client = site().test_client()
    for origin, code in (("http://[::1]:8000", 303), ("http://[::2]:8000", 403), ("http://[::1]", 403)):
        page = client.post("/questions/area", data={"answer": "both"}, headers={"Host": "[::1]:8000", "Origin": origin})
        assert page.status_code == code
    assert client.get_cookie(COOKIE) is None
