"""Whether the site is up and ready, and the pages for what went wrong."""

import re

import pytest
from flask import abort

from questionnaire import create_app

from .visitor import site, text

GET = {"GET", "HEAD", "OPTIONS"}


def test_health_and_readiness(client, rulebook):
    assert client.get("/healthz").text == "up\n"
    ready = client.get("/readyz").json
    assert ready == {"ready": True, "rulebook": rulebook.fingerprint, "options": 15, "reviewed": 0}


def test_a_site_whose_rules_are_broken_says_that_it_is_not_ready(rules):
    (rules / "clinic.yaml").unlink()
    client = create_app({"RULES": str(rules)}).test_client()
    assert client.get("/healthz").status_code == 200
    page = client.get("/readyz")
    assert (page.status_code, page.json) == (503, {"ready": False, "problems": 1})
    for address in ("/questions/area", "/options", "/questions/area/"):
        assert "Something went wrong" in client.get(address).text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (400, "Something in what your browser sent could not be read."),
        (403, "What was sent did not come from a page of this site"),
        (404, "The address may be mistyped"),
        (405, "Go back and use the links and buttons"),
        (413, "Your browser sent more than this site takes."),
        (429, "Please wait a minute"),
        (500, "That is our fault, not yours."),
    ],
)
def test_every_error_says_what_happened_and_what_to_do(app, code, said):
    @app.get("/fault")
    def fault():
        abort(code)

    page = app.test_client().get("/fault")
    assert page.status_code == code
    assert said in text(page)
    assert "To the start page" in page.text
    assert ("Back to where you were" in page.text) == (code in (400, 403, 413, 429))


@pytest.mark.parametrize(
    ("address", "back"),
    [
        ("/questions/area", "/questions/area"),
        ("/reference", "/reference"),
        ("/start-again", "/options"),
        ("/questions/x", ""),
    ],
)
def test_a_form_that_was_refused_leads_back_to_its_page_and_nothing_typed_is_repeated(app, address, back):
    page = app.test_client().post(address, data={"x": "1"})
    assert page.status_code == 400
    assert re.findall(r'href="([^"]*)">Back to where you were', page.text) == ([back] if back else [])


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_a_method_that_no_page_has_is_refused_in_words(method):
    for address, right in (
        ("/", GET),
        ("/questions/area", GET | {"POST"}),
        ("/options", GET),
        ("/static/x/guide.css", GET),
    ):
        page = getattr(site().test_client(), method)(address)
        assert page.status_code == 405
        assert "use the links and buttons" in text(page)
        assert set(page.headers["Allow"].split(", ")) == right
