"""No rule file holds a character that nobody sees or that only looks like another, and no word hides behind one."""

import re

import pytest

from questionnaire.review.checks.words import word_problems
from questionnaire.rulebook import characters
from questionnaire.rulebook.model import Standards, Word
from questionnaire.rulebook.problems import Place, RulebookError
from questionnaire.rulebook.yaml_tree import read_bytes

INVISIBLE = [
    *"\x00\x07\x0b\x1b\x7f\x85\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f",
    *"\u2028\u2029\u202a\u202e\u2060\u2064\u2066\u2069\u206f\u2800\u3164\ue000\ufe00\ufe0f\ufeff\uffa0\ufffd\uffff",
    *"\U0001d173\U000e0001\U000e0041\U000e0100\U000f0000",
]


@pytest.mark.parametrize("character", INVISIBLE, ids=ascii)
def test_a_character_that_nobody_sees_is_refused_at_its_column(character):
    data = f"name: plain\nsaid: per{character}fect\n...\n".encode()
    with pytest.raises(RulebookError) as refused:
        read_bytes(data, "x.yaml")
    message = f"x.yaml:2:10: error [character] the character {characters.name(character)} is not allowed"
    assert str(refused.value) == f"{message}; delete it; it may be invisible"
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("written", ["\\x1b", "\\u202e", "\\0", "\\ue000", "\\u200b", "\\U000e0041", "per\\u0435fect"])
def test_the_same_holds_for_a_character_that_is_written_by_its_number(written):
    with pytest.raises(RulebookError) as refused:
        read_bytes(f'name: plain\nsaid: "a{written}b"\n...\n'.encode(), "x.yaml")
    assert re.fullmatch(
        r"x\.yaml:2:7: error \[character\] the (character|word) .*U\+[0-9A-F]{4,5}.*", str(refused.value)
    )


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian
        "क\u094d\u200dष",  # Hindi
        "රා\u0dca\u200dය",  # Sinhala
        "❤\ufe0f",
        "30\u00a0% or 5\u202f000",
        "Größe, naïve, poly-L-lactic",
        "Омега и альфа, ωμέγα and β-glucan",
        "5 µm at 20 °C",
    ],
)
def test_what_languages_and_numbers_need_is_allowed(text):
    assert read_bytes(f"said: {text}\n...\n".encode(), "x.yaml").plain() == {"said": text}


@pytest.mark.parametrize("text", ["a\u200cb", "\u200dक", "क\u200d", "a\ufe0f", "❤\u200d\ufe0f"])
def test_a_joiner_or_selector_where_no_script_needs_one_is_refused(text):
    assert list(characters.faults(text))


@pytest.mark.parametrize(
    ("text", "column", "letter"),
    [
        ("a p\u0435rfect word", 4, "U+0435 (cyrillic small letter ie)"),
        ("\u039fne", 1, "U+039F (greek capital letter omicron)"),
    ],
)
def test_a_word_of_two_alphabets_is_refused_at_the_foreign_letter(text, column, letter):
    (fault,) = characters.faults(text)
    assert fault[0] + 1 == column
    assert fault[1].endswith(f"is {letter}")


@pytest.mark.parametrize(
    "text", ["A perfect day", "A PERFECT day", "A per\u200bfect day", "A per\u00adfect day", "A ｐｅｒｆｅｃｔ day"]
)
def test_a_listed_word_is_found_however_its_letters_are_written(text):
    standards = Standards((Word("perfect", "It judges.", ("not perfect",)),), (), 11, 14, {})
    (problem,) = word_problems(standards, Place("x.yaml"), text)
    assert problem.check == "word"
    assert not list(word_problems(standards, Place("x.yaml"), "Nobody is Not Perfect, nor imperfect"))
