"""How long a result is at most: words and bytes over many visits, and screens of a phone for the longest of them."""

import os
import random
import re

import pytest

from questionnaire.web.visit import Visit

from . import plain
from .browser import CHROMIUM, serving
from .conftest import OWN_RULES
from .visitor import COOKIE, site, text

WORDS = {1: 1000, 2: 1700}
SCREENS = {1: 8, 2: 13}
PHONE = {"width": 390, "height": 844}
UNSEEN = re.compile(
    r'^.*?<body>|<p class="print-only">.*?</p>|<span class="print-only">.*?</span>|<noscript>.*?</noscript>'
    r'|<span class="meaning".*?</span>|(?<=</a>)\s*<ul><li class="(fits|ask)">.*?</ul>',
    re.S,
)
"""What nobody sees on a phone: what is printed, explanations until they are opened, and the list beside the options."""


@pytest.fixture(scope="module")
def longest(own_rulebook):
    """Our own rules' results for each area alone and 400 of both: the most words of each, and those that have them."""
    client = site(RULES=str(OWN_RULES)).test_client(use_cookies=False)
    visits = [answers for answers in plain.visits(own_rulebook) if plain.scope(own_rulebook, answers)]
    alone = [answers for answers in visits if answers["area"] in ("hip-dips", "love-handles")]
    both = [answers for answers in visits if answers["area"] == "both"]
    most = {}
    for answers in alone + random.Random(1).sample(both, 400):
        page = client.get("/options", headers={"Cookie": f"{COOKIE}={Visit.of(own_rulebook, answers).serialize()}"})
        assert len(page.data) <= 60_000, answers
        page.text = UNSEEN.sub(" ", page.text)
        said = text(page)
        assert said.lower().count("the article") <= 10, answers
        number = len(said.split())
        if number > most.get(answers["area"], (0, {}))[0]:
            most[answers["area"]] = number, answers
    return most


def test_a_result_has_few_words(longest, own_rulebook):
    for number, answers in longest.values():
        assert number <= WORDS[len(plain.scope(own_rulebook, answers))], answers


def test_an_option_is_light(longest, own_rulebook):
    """25 KB for each option of the longest results."""
    client = site(RULES=str(OWN_RULES)).test_client(use_cookies=False)
    for _, answers in longest.values():
        cookie = {"Cookie": f"{COOKIE}={Visit.of(own_rulebook, answers).serialize()}"}
        for option in own_rulebook.options:
            assert len(client.get(f"/options/{option}", headers=cookie).data) <= 25_000, option


@pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed")
def test_the_longest_results_take_few_screens_and_begin_with_an_option(browser, tmp_path, longest, own_rulebook):
    """On a phone of 390 by 844 with default text: the first option's name and verdict stand on the very first screen."""
    with serving(tmp_path, FLASK_RULES=str(OWN_RULES)) as address:
        for _, answers in longest.values():
            context = browser.new_context(base_url=address, viewport=PHONE)
            name = f"options-guide-{address.rpartition(':')[2]}"
            context.add_cookies([{"name": name, "value": Visit.of(own_rulebook, answers).serialize(), "url": address}])
            page = context.new_page()
            page.goto("/options")
            page.evaluate("document.fonts.ready")
            areas = len(plain.scope(own_rulebook, answers))
            high = page.evaluate("document.documentElement.scrollHeight")
            assert high <= SCREENS[areas] * PHONE["height"], (answers, high / PHONE["height"])
            first = page.locator(".row").first.bounding_box()["y"]
            assert first <= 740, (answers, first)
            verdict = page.locator(".row .verdict").first.bounding_box()
            assert verdict["y"] + verdict["height"] <= PHONE["height"], (answers, verdict)
            assert len(page.inner_text("body").split()) <= WORDS[areas]
            context.close()
