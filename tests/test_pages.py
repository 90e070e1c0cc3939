"""The start, the questions and the answers over Flask's client: every journey, and answers that can't be taken."""

import re

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, create_environ

from questionnaire import create_app

from .conftest import RULES
from .visitor import FULL, PAGES, answers, hidden, post, reference, text, walk


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"area": "hip-dips"}, "area donor-fat tolerance timing upkeep hoped-for"),
        ({"area": "love-handles"}, "area noticeable tried tolerance timing upkeep hoped-for"),
        ({"area": "both"}, "area donor-fat noticeable tried tolerance timing upkeep hoped-for"),
        (
            {"area": "not-sure", "shape": "bulge-above-hips"},
            "area shape noticeable tried tolerance timing upkeep hoped-for",
        ),
        (
            {"area": "not-sure", "shape": "both"},
            "area shape donor-fat noticeable tried tolerance timing upkeep hoped-for",
        ),
    ],
)
def test_a_journey_asks_what_is_needed_and_ends_at_the_answers(client, given, asked):
    page, questions = walk(client, {**FULL, **given})
    assert questions == asked.split()
    assert page.request.path == "/check"
    assert client.get("/options").status_code == 200


def test_neither_area_ends_kindly_and_says_whom_to_ask(client):
    page, questions = walk(client, {"area": "not-sure", "shape": "neither"})
    assert questions == ["area", "shape"]
    assert page.request.path == "/options"
    assert "This guide covers two areas only" in text(page)
    assert "A doctor or nurse can look at it with you" in text(page)


def test_a_question_says_where_its_reason_stands_and_the_link_leads_there(client):
    page = client.get("/questions/area").text
    linked = set(re.findall(r'href="/how-it-works#([A-Z0-9.-]+)"', page))
    assert linked
    assert all(f'<div id="{passage}">' in client.get("/how-it-works").text for passage in linked)


def test_the_back_link_leads_to_the_question_before_with_its_answer_kept(client):
    walk(client, FULL)
    page = client.get("/questions/tolerance")
    assert 'class="back" href="/questions/tried"' in page.text
    assert 'class="back" href="/check"' in client.get("/questions/tolerance?change").text
    assert re.search(r'value="yes" checked', client.get("/questions/tried").text)
    assert 'class="back" href="/"' in client.get("/questions/area").text


def test_a_change_link_comes_back_to_the_answers(client):
    walk(client, FULL)
    assert 'href="/questions/timing?change"' in client.get("/check").text
    page = post(client, "/questions/timing", answer="soon")
    assert page.request.path == "/check"
    assert "Within weeks" in page.text


def test_a_change_that_opens_new_questions_asks_them_first_and_drops_old_answers(client):
    walk(client, {**FULL, "area": "hip-dips"})
    page = post(client, "/questions/area", answer="love-handles")
    assert page.request.path == "/questions/noticeable"
    assert "donor-fat" not in answers(client)
    assert answers(client)["tolerance"] == "surgery"
    page, asked = walk(client, FULL, "/questions/noticeable")
    assert asked == ["noticeable", "tried"]
    assert page.request.path == "/check"


def test_changing_the_area_to_not_sure_keeps_the_other_answers_until_it_is_clear(client):
    walk(client, FULL)
    page = post(client, "/questions/area", answer="not-sure")
    assert page.request.path == "/questions/shape"
    page = post(client, "/questions/shape", answer="both")
    assert page.request.path == "/check"
    assert {**answers(client), "area": "both", "shape": None} == {**FULL, "shape": None}


def test_what_waits_while_the_area_is_open_is_dropped_when_it_is_asked_no_longer(client):
    walk(client, FULL)
    post(client, "/questions/area", answer="not-sure")
    post(client, "/questions/shape", answer="neither")
    assert answers(client) == {"area": "not-sure", "shape": "neither"}


def test_no_answer_gives_an_error_that_is_linked_to_the_field(client):
    page = post(client, "/questions/area")
    assert page.status_code == 400
    assert '<a href="#area-hip-dips">Choose an answer to “Which area do you want to read about?”</a>' in page.text
    assert 'id="area-hip-dips"' in page.text
    assert "<title>Error: " in page.text


@pytest.mark.parametrize("answer", ["hip-dip", "", "<script>", "x" * 5000, "hip-dips\x00"])
def test_an_answer_that_is_none_of_the_choices_is_not_taken(client, answer):
    page = post(client, "/questions/area", answer=answer)
    assert page.status_code == 400
    assert "<script>" not in page.text
    assert answers(client) == {}


def test_a_form_sent_twice_gives_the_same_as_once(client):
    fields = {"answer": "both"}
    first = client.post("/questions/area", data=fields)
    second = client.post("/questions/area", data=fields)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location == "/questions/donor-fat"


@pytest.mark.parametrize("address", ["/questions/hoped-for", "/questions/shape", "/check", "/options"])
def test_a_page_out_of_order_leads_to_the_question_that_is_next(client, address):
    assert client.get(address).location == "/questions/area"
    post(client, "/questions/area", answer="hip-dips")
    assert client.get(address).location == "/questions/donor-fat"


def test_an_unknown_page_and_an_unknown_question_say_so(client):
    for address in ("/nowhere", "/questions/nothing", "/questions/"):
        page = client.get(address)
        assert page.status_code == 404
        assert "This page does not exist" in page.text


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("/areas/", "/areas"),
        ("/areas.", "/areas"),
        ("/Areas", "/areas"),
        ("/questions/area/?utm_source=letter", "/questions/area"),
        ("/Questions/Area", "/questions/area"),
        ("/options.", "/options"),
    ],
)
def test_an_address_that_a_mail_program_changed_a_little_leads_to_its_page(client, typed, page):
    sent_on = client.get(typed)
    assert (sent_on.status_code, sent_on.location) == (308, page)


@pytest.mark.parametrize("typed", ["/nowhere/", "/questions/NOTHING/", "/static/x/GUIDE.CSS", "/questions//area/"])
def test_an_address_that_is_no_page_of_ours_is_sent_on_nowhere(client, typed):
    assert client.get(typed).status_code == 404


def test_the_start_page_carries_on_where_a_visitor_left_off(client):
    assert 'href="/questions/area">Start now' in client.get("/").text
    post(client, "/questions/area", answer="both")
    assert 'href="/questions/donor-fat">Carry on' in client.get("/").text
    walk(client, FULL, "/questions/donor-fat")
    assert 'href="/check">See your answers' in client.get("/").text


def test_answers_can_be_cleared_wherever_they_are_offered_and_the_pages_say_how_long_they_stay(client):
    assert "Start again and clear" not in client.get("/").text
    walk(client, FULL)
    for address in ("/", "/check", "/options", "/privacy"):
        assert "Start again and clear my answers" in client.get(address).text, address
    assert "until you clear them, or for a day" in client.get("/").text
    assert "a day after your last answer" in client.get("/privacy").text


def test_the_areas_page_keeps_the_answers_and_leads_back(client):
    post(client, "/questions/area", answer="not-sure")
    assert 'href="/areas"' in client.get("/questions/shape").text
    assert 'href="/questions/shape"' in client.get("/areas").text


def test_the_pages_beside_the_questions_lead_back_to_the_result(client):
    walk(client, FULL)
    for address in ("/how-it-works", "/privacy", "/reference"):
        assert 'class="back" href="/options"' in client.get(address).text


def test_each_page_says_what_it_must(client):
    start = text(client.get("/"))
    for said in (
        "aged 18 and over",
        "not medical advice and not a diagnosis",
        "About 3 minutes to answer",
        "minutes to read",
        "We do not store your answers.",
    ):
        assert said in start
    assert "Where the article disagrees with itself" in text(client.get("/how-it-works"))
    assert "We do not store them" in text(client.get("/privacy"))
    walk(client, FULL)
    assert "No clinician has reviewed these options yet." in text(client.get("/options"))


def test_no_answer_stands_in_an_address(client):
    page, _ = walk(client, FULL)
    for address in ("/check", "/options", "/areas", "/"):
        links = re.findall(r'(?:href|action)="([^"]*)"', client.get(address).text)
        assert {link.partition("?")[2] for link in links} <= {"", "change"}
    assert "?" not in page.request.full_path.rstrip("?")


def test_the_total_is_named_only_where_it_is_certain(client):
    assert "Question 1 of at most 9<" in client.get("/questions/area").text
    page = post(client, "/questions/area", answer="not-sure")
    assert "Question 2 of at most 9<" in page.text
    page = post(client, "/questions/shape", answer="dip-below-hip-bone")
    assert "Question 3 of 7<" in page.text
    assert '<path d="M0 0h2v1H0Z"/></svg>' in page.text
    assert "Question 1 of at most 9<" in client.get("/questions/area").text


def test_only_the_start_page_shows_a_preview(client):
    start = client.get("/").text
    assert "noindex" not in start
    assert '<meta name="description" content="Answer a few short questions.' in start
    assert 'property="og:title"' in start
    picture = re.search(r'property="og:image" content="http://localhost(/static/[^"]+/preview\.png)"', start)[1]
    assert client.get(picture).data[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(client.get(picture).data) < 300_000
    walk(client, FULL)
    for address in (*PAGES[1:], "/check", "/options", "/nowhere", "/questions/timing"):
        assert "og:" not in client.get(address).text


def test_every_page_has_a_title_of_its_own(client, rulebook):
    walk(client, FULL)
    addresses = [*PAGES, "/check", "/options", "/nowhere"]
    addresses += [f"/questions/{question}" for question in rulebook.questions if question not in ("area", "shape")]
    titles = [re.search(r"<title>(.*?) – Options guide</title>", client.get(address).text)[1] for address in addresses]
    assert len(set(titles)) == len(titles)
    assert all(len(title.split()) > 1 for title in titles)


def test_no_script_or_style_stands_within_a_page(client):
    walk(client, FULL)
    for address in (*PAGES, "/check", "/options", "/nowhere"):
        page = client.get(address).text
        assert not re.search(r"<style|<script(?! src=| type=.application/ld)|\son[a-z]+=|\sstyle=|javascript:", page)


def test_a_page_that_all_get_alike_may_be_kept_by_a_cache_and_never_one_of_a_visitor(client):
    for address in ("/", "/areas", "/how-it-works"):
        page = client.get(address)
        assert page.headers["Cache-Control"] == "public, max-age=0, s-maxage=300"
        assert "Cookie" in page.headers["Vary"]
        assert "Set-Cookie" not in page.headers
    post(client, "/questions/area", answer="both")
    for address in ("/", "/areas", "/how-it-works", "/questions/area", "/privacy", "/reference"):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_what_one_visitor_is_shown_never_reaches_another(app):
    """Questions and rows are rendered once for many visitors: neither code nor answers may stay in them."""
    one, other = app.test_client(), app.test_client()
    walk(one, FULL)
    walk(other, {**FULL, "hoped-for": "softer", "timing": "soon"})
    for address in ("/options", "/check", "/questions/timing", "/privacy", "/reference"):
        first, _, again = one.get(address), other.get(address), one.get(address)
        assert first.text == again.text
    codes = [reference(client) for client in (one, other)]
    assert codes[0] != codes[1]
    assert "It can take months" in one.get("/check").text
    assert "Within weeks" in other.get("/check").text


def test_our_rule_files_are_what_is_served_by_default(rulebook):
    assert create_app().config["RULES"] == str(RULES)


@pytest.mark.parametrize(
    "query", ["ref=\u4e2d", "utm_campaign=spring\u201926", "\U0001f600", "x=\xe4", "%ff%zz&&=&=;", "\x00"]
)
@pytest.mark.parametrize("address", ["/", "/questions/area", "/options", "/nowhere"])
def test_what_stands_behind_a_question_mark_never_breaks_a_page(app, address, query):
    """As its raw bytes: in-app browsers, mail gateways and crawlers do not always encode them."""
    statuses = []
    environ = create_environ(address) | {"QUERY_STRING": query.encode().decode("latin-1")}
    app(environ, lambda status, *_: statuses.append(status[:3]))
    assert statuses == [{"/options": "303", "/nowhere": "404"}.get(address, "200")]


def test_a_site_works_below_a_path(app):
    """Every address on its pages stays below it, and so does the cookie."""
    client = Client(DispatcherMiddleware(lambda *_: [], {"/guide": app}))
    page = client.get("/guide/")
    while page.request.path != "/guide/options":
        addresses = re.findall(r'(?:href|src|action)="([^"#][^"]*)"', page.text)
        assert [one for one in addresses if not one.startswith("/guide/")] == [], page.request.path
        question = page.request.path.split("/")[-1]
        if question in FULL:
            page = client.post(page.request.path, data={**hidden(page), "answer": FULL[question]})
            assert "Path=/guide;" in page.headers["Set-Cookie"]
            page = client.get(page.location)
        else:
            page = client.get(re.search(r'class="button" href="([^"]+)"', page.text)[1])
    assert page.status_code == 200
    assert client.get("/guide/areas/").location == "/guide/areas"
