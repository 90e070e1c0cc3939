"""How the pages look and read in a real browser: every state by axe, in both widths and schemes; sizes, print, HTML."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe

from questionnaire import create_app

from .browser import CHROMIUM, FULL, PROJECT, journey, press, serving
from .conftest import RULES
from .visitor import walk

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("Chromium is not installed (tests/install-browser says how)", allow_module_level=True)

WCAG = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
VNU = Path(sys.prefix) / "vnu" / "vnu.jar"
GOLDENS = Path(__file__).parent / "goldens"
GONE = {**FULL, "area": "both", "tolerance": "devices", "hoped-for": "gone"}


@pytest.fixture
def page(browser, site):
    """A page in which axe can run: the policy of the site lets nobody else's scripts in."""
    context = browser.new_context(base_url=site, bypass_csp=True)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def sideways(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def check(page, where):
    """No violation and no scrolling sideways, on a phone and a desktop, light and dark."""
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert not sideways(page), f"{where} scrolls sideways at {size['width']}"
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options=WCAG)
            assert found.violations_count == 0, f"{where}, {size['width']}, {scheme}: {found.generate_report()}"


@pytest.mark.parametrize("address", ["/", "/areas", "/how-it-works", "/privacy", "/reference", "/words", "/nowhere"])
def test_no_page_has_a_fault_that_axe_finds(page, address):
    page.goto(address)
    check(page, address)


def test_no_question_has_a_fault_that_axe_finds(page):
    page.goto("/questions/area")
    while "/questions/" in page.url:
        question = page.url.split("/")[-1]
        check(page, question)
        page.locator(f"input[value='{GONE[question]}']").check()
        press(page, "button", "Continue")
    check(page, "/check")


def test_no_error_has_a_fault_that_axe_finds(page):
    page.goto("/questions/area")
    press(page, "button", "Continue")
    check(page, "no answer")
    page.goto("/questions/area")
    page.locator("input[value='both']").check()
    page.evaluate("document.querySelector('[name=layout]').value = 'other'")
    press(page, "button", "Continue")
    check(page, "a question that was changed")
    page.goto("/options")
    check(page, "no answers")
    page.goto("/reference")
    page.locator("#code").fill("K7MPX-4RT9O")
    press(page, "button", "Show the result")
    check(page, "a mistyped code")
    journey(page, {"area": "not-sure", "shape": "neither"})
    check(page, "neither area")
    press(page, "button", "Start again and clear my answers")
    check(page, "cleared answers")


RESULTS = {
    "some of every verdict, and gone is hoped for": GONE,
    "nothing to ask about, nothing ruled out": {**FULL, "area": "both", "tolerance": "surgery", "upkeep": "yes"},
    "open about everything": {**FULL, "area": "hip-dips", "tolerance": "not-sure", "donor-fat": "not-sure"},
    "what one does oneself": {**FULL, "area": "love-handles", "tolerance": "self-care"},
}


@pytest.mark.parametrize("answers", RESULTS.values(), ids=RESULTS)
def test_no_result_has_a_fault_that_axe_finds(page, answers):
    journey(page, answers)
    press(page, "link", "See your options")
    check(page, "/options")
    page.goto(page.locator(".row-foot a").last.get_attribute("href"))
    check(page, "an option")


def test_a_result_with_everything_withheld_or_with_the_clinic_s_own_has_no_fault(browser, tmp_path):
    own = {"FLASK_CLINIC_NAME": "The Elm Clinic", "FLASK_CLINIC_CONTACT": "Call 0123", "FLASK_CLINIC_ACCENT": "#7a1f5c"}
    more = {"FLASK_CLINIC_BOOKING": "tel:0123", "FLASK_CLINIC_SUPPORT": "One|Two", "FLASK_REQUIRE_SIGN_OFF": "true"}
    with serving(tmp_path, FLASK_CLINIC_LOGO=str(PROJECT / "static" / "icon.svg"), **own, **more) as address:
        context = browser.new_context(base_url=address, bypass_csp=True)
        page = context.new_page()
        page.goto("/")
        check(page, "the clinic's start")
        journey(page, GONE)
        press(page, "link", "See your options")
        assert page.locator(".row").count() == 0
        check(page, "all withheld")
        context.close()


def each_kind_of_page(page):
    """Every address, and the states of them that look different; the list has more than fits side by side."""
    for address in ("/", "/areas", "/how-it-works", "/privacy", "/reference", "/words", "/nowhere", "/questions/area"):
        page.goto(address)
        yield address
    press(page, "button", "Continue")
    yield "an error"
    page.locator("input[value=not-sure]").check()
    press(page, "button", "Continue")
    yield "/questions/shape"
    page.context.clear_cookies()
    journey(page, {**GONE, "tolerance": "surgery"})
    yield "/check"
    for address in ("/compare", "/options", "/matters", "/sheet"):
        page.goto(address)
        yield f"{address} with nothing kept"
    page.goto("/options")
    for box in page.locator("[name=keep]").all():
        box.check()
    press(page, "button", "Compare my list")
    for address in ("/compare", "/options", "/matters", "/sheet"):
        page.goto(address)
        yield address
    page.goto("/options")
    page.goto(page.locator(".row-foot a").last.get_attribute("href"))
    yield "an option"


def test_no_page_scrolls_sideways_at_320_pixels_or_with_text_twice_as_large(page):
    for where in each_kind_of_page(page):
        page.set_viewport_size({"width": 320, "height": 640})
        assert not sideways(page), f"{where} at 320"
        page.add_style_tag(content="html { font-size: 212.5% !important }")
        for width in (320, 390, 640, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            assert not sideways(page), f"{where} at {width} with text twice as large"


def test_nothing_takes_the_focus_without_a_use_and_no_two_links_to_other_places_sound_alike(page):
    for where in each_kind_of_page(page):
        idle = page.locator("[tabindex='0']:not(a, button, input, select, textarea, summary)")
        assert idle.count() == 0, where
        links = page.evaluate("""[...document.querySelectorAll('main a')].map(e => [
            (e.getAttribute('aria-labelledby') ?? '').split(' ').map(id => document.getElementById(id)?.textContent ?? '')
                .join(' ').trim() || e.textContent.trim(), e.href])""")
        targets = {name: {target for other, target in links if other == name} for name, _ in links}
        assert [name for name, some in targets.items() if len(some) > 1] == [], where


def test_headings_of_one_level_can_be_told_from_each_other(page):
    for where in each_kind_of_page(page):
        for level in (1, 2):
            headings = page.locator(f"h{level}:visible").all_inner_texts()
            assert len(headings) == len(set(headings)), f"{where}: {headings}"
        assert page.locator("h1:visible").count() == 1, where


def test_what_a_finger_must_hit_is_large_enough(page):
    page.set_viewport_size(PHONE)
    for where in each_kind_of_page(page):
        for target in page.locator("button, .button, .choice label, input:not([type]), .back").all():
            box = target.bounding_box()
            if box and target.is_visible() and target.get_attribute("type") != "hidden":
                assert box["height"] >= 44, f"{where}: {target.inner_text()} is {box['height']} high"


def test_pictures_and_chosen_answers_can_be_told_in_forced_colours(page):
    page.emulate_media(forced_colors="active")
    page.goto("/questions/area")
    colour = "e => getComputedStyle(e).stroke"
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.locator(".mark").first.evaluate(colour) != paper
    assert page.locator(".picture").first.evaluate(colour) != paper
    page.locator("input[value='both']").check()
    outline = "e => getComputedStyle(e).outlineStyle"
    assert page.locator("input:checked + label").evaluate(outline) == "solid"
    assert page.locator("input:not(:checked) + label").first.evaluate(outline) == "none"


def test_nothing_moves_where_less_motion_is_asked_for(page):
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    moving = """[...document.querySelectorAll('*')].filter(e => {
        const s = getComputedStyle(e);
        return s.animationName != 'none' || s.transitionDuration != '0s' || s.scrollBehavior == 'smooth';
    }).length"""
    assert page.evaluate(moving) == 0


@pytest.mark.parametrize("last", ["/questions/area", "/options"])
def test_the_first_paint_needs_the_page_and_one_file(page, last):
    if last == "/options":
        journey(page, GONE)
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(last)
    page.wait_for_load_state("networkidle")
    blocking = "performance.getEntriesByType('resource').filter(e => e.renderBlockingStatus == 'blocking').length"
    assert page.evaluate(blocking) == 1
    assert all(url.startswith("http://127.0.0.1:") for url in requested)


@pytest.mark.parametrize("name", ["start", "question-with-an-error", "answers"])
def test_assistive_software_meets_the_page_as_agreed(page, name):
    """tests/goldens/*.yaml holds what is announced, in order; to write them anew: GOLDENS=write make test."""
    page.goto("/" if name == "start" else "/questions/area")
    if name == "question-with-an-error":
        press(page, "button", "Continue")
    if name == "answers":
        journey(page, {**FULL, "area": "hip-dips"})
    golden = GOLDENS / f"{name}.yaml"
    announced = page.locator("body").aria_snapshot() + "\n"
    if os.environ.get("GOLDENS") == "write":
        golden.write_text(announced)
    assert announced == golden.read_text()


@pytest.fixture(scope="module")
def printed(browser, site):
    """The pages of a printed result for both areas: the text of each, and the text and code of the page itself."""
    context = browser.new_context(base_url=site)
    page = context.new_page()
    journey(page, GONE)
    press(page, "link", "See your options")
    code = page.locator("#code").inner_text()
    pdf = pypdfium2.PdfDocument(page.pdf(format="Letter", prefer_css_page_size=True))
    pages = [" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in pdf]
    sizes = {tuple(round(side) for side in sheet.get_size()) for sheet in pdf}
    page.emulate_media(media="print")
    said = page.locator("main").inner_text()
    context.close()
    return pages, sizes, said, code


def test_a_result_is_printed_on_any_paper_with_numbers_and_its_rulebook_and_code_at_the_top(printed, rulebook):
    pages, sizes, _, code = printed
    assert sizes == {(612, 792)}
    for number, text in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in text
    assert rulebook.fingerprint in pages[0]
    assert code in pages[0]


def test_nothing_is_cut_in_print(printed):
    pages, _, said, _ = printed
    words = set(" ".join(pages).split())
    assert len(said.split()) > 800
    assert [word for word in said.split() if word not in words and "-" not in word] == []


def test_a_printed_result_has_nothing_to_press(printed):
    text = " ".join(printed[0])
    for pressed in ("Start again", "Copy the code", "Skip to", "Compare my list"):
        assert pressed not in text


@pytest.mark.skipif(not (shutil.which("java") and VNU.is_file()), reason="Java or the Nu checker is not there")
def test_the_nu_checker_finds_nothing_in_any_page(tmp_path):
    client = create_app({"RULES": str(RULES)}).test_client()

    def keep(name, page):
        (tmp_path / f"{name}.html").write_bytes(page.data)

    for name in ("", "areas", "how-it-works", "privacy", "reference", "nowhere", "questions/area"):
        keep(name.replace("/", "-") or "start", client.get(f"/{name}"))
    keep("error", client.post("/questions/area"))
    keep("code-error", client.post("/reference", data={"code": "x"}))
    for number, answers in enumerate(RESULTS.values()):
        walk(client, answers)
        keep(f"result-{number}", client.get("/options"))
        for option in ("fat-transfer", "leave-as-is"):
            keep(f"option-{option}-{number}", client.get(f"/options/hip-dips/{option}", follow_redirects=True))
    keep("question", client.get("/questions/tolerance"))
    keep("check", client.get("/check"))
    walk(client, {"area": "not-sure", "shape": "neither"})
    keep("elsewhere", client.get("/options"))
    command = ["java", "-Xshare:auto", "-jar", str(VNU), "--format", "text", *sorted(map(str, tmp_path.glob("*.html")))]
    found = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert found.returncode == 0, found.stderr
    assert found.stderr.strip() == "Document checking completed. No errors found."
