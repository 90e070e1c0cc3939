"""What visitors keep: the form on the result, its buttons, and what a page of ours may send with it."""

from urllib.parse import urlencode

import pytest

from .visitor import FORM, FULL, cookie, reference, send, walk

EXERCISE, TRANSFER, LIPOSUCTION = "hip-dips/exercise", "hip-dips/fat-transfer", "love-handles/liposuction"


def kept(client):
    """What this browser's cookie keeps."""
    return dict(cookie(client)).get("_kept", "").split(".")


def keep(client, shown=(), ticked=(), then=None, **more):
    """Send the form of what to keep, as a browser does."""
    fields = [("shown", one) for one in shown] + [("keep", one) for one in ticked]
    fields += [("then", then)] if then else []
    return client.post("/keep", data=urlencode(fields + list(more.items())), content_type=FORM)


def matter(client, **marks):
    """Send the form of what matters."""
    return client.post("/matters", data=marks)


@pytest.fixture
def visitor(client):
    """Somebody who has answered everything."""
    walk(client, FULL)
    return client


def test_ticking_a_box_keeps_an_option_and_unticking_it_takes_it_off(visitor):
    reply = keep(visitor, [EXERCISE, TRANSFER], [EXERCISE])
    assert (reply.status_code, reply.mimetype, reply.text) == (200, "text/plain", reference(visitor))
    assert kept(visitor) == [EXERCISE]
    keep(visitor, [TRANSFER, LIPOSUCTION], [TRANSFER, LIPOSUCTION])
    assert kept(visitor) == [EXERCISE, TRANSFER, LIPOSUCTION]
    keep(visitor, [EXERCISE, TRANSFER, LIPOSUCTION], [LIPOSUCTION])
    assert kept(visitor) == [LIPOSUCTION]
    keep(visitor, [LIPOSUCTION])
    assert kept(visitor) == [""]


def test_options_to_compare_first_come_first(visitor):
    keep(visitor, [EXERCISE, TRANSFER, LIPOSUCTION], [EXERCISE, TRANSFER, LIPOSUCTION])
    keep(visitor, first=LIPOSUCTION)
    assert kept(visitor) == [LIPOSUCTION, EXERCISE, TRANSFER]


@pytest.mark.parametrize(
    ("then", "address"),
    [
        ("options", "/options"),
        ("compare", "/compare"),
        ("sheet", "/sheet"),
        ("option", "/options/hip-dips/exercise"),
        ("https://evil.example/", "/options"),
    ],
)
def test_each_button_leads_to_its_page_and_never_elsewhere(visitor, then, address):
    answer = keep(visitor, [EXERCISE], [EXERCISE], then)
    assert (answer.status_code, answer.location) == (303, address)


@pytest.mark.parametrize("shown", [[], ["//evil.example"], [EXERCISE, TRANSFER]])
def test_without_one_known_option_its_button_leads_to_the_result(visitor, shown):
    assert keep(visitor, shown, then="option").location == "/options"


def test_what_is_kept_comes_back_with_the_reference_code(visitor, app):
    keep(visitor, [EXERCISE, LIPOSUCTION], [EXERCISE, LIPOSUCTION])
    other = app.test_client()
    other.post("/reference", data={"code": reference(visitor)})
    assert kept(other) == [EXERCISE, LIPOSUCTION]


def test_a_browser_without_answers_is_led_to_the_questions(client):
    assert keep(client, [EXERCISE], [EXERCISE], "compare").location == "/questions/area"
    assert kept(client) == [""]
    for page in ("/compare", "/sheet", "/matters"):
        assert client.get(page).location == "/questions/area"


def test_another_site_can_not_keep_anything(visitor):
    refused = visitor.post("/keep", data={"keep": EXERCISE}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert kept(visitor) == [""]


def test_more_fields_than_there_are_options_for_are_refused(visitor):
    assert keep(visitor, ["x"] * 200).status_code == 200
    assert keep(visitor, ["x"] * 201).status_code == 413
    assert send(visitor, "/keep?then=1&then=2") == [200]
    assert keep(visitor, other="1").status_code == 400
