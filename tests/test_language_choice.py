"""Visitors change the language on any page, and keep their answers, their list and their place."""

import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from questionnaire import create_app
from questionnaire.decide.build_tables import build
from questionnaire.rulebook.load import load

from .conftest import PROJECT, RULES
from .test_translate import write_all
from .visitor import FULL, post, reference, text, walk


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


def test_a_language_of_which_one_text_is_stale_is_not_offered(folders, tmp_path):
    rules = Path(shutil.copytree(folders[0], tmp_path / "rules"))
    path = rules / "hip-dips/exercise.yaml"
    path.write_text(path.read_text().replace("summary: ", "summary: Also ", 1))
    config = {"TESTING": True, "RULES": str(rules), "LIMIT_POSTS": 0, "TRANSLATIONS": str(folders[1])}
    client = create_app(config, building=build(load(rules))).test_client()
    assert "/language?" not in client.get("/").text
    assert choose(client, "es", "/").status_code == 404
