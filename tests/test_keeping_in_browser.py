"""What visitors keep, in a real browser: a tick is saved at once, and columns are chosen on a phone."""

import os

import pytest

from .browser import CHROMIUM, FULL, journey, press

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("Chromium is not installed (tests/install-browser says how)", allow_module_level=True)

ANSWERS = {**FULL, "area": "both", "tolerance": "surgery", "hoped-for": "gone"}
SAVED = "Your list is saved in this browser."
FAILED = "That was not saved. Press a button below to save it."


@pytest.fixture
def page(browser, site, request):
    """A visitor's page on a phone, once all is answered; scripts run unless the test is marked otherwise."""
    context = browser.new_context(
        base_url=site, bypass_csp=True, viewport={"width": 390, "height": 844}, **request.param
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    journey(page, ANSWERS)
    yield page
    context.close()


with_scripts = pytest.mark.parametrize("page", [{}], indirect=True, ids=[""])
without_scripts = pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True, ids=[""])


def keep(page, *names):
    """Tick these options on the page of what is kept."""
    page.goto("/compare")
    for name in names:
        page.get_by_label(name).check()


def columns(page):
    """The heads of the columns that are in sight."""
    return [head for head in page.locator("thead th").all() if head.is_visible()]


@with_scripts
def test_a_tick_is_saved_at_once_and_said_and_the_last_of_several_counts(page):
    keep(page, "Exercise for hip dips", "Fat transfer (fat grafting)", "Emsculpt for hip dips")
    page.get_by_label("Emsculpt for hip dips").uncheck()
    page.get_by_role("status").get_by_text(SAVED).wait_for()
    page.wait_for_load_state("networkidle")
    page.goto("/sheet")
    kept = page.locator(".columns li").all_text_contents()
    assert [one.split(" Open")[0].split(" Worth")[0] for one in kept] == [
        "Exercise for hip dips",
        "Fat transfer (fat grafting)",
    ]


@with_scripts
def test_a_tick_that_can_t_be_saved_says_so(page):
    page.goto("/compare")
    page.route("**/keep", lambda route: route.fulfill(status=429))
    page.get_by_label("Exercise for hip dips").check()
    page.get_by_role("status").get_by_text(FAILED).wait_for()


@without_scripts
def test_without_scripts_a_button_saves_and_two_columns_are_chosen_on_a_phone(page):
    keep(page, "Exercise for hip dips", "Fat transfer (fat grafting)", "Emsculpt for hip dips")
    press(page, "button", "Compare these")
    heads = [head.inner_text().split("\n")[0] for head in columns(page)]
    assert heads == ["Leaving hip dips as they are", "Exercise for hip dips"]
    page.get_by_role("group", name="First column").get_by_label("Emsculpt for hip dips").check()
    heads = [head.inner_text().split("\n")[0] for head in columns(page)]
    assert heads == ["Exercise for hip dips", "Emsculpt for hip dips"]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert len(columns(page)) == 4


@with_scripts
def test_sheet_and_result_are_printed_and_shared_by_buttons_where_the_browser_can(page):
    page.add_init_script(
        "window.print = () => { window.printed = true }; navigator.share = (all) => { window.shared = all; return Promise.resolve() }"
    )
    page.goto("/sheet")
    page.get_by_role("button", name="Print this sheet").click()
    assert page.evaluate("window.printed")
    page.get_by_role("button", name="Share it as text").click()
    shared = page.evaluate("window.shared")
    assert set(shared) == {"title", "text"}
    assert "My code:" in shared["text"]
    page.goto("/options")
    page.get_by_role("button", name="Share the code").click()
    shared = page.evaluate("window.shared")
    assert (shared["text"], shared["url"].endswith("/reference")) == (page.locator("#code").inner_text(), True)
    page.get_by_role("button", name="Print this page").click()
    assert page.evaluate("window.printed")
