"""Claims beside sentences, and what no check notices when the meaning of a text is altered."""

from dataclasses import replace

import pytest

from questionnaire.review.checks.sentences import SENTENCE_CHECKS, own_words, rows_of_words
from questionnaire.review.source_document import sentences_by_passage
from questionnaire.review.text_mutants import KINDS, alterations, text_mutants
from questionnaire.rulebook.fingerprint import of_text
from questionnaire.rulebook.load import load

from .conftest import OWN_RULES


@pytest.fixture(scope="module")
def own():
    return load(OWN_RULES)


# (check, what the sentence says, a claim that is true to it, a claim that is not, what is said of it)
CLAIMS = [
    ("claim-number", "A third takes 3 visits.", "It takes 3 visits.", "It takes 4 visits.", "says “4”, and its"),
    ("claim-hedge", "It may help a bit.", "It may help.", "It will help.", "says “will”, and its sentence “may”"),
    ("claim-negation", "Nobody can undo this.", "This cannot be undone.", "This can be undone.", ""),
    ("claim-negation", "It helps.", "It helps.", "It does not help.", "says “not”, and its sentence denies nothing"),
    ("claim-negation", "It does not help.", "It does not help.", "It helps.", "and its sentence says “not”"),
    (
        "claim-direction",
        "They lie above it.",
        "They lie above.",
        "They lie below.",
        "“below”, and its sentence “above”",
    ),
]


@pytest.mark.parametrize(("check", "sentence", "true", "untrue", "said"), CLAIMS)
def test_a_claim_beside_its_sentence(own, check, sentence, true, untrue, said):
    claim = replace(own.claims["hip-dips-cannot-be-removed"], says=true)
    assert list(SENTENCE_CHECKS[check](own, claim, sentence)) == []
    if said:
        (problem,) = SENTENCE_CHECKS[check](own, replace(claim, says=untrue), sentence)
        assert said in str(problem)
        assert problem.place == claim.place


def test_a_claim_with_another_fingerprint_than_its_sentence(own):
    claim = own.claims["hip-dips-cannot-be-removed"]
    (problem,) = SENTENCE_CHECKS["claim-fingerprint"](own, claim, "Another sentence.")
    assert f"has the fingerprint {claim.fingerprint}, and its sentence {of_text('Another sentence.')}" in str(problem)


def test_nine_words_of_a_document_in_a_row_are_its_own():
    document = rows_of_words(["One, two, three, four, five, six, seven, eight, nine and ten."])
    assert own_words("So: two three four five six seven eight nine and more", document) == (
        "two three four five six seven eight nine and"
    )
    assert own_words("two three four five six seven eight nine", document) == ""


def test_altered_texts_are_noticed_or_listed(own):
    result = text_mutants(own)
    assert set(result.by_kind()) == set(KINDS)
    assert len(result.tried) == len(list(alterations(own)))
    assert set(result.survivors) < set(result.tried)
    assert "caveats.hip-dips-cannot-be-removed.statement: “Hip dips can be removed completely.”" not in {
        one.change for one in result.survivors
    }


def test_more_is_noticed_with_the_document_at_hand(own, article):
    sentences = sentences_by_passage(own, article.read_text())
    assert len(text_mutants(own, sentences).survivors) < len(text_mutants(own).survivors)
