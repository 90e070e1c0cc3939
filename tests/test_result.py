"""The result page: each option under its verdict, its caveats and sources, and what a sign-off lets be shown."""

import html
import re

from questionnaire import create_app
from questionnaire.decide.signoff import option_fingerprint

from . import plain
from .visitor import FULL, reference, text, walk


def test_every_visitor_s_result_page_shows_each_option_under_its_verdict(app, rulebook):
    """One in 60 of all ways through the questions, over the pages, held against the plain evaluator."""
    for answers in list(plain.visits(rulebook))[::60]:
        client = app.test_client()
        walk(client, answers)
        page = client.get("/options")
        for area in plain.scope(rulebook, answers):
            for option_id in rulebook.areas[area].options:
                option = rulebook.options[option_id]
                verdict, because, caveats = plain.decide(rulebook, option, answers)
                section = re.search(rf'<section id="{verdict}">.*?</section>', page.text, re.S)[0]
                name = re.escape(html.escape(option.name))
                card = re.search(rf'<article class="card {option.kind}"><h3>{name}</h3>.*?</article>', section, re.S)
                assert card, (answers, option_id, verdict)
                said = html.unescape(card[0])
                for rule in option.rules:
                    assert (rule.because.text in said) == any(
                        rule.because.text == r.because.text for r in option.rules if r.id in because
                    )
                for caveat in caveats:
                    assert (rulebook.caveats[caveat].statement.text in said) == (verdict != "ruled-out")


def test_hoping_for_gone_is_answered_first_and_prominently(client):
    walk(client, FULL)
    page = client.get("/options").text
    first = re.findall(r'<p class="first-note">(.*?)</p>', page, re.S)
    assert [note[:35] for note in first] == [
        "You hope for your hip dips to be go",
        "You hope for your love handles to b",
    ]
    assert page.index('class="first-note"') < page.index("Hip dips are natural") < page.index('class="card ')


def test_what_the_clinic_adds_is_labelled_wherever_it_is_shown(client, rulebook):
    walk(client, FULL)
    page = html.unescape(client.get("/options").text)
    for caveat in rulebook.caveats.values():
        if caveat.by_clinic:
            shown = page.count(caveat.statement.text)
            label = "Added by the clinic, not from the article"
            behind = rf"{re.escape(caveat.statement.text)}\s*<small>{label}\.</small>"
            under = rf"<h4>{label}</h4>\s*<ul>(?:<li>[^<]*)*{re.escape(caveat.statement.text)}"
            assert shown
            assert shown == len(re.findall(behind, page)) + len(re.findall(under, page))


def test_every_statement_names_its_passages_and_its_card_links_to_them(client, rulebook):
    walk(client, FULL)
    page, places = client.get("/options").text, client.get("/how-it-works").text
    there = set(re.findall(r'<div id="([A-Z0-9.-]+)">', places))
    assert there == {p for d in rulebook.documents.values() for code in d.paragraphs.values() for p in code.passages}
    cards = re.findall(r"<article .*?</article>", page, re.S)
    assert len(cards) == len(rulebook.options)
    for card in cards:
        named = {code for codes in re.findall(r"<i>(.*?)</i>", card) for code in codes.split()}
        anchor = re.search(r'<p>In the article: <a href="/how-it-works#([a-z-]+)">', card)[1]
        section = re.search(rf'<h3 id="{anchor}">.*?</section>', places, re.S)[0]
        assert named
        assert named <= set(re.findall(r"<dt>([A-Z0-9.-]+)</dt>", section))
    rest = {code for codes in re.findall(r"<i>(.*?)</i>", page) for code in codes.split()}
    assert rest <= there


def test_the_article_s_silence_is_said_and_becomes_a_question(client):
    walk(client, {**FULL, "area": "hip-dips"})
    page = text(client.get("/options"))
    assert "The article does not say." in page
    assert "What are the risks, and how often do they happen? For every treatment listed above." in page
    assert "What does it cost in all, with any later visits? For every treatment listed above." in page


def test_a_ruled_out_option_names_the_single_answer_that_would_change_that(client):
    walk(client, {**FULL, "tolerance": "devices"})
    page = text(client.get("/options"))
    card = page[page.index("Why your answers rule it out") :]
    assert "Which single answer would change that It would be " in card
    assert "if you answered “" in card
    assert "to “What is the most you would think about having done?”." in card


def sign(folder, tables, option, again="2999-01-01", fingerprint=None):
    """A sign-off in an option's file, until a day; with another fingerprint for what has changed since."""
    path, given = folder / f"{option}.yaml", fingerprint or option_fingerprint(tables, option)
    review = f'{{status: reviewed, by: A. Name, role: surgeon, on: 2020-01-02, review-again: {again}, fingerprint: "{given}"}}'
    path.write_text(path.read_text().replace("review: {status: not-reviewed}", f"review: {review}"))


def test_nothing_whose_review_does_not_hold_is_shown_where_a_sign_off_is_required_and_the_page_says_so(rules, tables):
    sign(rules, tables, "hip-dips/leave-as-is")
    sign(rules, tables, "hip-dips/implants", again="2021-01-01")
    sign(rules, tables, "hip-dips/fat-transfer", fingerprint="0123456789ab")
    app = create_app({"RULES": str(rules), "REQUIRE_SIGN_OFF": True})
    client = app.test_client()
    walk(client, {**FULL, "area": "hip-dips"})
    page = client.get("/options").text
    assert re.findall(r'<article class="card self-care"><h3>([^<]+)<', page) == ["Leaving hip dips as they are"]
    assert page.count('<article class="card') == 1
    said = re.search(r"This site shows only options that a clinician has reviewed, and only [^<]*", page)[0]
    options = [option for option in tables.rulebook.options.values() if option.area == "hip-dips"]
    others = [option.name for option in options if option.id != "hip-dips/leave-as-is"]
    assert len(others) == 8, "overdue, changed since its review, or never reviewed"
    assert [name for name in others if name not in said] == []
    assert "Not yet reviewed by a clinician" not in page
    assert client.get("/readyz").json["reviewed"] == 1


def test_reviews_that_are_all_overdue_never_keep_a_site_from_starting(rules, tables):
    for option in tables.rulebook.options:
        sign(rules, tables, option, again="2021-01-01")
    client = create_app({"RULES": str(rules), "REQUIRE_SIGN_OFF": True}).test_client()
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["reviewed"], ready.json["options"]) == (200, 0, 15)
    walk(client, FULL)
    page = text(client.get("/options"))
    assert "No option is shown, as none has a review by a clinician that holds today." in page
    assert "These are not shown now: " in page
    assert "There are none." not in page.replace("Questions to take with you There are none.", "")
    assert "were reviewed by a clinician" not in page


def test_the_first_paragraph_of_a_printed_result_has_its_day_its_rulebook_and_its_code(client, rulebook):
    walk(client, FULL)
    first = re.search(r'<p class="print-only">(.*?)</p>', client.get("/options").text, re.S)[1]
    assert re.search(r"\d+ \w+ \d{4}", first)
    assert rulebook.fingerprint in first
    assert reference(client) in first


def test_no_translator_of_a_browser_changes_a_code_and_it_reads_from_the_left(client):
    walk(client, FULL)
    for address in ("/options", "/reference"):
        codes = re.findall(r'<[^>]*class="code"[^>]*>', client.get(address).text)
        assert codes
        assert all('translate="no" dir="ltr"' in code for code in codes)
