"""The sheet to take along: what is on it, that it fits on one side of paper, and that nothing is cut in silence."""

import html
import re

import pypdfium2
import pytest
import segno

from questionnaire import create_app
from questionnaire.decide.outcome import decide, questions_to_ask
from questionnaire.web.sheet import qr_code

from .conftest import OWN_RULES
from .edits import put
from .test_keeping import EXERCISE, TRANSFER, keep, matter
from .visitor import FULL, reference, site, text, walk

NOT_SURE = {**FULL, "area": "not-sure", "shape": "both"}
"""Answers to every question that there is."""


@pytest.fixture
def visitor(client):
    """Somebody who has answered everything."""
    walk(client, FULL)
    return client


@pytest.fixture(scope="module")
def longest():
    """Somebody who was asked everything that our own rules ask."""
    client = site(RULES=str(OWN_RULES)).test_client()
    walk(client, NOT_SURE)
    return client


def to_ask(page):
    """The questions with room to write: those for everybody, and those that are left open."""
    lists = [
        re.findall(r"<li>([^<]+)", part) for part in re.findall(r'<ul class="write"[^>]*>(.*?)</ul>', page.text, re.S)
    ]
    return [[html.unescape(question).strip() for question in some] for some in lists]


def test_it_has_the_answers_what_is_kept_and_the_code(visitor, rulebook):
    keep(visitor, [], [EXERCISE, TRANSFER])
    page = visitor.get("/sheet")
    for question, choice in FULL.items():
        asked = rulebook.questions[question]
        assert f"{asked.ask} {asked.choices[choice].label}" in text(page)
    assert "Exercise for hip dips Open to you" in text(page)
    assert f"My code: {reference(visitor)}" in text(page)
    assert "It shows my result at http://localhost/reference" in text(page)


def test_it_asks_what_everybody_may_ask_marked_as_the_clinic_s(visitor, rulebook):
    page = visitor.get("/sheet")
    assert to_ask(page)[0] == [general.question for general in rulebook.general_questions.values()]
    assert "Questions for everybody Added by the clinic" in text(page)


def test_its_questions_are_those_of_what_is_kept_or_of_every_treatment(visitor):
    every = to_ask(visitor.get("/sheet"))[1]
    assert "What are the risks, and how often do they happen?" in every
    keep(visitor, [], [EXERCISE])
    page = visitor.get("/sheet")
    assert "What are the risks, and how often do they happen?" not in text(page)
    keep(visitor, [], [TRANSFER])
    assert "What does it cost in all, with any later visits?" in to_ask(visitor.get("/sheet"))[1]


def test_where_nothing_is_left_open_there_is_room_for_notes(visitor):
    keep(visitor, [], ["hip-dips/leave-as-is"])
    assert "Room for notes" in text(visitor.get("/sheet"))


def test_questions_without_room_are_counted_on_the_sheet(longest, own_rulebook, own_tables):
    every = {
        question
        for result in decide(own_tables, NOT_SURE).results
        for question in questions_to_ask(own_rulebook, result)
    }
    matter(longest, **dict.fromkeys(own_rulebook.matters, "lot"))
    keep(longest, own_rulebook.options, own_rulebook.options)
    page = longest.get("/sheet")
    number = int(re.search(r"There is no room here for (\d+) more questions\.", text(page))[1])
    assert len(every) == len(to_ask(page)[1]) + number
    assert len(to_ask(page)[1]) >= 4


def test_what_matters_is_on_it_with_how_many_options_something_is_said_of(visitor):
    keep(visitor, [], [EXERCISE, TRANSFER])
    matter(visitor, cost="lot", soon="little")
    said = text(visitor.get("/sheet"))
    assert "What it costs: a lot. Not said of any." in said
    assert "Seeing a change soon: a little. Said of 1 of 2." in said


def test_the_drawing_holds_the_code_and_nothing_else(visitor):
    code = reference(visitor)
    drawn = qr_code(code)
    assert drawn in visitor.get("/sheet").text
    assert drawn == segno.make(code, error="m", micro=False).svg_inline(
        omitsize=True, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    assert "style" not in drawn


def test_a_clinic_without_questions_for_everybody_has_none_on_the_sheet(rules):
    text_of = (rules / "clinic.yaml").read_text()
    start = text_of.index("# What everybody may ask")
    put(rules, "clinic.yaml", text_of[start:-4], "")
    client = create_app({"TESTING": True, "RULES": str(rules), "LIMIT_POSTS": 0}).test_client()
    walk(client, FULL)
    assert "Questions for everybody" not in text(client.get("/sheet"))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("number", [0, 1, 3, 6, 15])
def test_the_longest_is_one_side_of_paper(browser, longest, own_rulebook, paper, number):
    matter(longest, **dict.fromkeys(own_rulebook.matters, "little"))
    keep(longest, own_rulebook.options, list(own_rulebook.options)[:number])
    context = browser.new_context(base_url="http://localhost")
    context.route("**/*", lambda route: answer(longest, route))
    page = context.new_page()
    page.goto("/sheet")
    pdf = pypdfium2.PdfDocument(page.pdf(format=paper, prefer_css_page_size=True))
    said = pdf[0].get_textpage().get_text_bounded()
    assert len(pdf) == 1
    assert "My code:" in said
    assert "Rulebook" in said
    context.close()


def answer(client, route):
    """Answer a request of the browser from the application itself."""
    reply = client.get(route.request.url)
    route.fulfill(status=reply.status_code, headers=dict(reply.headers), body=reply.data)
