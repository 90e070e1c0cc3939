"""The languages that ship, on a phone in a real browser: the whole journey, each kind of page by axe, the printed sheet."""

import os

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe

from .browser import CHROMIUM, FULL, NAMES_IN_DRAWINGS, serving
from .conftest import OWN_RULES
from .test_states import PHONE, SIDEWAYS, WANTED

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("Chromium is not installed (tests/install-browser says how)", allow_module_level=True)

ANSWERS = {**FULL, "area": "both", "tolerance": "surgery", "hoped-for": "gone"}
LANGUAGES = {"es": "Español", "ar": "العربية"}
KEPT = ("hip-dips/exercise", "hip-dips/fat-transfer")
OTHERS = ("/options/hip-dips/fat-transfer", "/compare", "/matters", "/words", "/areas", "/privacy", "/nowhere")


@pytest.fixture(scope="module")
def translated_site(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), FLASK_RULES=str(OWN_RULES)) as address:
        yield address


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_journey_in_another_language(browser, translated_site, language):
    context = browser.new_context(base_url=translated_site, bypass_csp=True, viewport=PHONE, locale=language)
    context.set_default_timeout(10_000)
    page = context.new_page()

    def look():
        html = page.locator("html")
        assert html.get_attribute("lang") == language, page.url
        assert (html.get_attribute("dir") or "ltr") == ("rtl" if language == "ar" else "ltr")
        assert page.locator("body [lang=en]:not(button)").count() == 0, f"English is left on {page.url}"
        assert not page.evaluate(SIDEWAYS), f"{page.url} scrolls sideways"
        found = Axe().run(page, options=WANTED)
        assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"

    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "en"  # proposed, and not forced
    with page.expect_navigation():
        page.get_by_role(
            "button", name=LANGUAGES[language], exact=True
        ).first.click()  # above the page; one stands below too
    look()
    with page.expect_navigation():
        page.locator("main a.button").first.click()
    while "/questions/" in page.url:
        look()
        question = page.url.split("/")[-1]
        page.locator(f"input[value='{ANSWERS[question]}']").check()
        with page.expect_navigation():
            page.locator("main form button").first.click()
    page.goto("/options")
    look()
    page.goto("/compare")
    for option in KEPT:
        page.locator(f"input[name=keep][value='{option}']").check()
    page.wait_for_load_state("networkidle")
    for address in OTHERS:
        page.goto(address)
        look()
        for size in ("212.5%", ""):
            for drawing in page.evaluate(NAMES_IN_DRAWINGS, size):
                assert min(drawing["room"], drawing["between"]) >= 0, f"{page.url}: {drawing}"
    page.goto("/sheet")
    look()
    for paper in ("A4", "Letter"):
        assert len(pypdfium2.PdfDocument(page.pdf(format=paper, prefer_css_page_size=True))) == 1
    page.goto("/questions/timing")
    first, label = (
        page.locator(".choice input").first.bounding_box(),
        page.locator(".choice label").first.bounding_box(),
    )
    to_the_right = first["x"] > label["x"] + label["width"] / 2
    assert to_the_right == (language == "ar")  # a mark stands where its line begins
    context.close()
