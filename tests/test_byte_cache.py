"""What is rendered once for many visitors stays bounded in bytes, whatever visitors send."""

import sys

from questionnaire.web.byte_cache import ByteCache

from .visitor import COOKIE, FULL, site, walk


def test_a_text_is_rendered_once_for_its_key():
    cache, rendered = ByteCache(10_000), []

    def render():
        rendered.append("x")
        return "text"

    assert [cache.get(key, render) for key in ("a", "b", "a", "a")] == ["text"] * 4
    assert len(rendered) == 2


def test_past_its_bound_a_cache_forgets_what_was_not_used_for_longest():
    size = sys.getsizeof("x" * 1000)
    cache = ByteCache(3 * size)
    for key in ("a", "b", "c", "a", "d"):
        cache.get(key, lambda: "x" * 1000)
    assert cache.bytes == 3 * size
    for key in ("a", "c", "d"):
        cache.get(key, lambda: "rendered again")
    assert cache.bytes == 3 * size
    assert cache.get("b", lambda: "rendered again") == "rendered again"


def test_a_text_that_is_larger_than_the_whole_cache_is_given_and_not_kept():
    cache = ByteCache(100)
    assert cache.get("a", lambda: "x" * 1000) == "x" * 1000
    assert cache.bytes == 0


def test_no_host_cookie_or_query_of_a_visitor_makes_the_caches_grow():
    app = site()
    client = app.test_client()
    walk(client, FULL)
    client.get("/options")
    caches = app.extensions["page_caches"]
    before = {name: cache.bytes for name, cache in caches.items()}
    assert all(before.values())
    cookie = client.get_cookie(COOKIE).value
    for number in range(50):
        base = f"http://host-{number}.example:{8000 + number}"
        headers = {"Cookie": f"options-guide-{8000 + number}={cookie}; other={number}"}
        other = app.test_client(use_cookies=False)
        for address in ("/options", "/questions/timing"):
            assert other.get(f"{address}?x={number}", base_url=base, headers=headers).status_code == 200
        for answer in (f"{number}", f"<{number}>"):
            other.post("/questions/area", data={"answer": answer}, base_url=base)
    grown = {name: cache.bytes for name, cache in caches.items()}
    assert grown["rows"] == before["rows"]
    assert grown["questions"] <= before["questions"] + 32_000, "one question with its error, and one answered before"


def test_the_rows_of_another_day_are_others_where_a_sign_off_ends(monkeypatch):
    """A row's key holds whether it is reviewed, so that what one day's visitors saw is not shown on the next."""
    app = site()
    client = app.test_client()
    walk(client, FULL)
    assert "Not yet reviewed by a clinician" not in client.get("/options").text
    served = app.extensions["rulebook_store"].now()
    reviewed = frozenset(list(served.rulebook.options)[1:])
    monkeypatch.setattr(type(served), "unreviewed", reviewed)
    assert client.get("/options").text.count("Not yet reviewed by a clinician") == len(reviewed)
