"""Every page in every state in a real browser: axe, no scrolling sideways, targets, focus, links, headings."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe

from .browser import CHROMIUM, FULL, GONE, PROJECT, RESULTS, journey, press, serving

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("Chromium is not installed (tests/install-browser says how)", allow_module_level=True)

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WANTED = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": WCAG}}
"""What axe looks for."""
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SEEN_AT = ((PHONE, "light"), (DESKTOP, "dark"))
"""Each width and each scheme once: the schemes differ in the values of the same variables."""
TARGETS = "button:not(.term), .button, summary, .choice label, label.tick, .tick label, .back, input:not([type])"
IDLE = "[tabindex='0']:not(a, button, input, select, textarea, summary)"
LINKS = """[...document.querySelectorAll('main a')].map(e => [
    (e.getAttribute('aria-labelledby') ?? '').split(' ').map(id => document.getElementById(id)?.textContent ?? '')
        .join(' ').trim() || e.textContent.trim(), e.href])"""
LOW = "(e) => e.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.innerText)"
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


def public(page):
    """What everybody gets alike."""
    for address in ("/", "/areas", "/how-it-works", "/privacy", "/reference", "/words", "/nowhere"):
        page.goto(address)
        yield address


def questions(page):
    """Each question, answered and not, with an error and why it is asked, and the answers."""
    page.goto("/questions/area")
    press(page, "button", "Continue")
    yield "an error"
    page.locator("input[value=not-sure]").check()
    press(page, "button", "Continue")
    page.locator("summary").click()
    yield "why the shape is asked"
    page.context.clear_cookies()
    page.goto("/questions/area")
    while "/questions/" in page.url:
        question = page.url.split("/")[-1]
        yield question
        page.locator(f"input[value='{GONE[question]}']").check()
        press(page, "button", "Continue")
    yield "/check"
    page.goto("/questions/tolerance?change")
    yield "an answer to change"


def notices(page):
    """What went wrong, and what a visitor is told."""
    page.goto("/questions/area")
    page.locator("input[value='both']").check()
    page.evaluate("document.querySelector('[name=layout]').value = 'other'")
    press(page, "button", "Continue")
    yield "a question that was changed"
    page.goto("/options")
    yield "answers that are gone"
    for code in ("K7MPX-4RT9O", "K7MPX-4RT92K", "K7MPX"):
        page.goto("/reference")
        page.locator("#code").fill(code)
        press(page, "button", "Show the result")
        yield f"the mistyped code {code}"
    journey(page, {"area": "not-sure", "shape": "neither"})
    yield "neither area"
    press(page, "button", "Start again and clear my answers")
    yield "cleared answers"
    journey(page, RESULTS["open about everything"])
    page.goto("/options")
    code = page.locator("#code").inner_text()
    page.context.clear_cookies()
    journey(page, RESULTS["what one does oneself"])
    page.goto("/reference")
    page.locator("#code").fill(code)
    press(page, "button", "Show the result")
    yield "a code in the place of one's own answers"


def results(page):
    """Results and options of each verdict, folded and unfolded."""
    for name, answers in RESULTS.items():
        page.context.clear_cookies()
        journey(page, answers)
        press(page, "link", "See your options")
        yield name
        if page.locator(".fold").count():
            for fold in page.locator(".fold summary").all():
                fold.click()
            yield f"{name}, unfolded"
        if answers is GONE:
            for option in ("leave-as-is", "emsculpt", "fat-transfer"):
                page.goto(f"/options/hip-dips/{option}")
                yield option
            page.locator(".term").first.click()
            yield "a word that is explained"


def kept(page):
    """The pages of the list, with nothing, one, two, three and all kept, nothing and everything marked."""
    journey(page, {**GONE, "tolerance": "surgery"})
    for address in ("/compare", "/matters", "/sheet"):
        page.goto(address)
        yield f"{address} with nothing kept"
    for number in (1, 2, 3, 15):
        page.goto("/options")
        for box in page.locator("[name=keep]").all()[:number]:
            box.check()
        press(page, "button", "Compare my list")
        yield f"/compare with {number} kept"
    page.goto("/options")
    yield "/options with all kept"
    page.goto("/matters")
    for choice in page.locator("input[value=lot], input[value=no]").all():
        choice.check()
    press(page, "button", "Save, and see what is said")
    for address in ("/matters", "/compare", "/sheet"):
        page.goto(address)
        yield f"{address} with all kept and marked"


def look(page, where):
    """Hold a page in its present state against everything above."""
    for size, scheme in SEEN_AT:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=WANTED)
        assert found.violations_count == 0, f"{where}, {size['width']}, {scheme}: {found.generate_report()}"
    page.set_viewport_size(PHONE)
    assert page.locator(TARGETS).evaluate_all(LOW) == [], f"{where}: lower than a finger needs"
    assert page.locator(IDLE).count() == 0, f"{where}: takes the focus without a use"
    links = page.evaluate(LINKS)
    targets = {name: {target for other, target in links if other == name} for name, _ in links}
    assert [name for name, some in targets.items() if len(some) > 1] == [], f"{where}: links that sound alike"
    for level in (1, 2):
        headings = page.locator(f"h{level}:visible").all_inner_texts()
        assert len(headings) == len(set(headings)), f"{where}: {headings}"
    assert page.locator("h1:visible").count() == 1, where
    for text, widths in (("106.25%", (320, 390, 1280)), ("212.5%", (320, 390, 640, 1280))):
        page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 844})
            assert not page.evaluate(SIDEWAYS), f"{where} scrolls sideways at {width} with text of {text}"
    page.evaluate("document.documentElement.style.fontSize = ''")


@pytest.fixture
def page(browser, site):
    """A page in which axe can run: the policy of the site lets nobody else's scripts in."""
    context = browser.new_context(base_url=site, bypass_csp=True, viewport=PHONE)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("states", [public, questions, notices, results, kept])
def test_every_page_in_every_state_can_be_used_by_everybody(page, states):
    for where in states(page):
        look(page, where)


def test_a_result_with_everything_withheld_or_with_the_clinic_s_own_and_a_wait_can_be_used_too(browser, tmp_path):
    own = {"FLASK_CLINIC_NAME": "The Elm Clinic", "FLASK_CLINIC_CONTACT": "Call 0123", "FLASK_CLINIC_ACCENT": "#7a1f5c"}
    more = {"FLASK_CLINIC_BOOKING": "tel:0123", "FLASK_CLINIC_SUPPORT": "One|Two", "FLASK_REQUIRE_SIGN_OFF": "true"}
    own["FLASK_CLINIC_LOGO"] = str(PROJECT / "static" / "icon.svg")
    with serving(tmp_path, **own, **more, FLASK_LIMIT_POSTS="12") as address:
        context = browser.new_context(base_url=address, bypass_csp=True, viewport=PHONE)
        page = context.new_page()
        page.goto("/")
        look(page, "the clinic's start")
        journey(page, GONE)
        press(page, "link", "See your options")
        assert page.locator(".row").count() == 0
        look(page, "all withheld")
        context.clear_cookies()
        page.goto("/questions/area")
        while page.get_by_role("button", name="Continue").count():
            press(page, "button", "Continue")
        assert page.locator("h1").inner_text() == "Please wait a minute"
        look(page, "a wait")
        press(page, "link", "Back to where you were")
        assert page.url.endswith("/questions/area")
        context.close()


def test_the_keyboard_reaches_everything_in_sight_and_shows_where_it_is(browser, site):
    """Every stop of the Tab key on the longest pages has an outline, is in the window and under nothing else."""
    context = browser.new_context(base_url=site, viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    journey(page, {**FULL, "area": "both", "tolerance": "surgery", "donor-fat": "enough"})
    page.goto("/options")
    for box in page.locator("[name=keep]").all()[:3]:
        box.check()
    page.get_by_role("status").get_by_text("Your list is saved").wait_for()
    for address in ("/options", "/compare", "/matters"):
        page.goto(address)
        stops = 0
        while True:
            page.keyboard.press("Tab")
            stop = page.evaluate("""() => {
                const e = document.activeElement, r = e.getBoundingClientRect();
                if (e === document.body) return null;
                const over = document.elementFromPoint(r.left + Math.min(r.width, 20) / 2, r.top + r.height / 2);
                return {is: e.outerHTML.slice(0, 80), outline: getComputedStyle(e).outlineStyle,
                    inside: r.top >= 0 && r.bottom <= innerHeight, free: e.contains(over) || !!over?.contains(e)};
            }""")
            if stop is None:
                break
            stops += 1
            assert (stop["outline"], stop["inside"], stop["free"]) == ("solid", True, True), f"{address}: {stop}"
        assert stops > 10, address
    context.close()
