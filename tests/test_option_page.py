"""The page of one option: everything for this visitor's answers, also where they rule it out."""

import html
import re

import pytest

from questionnaire.decide.outcome import decide, is_leaving, questions_to_ask

from . import plain
from .conftest import OWN_RULES
from .visitor import FULL, site, walk


def test_an_option_has_all_that_is_so_for_these_answers(app, rulebook, tables):
    """One in 600 of all ways through the questions: each option of each, held against the plain evaluator."""
    for answers in list(plain.visits(rulebook))[::600]:
        client = app.test_client()
        walk(client, answers)
        for result in decide(tables, answers).results if plain.scope(rulebook, answers) else ():
            option = result.option
            verdict, because, caveats = plain.decide(rulebook, option, answers)
            page = client.get(f"/options/{option.id}").text
            page = re.sub(r'<span class="meaning".*?</span>', "", page)  # what the glossary adds
            page = " ".join(html.unescape(re.sub("<[^>]+>", "", page)).split())
            word = {"fits": "Open to you", "ask": "Worth asking about", "ruled-out": "Left out"}[verdict]
            assert word in page
            said = [rule.because.text for rule in option.rules if rule.id in because]
            said += [rulebook.caveats[caveat].statement.text for caveat in caveats]
            said += [option.summary.text, *(cell.text for cell in option.grid.values())]
            said += questions_to_ask(rulebook, result)
            assert [one for one in said if one not in page] == [], (answers, option.id)


def test_whatever_is_not_said_on_a_page_has_its_question_there(own_rulebook):
    """On our own rules: the rows that are not said, for somebody who would have everything done."""
    served = own_rulebook
    client = site(RULES=str(OWN_RULES)).test_client()
    walk(client, FULL)
    for option in served.options.values():
        page = html.unescape(client.get(f"/options/{option.id}").text)
        gaps = re.findall(r"<dt>([^<]+)</dt><dd>(?:<[^>]+>)*Not said", page)
        for row in served.grid.values():
            if gaps and row.name in gaps[0].split(" · "):
                assert row.question in page, (option.id, row.id)
        assert bool(gaps) == (not is_leaving(option)), option.id


def test_where_the_article_says_so_is_a_list_of_links_that_say_where_they_lead(client, rulebook):
    walk(client, FULL)
    places = client.get("/how-it-works").text
    for option in rulebook.options.values():
        page = client.get(f"/options/{option.id}").text
        links = re.findall(
            r'<li><a href="/how-it-works#([^"]+)">([^<]+)<span class="source" aria-hidden="true">([^<]+)', page
        )
        assert links
        assert len({name for _, name, _ in links}) == len({code for code, _, _ in links})
        for code, _, codes in links:
            assert codes.split()[0] == code
            assert all(f'<div id="{one}">' in places for one in codes.split())
        whole = re.search(r'href="/how-it-works#([a-z-]+)">All that we took from it about', page)[1]
        assert f'<h3 id="{whole}">' in places


def test_each_option_leads_to_the_next_and_back_to_its_row(client, rulebook):
    walk(client, FULL)
    order = re.findall(r"id=\"?([a-z-]+)-name", client.get("/options").text)
    address, seen = f"/options/{order[0].replace('hip-dips-', 'hip-dips/')}", []
    while address:
        page = client.get(address).text
        anchor = re.search(r'class="back" href="/options#([a-z-]+)"', page)[1]
        seen.append(anchor)
        after = re.search(r'Next: <a href="([^"]+)"', page)
        address = after and after[1]
    assert seen == order
    assert len(seen) == len(rulebook.options)


@pytest.mark.parametrize("address", ["/options/hip-dips/nothing", "/options/nowhere/exercise", "/options/hip-dips"])
def test_an_option_that_there_is_not_is_no_page(client, address):
    walk(client, FULL)
    assert client.get(address).status_code == 404


def test_without_all_answers_it_leads_to_the_question_that_is_next(client):
    assert client.get("/options/hip-dips/exercise").location == "/questions/area"


def test_an_option_of_an_area_that_the_answers_are_not_about_leads_to_the_result(client):
    walk(client, {**FULL, "area": "hip-dips"})
    assert client.get("/options/love-handles/liposuction").location == "/options"


def test_it_is_stored_nowhere(client, rulebook):
    walk(client, {**FULL, "tolerance": "not-sure", "donor-fat": "not-sure", "upkeep": "not-sure", "timing": "soon"})
    for option in rulebook.options:
        page = client.get(f"/options/{option}")
        assert page.headers["Cache-Control"] == "no-store"


def test_what_is_kept_can_be_changed_on_it(client):
    walk(client, FULL)
    address = "/options/hip-dips/exercise"
    page = client.post("/keep", data={"shown": "hip-dips/exercise", "keep": "hip-dips/exercise", "then": "option"})
    assert (page.status_code, page.location) == (303, address)
    assert re.search(r'value="hip-dips/exercise"[^>]* checked', client.get(address).text)
    assert re.search(r'value="hip-dips/exercise"[^>]* checked', client.get("/options").text)


def test_a_name_of_a_ruled_out_option_says_so_and_how_it_would_be_listed(client):
    walk(client, {**FULL, "tolerance": "devices"})
    page = html.unescape(client.get("/options/hip-dips/implants").text)
    assert "Why your answers rule it out" in page
    assert "if you were open to surgery." in page
    assert "What to realistically expect" in page
