"""How heavy each page is: bytes as they are sent, not compressed, of our own rules with all kept and marked."""

import re

import pytest

from .conftest import OWN_RULES
from .visitor import FULL, addresses, hidden, post, site

KB = 1_000
QUESTION, OPTION, STYLES = 15 * KB, 25 * KB, 20 * KB
LIMITS = {
    "/": 10 * KB,
    "/areas": 20 * KB,
    "/how-it-works": 60 * KB,
    "/privacy": 5 * KB,
    "/words": 10 * KB,
    "/reference": 5 * KB,
    "/check": 10 * KB,
    "/options": 60 * KB,
    "/compare": 25 * KB,
    "/sheet": 15 * KB,
    "/matters": 25 * KB,
    "/nowhere": 5 * KB,
}


@pytest.fixture(scope="module")
def visitor(own_rulebook):
    """Somebody who was asked every question, and has kept and marked everything; their pages of questions by address."""
    app = site(RULES=str(OWN_RULES))
    client = app.test_client()
    asked, page = {}, client.get("/questions/area")
    while page.request.path.startswith("/questions/"):
        address = page.request.path
        wrong = client.post(address, data=hidden(page))
        asked[address] = max(len(page.data), len(wrong.data))
        answer = {**FULL, "area": "not-sure", "shape": "both", "tolerance": "not-sure", "donor-fat": "not-sure"}
        page = post(client, address, answer=answer[address.split("/")[-1]])
    rulebook = own_rulebook
    options = list(rulebook.options)
    client.post("/keep", data={"shown": options, "keep": options, "then": "compare"})
    marks = {**dict.fromkeys(rulebook.matters, "lot"), **dict.fromkeys(rulebook.readiness, "no")}
    client.post("/matters", data=marks)
    return app, client, asked, options


def test_each_page_is_light(visitor):
    _, client, asked, options = visitor
    weights = {address: len(client.get(address).data) for address in LIMITS}
    assert {page: weight for page, weight in weights.items() if weight > LIMITS[page]} == {}
    assert len(asked) == 9
    assert {question: weight for question, weight in asked.items() if weight > QUESTION} == {}
    of_options = {option: len(client.get(f"/options/{option}").data) for option in options}
    assert {option: weight for option, weight in of_options.items() if weight > OPTION} == {}


def test_the_stylesheets_of_each_page_are_light_together(visitor):
    _, client, asked, options = visitor
    pages = [client.get(address) for address in (*LIMITS, *asked, *(f"/options/{option}" for option in options))]
    for page in pages:
        assert not re.search(r"<style|\sstyle\s*=", page.text), page.request.path
        named = [link for link in re.findall(r"<link\b[^>]*>", page.text) if re.search(r"rel=.?stylesheet", link)]
        sheets = [client.get(re.search(r'href="([^"]+)"', link)[1]) for link in named]
        assert sheets, page.request.path
        assert all(sheet.status_code == 200 and b"@import" not in sheet.data for sheet in sheets), page.request.path
        assert sum(len(sheet.data) for sheet in sheets) <= STYLES, page.request.path


def test_no_page_is_left_out(visitor):
    """Whatever of the site is a page has a limit here, or is a question's or an option's."""
    app, client, _, _ = visitor
    pages = set()
    for address in addresses(app):
        page = client.get(address)
        if page.status_code == 200 and page.mimetype == "text/html":
            pages.add(address)
    assert pages <= {*LIMITS, "/questions/area", "/options/hip-dips/exercise"}
