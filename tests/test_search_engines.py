"""What search engines read: three public pages and no other, and what these say of themselves."""

import json
import re
from datetime import date
from xml.etree import ElementTree

import pytest

from questionnaire.decide.sign_off_units import units
from questionnaire.web.served_rulebook import ServedRulebook

from .signing import signed
from .visitor import FULL, walk

PUBLIC = ("/", "/areas", "/how-it-works")


def described(page):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])


def test_the_sitemap_has_the_three_public_pages(client):
    root = ElementTree.fromstring(client.get("/sitemap.xml").data)
    assert [url[0].text for url in root] == [f"http://localhost{path}" for path in PUBLIC]


def test_robots_are_told_of_the_sitemap_also_below_a_path(client):
    assert client.get("/robots.txt").text == ("User-agent: *\nDisallow: /api/\nSitemap: http://localhost/sitemap.xml\n")
    below = client.get("/robots.txt", base_url="https://clinic.example/guide")
    assert below.text.endswith("Disallow: /guide/api/\nSitemap: https://clinic.example/guide/sitemap.xml\n")


def test_public_pages_may_be_found_and_no_other(client):
    for path in PUBLIC:
        page = client.get(path).text
        assert "noindex" not in page
        assert page.count('name="description"') == 1
    walk(client, FULL)
    for path in ("/check", "/options", "/nowhere", "/questions/timing", "/privacy", "/reference"):
        page = client.get(path).text
        assert '<meta name="robots" content="noindex">' in page
        assert 'name="description"' not in page
        assert "application/ld+json" not in page


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_says_what_it_is_and_not_that_it_was_reviewed(client, path):
    page = described(client.get(path).text)
    assert (page["@context"], page["@type"]) == ("https://schema.org", "MedicalWebPage")
    assert page["url"] == f"http://localhost{path}"
    assert page["inLanguage"] == "en"
    assert page["audience"]["suggestedMinAge"] == 18
    assert "lastReviewed" not in page


def test_it_says_when_it_was_last_reviewed_while_every_sign_off_holds(client, monkeypatch):
    monkeypatch.setattr(ServedRulebook, "last_reviewed", "2026-11-20")
    assert described(client.get("/").text)["lastReviewed"] == "2026-11-20"


def test_the_last_review_is_the_oldest_one_and_none_while_an_option_has_none(tables, monkeypatch):
    some = signed(tables, *[unit for unit in units(tables.rulebook) if unit != "hip-dips"])
    assert ServedRulebook(some, False).last_reviewed == ""
    everything = signed(some, "hip-dips", day=date(2026, 11, 10))
    assert ServedRulebook(everything, False).last_reviewed == "2026-11-10"


def test_the_description_is_data_that_no_policy_refuses(page, site):
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(site)
    assert page.locator('script[type="application/ld+json"]').count() == 1
    assert not [text for text in refused if "Content Security Policy" in text]
