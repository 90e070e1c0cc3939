"""Takes the pictures of docs/desk.md: `make screenshots`. Our own rules, three people, and a device for each."""

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path.insert(0, str(PROJECT))
from tests.browser import CHROMIUM, FLAGS  # noqa: E402
from tests.desk.browser import person_with_device, serving  # noqa: E402


def take(page: Page, name: str) -> None:
    """A picture of what the window shows, in few colours."""
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(48).save(HERE / f"desk-{name}.png", optimize=True)


def press(page: Page, name: str, role: str = "button") -> None:
    """Press a link or button, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.click()


def main() -> None:
    """The walk of docs/desk.md, step by step."""
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        shutil.copytree(PROJECT / "rules", folder / "rules")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        with serving(folder, folder / "rules") as (address, first):
            publisher = person_with_device(browser, address)
            publisher.goto(first)
            publisher.get_by_label("Your name").fill("Ada Able")
            take(publisher, "1-first")
            press(publisher, "Make my passkey")
            people = []
            for name, role in (("Dr Baker", "reviewer"), ("Eve Clark", "editor")):
                press(publisher, "People", "link")
                publisher.get_by_label("Name").fill(name)
                publisher.get_by_label("Role").last.select_option(role)
                press(publisher, "Invite, with my passkey")
                page = person_with_device(browser, address)
                page.goto(publisher.get_by_label("Their address").input_value())
                press(page, "Make my passkey")
                people.append(page)
            reviewer, editor = people
            take(reviewer, "2-home")
            reviewer.goto("/units/hip-dips/exercise")
            reviewer.get_by_role("heading", name="It fits").scroll_into_view_if_needed()
            take(reviewer, "3-read")
            for foot in reviewer.locator(".statement .foot").all():
                foot.scroll_into_view_if_needed()
                reviewer.wait_for_function("foot => foot.closest('.statement.seen')", arg=foot.element_handle())
            for button in reviewer.locator("[data-tick-seen]").all():
                button.click()
            press(reviewer, "Keep what I ticked")
            press(reviewer, "Sign it", "link")
            reviewer.get_by_label("As what do you sign?").fill("Plastic surgeon")
            press(reviewer, "Go on to sign")
            take(reviewer, "4-sign")
            press(reviewer, "Sign it, with my passkey")
            editor.goto("/change/hip-dips/fat-transfer.yaml?at=not-offered.0")
            editor.locator("[name='f/when/tolerance'][value='devices']").uncheck()
            press(editor, "Check")
            editor.get_by_role("heading", name="What it would make").scroll_into_view_if_needed()
            take(editor, "5-change")
            reviewer.goto("/hold/hip-dips/implants")
            reviewer.get_by_label("Why?").fill("The scar is played down: mend it before anybody reads this.")
            press(reviewer, "Show what it would change")
            take(reviewer, "7-hold")
            publisher.goto("/releases")
            take(publisher, "6-publish")
        browser.close()


if __name__ == "__main__":
    main()
