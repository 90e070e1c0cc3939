"""The pages over Flask's client: every journey, every address, and requests that nobody should send."""

import html
import os
import re

import pytest
from flask import abort

from questionnaire import create_app, startup
from questionnaire.decide.build_tables import build
from questionnaire.decide.signoff import option_fingerprint
from questionnaire.releases.ready import Ready
from questionnaire.rulebook.load import load
from questionnaire.web import request_log

from . import plain
from .conftest import RULES

FULL = {
    "area": "both",
    "donor-fat": "enough",
    "noticeable": "clear",
    "tried": "yes",
    "tolerance": "surgery",
    "timing": "months",
    "upkeep": "yes",
    "hoped-for": "gone",
}
CODE = r'class="code"[^>]*>([^<]+)<'
SHARED = "public, max-age=0, s-maxage=300"
PAGES = ["/", "/questions/area", "/reference", "/areas", "/how-it-works", "/privacy"]


def token(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]


def text(page):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


def post(client, address, **fields):
    return client.post(address, data={"csrf_token": token(client.get(address)), **fields}, follow_redirects=True)


def walk(client, answers, start="/questions/area"):
    """Follow the forms from `start`, answering by choice id, until a page is no question."""
    page = client.get(start, follow_redirects=True)
    asked = []
    while page.request.path.startswith("/questions/"):
        assert page.status_code == 200
        question = page.request.path.split("/")[-1]
        asked.append(question)
        values = re.findall(r'type="radio" name="([^"]+)" id="[^"]*" value="([^"]+)"', page.text)
        names = {name for name, _ in values}
        assert answers[question] in [value for _, value in values]
        fields = {"csrf_token": token(page), names.pop(): answers[question]}
        page = client.post(page.request.path, data=fields, follow_redirects=True)
    return page, asked


@pytest.mark.parametrize(
    ("answers", "asked"),
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
def test_a_journey_asks_what_is_needed_and_ends_at_the_answers(client, answers, asked):
    page, questions = walk(client, {**FULL, **answers})
    assert questions == asked.split()
    assert page.request.path == "/check"
    assert client.get("/options").status_code == 200


def test_neither_area_ends_kindly_and_says_whom_to_ask(client):
    page, questions = walk(client, {"area": "not-sure", "shape": "neither"})
    assert questions == ["area", "shape"]
    assert page.request.path == "/options"
    assert "This guide covers two areas only" in text(page)
    assert "A doctor or nurse can look at it with you" in text(page)


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


def test_a_question_says_where_its_reason_stands_and_the_link_leads_there(client):
    page = client.get("/questions/area").text
    linked = set(re.findall(r'href="/how-it-works#([A-Z0-9.-]+)"', page))
    assert linked
    assert all(f'<div id="{passage}">' in client.get("/how-it-works").text for passage in linked)


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
    assert "Which single answer would change that If you answer “" in card
    assert "to “What is the most you would think about having done?”, it " in card


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
    with client.session_transaction() as session:
        assert "donor-fat" not in session["answers"]
        assert session["answers"]["tolerance"] == "surgery"
    page, asked = walk(client, FULL, "/questions/noticeable")
    assert asked == ["noticeable", "tried"]
    assert page.request.path == "/check"


def test_no_answer_gives_an_error_that_is_linked_to_the_field(client):
    page = post(client, "/questions/area")
    assert page.status_code == 400
    assert '<a href="#area-hip-dips">Choose one of the answers to carry on.</a>' in page.text
    assert 'id="area-hip-dips"' in page.text
    assert "<title>Error: " in page.text


@pytest.mark.parametrize("answer", ["hip-dip", "", "<script>", "x" * 5000, "hip-dips\x00"])
def test_an_answer_that_is_none_of_the_choices_is_not_taken(client, answer):
    page = post(client, "/questions/area", answer=answer)
    assert page.status_code == 400
    assert "<script>" not in page.text
    with client.session_transaction() as session:
        assert "answers" not in session


@pytest.mark.parametrize("forged", ["", "nonsense", "x" * 300])
def test_a_form_without_its_token_is_drawn_again_with_the_answer_kept(client, forged):
    client.get("/questions/area")
    page = client.post("/questions/area", data={"answer": "both", "csrf_token": forged})
    assert page.status_code == 403
    assert "Your answer was not saved. Please press Continue again." in page.text
    assert 'value="both" checked' in page.text
    with client.session_transaction() as session:
        assert "answers" not in session


def test_a_form_sent_twice_gives_the_same_as_once(client):
    page = client.get("/questions/area")
    fields = {"csrf_token": token(page), "answer": "both"}
    first = client.post("/questions/area", data=fields)
    second = client.post("/questions/area", data=fields)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location == "/questions/donor-fat"


@pytest.mark.parametrize("address", ["/questions/hoped-for", "/questions/shape", "/check", "/options"])
def test_a_page_out_of_order_leads_to_the_question_that_is_next(client, address):
    assert client.get(address).location == "/questions/area"
    post(client, "/questions/area", answer="hip-dips")
    assert client.get(address).location == "/questions/donor-fat"


def test_an_answer_out_of_order_is_not_taken(client):
    page = client.get("/questions/area")
    sent = client.post("/questions/hoped-for", data={"csrf_token": token(page), "answer": "gone"})
    assert sent.location == "/questions/area"
    with client.session_transaction() as session:
        assert "answers" not in session


def test_a_question_that_is_asked_no_longer_leads_on(client):
    walk(client, {**FULL, "area": "hip-dips"})
    stale = client.post("/questions/noticeable", data={"answer": "clear", "csrf_token": "stale"})
    assert stale.location == "/check"


@pytest.mark.parametrize(
    "stored",
    [None, [], "both", {"area": 5}, {"area": ["both"]}, {"area": "gone"}, {"unknown": "x"}, {"tolerance": "surgery"}],
)
def test_a_session_from_other_times_leads_to_the_first_question(client, stored):
    with client.session_transaction() as session:
        session["answers"] = stored
    assert client.get("/options").location == "/questions/area"


@pytest.mark.parametrize("cookie", ["x", "", "eyJhbnN3ZXJzIjp7fX0.x.y", "a" * 3000])
def test_a_forged_cookie_is_no_session(client, cookie):
    client.set_cookie("session", cookie)
    assert client.get("/options").location == "/questions/area"


def test_an_unknown_page_and_an_unknown_question_say_so(client):
    for address in ("/nowhere", "/questions/nothing", "/questions/"):
        page = client.get(address)
        assert page.status_code == 404
        assert "This page does not exist" in page.text


def test_a_wrong_method_and_a_body_that_is_too_large_say_so(client):
    assert "be used like that" in client.delete("/check").text
    page = client.post("/questions/area", data={"answer": "x" * 20_000})
    assert page.status_code == 413
    assert "That was too much" in page.text


def test_a_reference_code_brings_exactly_that_result_again(app, client):
    walk(client, FULL)
    page = client.get("/options")
    code = re.search(CODE, page.text)[1]
    other = app.test_client()
    again = post(other, "/reference", code=code.lower())
    assert again.request.path == "/options"
    assert re.sub(r'value="[^"]{30,}"', "", again.text) == re.sub(r'value="[^"]{30,}"', "", page.text)


def test_a_mistyped_code_gets_a_clear_message_and_stays_in_the_field(client):
    page = post(client, "/reference", code="K7MPX-4RT9O")
    assert page.status_code == 400
    assert "never has the character “O”" in html.unescape(page.text)
    assert 'value="K7MPX-4RT9O"' in page.text
    assert '<a href="#code">' in page.text
    assert "Enter a reference code." in post(client, "/reference", code="").text


def test_a_code_takes_the_place_of_other_answers_and_says_how_to_get_them_back(app, client):
    walk(client, FULL)
    code = re.search(CODE, client.get("/options").text)[1]
    other = app.test_client()
    walk(other, {**FULL, "area": "hip-dips"})
    own = re.search(CODE, other.get("/options").text)[1]
    page = post(other, "/reference", code=code)
    assert f"You had other answers in this browser. To see them again, use the code {own}." in text(page)


def test_a_code_from_before_a_change_of_rules_says_so(client, rules, app):
    walk(client, FULL)
    code = re.search(CODE, client.get("/options").text)[1]
    path = rules / "hip-dips/exercise.yaml"
    path.write_text(path.read_text().replace("name: Exercise for hip dips", "name: Moving"))
    later = create_app({"TESTING": True, "SECRET_KEY": "x", "RULES": str(rules)}).test_client()
    page = post(later, "/reference", code=code)
    assert f"The rules have changed since the code {code} was made." in text(page)


def test_starting_again_clears_the_answers_and_needs_the_form(client):
    walk(client, FULL)
    client.post("/start-again", data={})
    with client.session_transaction() as session:
        assert session["answers"]
    fields = {"csrf_token": token(client.get("/options"))}
    assert client.post("/start-again", data=fields).location == "/"
    with client.session_transaction() as session:
        assert "answers" not in session
    assert client.get("/start-again").status_code == 405


def test_the_start_page_carries_on_where_a_visitor_left_off(client):
    assert 'href="/questions/area">Start now' in client.get("/").text
    post(client, "/questions/area", answer="both")
    assert 'href="/questions/donor-fat">Carry on' in client.get("/").text


def test_the_areas_page_keeps_the_answers_and_leads_back(client):
    post(client, "/questions/area", answer="not-sure")
    assert 'href="/areas"' in client.get("/questions/shape").text
    assert 'href="/questions/shape"' in client.get("/areas").text


def test_each_page_says_what_it_must(client):
    start = text(client.get("/"))
    for said in (
        "aged 18 and over",
        "not medical advice and not a diagnosis",
        "three minutes",
        "Nothing that you answer is stored",
    ):
        assert said in start
    assert "Where the article disagrees with itself" in text(client.get("/how-it-works"))
    assert "We do not store them" in text(client.get("/privacy"))
    walk(client, FULL)
    assert "not yet reviewed by a clinician" in text(client.get("/options"))


def test_health_and_readiness(client, rulebook):
    assert client.get("/healthz").text == "up\n"
    ready = client.get("/readyz").json
    assert ready == {"ready": True, "rulebook": rulebook.fingerprint, "options": 15, "reviewed": 0}


def test_a_site_whose_rules_are_broken_says_that_it_is_not_ready(rules):
    (rules / "clinic.yaml").unlink()
    client = create_app({"RULES": str(rules), "SECRET_KEY": "x"}).test_client()
    assert client.get("/healthz").status_code == 200
    page = client.get("/readyz")
    assert (page.status_code, page.json) == (503, {"ready": False, "problems": 1})
    assert "Something went wrong" in client.get("/questions/area").text


def sign(folder, tables, option, again="2999-01-01", fingerprint=None):
    """A sign-off in an option's file, until a day; with another fingerprint for what has changed since."""
    path, given = folder / f"{option}.yaml", fingerprint or option_fingerprint(tables, option)
    review = f'{{status: reviewed, by: A. Name, role: surgeon, on: 2020-01-02, review-again: {again}, fingerprint: "{given}"}}'
    path.write_text(path.read_text().replace("review: {status: not-reviewed}", f"review: {review}"))


def test_nothing_whose_review_does_not_hold_is_shown_where_a_sign_off_is_required_and_the_page_says_so(rules, tables):
    sign(rules, tables, "hip-dips/leave-as-is")
    sign(rules, tables, "hip-dips/implants", again="2021-01-01")
    sign(rules, tables, "hip-dips/fat-transfer", fingerprint="0123456789ab")
    config = {"SECRET_KEY": "x", "REQUIRE_SIGN_OFF": True, "WTF_CSRF_ENABLED": True}
    client = create_app(config, building=Ready(build(load(rules)))).test_client()  # as a release from before the change
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


def test_reviews_that_are_all_overdue_never_keep_a_site_from_starting(monkeypatch, rules, tables):
    for option in tables.rulebook.options:
        sign(rules, tables, option, again="2021-01-01")
    given = {"RULES": str(rules), "SECRET_KEY": "x" * 32, "REQUIRE_SIGN_OFF": "true"}
    for name, value in given.items():
        monkeypatch.setenv(f"FLASK_{name}", value)
    monkeypatch.setattr(startup, "_ready", {})
    monkeypatch.setattr(request_log, "to_standard_error", lambda: None)
    startup.prepare()
    client = create_app(building=startup.begin(os.environ)).test_client()
    found = client.get("/readyz")
    assert (found.status_code, found.json["reviewed"], found.json["options"]) == (200, 0, 15)
    walk(client, FULL)
    page = text(client.get("/options"))
    assert "No option is shown, as none has a review by a clinician that holds today." in page
    assert "These are not shown now: " in page


@pytest.mark.parametrize(
    "address", [*PAGES, "/check", "/options", "/healthz", "/readyz", "/nowhere", "/static/x/guide.css"]
)
def test_every_response_carries_the_headers_and_no_page_is_stored(client, address):
    with client.get(address) as page:
        headers = page.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == (SHARED if address in ("/", "/areas", "/how-it-works") else "no-store")


def test_no_answer_stands_in_an_address(client):
    page, _ = walk(client, FULL)
    for address in ("/check", "/options", "/areas", "/"):
        links = re.findall(r'(?:href|action)="([^"]*)"', client.get(address).text)
        assert {link.partition("?")[2] for link in links} <= {"", "change"}
    assert "?" not in page.request.full_path.rstrip("?")


def test_the_key_of_the_session_is_made_once_and_kept_for_its_owner_alone(tmp_path):
    from questionnaire.web.keys import secret_key

    key = secret_key(tmp_path / "instance")
    assert len(key) == 64
    assert secret_key(tmp_path / "instance") == key
    assert [path.name for path in (tmp_path / "instance").iterdir()] == ["secret-key"]
    assert (tmp_path / "instance" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_place_that_can_t_be_written_gives_one_key_for_this_process_and_its_workers_and_says_so(tmp_path, caplog):
    from questionnaire.web.keys import secret_key

    (tmp_path / "file").touch()
    key = secret_key(tmp_path / "file" / "instance")
    assert len(key) == 64
    assert secret_key(tmp_path / "file" / "instance") == key
    assert len(caplog.messages) == 1
    assert "Each start makes another" in caplog.text


def test_our_rule_files_are_what_is_served_by_default(rulebook):
    assert create_app({"SECRET_KEY": "x"}).config["RULES"] == str(RULES)


def test_changing_the_area_to_not_sure_keeps_the_other_answers_until_it_is_clear(client):
    walk(client, FULL)
    page = post(client, "/questions/area", answer="not-sure")
    assert page.request.path == "/questions/shape"
    page = post(client, "/questions/shape", answer="both")
    assert page.request.path == "/check"
    with client.session_transaction() as session:
        assert {**session["answers"], "area": "both", "shape": None} == {**FULL, "shape": None}


def test_what_waits_while_the_area_is_open_is_dropped_when_it_is_asked_no_longer(client):
    walk(client, FULL)
    post(client, "/questions/area", answer="not-sure")
    post(client, "/questions/shape", answer="neither")
    with client.session_transaction() as session:
        assert session["answers"] == {"area": "not-sure", "shape": "neither"}


def test_starting_again_with_a_stale_form_says_that_nothing_was_cleared(client):
    walk(client, FULL)
    page = client.post("/start-again", data={"csrf_token": "stale"})
    assert page.status_code == 403
    assert "Your answers were not cleared yet. Please press the button again." in text(page)
    assert client.post("/start-again", data={"csrf_token": token(page)}).location == "/"


@pytest.mark.parametrize("typed", ["{0}–{1}", "{0} {1}", "“{0}-{1}”", "{0}.{1}", "\u200b{0}-{1}\ufeff", "({0}—{1})"])
def test_a_code_that_was_pasted_from_a_document_is_read(client, app, typed):
    walk(client, FULL)
    code = re.search(CODE, client.get("/options").text)[1]
    assert post(app.test_client(), "/reference", code=typed.format(*code.split("-"))).request.path == "/options"


def test_a_code_with_a_character_too_many_is_refused(client):
    walk(client, FULL)
    code = re.search(CODE, client.get("/options").text)[1]
    page = post(client, "/reference", code=code[:-1] + "2" + code[-1])
    assert page.status_code == 400
    assert "This code has 11 letters and digits, which is too many." in text(page)


def test_the_pages_beside_the_questions_lead_back_to_the_result(client):
    walk(client, FULL)
    for address in ("/how-it-works", "/privacy", "/reference"):
        assert 'class="back" href="/options"' in client.get(address).text


def test_a_wrong_method_says_which_are_right(client):
    assert set(client.put("/questions/area").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_site_that_shows_nothing_says_only_that(rules):
    client = create_app({"RULES": str(rules), "SECRET_KEY": "x" * 16, "REQUIRE_SIGN_OFF": True}).test_client()
    walk(client, FULL)
    page = text(client.get("/options"))
    assert "No option is shown, as none has a review by a clinician that holds today." in page
    assert "There are none." not in page.replace("Questions to take with you There are none.", "")
    assert "were reviewed by a clinician" not in page


def test_the_total_is_named_only_where_it_is_certain(client):
    assert "Question 1<" in client.get("/questions/area").text
    page = post(client, "/questions/area", answer="not-sure")
    assert "Question 2<" in page.text
    page = post(client, "/questions/shape", answer="dip-below-hip-bone")
    assert "Question 3 of 7<" in page.text
    assert "Question 1<" in client.get("/questions/area").text


def test_only_the_start_page_may_be_found_and_shows_a_preview(client):
    start = client.get("/").text
    assert "noindex" not in start
    assert '<meta name="description" content="Answer a few short questions.' in start
    assert 'property="og:title"' in start
    picture = re.search(r'property="og:image" content="http://localhost(/static/[^"]+/preview\.png)"', start)[1]
    assert client.get(picture).data[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(client.get(picture).data) < 300_000
    walk(client, FULL)
    for address in (*PAGES[1:], "/check", "/options", "/nowhere", "/questions/timing"):
        page = client.get(address).text
        assert '<meta name="robots" content="noindex">' in page
        assert "og:" not in page
        assert 'name="description"' not in page


def test_every_page_has_a_title_of_its_own(client, rulebook):
    walk(client, FULL)
    addresses = [*PAGES, "/check", "/options", "/nowhere"]
    addresses += [f"/questions/{question}" for question in rulebook.questions if question not in ("area", "shape")]
    titles = [re.search(r"<title>(.*?) – Options guide</title>", client.get(address).text)[1] for address in addresses]
    assert len(set(titles)) == len(titles)
    assert all(len(title.split()) > 1 for title in titles)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (400, "Something in what your browser sent could not be read."),
        (403, "Your browser did not send the sign that this page came from us."),
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


def test_what_goes_wrong_within_is_said_without_a_trace(rules):
    app = create_app({"SECRET_KEY": "x", "RULES": str(rules)})

    @app.get("/fault")
    def fault():
        raise ValueError("secret detail")

    page = app.test_client().get("/fault")
    assert page.status_code == 500
    assert "That is our fault, not yours." in text(page)
    assert "secret" not in page.text
    assert "Traceback" not in page.text


@pytest.mark.parametrize("answers", [{}, {"area": "hip-dips"}, {"hoped-for": "softer", "upkeep": "not-sure"}])
def test_pages_are_light(client, answers):
    """Bytes as they are sent, not compressed: a question 15 KB, a result 40 KB."""
    asked = client.get("/questions/area")
    while asked.request.path.startswith("/questions/"):
        assert len(asked.data) <= 15_000
        name = asked.request.path.split("/")[-1]
        asked = post(client, asked.request.path, answer={**FULL, **answers}[name])
    assert len(client.get("/options").data) <= 40_000


def test_the_heaviest_result_is_light_enough(client, rulebook):
    """Of all visitors in both areas, those with the longest texts: open about everything, and in a hurry."""
    open_about_all = {
        "area": "not-sure",
        "shape": "both",
        "donor-fat": "not-sure",
        "noticeable": "not-sure",
        "tried": "not-yet",
        "tolerance": "not-sure",
        "timing": "soon",
        "upkeep": "not-sure",
        "hoped-for": "gone",
    }
    walk(client, open_about_all)
    assert len(client.get("/options").data) <= 40_000


def test_the_foot_of_a_printed_page_holds_the_visitor_s_reference(client, rulebook):
    assert client.get("/options/print.css").status_code == 404
    walk(client, FULL)
    code = re.search(CODE, client.get("/options").text)[1]
    sheet = client.get("/options/print.css")
    assert sheet.mimetype == "text/css"
    assert sheet.headers["Cache-Control"] == "no-store"
    said = "".join(chr(int(sign, 16)) for sign in re.findall(r"\\([0-9a-f]{6})", sheet.text))
    assert said.endswith(f"rulebook {rulebook.fingerprint} · reference {code}")


def test_no_script_or_style_stands_within_a_page(client):
    walk(client, FULL)
    for address in (*PAGES, "/check", "/options", "/nowhere"):
        page = client.get(address).text
        assert not re.search(r"<style|<script(?! src=)|\son[a-z]+=|\sstyle=|javascript:", page)


def test_a_page_that_all_get_alike_may_be_kept_by_a_cache_and_never_one_of_a_visitor(client):
    for address in ("/", "/areas", "/how-it-works"):
        page = client.get(address)
        assert page.headers["Cache-Control"] == SHARED
        assert "Cookie" in page.headers["Vary"]
        assert "Set-Cookie" not in page.headers
        assert "csrf_token" not in page.text
    post(client, "/questions/area", answer="both")
    for address in ("/", "/areas", "/how-it-works", "/questions/area", "/privacy", "/reference"):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_what_one_visitor_is_shown_never_reaches_another(app):
    """Pages are drawn once and filled for each visitor: neither token nor code nor answers may stay in them."""
    one, other = app.test_client(), app.test_client()
    walk(one, FULL)
    walk(other, {**FULL, "hoped-for": "softer", "timing": "soon"})
    for address in ("/options", "/check", "/questions/timing", "/privacy", "/reference"):
        first, second, again = one.get(address), other.get(address), one.get(address)
        assert first.text == again.text
        if "csrf_token" in first.text:
            assert token(first) != token(second)
    codes = [re.search(CODE, client.get("/options").text)[1] for client in (one, other)]
    assert codes[0] != codes[1]
    assert "It can take months" in one.get("/check").text
    assert "Within weeks" in other.get("/check").text


def test_a_reference_code_that_looks_like_a_hole_stays_text(client):
    page = post(client, "/reference", code="abc-token-abc")
    assert 'value="abc-token-abc"' in page.text
