"""The desk by keyboard alone, in Chromium: nothing is pressed with a mouse, and the focus is always seen."""

import shutil

import pytest

from ..conftest import RULES
from .browser import person_with_device, serving

UNIT = "Exercise for hip dips"
MOST_STOPS = 200
"""Presses of Tab after which something is not to be reached."""
SEEN = """() => {
    const at = document.activeElement, style = getComputedStyle(at);
    const boxes = [...at.getClientRects()].filter(box => box.width && box.height);
    const points = boxes.flatMap(box => [0.1, 0.5, 0.9].flatMap(x => [0.2, 0.5, 0.8].map(
        y => [box.x + x * box.width, box.y + y * box.height])));
    const on_top = points.some(([x, y]) => { const top = document.elementFromPoint(x, y); return top && at.contains(top); });
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return on_top && outlined;
}"""
"""Whether what has the focus is drawn with an outline, and not hidden by what lies above it."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keyboard")
    shutil.copytree(RULES, folder / "rules")
    with serving(folder, folder / "rules") as (address, first):
        yield address, first


class Keyboard:
    """Somebody at a page who has no mouse."""

    def __init__(self, browser, address):
        self.page = person_with_device(browser, address)
        self.session = self.page.context.new_cdp_session(self.page)

    def at(self):
        """The role and the name of what has the focus, as a screen reader is told them; empty where nothing has it."""
        handle = self.session.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
        (node,) = self.session.send("Accessibility.getPartialAXTree", {"objectId": handle, "fetchRelatives": False})[
            "nodes"
        ]
        if node.get("role", {}).get("value") == "RootWebArea" or self.page.evaluate(
            "document.activeElement === document.body"
        ):
            return "", ""
        return node["role"]["value"], node.get("name", {}).get("value", "")

    def stop(self, key="Tab"):
        """Press Tab: whatever has the focus then is seen."""
        self.page.keyboard.press(key)
        at = self.at()
        if at != ("", ""):
            assert self.page.evaluate(SEEN), (at, self.page.url)
        return at

    def to(self, name, role="", key="Tab"):
        """Go on to what has this name (its begin will do)."""
        seen = []
        for _ in range(MOST_STOPS):
            seen.append(self.stop(key))
            if seen[-1][1].startswith(name) and role in ("", seen[-1][0]):
                return
        raise AssertionError(f"{name} is not reached by {key} from here: {seen}")

    def leave(self, name, role=""):
        """Go on to a link or button, and press Enter; the next page comes."""
        self.to(name, role)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name, words):
        self.to(name, "textbox")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def all_stops(self):
        """Every stop of the page, from its begin to its end and round to it again: none holds the focus."""
        stops = []
        while (at := self.stop()) != ("", ""):
            stops.append(at)
            assert len(stops) < MOST_STOPS, f"the focus does not come out of {stops[-5:]}"
        return stops

    def told(self):
        return self.page.get_by_role("status").first.inner_text()


@pytest.mark.timeout(600)
def test_a_reviewer_reads_remarks_tries_and_signs_and_a_publisher_publishes_without_a_mouse(desk, browser):
    publisher = Keyboard(browser, desk[0])
    publisher.page.goto(desk[1])
    assert publisher.stop() == ("link", "Skip to the page")
    publisher.write("Your name", "Ada Able")
    publisher.leave("Make my passkey", "button")
    publisher.leave("People", "link")
    publisher.write("Name", "Dr Baker")
    publisher.to("Role", "combobox")
    publisher.page.keyboard.type("Rev")
    publisher.leave("Invite, with my passkey", "button")
    publisher.to("Their address", "textbox")
    publisher.page.keyboard.press("Control+A")
    address = publisher.page.evaluate("getSelection().toString()")

    reviewer = Keyboard(browser, desk[0])
    reviewer.page.goto(address)
    reviewer.leave("Make my passkey", "button")
    reviewer.leave("Sign out", "button")
    reviewer.leave("Sign in with your passkey", "button")
    reviewer.leave(UNIT, "link")
    every = reviewer.all_stops()
    boxes = [name for role, name in every if role == "checkbox"]
    assert len(boxes) == reviewer.page.locator("input[name=read]").count()
    assert [role for role, _ in every].count("link") > len(boxes), "each text has its remark"

    reviewer.to("I have read this", "checkbox")
    reviewer.page.keyboard.press("Space")
    reviewer.leave("Remark on: ", "link")
    reviewer.write("What would you change", "One word is too many.")
    reviewer.leave("Keep the remark", "button")
    assert reviewer.told() == "Your remark is kept."
    assert reviewer.page.locator("input[name=read]:checked").count() == 1, "what was ticked before the remark is kept"

    while reviewer.page.locator("input[name=read]:not(:checked)").count():
        reviewer.to("I have read this", "checkbox")
        if not reviewer.page.evaluate("document.activeElement.checked"):
            reviewer.page.keyboard.press("Space")
    reviewer.leave("Keep what I ticked", "button")
    assert reviewer.told().startswith("Kept: you have read")

    reviewer.leave("Try", "link")
    for _ in range(20):
        while (at := reviewer.stop()) != ("button", "Show what it gives"):
            if at[0] == "combobox" and not reviewer.page.evaluate("document.activeElement.value"):
                reviewer.page.keyboard.press("ArrowDown")
        with reviewer.page.expect_navigation():
            reviewer.page.keyboard.press("Enter")
        if reviewer.page.get_by_role("heading", name="Each option").count():
            break
    assert reviewer.page.get_by_role("heading", name="Each option").is_visible()
    reviewer.all_stops()

    reviewer.leave("The desk", "link")
    reviewer.leave(UNIT, "link")
    reviewer.leave("Sign it", "link")
    reviewer.write("As what do you sign?", "Physiotherapist")
    reviewer.leave("Go on to sign", "button")
    reviewer.leave("Sign it, with my passkey", "button")
    assert reviewer.told().startswith("Signed, until ")

    publisher.leave("Releases", "link")
    publisher.write("What is it published for?", "A first release")
    publisher.leave("Publish, with my passkey", "button")
    assert "Visitors are served release 0001-" in publisher.told()
    for page in (publisher, reviewer):
        page.all_stops()
