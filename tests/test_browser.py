"""Whole journeys in the system's own Chromium, against the real server, with JavaScript off."""

import os
import re

import pytest
from playwright.sync_api import expect

from questionnaire import create_app
from questionnaire.review.new_option import PLACEHOLDERS

from .browser import CHROMIUM, FULL, journey, press, serving
from .conftest import RULES

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("Chromium is not installed (tests/install-browser says how)", allow_module_level=True)


@pytest.fixture(params=["without JavaScript"])
def browser_context_args(browser_context_args, site):
    return {**browser_context_args, "base_url": site, "java_script_enabled": False}


@pytest.mark.parametrize(
    ("answers", "listed"),
    [
        ({"area": "hip-dips"}, 9),
        ({"area": "love-handles"}, 6),
        ({"area": "both"}, 15),
        ({"area": "not-sure", "shape": "bulge-above-hips"}, 6),
    ],
    ids=["hip dips", "love handles", "both", "not sure"],
)
def test_a_visitor_answers_and_gets_all_options_of_their_areas(page, answers, listed):
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    journey(page, {**FULL, **answers})
    expect(page).to_have_url(re.compile("/check$"))
    press(page, "link", "See your options")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your options for ")
    assert page.locator(".row").count() == listed
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings[0] == "What you can do now"
    assert headings[-3:] == ["A doctor first", "Your answers", "Your reference code"]
    verdicts = {heading.rpartition(": ")[2].lower() for heading in headings[1:-3]}
    assert (
        {"open to you", "left out by your answers"}
        <= verdicts
        <= {"open to you", "worth asking about", "left out by your answers"}
    )
    assert all(url.startswith("http://127.0.0.1:") for url in requested)


def test_neither_ends_on_the_kind_page(page):
    journey(page, {"area": "not-sure", "shape": "neither"})
    expect(page.get_by_role("heading", level=1)).to_have_text("This guide may not be about what you see")


def test_going_back_keeps_the_answer_and_a_change_comes_back_to_the_answers(page):
    journey(page, {**FULL, "area": "hip-dips"})
    press(page, "link", "Change When would you hope")
    expect(page.get_by_label("It can take months")).to_be_checked()
    page.get_by_label("Within weeks").check()
    press(page, "button", "Continue")
    expect(page).to_have_url(re.compile("/check$"))
    press(page, "link", "Back", exact=True)
    expect(page.get_by_label("That it shows less")).to_be_checked()


def test_the_reference_code_brings_the_result_back_and_starting_again_clears_it(page):
    journey(page, {**FULL, "area": "both"})
    press(page, "link", "See your options")
    code = page.locator("#code").inner_text()
    rows = page.locator(".row").all_inner_texts()
    press(page, "button", "Start again and clear my answers")
    page.goto("/options")
    expect(page).to_have_url(re.compile("/questions/area$"))
    page.goto("/reference")
    page.get_by_label("Reference code").fill(code.lower())
    press(page, "button", "Show the result")
    assert page.locator(".row").all_inner_texts() == rows


def tab_to(page, selector):
    """Press Tab until the focus is on what the selector finds, as somebody without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator(selector).and_(page.locator(":focus")).count():
            return
    raise AssertionError(f"Tab never reaches {selector}")


def enter(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_whole_journey_works_by_keyboard_alone(page):
    page.goto("/")
    tab_to(page, ".button")
    enter(page)
    answers = {**FULL, "area": "both"}
    while "/questions/" in page.url:
        question = page.url.split("/")[-1]
        tab_to(page, "input[type=radio]")
        page.keyboard.press("Space")
        while not page.locator(f"input[value='{answers[question]}']").is_checked():
            page.keyboard.press("ArrowDown")
        tab_to(page, "button")
        enter(page)
    expect(page).to_have_url(re.compile("/check$"))
    tab_to(page, "a[href^='/questions/timing']")
    enter(page)
    expect(page.get_by_label("It can take months")).to_be_checked()
    tab_to(page, ".back")
    enter(page)
    page.goto("/check")
    tab_to(page, ".button")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your options for ")
    code = page.locator("#code").inner_text()
    tab_to(page, ".list-in-sight a[href='#answers']")
    page.keyboard.press("Enter")
    tab_to(page, "#again")
    enter(page)
    page.goto("/reference")
    tab_to(page, "#code")
    page.keyboard.type(code)
    enter(page)
    assert page.locator(".row").count() == 15


@pytest.mark.parametrize("address", ["/", "/questions/area", "/how-it-works"])
def test_the_first_tab_skips_to_the_main_part(page, address):
    page.goto(address)
    page.keyboard.press("Tab")
    skip = page.locator(".skip:focus")
    expect(skip).to_be_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_focus_lands_on_the_error_and_its_link_on_the_field(page):
    page.goto("/questions/area")
    press(page, "button", "Continue")
    expect(page.locator("#error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#area-hip-dips")).to_be_focused()
    page.goto("/reference")
    press(page, "button", "Show the result")
    expect(page.locator("#error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_be_focused()


@pytest.fixture
def with_javascript(browser, site):
    context = browser.new_context(base_url=site)
    yield context
    context.close()


def test_the_code_is_copied_by_a_button_where_there_is_javascript(with_javascript):
    with_javascript.grant_permissions(["clipboard-read", "clipboard-write"])
    page = with_javascript.new_page()
    journey(page, {**FULL, "area": "hip-dips"})
    press(page, "link", "See your options")
    page.get_by_role("button", name="Copy the code").click()
    expect(page.locator("#about").get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#code").inner_text()


def test_the_code_is_marked_where_it_can_t_be_copied(with_javascript):
    with_javascript.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('denied'))")
    page = with_javascript.new_page()
    journey(page, {**FULL, "area": "hip-dips"})
    press(page, "link", "See your options")
    page.get_by_role("button", name="Copy the code").click()
    expect(page.locator("#about").get_by_role("status")).to_contain_text("Copy it with your keyboard")
    assert page.evaluate("getSelection().toString()") == page.locator("#code").inner_text()


def test_without_javascript_there_is_no_button_that_does_nothing(page):
    journey(page, {**FULL, "area": "hip-dips"})
    press(page, "link", "See your options")
    assert page.get_by_role("button").all_inner_texts() == [
        "Compare my list",
        "Sheet to take along",
        "Save",
        "Start again and clear my answers",
    ]


AREA = """
  - area: upper-arms
    name: Upper arms
    in-scope-when:
      - area: [upper-arms]
    options: [leave-as-is]
    facts:
      what-it-is: silent
      where-it-is: silent
      what-causes-it: silent
      what-can-change: silent
      what-cannot-change: silent
...
"""
QUESTION = """
  - question: arm-side
    ask: Which arm do you mean?
    why: Some things are done on one side alone.
    claims: silent
    asked-when: {in-scope: upper-arms}
    choices:
      - {choice: left, label: The left one}
      - {choice: right, label: The right one}
...
"""


def test_a_third_area_with_a_question_of_its_own_is_added_from_files_alone(rules, tmp_path, browser):
    """docs/editing.md, done by a machine: no code is touched, and the new area is visited in the browser."""
    questions, areas = rules / "questions.yaml", rules / "areas.yaml"
    text = questions.read_text().replace(
        "      - {choice: both, label: Both}\n",
        "      - {choice: both, label: Both}\n      - {choice: upper-arms, label: Upper arms}\n",
        1,
    )
    for others in ("timing", "upkeep", "hoped-for"):  # no rule of the new area reads them
        head, asked, rest = text.partition(f"  - question: {others}\n")
        text = head + asked + rest.replace("in-scope: any", "in-scope: [hip-dips, love-handles]", 1)
    questions.write_text(text.removesuffix("...\n") + QUESTION.lstrip("\n"))
    areas.write_text(areas.read_text().removesuffix("...\n") + AREA.lstrip("\n"))
    staff = create_app({"RULES": str(rules)}).test_cli_runner()
    first = (RULES / "love-handles" / "leave-as-is.yaml").read_text()
    (rules / "upper-arms").mkdir()
    first = re.sub(r"answers: \{.*\}", "answers: {arm-side: left}", first.replace("love handles", "upper arms"))
    for own in ("accepting-love-handles", "left-love-handles-not-said"):
        first = first.replace(own, own.replace("love-handles", "arms"))
    (rules / "upper-arms" / "leave-as-is.yaml").write_text(first)
    for option, kind in (("exercise", "self-care"), ("cooling", "device"), ("lift", "surgery")):
        done = staff.invoke(args=["rules", "new", f"upper-arms/{option}", "--kind", kind])
        assert done.exit_code == 0, done.stderr
        path = rules / "upper-arms" / f"{option}.yaml"
        for placeholder in PLACEHOLDERS:
            path.write_text(path.read_text().replace(placeholder, "The article does not speak of this."))
        path.write_text(re.sub(r"(because: .*\n    claims: )silent", r"\1[habits-matter]", path.read_text()))
    # one option's rules are written: the new question decides
    path = rules / "upper-arms" / "exercise.yaml"
    text = path.read_text().replace(
        "\noffered: []",
        "\noffered:\n  - rule: left-arm\n    when: {arm-side: left}\n    because: You mean the left one.\n    claims: [habits-matter]",
    )
    text = text.replace("    when: always\n", "    when: {arm-side: right}\n").replace(
        "answers: {}", "answers: {arm-side: right}"
    )
    example = "  - example: The left arm\n    answers: {arm-side: left}\n    verdict: fits\n    because: [left-arm]\n    caveats: [upper-arms-exercise-nothing-said]\n"
    path.write_text(text.replace("examples:\n", f"examples:\n{example}"))
    checked = staff.invoke(args=["rules", "check", str(rules)])
    assert checked.exit_code == 0, checked.stdout
    assert {line.split("[")[1].split("]")[0] for line in checked.stdout.splitlines()} <= {
        "never-fits",
        "borrowed-claim",
    }

    with serving(tmp_path, FLASK_RULES=str(rules)) as address:
        context = browser.new_context(base_url=address, java_script_enabled=False)
        page = context.new_page()
        journey(page, {**FULL, "area": "upper-arms", "arm-side": "left", "tolerance": "surgery"})
        press(page, "link", "See your options")
        assert page.locator(".row").count() == 4
        fitting = page.locator(".row.fits h3 > :first-child").all_inner_texts()
        assert fitting == ["Leaving upper arms as they are", "Exercise"]
        code = page.locator("#code").inner_text()
        press(page, "button", "Start again and clear my answers")
        page.goto("/reference")
        page.get_by_label("Reference code").fill(code)
        press(page, "button", "Show the result")
        assert page.locator(".row.fits").count() == 2
        page.goto("/areas")
        assert page.get_by_role("columnheader", name="Upper arms").is_visible()
        context.close()
