"""Visitors change the language on any page, and keep their answers, their list and their place."""

import html
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest
from babel.messages.pofile import read_po, write_po

from questionnaire import create_app
from questionnaire.decide.build_tables import build
from questionnaire.rulebook.load import load

from .conftest import PROJECT, RULES
from .test_translate import write_all
from .visitor import COOKIE, FULL, post, reference, text, walk

NO_PAGES = ("/robots.txt", "/sitemap.xml", "/healthz", "/readyz", "/metrics")
KEPT = ["hip-dips/exercise", "hip-dips/fat-transfer"]
WORDS = re.compile(r"\b(?![A-Z]{2,3}\d?-\d)[A-Za-z]{3}")
"""Words, and no codes of passages."""


class Unmarked(HTMLParser):
    """English words of a page that stand in no element which says that they are English."""

    def __init__(self, page):
        super().__init__()
        self.open, self.in_attributes, self.unmarked = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.in_attributes += [value for _, value in attrs if value and "<" in value]
        if tag not in ("meta", "link", "input", "img", "br", "hr"):
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        told = any("lang" in attrs or "translate" in attrs for tag, attrs in self.open if tag != "html")
        if WORDS.search(data) and not told and not {"script", "style", "title"} & {tag for tag, _ in self.open}:
            self.unmarked.append(data.strip())


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Rules in two languages, and a catalogue of the pages in each: every text with a word before it."""
    top = tmp_path_factory.mktemp("languages")
    rules = Path(shutil.copytree(RULES, top / "rules"))
    catalogues = top / "catalogues"
    catalogues.mkdir()
    for code, word in (("es", "texto"), ("ar", "\u0646\u0635")):
        write_all(rules, code, word)
        with (PROJECT / "translations/messages.pot").open("rb") as file:
            catalogue = read_po(file, locale=code)
        for message in catalogue:
            if message.id:
                plural = isinstance(message.id, tuple)
                forms = catalogue.num_plurals if plural else 1
                of = [message.id[min(n, 1)] for n in range(forms)] if plural else [message.id]
                strings = tuple(f"{word} {one}" for one in of)
                message.string = strings if plural else strings[0]
        with (catalogues / f"{code}.po").open("wb") as file:
            write_po(file, catalogue)
    return rules, catalogues


@pytest.fixture(scope="module")
def app(folders):
    rules, catalogues = folders
    config = {"TESTING": True, "RULES": str(rules), "LIMIT_POSTS": 0, "TRANSLATIONS": str(catalogues)}
    return create_app(config, building=build(load(rules)))


@pytest.fixture
def client(app):
    return app.test_client()


def choose(client, code, back):
    return client.post("/language", query_string={"back": back}, data={"language": code})


def kept_in(client):
    """What the visitor's cookie holds, but for what they have seen."""
    return [pair for pair in parse_qsl(client.get_cookie(COOKIE).value) if pair[0] not in ("_seen", "_told")]


def test_the_language_changes_on_the_page_and_answers_list_and_code_stay(client):
    walk(client, FULL)
    code = reference(client)
    changed = choose(client, "es", "/options")
    assert (changed.status_code, changed.headers["Location"]) == (303, "/options")
    spanish = client.get("/options").text
    assert '<html lang="es">' in spanish
    assert "texto Exercise for hip dips" in spanish
    assert code in spanish
    post(client, "/questions/timing", answer="soon")
    assert '<html lang="es">' in client.get("/options").text
    choose(client, "en", "/options")
    assert '<html lang="en">' in client.get("/options").text
    assert "texto" not in client.get("/options").text


def test_a_language_from_right_to_left_turns_the_page(client):
    choose(client, "ar", "/")
    page = client.get("/questions/area").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "\u0646\u0635" in page


def test_answers_given_in_one_language_count_in_the_other(client):
    choose(client, "es", "/")
    walk(client, FULL)
    assert "texto" in text(client.get("/check"))
    choose(client, "en", "/check")
    assert "Check your answers" in text(client.get("/check"))
    assert client.get("/options").status_code == 200


@pytest.mark.parametrize(
    ("code", "back", "status", "to"),
    [
        ("es", "https://elsewhere.example/", 303, "/"),
        ("es", "//elsewhere.example", 303, "/"),
        ("es", "/language", 303, "/"),
        ("es", "/areas", 303, "/areas"),
        ("fr", "/", 404, None),
        ("", "/", 404, None),
    ],
)
def test_only_offered_languages_and_pages_of_ours_are_taken(client, code, back, status, to):
    answer = choose(client, code, back)
    assert (answer.status_code, answer.headers.get("Location")) == (status, to)


def test_a_forged_cookie_and_accept_language_force_nothing(client):
    client.set_cookie("options-guide-80", "_language=xx")
    page = client.get("/", headers={"Accept-Language": "es"})
    assert '<html lang="en">' in page.text
    assert page.text.index('value="es"') < page.text.index("<main")  # proposed at the top, and taken by nobody
    assert {"cookie", "accept-language"} <= {part.lower() for part in page.vary}


def test_a_stale_text_stands_in_the_original_which_its_element_says(folders, tmp_path):
    rules = Path(shutil.copytree(folders[0], tmp_path / "rules"))
    path = rules / "hip-dips/exercise.yaml"
    path.write_text(path.read_text().replace("name: Exercise", "name: All exercise", 1))
    config = {"TESTING": True, "RULES": str(rules), "LIMIT_POSTS": 0, "TRANSLATIONS": str(folders[1])}
    client = create_app(config, building=build(load(rules))).test_client()
    assert choose(client, "ar", "/").status_code == 303
    walk(client, FULL)
    page = client.get("/options").text
    assert '<html lang="ar" dir="rtl">' in page
    assert '<span lang="en" dir="ltr">All exercise' in page
    assert page.count('<span lang="en"') == page.count("All exercise")
    one = client.get("/options/hip-dips/exercise").text
    assert "<title>All exercise" in one


def test_whatever_is_not_translated_is_marked_on_every_page_and_never_within_an_attribute(
    folders, tmp_path, monkeypatch
):
    """Nothing is translated, of rules or pages, and the language is offered all the same."""
    rules = Path(shutil.copytree(folders[0], tmp_path / "rules"))
    path = rules / "translations/ar.yaml"
    path.write_text(re.sub(r'    of: "\w+"', '    of: "000000000000"', path.read_text()))
    catalogues = tmp_path / "catalogues"
    catalogues.mkdir()
    (catalogues / "ar.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n')
    monkeypatch.setattr("questionnaire.rulebook.translated.MOST_ORIGINALS", 0)
    monkeypatch.setattr("questionnaire.web.language.MOST_ORIGINALS", 0)
    config = {"TESTING": True, "RULES": str(rules), "LIMIT_POSTS": 0, "TRANSLATIONS": str(catalogues)}
    app = create_app(config, building=build(load(rules)))
    client = app.test_client()
    choose(client, "ar", "/")
    pages = [client.get("/"), client.get("/options"), post(client, "/questions/area", answer="")]
    walk(client, FULL)
    post(client, "/keep", shown=KEPT, keep=KEPT, then="compare")
    addresses = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    addresses += [f"/options/{option}" for option in load(rules).options] + ["/questions/area", "/missing"]
    pages += [client.get(address) for address in addresses if address not in NO_PAGES]
    for page in [page for page in pages if page.status_code not in (302, 303)]:
        parts = Unmarked(page.text)
        assert parts.in_attributes == [], page.request.path
        assert [text for text in parts.unmarked if not text.startswith("http")] == [], page.request.path


def test_every_page_changes_its_language_and_keeps_answers_list_what_matters_and_place(app):
    """Over the map of addresses: the language is proposed by the browser, and nothing else chooses it."""
    client = app.test_client()
    walk(client, FULL)
    post(client, "/keep", shown=KEPT, keep=KEPT, then="options")
    post(client, "/matters", **{next(iter(load(RULES).matters)): "lot"})
    before = {*kept_in(client)}
    assert len(before) > len(FULL)
    addresses = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    addresses += ["/options/hip-dips/exercise", "/questions/timing?change=", "/options?today="]
    pages = 0
    for address in addresses:
        page = client.get(address, headers={"Accept-Language": "ar"})
        if page.mimetype == "text/html" and page.status_code == 200:
            pages += 1
            assert '<html lang="en">' in page.text, address
            back = html.unescape(re.search(r'action="/language\?back=([^"]*)"', page.text)[1])
            changed = choose(client, "ar", unquote(back))
            assert (changed.status_code, changed.headers["Location"]) == (303, address)
            assert '<html lang="ar" dir="rtl">' in client.get(address).text, address
            assert {*kept_in(client)} == {*before, ("_language", "ar")}, address
            choose(client, "en", address)
            assert {*kept_in(client)} == {*before, ("_language", "en")}, address
    assert pages > 12


def test_what_somebody_typed_behind_an_address_stands_in_no_page_that_others_get_too(client):
    for address in ("/questions/area?typed=1", "/questions/area", "/areas?typed=1&today", "/areas"):
        page = client.get(address).text
        assert "?back=/" in unquote(page)
        assert "typed" not in page


@pytest.mark.parametrize(("address", "code"), [("/missing", 404), ("/keep", 405)])
def test_an_error_page_speaks_the_chosen_language_too_and_leads_to_the_start(client, address, code):
    choose(client, "ar", "/")
    page = client.get(address)
    assert page.status_code == code
    assert '<html lang="ar" dir="rtl">' in page.text
    assert choose(client, "es", address).headers["Location"] == "/"


def test_a_site_whose_own_language_the_rules_are_translated_to_speaks_it_and_offers_english(folders):
    rules, catalogues = folders
    config = {"TESTING": True, "RULES": str(rules), "LIMIT_POSTS": 0, "TRANSLATIONS": str(catalogues), "LANGUAGE": "ar"}
    client = create_app(config, building=build(load(rules))).test_client()
    walk(client, FULL)
    page = client.get("/options").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "\u0646\u0635 Exercise for hip dips" in page
    choose(client, "en", "/options")
    page = client.get("/options").text
    assert '<html lang="en">' in page
    assert "\u0646\u0635" not in page
    choose(client, "ar", "/options")
    assert '<html lang="ar" dir="rtl">' in client.get("/options").text
