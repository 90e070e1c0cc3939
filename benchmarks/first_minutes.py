"""How long the first use of the desk takes (docs/desk.md, "The first five minutes"): its steps in Chromium, counted.

    make desk DESK_PORT=8741                                       # in a fresh clone; prints a one-time address
    .venv/bin/python -m benchmarks.first_minutes ADDRESS [--pace]  # --pace: also waits as a person would

What a person does is counted at the speeds below; all else is the time of the machine.
"""

import re
import shutil
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tests.browser import FLAGS
from tests.desk.browser import person_with_device

WORDS_A_MINUTE = 238  # https://doi.org/10.1016/j.jml.2019.104047
PRESS, KEY, PASSKEY, HAND_OVER = 1.5, 0.2, 3.0, 10.0
OPTION = "Exercise for hip dips"
TEXTS = "one => [...one.querySelectorAll('h3, .words > p:not(.foot), .source')].map(part => part.innerText).join(' ')"
PAGE = Path(__file__).parents[1] / "docs" / "desk.md"


class Person:
    """Somebody at a page; `seconds`: how long what they did takes a person, by what it was."""

    def __init__(self, browser, address, seconds, pace):
        self.page, self.seconds, self.pace = person_with_device(browser, address), seconds, pace

    def takes(self, what, seconds):
        self.seconds[what] = self.seconds.get(what, 0) + seconds
        time.sleep(seconds if self.pace else 0)

    def read(self, what, words, share=1.0):
        self.takes(what, len(words.split()) * share / WORDS_A_MINUTE * 60)

    def read_page(self, share=1.0):
        self.read("reading the desk's pages", self.page.locator("main").inner_text(), share)

    def press(self, name, role="button", passkey=False):
        self.takes("presses", PRESS)
        self.takes("passkeys", PASSKEY if passkey else 0)
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name).first.click()
        while self.page.locator("[data-building]").count():
            self.page.wait_for_timeout(200)

    def write(self, label, words):
        self.takes("typing", len(words) * KEY)
        self.page.get_by_label(label).first.fill(words)


def steps():
    """The words of each of the five steps, without their pictures."""
    page = PAGE.read_text().partition("## The first five minutes")[2].partition("![What is signed")[0]
    return [re.sub(r"!\[.*?\]\(.*?\)", "", step) for step in re.split(r"\n\*\*\d\.", page)[1:]]


def walk(browser, first, seconds, pace):
    """From the one-time address to a signed option."""
    address, how = f"http://{urlsplit(first).netloc}", steps()
    publisher, reviewer = (Person(browser, address, seconds, pace) for _ in range(2))
    publisher.read("reading docs/desk.md", how[0])
    publisher.page.goto(first)
    publisher.read_page()
    publisher.write("Your name", "Ada Able")
    publisher.press("Make my passkey", passkey=True)
    publisher.read("reading docs/desk.md", how[1])
    publisher.press("People", "link")
    publisher.read_page(0.5)
    publisher.write("Name", "Dr Baker")
    publisher.press("Invite, with my passkey", passkey=True)
    publisher.takes("handing the address over", HAND_OVER)
    reviewer.page.goto(publisher.page.get_by_label("Their address").input_value())
    reviewer.read_page()
    reviewer.press("Make my passkey", passkey=True)
    reviewer.read("reading docs/desk.md", how[2])
    reviewer.read_page(0.3)
    reviewer.press(OPTION, "link")
    reviewer.read("reading docs/desk.md", how[3])
    for text in reviewer.page.locator("article.statement").all():
        text.locator(".foot").scroll_into_view_if_needed()
        reviewer.read("reading the option", text.evaluate(TEXTS))
        reviewer.page.wait_for_selector(f"[id='{text.get_attribute('id')}'].seen")
    for section in reviewer.page.locator("[data-tick-seen]").all():
        reviewer.takes("presses", PRESS)
        section.click()
    reviewer.press("Keep what I ticked")
    reviewer.press("Remark on: ", "link")
    reviewer.read_page(0.5)
    reviewer.write("What would you change", "Say how often one has to do it.")
    reviewer.press("Keep the remark")
    reviewer.read("reading docs/desk.md", how[4])
    reviewer.press("Sign it", "link")
    reviewer.read_page()
    reviewer.write("As what do you sign?", "Physiotherapist")
    reviewer.press("Go on to sign")
    reviewer.read_page(0.4)
    reviewer.press("Sign it, with my passkey", passkey=True)
    reviewer.page.get_by_text("Signed as it is").wait_for()


def main() -> None:
    first, *more = sys.argv[1:]
    seconds, begun = {}, time.monotonic()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        walk(browser, first, seconds, "--pace" in more)
    for what, took in seconds.items():
        print(f"{took:6.1f} s  {what}")
    print(f"{sum(seconds.values()):6.1f} s  in all for a person; by the clock {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
