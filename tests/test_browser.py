"""Whole journeys in the system's own Chromium, against the real server, with JavaScript off."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from questionnaire import create_app

from .conftest import PROJECT, RULES

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("Chromium is not installed (tests/install-browser says how)", allow_module_level=True)

FULL = {
    "donor-fat": "enough",
    "noticeable": "slight",
    "tried": "not-yet",
    "tolerance": "injections",
    "timing": "months",
    "upkeep": "not-sure",
    "hoped-for": "softer",
}


@pytest.fixture(scope="session")
def browser_type_launch_args():
    assert CHROMIUM, "Chromium must be installed under CI"
    return {"executable_path": CHROMIUM, "args": FLAGS.split()}


@contextmanager
def serving(folder, **settings):
    """The address of a server of our own, as `make run` starts it; its log goes to `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws", "wsgi:app"]
    with open(folder / "log", "w") as log:
        server = subprocess.Popen(
            [*command, "--blocking-threads", "2", "--backpressure", "32"],
            cwd=PROJECT,
            stdout=log,
            stderr=log,
            env={**os.environ, "FLASK_SECRET_KEY": "for the browser tests only", **settings},
        )
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{address}/readyz"):
                break
        except OSError:
            assert server.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
    try:
        yield address
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(params=["without JavaScript"])
def browser_context_args(browser_context_args, site):
    return {**browser_context_args, "base_url": site, "java_script_enabled": False}


def press(page, role, name, **how):
    """Press a link or button and wait until the page that it leads to is there as a whole."""
    with page.expect_navigation():
        page.get_by_role(role, name=name, **how).click()


def journey(page, answers):
    """From the start page to the answers, by pressing what a visitor presses."""
    page.goto("/")
    press(page, "link", "Start now")
    while "/questions/" in page.url:
        question = page.url.split("/")[-1]
        page.locator(f"input[value='{answers[question]}']").check()
        press(page, "button", "Continue")


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
    expect(page.get_by_role("heading", level=1)).to_have_text("Your options")
    assert page.locator("article.card").count() == listed
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings[0] == "What to keep in mind"
    assert [re.sub(r" \(\d+\)", "", heading) for heading in headings[1:]] == [
        "Options that fit your answers",
        "Options worth asking about",
        "Options that your answers rule out",
        "Side by side",
        "Questions to take to the clinic",
        "Your answers",
        "Source and reference code",
    ]
    assert all(url.startswith("http://127.0.0.1:") for url in requested)


def test_neither_ends_on_the_kind_page(page):
    journey(page, {"area": "not-sure", "shape": "neither"})
    expect(page.get_by_role("heading", level=1)).to_have_text("This guide may not be about what you see")


def test_going_back_keeps_the_answer_and_a_change_comes_back_to_the_answers(page):
    journey(page, {**FULL, "area": "hip-dips"})
    press(page, "link", "Change the answer to: When would you hope")
    expect(page.get_by_label("It can take months")).to_be_checked()
    page.get_by_label("Within weeks").check()
    press(page, "button", "Continue")
    expect(page).to_have_url(re.compile("/check$"))
    press(page, "link", "Back", exact=True)
    expect(page.get_by_label("That it shows less")).to_be_checked()


def test_the_reference_code_brings_the_result_back_and_starting_again_clears_it(page):
    journey(page, {**FULL, "area": "both"})
    press(page, "link", "See your options")
    code = page.locator(".code").inner_text()
    cards = page.locator("article.card").all_inner_texts()
    press(page, "button", "Start again and clear my answers")
    page.goto("/options")
    expect(page).to_have_url(re.compile("/questions/area$"))
    page.goto("/reference")
    page.get_by_label("Reference code").fill(code.lower())
    press(page, "button", "Show the result")
    assert page.locator("article.card").all_inner_texts() == cards


def test_the_journey_works_by_keyboard_alone(page):
    page.goto("/questions/area")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator("input[type=radio]:focus").count():
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/questions/noticeable$"))


@pytest.fixture
def with_javascript(browser, site):
    """A page in which axe can run; the site itself has no scripts."""
    context = browser.new_context(base_url=site, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_has_an_accessibility_fault_that_axe_finds(with_javascript, width, scheme):
    page = with_javascript
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

    def check(where):
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, f"{where}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where} scrolls sideways"

    for address in ("/", "/questions/area", "/reference", "/areas", "/how-it-works", "/privacy", "/nowhere"):
        page.goto(address)
        check(address)
    page.goto("/questions/area")
    press(page, "button", "Continue")
    check("a question without an answer")
    journey(page, {**FULL, "area": "both", "tolerance": "devices", "hoped-for": "gone"})
    check("/check")
    page.goto("/options")
    check("/options")
    journey_to_neither(page)
    check("neither")


def journey_to_neither(page):
    page.goto("/questions/area")
    page.locator("input[value='not-sure']").check()
    press(page, "button", "Continue")
    page.locator("input[value='neither']").check()
    press(page, "button", "Continue")


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
    questions.write_text(text.removesuffix("...\n") + QUESTION.lstrip("\n"))
    areas.write_text(areas.read_text().removesuffix("...\n") + AREA.lstrip("\n"))
    staff = create_app({"RULES": str(rules), "SECRET_KEY": "for tests only"}).test_cli_runner()
    first = (RULES / "love-handles" / "leave-as-is.yaml").read_text()
    (rules / "upper-arms").mkdir()
    first = re.sub(r"answers: \{.*\}", "answers: {arm-side: left}", first.replace("love handles", "upper arms"))
    for own in ("accepting-love-handles", "left-love-handles-not-said"):
        first = first.replace(own, own.replace("love-handles", "arms"))
    (rules / "upper-arms" / "leave-as-is.yaml").write_text(first)
    for option, kind in (("exercise", "self-care"), ("cooling", "device"), ("lift", "surgery")):
        done = staff.invoke(args=["rules", "new", f"upper-arms/{option}", "--kind", kind])
        assert done.exit_code == 0, done.stderr
    # one option's rules are written: the new question decides
    path = rules / "upper-arms" / "exercise.yaml"
    text = path.read_text().replace(
        "\noffered: []",
        "\noffered:\n  - rule: left-arm\n    when: {arm-side: left}\n    because: You mean the left one.\n    claims: silent",
    )
    text = text.replace("    when: always\n", "    when: {arm-side: right}\n").replace(
        "answers: {}", "answers: {arm-side: right}"
    )
    example = "  - example: The left arm\n    answers: {arm-side: left}\n    verdict: fits\n    because: [left-arm]\n    caveats: [upper-arms-exercise-nothing-said]\n"
    path.write_text(text.replace("examples:\n", f"examples:\n{example}"))
    checked = staff.invoke(args=["rules", "check", str(rules)])
    assert checked.exit_code == 0, checked.stdout
    assert {line.split("[")[1].split("]")[0] for line in checked.stdout.splitlines()} == {"never-fits"}

    with serving(tmp_path, FLASK_RULES=str(rules)) as address:
        context = browser.new_context(base_url=address, java_script_enabled=False)
        page = context.new_page()
        journey(page, {**FULL, "area": "upper-arms", "arm-side": "left", "tolerance": "surgery"})
        press(page, "link", "See your options")
        assert page.locator("article.card").count() == 4
        fitting = page.locator("section[aria-labelledby=fits] article.card h3").all_inner_texts()
        assert fitting == ["Leaving upper arms as they are", "Exercise"]
        code = page.locator(".code").inner_text()
        press(page, "button", "Start again and clear my answers")
        page.goto("/reference")
        page.get_by_label("Reference code").fill(code)
        press(page, "button", "Show the result")
        assert page.locator("section[aria-labelledby=fits] article.card").count() == 2
        page.goto("/areas")
        assert page.get_by_role("columnheader", name="Upper arms").is_visible()
        context.close()
