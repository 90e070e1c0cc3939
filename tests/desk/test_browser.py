"""The desk in Chromium, with virtual authenticators: from an empty database to people who work together."""

import re
import shutil

import pytest

from ..conftest import OWN_RULES, RULES
from .browser import looks_right, person_with_device, serving


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(RULES, folder / "rules")
    with serving(folder, folder / "rules") as (address, first):
        yield address, first


def press(page, name, role="button"):
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.click()


def arrive(desk, browser, publisher, name, role, width):
    """Somebody whom the publisher invites, and who makes their passkey."""
    press(publisher, "People", "link")
    publisher.get_by_label("Name").fill(name)
    publisher.get_by_label("Role").last.select_option(role)
    press(publisher, "Invite, with my passkey")
    page = person_with_device(browser, desk[0], width)
    page.goto(publisher.get_by_label("Their address").input_value())
    looks_right(page)
    press(page, "Make my passkey")
    looks_right(page)
    return page


def read_through(page):
    """Scroll through the statements of a unit, and tick each section of which they stood on the screen."""
    for foot in page.locator(".statement .foot").all():
        foot.scroll_into_view_if_needed()
        page.wait_for_function("foot => foot.closest('.statement.seen')", arg=foot.element_handle())
    for button in page.locator("[data-tick-seen]").all():
        button.click()
    assert page.locator("input[name=read]:not(:checked)").count() == 0


@pytest.mark.timeout(400)  # axe over every page takes a while
def test_three_people_bring_other_words_to_visitors(desk, browser):
    """From an empty database: invited, read, remarked on, changed, signed, published and withdrawn."""
    publisher = person_with_device(browser, desk[0])
    publisher.goto(desk[1])
    looks_right(publisher)
    publisher.get_by_label("Your name").fill("Ada Able")
    press(publisher, "Make my passkey")
    press(publisher, "People", "link")
    looks_right(publisher)
    reviewer = arrive(desk, browser, publisher, "Dr Baker", "reviewer", 390)
    editor = arrive(desk, browser, publisher, "Eve Editor", "editor", 1280)

    press(reviewer, "Sign out")
    looks_right(reviewer)
    press(reviewer, "Sign in with your passkey")
    press(reviewer, "Silicone implants for hip dips", "link")
    looks_right(reviewer)
    press(reviewer, "Remark on: Summary", "link")
    looks_right(reviewer)
    reviewer.get_by_label("What would you change, and why?").fill("One word is too many.")
    words = reviewer.get_by_label("Other words").input_value()
    reviewer.get_by_label("Other words").fill(words.replace("are placed by surgery", "are put in place by surgery"))
    press(reviewer, "Keep the remark")
    looks_right(reviewer)

    press(editor, "Remarks", "link")
    looks_right(editor)
    press(editor, "Take the words and save")
    assert editor.get_by_role("status").inner_text() == "Taken and saved."
    for path in ("/change", "/change/hip-dips/implants.yaml", "/change/hip-dips/implants.yaml?at=not-offered.0"):
        editor.goto(path)
        looks_right(editor)
    editor.get_by_label("I am not sure").first.check()
    editor.get_by_label("Why do you change it?").fill("Kept over a lost connection")
    editor.context.set_offline(True)
    editor.get_by_role("button", name="Save").click()
    editor.context.set_offline(False)
    editor.goto("/change/hip-dips/implants.yaml?at=not-offered.0")
    assert not editor.get_by_label("I am not sure").first.is_checked()
    editor.get_by_role("button", name="Put it back").click()
    assert editor.get_by_label("I am not sure").first.is_checked()
    assert editor.get_by_label("Why do you change it?").input_value() == "Kept over a lost connection"
    press(editor, "Check")
    assert editor.get_by_role("heading", name="What it would make").is_visible()
    looks_right(editor)

    reviewer.goto("/units/hip-dips/implants")
    for button in reviewer.locator("[data-tick-seen]").all():
        button.click()
    assert reviewer.locator("input[name=read]:checked").count() == 0, "nothing was on the screen for a second"
    read_through(reviewer)
    press(reviewer, "Keep what I ticked")
    press(reviewer, "Sign it", "link")
    looks_right(reviewer)
    reviewer.get_by_label("As what do you sign?").fill("Plastic surgeon")
    press(reviewer, "Go on to sign")
    looks_right(reviewer)
    press(reviewer, "Sign it, with my passkey")
    assert reviewer.get_by_role("status").inner_text().startswith("Signed, until ")
    for path in ("/try", "/blind", "/log", "/remarks", "/my-passkeys", "/releases"):
        reviewer.goto(path)
        looks_right(reviewer)

    press(publisher, "Releases", "link")
    looks_right(publisher)
    publisher.get_by_label("What is it published for?").fill("Plainer words for implants")
    press(publisher, "Publish, with my passkey")
    assert "Visitors are served release 0001-" in publisher.get_by_role("status").inner_text()
    publisher.get_by_text("Withdraw it").first.click()
    publisher.get_by_label("Why?").fill("Only a try")
    looks_right(publisher)
    press(publisher, "Do it, with my passkey")
    assert "is withdrawn. Served now: none." in publisher.get_by_role("status").inner_text()


@pytest.mark.timeout(400)
def test_on_a_phone_an_option_is_renamed_and_held_back(desk, browser, tmp_path):
    """An editor renames it, a reviewer holds it back and lifts that, a publisher withdraws it; all at phone width."""
    shutil.copytree(RULES, tmp_path / "rules")
    with serving(tmp_path, tmp_path / "rules") as (address, first):
        publisher = person_with_device(browser, address, 390)
        publisher.goto(first)
        publisher.get_by_label("Your name").fill("Ada Able")
        press(publisher, "Make my passkey")
        editor = arrive((address,), browser, publisher, "Eve Editor", "editor", 390)
        reviewer = arrive((address,), browser, publisher, "Dr Baker", "reviewer", 390)

        press(editor, "Silicone implants for hip dips", "link")
        press(editor, "Rename it", "link")
        looks_right(editor)
        editor.get_by_label("Its id in the files").fill("Gel Implants")
        editor.get_by_text("can't be an id").wait_for()  # said as one types
        editor.get_by_label("Its id in the files").fill("gel-implants")
        editor.get_by_role("button", name="Rename it").wait_for()
        assert (
            "The option hip-dips/implants is now called hip-dips/gel-implants." in editor.locator("#tried").inner_text()
        )
        looks_right(editor)
        press(editor, "Rename it")
        assert editor.url.endswith("/units/hip-dips/gel-implants")
        for path in ("/edit/rename", "/edit/retire", "/edit/answer-all", "/edit/accept", "/change"):
            editor.goto(path)
            looks_right(editor)

        reviewer.goto("/units/hip-dips/implants")
        looks_right(reviewer)
        press(reviewer, "Hold it back", "link")
        looks_right(reviewer)
        reviewer.get_by_label("Why?").fill("The scar is played down")
        press(reviewer, "Show what it would change")
        looks_right(reviewer)
        press(reviewer, "Hold it back")
        looks_right(reviewer)
        reviewer.goto("/")
        assert "1 option held back" in reviewer.locator("main").inner_text()
        looks_right(reviewer)
        reviewer.goto("/hold/hip-dips/gel-implants")
        looks_right(reviewer)

        publisher.goto("/hold/hip-dips/gel-implants")
        looks_right(publisher)
        press(publisher, "Withdraw", "link")
        looks_right(publisher)
        publisher.get_by_label("Which option?").select_option("hip-dips/gel-implants")
        publisher.get_by_label("Why?").fill("We do not do this now.")
        press(publisher, "Withdraw it, with my passkey")
        assert "We do not do this now." in publisher.locator("article").inner_text()
        looks_right(publisher)


def test_a_device_that_does_not_see_who_holds_it_gets_nobody_in(desk, browser):
    page = person_with_device(browser, desk[0], isUserVerified=False)
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with your passkey").click()
    assert page.get_by_role("alert").inner_text().startswith("The passkey was not used: ")


def test_without_scripts_a_page_says_what_does_not_work(desk, browser):
    page = browser.new_context(base_url=desk[0], java_script_enabled=False).new_page()
    page.goto("/sign-in")
    assert page.get_by_text("This button needs JavaScript").is_visible()
    press(page, "Sign in with your passkey")
    assert "Your browser sent no passkey." in page.get_by_role("status").inner_text()


@pytest.mark.timeout(400)
def test_a_unit_in_arabic_is_read_remarked_on_and_changed_from_right_to_left(browser, tmp_path):
    """Our own rules, which are translated, on a phone."""
    shutil.copytree(OWN_RULES, tmp_path / "rules")
    with serving(tmp_path, tmp_path / "rules") as (address, first):
        publisher = person_with_device(browser, address)
        publisher.goto(first)
        publisher.get_by_label("Your name").fill("Ada Able")
        press(publisher, "Make my passkey")
        reviewer = arrive((address,), browser, publisher, "Dr Baker", "reviewer", 390)
        editor = arrive((address,), browser, publisher, "Eve Editor", "editor", 390)
        for person, link, field in (
            (reviewer, "Remark on: Summary", "Other words"),
            (editor, re.compile("Change ?: Summary"), "What it says in"),
        ):
            person.goto("/units/hip-dips/implants?language=ar")
            looks_right(person)
            press(person, link, "link")
            assert person.get_by_label(field).evaluate("field => getComputedStyle(field).direction") == "rtl"
            looks_right(person)
