"""The guide in one file: the pages that visitors are served, turned by a script, without a network."""

import json
from dataclasses import replace

import pytest

from judges.offline import data_of, faults_in_browser, faults_in_data
from questionnaire import offline
from questionnaire.decide.visit_cover import visit_cover
from questionnaire.offline.visit_tree import every_visit, way_tree
from questionnaire.rulebook.model import AskedWhen, Choice

from .small import PLACE, small_rulebook


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


def test_a_visitor_walks_through_it_from_a_folder_and_nothing_is_requested(page, guide, visits):
    requests, faults = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(guide.as_uri())
    assert "The Elm Clinic" in page.locator("header").inner_text()
    walk(page, visits[0])
    page.get_by_role("link", name="See your options").click()
    page.wait_for_url("**#/options")
    code = page.locator("#code").inner_text()
    assert code == data_of(guide.read_text())["visits"][0][0]
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


def test_nobody_is_led_to_a_page_that_is_not_in_it(page, guide, visits):
    page.goto(guide.as_uri())
    for place in ("/compare", "/options", "/questions/timing", "/nowhere", "/options/hip-dips/exercise"):
        page.evaluate("(place) => go(place)", place)
        page.wait_for_url("**#/questions/area")
    page.goto(guide.as_uri())
    walk(page, visits[0])
    page.get_by_role("link", name="See your options").click()
    assert page.locator("a[href*='compare'], a[href*='privacy'], a[href*='sheet']").count() == 0
    assert page.locator("input[name=keep]").count() == 0


def test_it_is_as_accessible_as_the_site(page, guide, visits):
    from axe_playwright_python.sync_playwright import Axe

    page.goto(guide.as_uri())
    page.evaluate("(given) => { answers = given; go('/options'); }", visits[0])
    page.wait_for_url("**#/options")
    assert page.evaluate("document.documentElement.lang") == "en"
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
