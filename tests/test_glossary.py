"""Words that visitors may not know: on a page of their own, and where each stands first on a page of texts."""

import re

import pytest

from questionnaire import create_app
from questionnaire.web import glossary
from questionnaire.web.glossary import terms_in

from .conftest import OWN_RULES
from .edits import problems, put
from .visitor import site

FAULTS = {
    "claims and the clinic": (
        "    claims: [fat-transfer-method]",
        "    claims: [fat-transfer-method]\n    by-clinic: true",
        "glossary.yaml:13:5: error [wrong-value] this rests on claims and is marked as the clinic's; "
        "keep 'claims' or 'by-clinic: true'",
    ),
    "one word for two": (
        "also: [fat grafting]",
        "also: [Collagen]",
        "glossary.yaml:8:5: error [given-twice] 'collagen' and 'fat-transfer' both explain “Collagen”; "
        "keep it in one of them",
    ),
    "nobody's": (
        "    by-clinic: true\n",
        "",
        "glossary.yaml:5:5: error [uncited] 'glossary.collagen.means' rests on no claim; "
        "add 'claims: [...]', or 'by-clinic: true' if it is the clinic's own",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_term_rests_on_claims_or_is_the_clinics_and_explains_its_words_alone(rules, fault):
    old, new, line = FAULTS[fault]
    put(rules, "glossary.yaml", old, new)
    assert line in problems(rules)


def test_a_folder_of_before_needs_no_glossary(rules, app):
    (rules / "glossary.yaml").unlink()
    assert problems(rules) == []
    client = create_app({"TESTING": True, "RULES": str(rules)}).test_client()
    assert "No words are explained yet." in client.get("/words").text


def test_the_page_of_words_explains_each_and_says_what_it_rests_on(client):
    page = client.get("/words").text
    assert '<dt id="collagen">Collagen</dt>' in page
    assert "keep it firm. <small" in page
    assert "(fat grafting)" in page
    assert 'href="/how-it-works#GHD-8.1"' in page
    assert 'href="/words"' in client.get("/").text


def test_the_first_use_of_a_word_on_a_page_opens_its_meaning_and_the_next_is_plain(app):
    with app.test_request_context():
        first = list(terms_in("Fat grafting is also called fat transfer. Collagen."))
        assert [(part.text, part.term and part.term.id, part.after) for part in first] == [
            ("", None, ""),
            ("Fat grafting", "fat-transfer", ""),
            (" is also called fat transfer. ", None, ""),
            ("Collagen", "collagen", "."),
            ("", None, ""),
        ]
        assert [part.text for part in terms_in("Collagen and fat transfers, fat transfer.")] == [
            "Collagen and fat transfers, fat transfer."
        ]


def test_a_page_of_our_own_rules_marks_each_word_once_and_never_in_a_heading():
    client = site(RULES=str(OWN_RULES)).test_client()
    page = client.get("/areas").text
    opened = re.findall(r'popovertarget="([^"]+)"', page)
    assert "term-pelvis" in opened
    assert len(opened) == len(set(opened))
    assert opened == re.findall(r'id="(term-[^"]+)" popover', page)
    assert not re.search(r"<(h\d|dt|figcaption|a)\b[^>]*>(?:(?!</\1>).)*popovertarget", page, re.S)


@pytest.mark.parametrize(
    ("text", "word", "after"),
    [
        ("وبالكولاجين، نعم", "وبالكولاجين", "،"),
        ("للكولاجين أثر", "للكولاجين", ""),
        ("Collagen.", "Collagen", "."),
    ],
)
def test_a_word_is_found_with_what_arabic_writes_onto_it(text, word, after):
    found = glossary._pattern(("كولاجين", "collagen")).search(text)
    assert (found["word"], found["after"]) == (word, after)
    assert glossary._pattern(("كولاجين",)).search("مكولاجين") is None
