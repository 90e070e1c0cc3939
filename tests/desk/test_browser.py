"""The desk in Chromium, with virtual authenticators: from an empty database to people who work together."""

import shutil

import pytest

from ..conftest import RULES
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


def test_a_publisher_and_a_reviewer_come_to_the_desk(desk, browser):
    address, first = desk
    publisher = person_with_device(browser, address)
    publisher.goto(first)
    looks_right(publisher)
    publisher.get_by_label("Your name").fill("Ada Able")
    press(publisher, "Make my passkey")
    looks_right(publisher)
    press(publisher, "People", "link")
    looks_right(publisher)
    publisher.get_by_label("Name").fill("Dr Baker")
    press(publisher, "Invite, with my passkey")
    invitation = publisher.locator("code").inner_text()
    looks_right(publisher)

    reviewer = person_with_device(browser, address, width=390)
    reviewer.goto(invitation)
    looks_right(reviewer)
    press(reviewer, "Make my passkey")
    looks_right(reviewer)
    press(reviewer, "Sign out")
    looks_right(reviewer)
    press(reviewer, "Sign in with your passkey")
    assert reviewer.url == f"{address}/"
    press(reviewer, "Log", "link")
    assert reviewer.get_by_role("cell", name="took up the invitation: Dr Baker").is_visible()
    looks_right(reviewer)
    press(reviewer, "Dr Baker", "link")
    looks_right(reviewer)
    press(reviewer, "Show my passkey, to add another")
    looks_right(reviewer)
