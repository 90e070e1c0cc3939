"""The guide in one file: the pages that visitors are served, turned by a script, without a network."""

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest

from judges.offline import LISTS, data_of, faults_in_browser, faults_in_data, with_list
from questionnaire import create_app, offline
from questionnaire.decide.reference_code import encode
from questionnaire.decide.visit_cover import visit_cover
from questionnaire.offline.qr_matrices import drawing, matrices, number_of
from questionnaire.offline.visit_tree import every_visit, way_tree
from questionnaire.rulebook.model import AskedWhen, Choice
from questionnaire.web.visit import Visit

from .conftest import RULES
from .signing import signed
from .small import PLACE, small_rulebook
from .visitor import addresses


@pytest.fixture(scope="module")
def visits(tables):
    """Some visits of each area, of both and of none: all of them take a minute (`make judges`)."""
    some = [*visit_cover(tables)][::4]
    return [*some, {"area": "not-sure", "shape": "neither"}]


@pytest.fixture(scope="module")
def guide(tables, visits, tmp_path_factory):
    file = tmp_path_factory.mktemp("stick") / "guide.html"
    file.write_text(offline.files(tables, {"CLINIC_NAME": "The Elm Clinic"}, visits)["guide.html"], encoding="utf-8")
    return file


def test_all_that_is_decided_stands_on_its_pages_and_a_wrong_word_is_found(tables, visits, guide):
    text = guide.read_text()
    assert list(faults_in_data(tables, data_of(text), visits)) == []
    wrong = text.replace("Open to you\\u003c/span", "Left out\\u003c/span")
    assert list(faults_in_data(tables, data_of(wrong), visits))


def test_it_says_in_chromium_what_the_site_says_and_a_wrong_word_is_found(page, tables, visits, tmp_path):
    file = tmp_path / "guide.html"
    text = offline.files(tables, {}, visits)["guide.html"]
    file.write_text(text)
    assert list(faults_in_browser(page, tables, file, visits, options=3)) == []
    file.write_text(text.replace("Open to you\\u003c/span", "Left out\\u003c/span"))
    assert list(faults_in_browser(page, tables, file, visits[:1], options=1))


def walk(page, answers):
    page.get_by_role("link", name="Start now").click()
    for question, choice in answers.items():
        page.wait_for_url(f"**#/questions/{question}")
        page.locator(f"input[value='{choice}']").check()
        page.get_by_role("button", name="Continue").click()


@pytest.mark.parametrize("page_of_a_list", LISTS)
def test_each_page_of_a_list_is_looked_at_and_a_wrong_word_on_it_is_found(
    page, tables, visits, tmp_path, page_of_a_list
):
    wrong = {"/compare": "Compare what you kept", "/sheet": "My code:", "/matters": "How much does each"}[
        page_of_a_list
    ]
    file = tmp_path / "guide.html"
    file.write_text(offline.files(tables, {}, visits)["guide.html"].replace(wrong, "Something else"))
    found = list(faults_in_browser(page, tables, file, visits[:2], options=9))
    assert any(fault.startswith(f"{page_of_a_list} ") for fault in found)


def test_every_page_of_the_site_is_in_it_but_those_that_are_named(page, tables, visits, guide):
    """The routes of the site are asked: a page that is new has to be in the file, or be named with why it is not."""
    app = create_app({"RULES": str(RULES), "API": True}, building=tables)
    client = app.test_client()
    client.set_cookie("options-guide-80", Visit.of(tables.rulebook, visits[0]).serialize())
    pages, named = {}, set()
    for address, rule in zip(addresses(app), app.url_map.iter_rules(), strict=False):
        if "GET" in rule.methods:
            first = address.split("/")[1]
            if first in offline.LACKS:
                named.add(first)
            else:
                pages[address] = client.get(address)
    assert named == set(offline.LACKS)
    assert len(pages) > 10
    page.goto(guide.as_uri())
    page.evaluate("(given) => { answers = given; }", visits[0])
    for address, served in pages.items():
        assert served.status_code == 200, address
        page.evaluate("(address) => go(address)", address)
        page.wait_for_url(f"**#{address}")
        title = re.sub(r"<[^>]*>", "", re.search(r"<h1.*?>(.*?)</h1>", served.text)[1])
        page.wait_for_function("(title) => document.querySelector('h1').textContent === title", arg=title)


def test_a_visitor_walks_through_it_from_a_folder_and_nothing_is_requested(page, tables, guide, visits):
    requests, faults = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(guide.as_uri())
    assert "The Elm Clinic" in page.locator("header").inner_text()
    walk(page, visits[0])
    page.get_by_role("link", name="See your options").click()
    page.wait_for_url("**#/options")
    code = page.locator("#code").inner_text()
    assert code == encode(tables.rulebook, visits[0])
    page.get_by_role("link", name="More").first.click()
    page.wait_for_url("**#/options/*/*")
    for name in ("About both areas", "How it works", "Words explained"):
        page.locator("footer").get_by_role("link", name=name).click()
        assert page.locator("main").evaluate("(main) => main === document.activeElement")
    page.go_back()
    page.locator("footer").get_by_role("link", name="Use a reference code").click()
    page.locator("#code").fill("nonsense")
    page.get_by_role("button", name="Show the result").click()
    assert page.locator(".error-summary").is_visible()
    page.locator("#code").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Show the result").click()
    page.wait_for_url("**#/options")
    page.get_by_role("button", name="Start again").click()
    assert page.locator("[role=status]").inner_text()
    assert {address.split("#")[0] for address in requests if not address.startswith("data:")} == {guide.as_uri()}
    assert faults == []


def test_a_question_without_an_answer_says_so(page, guide):
    page.goto(guide.as_uri())
    page.get_by_role("link", name="Start now").click()
    page.get_by_role("button", name="Continue").click()
    assert page.locator(".error-summary").evaluate("(summary) => summary === document.activeElement")
    assert page.title().startswith("Error: ")


def test_nobody_is_led_to_a_page_that_needs_answers_without_them(page, guide):
    page.goto(guide.as_uri())
    for place in ("/compare", "/options", "/questions/timing", "/nowhere", "/options/hip-dips/exercise"):
        page.evaluate("(place) => go(place)", place)
        page.wait_for_url("**#/questions/area")
    assert "until you close it or load it again" in page.locator("main").inner_text()


def test_a_visitor_keeps_compares_marks_and_takes_a_sheet_along_and_no_address_says_what(page, tables, guide, visits):
    addresses, faults = [], []
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(guide.as_uri())
    walk(page, visits[0])
    page.get_by_role("link", name="See your options").click()
    page.wait_for_url("**#/options")
    code = page.locator("#code").inner_text()
    boxes = page.locator("input[name=keep]")
    options = [boxes.nth(at).get_attribute("value") for at in range(2)]
    for at in range(2):
        boxes.nth(at).check()
        page.wait_for_function("(code) => document.querySelector('#code').textContent !== code", arg=code)
        code = page.locator("#code").inner_text()
    assert code == encode(tables.rulebook, visits[0], options)
    assert page.get_by_text("Your list is kept until you close this page.").is_visible()

    page.get_by_role("button", name="Compare my list").click()
    page.wait_for_url("**#/compare")
    names = [tables.rulebook.options[option].name for option in options]
    assert all(name in page.locator("thead").inner_text() for name in names)
    page.get_by_role("link", name="Say what matters to you").click()
    page.locator("input[name=cost][value=lot]").check()
    page.get_by_role("button", name="Save, and see what is said").click()
    page.wait_for_url("**#/matters#said")
    assert "Of what you kept." in page.locator("#said").inner_text()
    page.get_by_role("link", name="Make a sheet to take along").click()
    page.wait_for_url("**#/sheet")
    sheet = page.locator("#sheet").inner_text()
    assert code in sheet
    assert all(name in sheet for name in names)
    assert "What it costs: a lot." in sheet
    assert page.get_by_role("button", name="Print this sheet").is_visible()
    page.go_back()
    page.wait_for_url("**#/matters#said")
    page.locator("#said").wait_for()
    assert page.locator("input[name=cost][value=lot]").is_checked()

    page.evaluate("go('/')")
    page.get_by_role("button", name="Start again").click()
    page.wait_for_function("!Object.keys(answers).length && !kept.length && !Object.keys(matters).length")
    page.locator("footer").get_by_role("link", name="Use a reference code").click()
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Show the result").click()
    page.wait_for_url("**#/options")
    assert [one for one in options if page.locator(f"input[name=keep][value='{one}']").is_checked()] == options
    said = {*visits[0].values(), *options} - set(tables.rulebook.questions)
    for address in addresses:
        assert not said.intersection(re.split(r"[#?&=/.]", address.removeprefix(guide.as_uri()))), address
    assert faults == []


def test_its_codes_and_their_drawings_are_those_of_the_site(page, tables, guide, visits):
    page.goto(guide.as_uri())
    random = Random(16)
    for answers in visits * 3:
        visit = with_list(Visit.of(tables.rulebook, answers), random)
        given = [dict(answers), list(visit.kept), {}]
        code = page.evaluate("async (given) => { [answers, kept, matters] = given; return reference(); }", given)
        assert code == visit.reference
        typed = code.replace("-", "")
        restored = "async (typed) => [await restore(typed), answers, [...kept].sort()]"
        assert page.evaluate(restored, typed) == [True, dict(answers), sorted(visit.kept)]
        wrong = typed[:-1] + random.choice([sign for sign in "23456789ABCDEFGHJKMNPQRSTUVWXYZ" if sign != typed[-1]])
        assert page.evaluate(restored, wrong)[:2] == [False, dict(answers)]
        if len(answers) > 2:
            draw = """(code) => {
                const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
                svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
                drawCode(svg, code);
                return svg.firstChild.getAttribute("d");
            }"""
            dots = re.findall(r"M(\d+) (\d+)\.5h1", page.evaluate(draw, code))
            size = data_of(guide.read_text())["code"]["qr"]["size"]
            assert sum(1 << (int(y) - 3) * size + int(x) - 3 for x, y in dots) == number_of(drawing(code, 1))


def test_a_drawing_is_put_together_from_what_each_bit_changes():
    made = matrices([11, 24])
    assert made["version"] == 2  # 24 signs do not fit into the smallest
    assert len(made["lengths"][11]) == 1 + 5 * 11 + 6


def test_a_review_is_said_as_of_the_day_of_the_export(page, tables, visits, tmp_path):
    made = offline.files(signed(tables), {}, visits[:1])["guide.html"]
    file = tmp_path / "guide.html"
    file.write_text(made)
    page.goto(file.as_uri())
    page.clock.set_fixed_time(datetime.now() + timedelta(days=400))
    day = f"{date.today():%-d %B %Y}"
    page.evaluate("(given) => { answers = given; go('/options'); }", visits[0])
    page.locator(".outlook .reviewed").wait_for()
    assert (
        page.locator(".outlook .reviewed").inner_text()
        == f"All options shown were reviewed by a clinician. As of {day}."
    )
    told = f"made on {day}. What it says about reviews, and which options are offered, is as of that day. It does not"
    assert told in page.locator("footer").inner_text()
    assert day not in page.locator("p.print-only").first.text_content()  # the day on which it is printed
    page.get_by_role("link", name="More").first.click()
    page.wait_for_url("**#/options/*/*")
    assert page.locator(".reviewed").inner_text() == f"A clinician has reviewed this option. As of {day}."


def test_a_file_speaks_the_language_of_the_site_and_offers_no_other(page, tmp_path, own_tables):
    own = own_tables
    file = tmp_path / "guide.html"
    file.write_text(offline.files(own, {"LANGUAGE": "ar"}, [*visit_cover(own)][:1])["guide.html"])
    page.goto(file.as_uri())
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert page.locator("button[name=language]").count() == 0
    assert "Start now" not in page.locator("main").inner_text()
    faults = faults_in_browser(page, own, file, [*visit_cover(own)][:1], options=9, LANGUAGE="ar")
    assert list(faults) == []


def test_it_is_as_accessible_as_the_site(page, tables, guide, visits):
    from axe_playwright_python.sync_playwright import Axe

    page.goto(guide.as_uri())
    assert page.evaluate("document.documentElement.lang") == "en"
    kept = [option for option in tables.rulebook.options if option.startswith("hip-dips/")][1:4]
    given = [visits[0], kept, {"cost": "lot", "soon": "little", "settled": "no"}]
    page.evaluate("(given) => { [answers, kept, matters] = given; }", given)
    for place in ("/options", *LISTS, "/privacy"):
        page.evaluate("(place) => go(place)", place)
        page.wait_for_function("(place) => page === place", arg=place)
        results = Axe().run(page, options={"resultTypes": ["violations"]})
        assert results.violations_count == 0, results.generate_report()


def test_the_tree_asks_what_the_rules_ask():
    visits = every_visit(small_rulebook())
    tree = way_tree(visits)
    for number, answers in enumerate(visits):
        node, asked = tree, []
        while not isinstance(node, int):
            asked.append(node[0])
            node = node[1][answers[node[0]]]
        assert (asked, node) == (list(answers), number)


def test_a_rulebook_of_too_many_visits_is_refused_by_name(tables):
    many = {str(number): Choice(str(number), "some", "", PLACE) for number in range(30)}
    rulebook = small_rulebook()
    asked = {
        name: replace(question, choices=many, asked_when=AskedWhen()) if name in ("top", "last", "depth") else question
        for name, question in rulebook.questions.items()
    }
    with pytest.raises(offline.ExportError) as refused:
        every_visit(replace(rulebook, questions=asked))
    assert str(refused.value) == (
        "there are more than 20,000 ways to answer, which is too much for one file; ask a question of fewer people "
        "(asked-when), or give it fewer choices: 'depth' has 30"
    )


def test_the_command_writes_the_file_with_a_readme(runner, tmp_path, monkeypatch, visits):
    everything = offline.files
    monkeypatch.setattr(offline, "files", lambda tables, settings: everything(tables, settings, visits[:2]))
    result = runner.invoke(args=["rules", "export", "html", "--to", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["export"] == "html"
    assert set(manifest["files"]) == {"README.md", "guide.html"}
