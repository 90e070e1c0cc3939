"""Reference codes on the pages: exactly that result again, and clear words where that can't be."""

import html

import pytest

from questionnaire import create_app

from .visitor import FULL, notices, post, reference, text, walk


def test_a_reference_code_brings_exactly_that_result_again(app, client):
    walk(client, FULL)
    page, code = client.get("/options"), reference(client)
    other = app.test_client()
    again = post(other, "/reference", code=code.lower())
    assert again.request.path == "/options"
    assert again.text == page.text


def test_a_mistyped_code_gets_a_clear_message_and_stays_in_the_field(client):
    page = post(client, "/reference", code="K7MPX-4RT9O")
    assert page.status_code == 400
    assert "never has the character “O”" in html.unescape(page.text)
    assert 'value="K7MPX-4RT9O"' in page.text
    assert '<a href="#code">' in page.text
    assert "Enter a reference code." in post(client, "/reference", code="").text


def test_a_code_takes_the_place_of_other_answers_and_says_how_to_get_them_back(app, client):
    walk(client, FULL)
    code = reference(client)
    other = app.test_client()
    walk(other, {**FULL, "area": "hip-dips"})
    own = reference(other)
    expected = [f"You had other answers in this browser. To see them again, use the code {own}."]
    assert notices(post(other, "/reference", code=code)) == expected
    assert not notices(other.get("/privacy"))
    other.head("/check")
    assert notices(other.get("/options")) == expected, "told until its visitor leaves the result"
    other.get("/check")
    assert not notices(other.get("/options"))
    assert reference(other) == code


def test_a_code_from_before_a_change_of_rules_says_so(client, rules, app):
    walk(client, FULL)
    code = reference(client)
    path = rules / "hip-dips/exercise.yaml"
    path.write_text(path.read_text().replace("name: Exercise for hip dips", "name: Moving"))
    later = create_app({"TESTING": True, "RULES": str(rules)}).test_client()
    page = post(later, "/reference", code=code)
    assert f"The rules have changed since the code {code} was made." in text(page)
    assert notices(later.get("/options")) == notices(page), "a reload still says it"


@pytest.mark.parametrize("typed", ["{0}–{1}", "{0} {1}", "“{0}-{1}”", "{0}.{1}", "\u200b{0}-{1}\ufeff", "({0}—{1})"])
def test_a_code_that_was_pasted_from_a_document_is_read(client, app, typed):
    walk(client, FULL)
    code = reference(client)
    assert post(app.test_client(), "/reference", code=typed.format(*code.split("-"))).request.path == "/options"


def test_a_code_with_a_character_too_many_is_refused(client):
    walk(client, FULL)
    code = reference(client)
    page = post(client, "/reference", code=code[:-1] + "2" + code[-1])
    assert page.status_code == 400
    assert "This code has 11 letters and digits, which is too many." in text(page)
