"""The result page: each option under its verdict, its caveats and sources, and what a sign-off lets be shown."""

import html
import re

from questionnaire import create_app
from questionnaire.rulebook.load import load

from . import plain
from .edits import put
from .signing import sign_in
from .visitor import FULL, reference, site, text, walk


def rows(page):
    """The rows of a result page: {name: (verdict, what the row says)}."""
    found = re.findall(
        r'<li class="row ([a-z-]+)".*?<h3><span id=[^>]+>(.*?)</span>(.*?)(?=<li class="row |</section>)', page, re.S
    )
    return {html.unescape(name): (verdict, plain_text(rest)) for verdict, name, rest in found}


def plain_text(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_every_visitor_s_result_page_shows_each_option_under_its_verdict(app, rulebook):
    """One in 60 of all ways through the questions, over the pages, held against the plain evaluator.

    A caveat of a listed option stands in its row, or in a note above the rows of its area.
    """
    for answers in list(plain.visits(rulebook))[::60]:
        client = app.test_client()
        walk(client, answers)
        page = client.get("/options").text
        shown = rows(page)
        for area in plain.scope(rulebook, answers):
            sections = re.findall(rf'aria-labelledby="({area}-[a-z-]+)">(.*?)</section>', page, re.S)
            notes = [
                plain_text(note)
                for _, text in sections
                for note in re.findall(r'<div class="group-note">.*?</div>', text, re.S)
            ]
            for option_id in rulebook.areas[area].options:
                option = rulebook.options[option_id]
                verdict, because, caveats = plain.decide(rulebook, option, answers)
                mark, said = shown[option.name]
                assert mark == verdict, (answers, option_id)
                section = dict(sections)[f"{area}-{verdict}"]
                assert f"id={area}-{option_id.split('/')[1]}-name" in section.replace('"', "")
                for rule in option.rules:
                    assert verdict != "ruled-out" or (rule.because.text in said) == any(
                        rule.because.text == r.because.text for r in option.rules if r.id in because
                    )
                for caveat in caveats:
                    text = rulebook.caveats[caveat].statement.text
                    told = text in said or any(text in note for note in notes)
                    assert verdict == "ruled-out" or told, (answers, option_id, caveat)


def test_hoping_for_gone_is_answered_first_and_prominently(client):
    walk(client, FULL)
    page = client.get("/options").text
    first = re.findall(r'<p class="first-note">(.*?)</p>', page, re.S)
    assert [note[:35] for note in first] == [
        "You hope for your hip dips to be go",
        "You hope for your love handles to b",
    ]
    assert page.rindex('class="first-note"') < page.index('class="now"') < page.index('<li class="row ')


def test_what_is_so_of_an_area_for_everybody_stands_above_its_treatments(app):
    """Below its first options, so that the first screen is short; above all where no option of the area is shown."""
    for area in ("hip-dips", "both"):
        client = app.test_client()
        walk(client, {**FULL, "area": area})
        page = client.get("/options").text
        assert page.count("Hip dips are natural.") == 1
        above, below = page.index('<li class="row'), page.index("For each treatment of hip dips")
        assert above < page.index("Hip dips are natural.") < below
    client = site(REQUIRE_SIGN_OFF=True).test_client()
    walk(client, {**FULL, "area": "hip-dips"})
    page = client.get("/options").text
    assert page.index("Hip dips are natural.") < page.index('class="now"')


def test_a_note_that_says_no_more_than_the_first_is_not_said_again(app, rulebook):
    for hope, times in (("gone", 0), ("softer", 1)):
        client = app.test_client()
        walk(client, {**FULL, "hoped-for": hope, "area": "hip-dips"})
        said = text(client.get("/options"))
        assert said.count(rulebook.caveats["hip-dips-cannot-be-removed"].statement.text) == times


def test_what_all_options_of_a_kind_share_is_said_once_above_the_first_of_them(client, rulebook):
    walk(client, {**FULL, "area": "hip-dips"})
    page = client.get("/options").text
    notes = [plain_text(note) for note in re.findall(r'<div class="group-note">.*?</div>', page, re.S)]
    assert [note.partition(":")[0] for note in notes] == [
        "For each treatment of hip dips",
        "For each treatment with a device",
        "For each injection or operation",
    ]
    said = text(client.get("/options"))
    for caveat in ("article-silent-on-risk", "follow-up-sessions", "clinic-time-to-decide"):
        assert said.count(rulebook.caveats[caveat].statement.text) == 1
    assert page.index("For each treatment of hip dips") < page.index("id=hip-dips-vacuum-therapy")


def test_what_the_clinic_adds_is_labelled_wherever_it_is_shown(client, rulebook):
    walk(client, FULL)
    for address in ("/options", "/options/hip-dips/fat-transfer"):
        page = client.get(address).text
        lists = re.findall(r'<span class="clinic-says">Added by the clinic</span>\s*<ul>(.*?)</ul>', page, re.S)
        texts = {html.unescape(one).strip() for some in lists for one in re.findall(r"<li>([^<]*)", some)}
        added = {
            c.statement.text
            for c in rulebook.caveats.values()
            if c.by_clinic and c.statement.text in html.unescape(page)
        }
        assert added
        assert added == texts


def test_no_code_of_a_passage_and_seldom_the_article_stand_on_a_result(client):
    walk(client, FULL)
    page = text(client.get("/options"))
    assert not re.search(r"\b[A-Z]{1,4}\d?-\d+\.\d+", page)


def test_silence_has_one_mark_that_the_page_explains_once(client):
    walk(client, {**FULL, "area": "hip-dips"})
    page = client.get("/options").text
    assert re.search(r'When you would see a change:(</strong>)? <span class="silence">Not said</span>', page)
    assert page.count("“Not said” means") == 1


def test_a_ruled_out_option_names_the_one_answer_that_would_list_it_and_links_to_it(client):
    walk(client, {**FULL, "tolerance": "devices"})
    page = client.get("/options").text
    verdict, said = rows(page)["Silicone implants for hip dips"]
    assert verdict == "ruled-out"
    assert "It would be worth asking about if you were open to surgery. Change this answer" in said
    assert re.search(r'<details class="fold">\s*<summary>Show 4 options, and why', page)


def test_nobody_who_is_just_looking_is_told_what_would_list_more(client):
    walk(client, {**FULL, "tolerance": "self-care", "hoped-for": "just-looking"})
    page = text(client.get("/options"))
    assert "Left out by your answers" in page or "left out by your answers" in page
    assert "It would be" not in page


def test_the_box_of_what_can_be_done_now_is_never_empty_and_leads_where_the_settings_say():
    app = site(
        CLINIC_BOOKING="https://clinic.example/book", CLINIC_PHONE="+44 20 7946 0000", CLINIC_SUPPORT=("Call 116 123",)
    )
    for tolerance, treated in (("surgery", True), ("self-care", False)):
        client = app.test_client()
        walk(client, {**FULL, "tolerance": tolerance})
        box = re.search(r'<section class="now".*?</section>', client.get("/options").text, re.S)[0]
        assert "Leave things as they are" in box
        assert 'href="#hip-dips-exercise"' in box
        assert ('href="https://clinic.example/book"' in box) == treated
        assert ('href="tel:+442079460000"' in box) == treated
        assert "Call 116 123" in box


def test_there_is_no_empty_section_and_no_count_of_nothing(app, rulebook):
    for answers in list(plain.visits(rulebook))[::200]:
        client = app.test_client()
        walk(client, answers)
        page = client.get("/options").text
        assert "(0)" not in page
        assert "There are none" not in page
        assert not re.search(r"<(ul|section|p)[^>]*>\s*</\1>", page)


def test_what_is_not_reviewed_is_withheld_where_a_sign_off_is_required_and_the_page_says_so(rules, tables):
    sign_in(rules, "hip-dips/leave-as-is", "hip-dips", "questions", "shared", "clinic", "pages")
    sign_in(rules, "hip-dips/implants", until="2021-01-01")
    sign_in(rules, "hip-dips/fat-transfer")
    put(rules, "hip-dips/fat-transfer.yaml", "name: Fat transfer (fat grafting)", "name: Moving fat")
    client = create_app({"RULES": str(rules), "REQUIRE_SIGN_OFF": True}).test_client()
    walk(client, {**FULL, "area": "hip-dips"})
    page = client.get("/options").text
    assert list(rows(page)) == ["Leaving hip dips as they are"]
    withheld = text(client.get("/options/hip-dips/implants"))
    assert "This option is not shown now." in withheld
    assert "Silicone implants are placed" not in withheld
    said = re.search(r"These are not shown now: [^<]*", page)[0]
    options = [option for option in load(rules).options.values() if option.area == "hip-dips"]
    others = [option.name for option in options if option.id != "hip-dips/leave-as-is"]
    assert len(others) == 8, "overdue, changed since its sign-off, or never signed"
    assert [name for name in others if name not in said] == []
    assert "Not yet reviewed by a clinician" not in page
    assert client.get("/readyz").json["reviewed"] == 1
    note = tables.rulebook.caveats["hip-dips-hoped-gone"].statement.text
    assert note in html.unescape(page), "a caution is never withheld"


def test_nothing_of_an_area_is_shown_where_leaving_it_as_it_is_is_not_signed(rules, tables):
    sign_in(rules, "love-handles/liposuction", "love-handles", "questions", "shared", "clinic", "pages")
    client = create_app({"RULES": str(rules), "REQUIRE_SIGN_OFF": True}).test_client()
    walk(client, {**FULL, "area": "love-handles"})
    page = text(client.get("/options"))
    assert "No option is shown" in page
    assert "were reviewed by a clinician" not in page
    assert tables.rulebook.caveats["love-handles-hoped-gone"].statement.text in page


def test_sign_offs_that_are_all_overdue_never_keep_a_site_from_starting(rules, tables):
    sign_in(rules, until="2021-01-01")
    client = create_app({"RULES": str(rules), "REQUIRE_SIGN_OFF": True}).test_client()
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["reviewed"], ready.json["options"]) == (200, 0, 15)
    walk(client, FULL)
    page = text(client.get("/options"))
    assert "No option is shown, as none has a review by a clinician that holds today." in page
    assert "These are not shown now: " in page
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
