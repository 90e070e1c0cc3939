"""Claims beside sentences, and what no check notices when the meaning of a text is altered."""

from dataclasses import replace

import pytest

from questionnaire.review.checks.claim_sentences import SENTENCE_CHECKS
from questionnaire.review.checks.copied_wording import found, own_words
from questionnaire.review.claims_against_document import sentences_by_passage
from questionnaire.review.text_mutants import KINDS, alterations, text_mutants
from questionnaire.rulebook.fingerprint import of_text
from questionnaire.rulebook.load import load

from .conftest import RULES

# (check, what the sentence says, a claim that is true to it, a claim that is not, what is said of it)
CLAIMS = [
    ("claim-number", "A third takes 3 visits.", "It takes 3 visits.", "It takes 4 visits.", "says “4”, and its"),
    ("claim-hedge", "It may help a bit.", "It may help.", "It will help.", "says “will”, and its sentence “may”"),
    (
        "claim-hedge",
        "It may help a bit.",
        "It may help.",
        "It helps a bit.",
        "has no careful word, and its sentence says “may”",
    ),
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
def test_a_claim_beside_its_sentence(own_rulebook, check, sentence, true, untrue, said):
    claim = replace(own_rulebook.claims["hip-dips-cannot-be-removed"], says=true)
    assert list(SENTENCE_CHECKS[check](own_rulebook, claim, sentence)) == []
    if said:
        (problem,) = SENTENCE_CHECKS[check](own_rulebook, replace(claim, says=untrue), sentence)
        assert said in str(problem)
        assert problem.place == claim.place


def test_a_claim_with_another_fingerprint_than_its_sentence(own_rulebook):
    claim = own_rulebook.claims["hip-dips-cannot-be-removed"]
    (problem,) = SENTENCE_CHECKS["claim-fingerprint"](own_rulebook, claim, "Another sentence.")
    assert f"has the fingerprint {claim.fingerprint}, and its sentence {of_text('Another sentence.')}" in str(problem)


def test_nine_words_of_a_document_in_a_row_are_its_own(rules, tmp_path):
    document = "One, two, three, four, five, six, seven, eight, nine and ten."
    templates = tmp_path / "templates"
    templates.mkdir()
    page = '<p>fine</p>\n<p>{{ _("So: two three four <b>five</b> six seven") }} eight nine and more</p>\n'
    (templates / "page.html").write_text(page)
    (tmp_path / "README.md").write_text("One two three four five six seven eight. Nine.\n")
    (rules / "clinic.yaml").write_text("# one two three\n# four five six seven eight nine and ten\n...\n")
    lines = [str(problem) for problem in own_words(load(RULES), [document], templates)]
    assert lines == [
        "templates/page.html:2:1: error [own-words] nine words of a document stand here in a row: “two three four five six "
        "seven eight nine and”; say it in other words; the document is not ours",
        "README.md:1:1: error [own-words] nine words of a document stand here in a row: “one two three four five six seven "
        "eight nine”; say it in other words; the document is not ours",
    ]
    row = tuple(document.lower().replace(",", "").split()[:9])
    assert list(found((rules / "clinic.yaml").read_text(), {row})) == [(1, " ".join(row))]


def test_altered_texts_are_noticed_or_listed(own_rulebook):
    result = text_mutants(own_rulebook)
    assert set(result.by_kind()) == set(KINDS)
    assert len(result.tried) == len(list(alterations(own_rulebook)))
    assert set(result.survivors) < set(result.tried)
    assert "caveats.hip-dips-cannot-be-removed.statement: “Hip dips can be removed completely.”" not in {
        one.change for one in result.survivors
    }


def test_more_is_noticed_with_the_document_at_hand(own_rulebook, article):
    sentences = sentences_by_passage(own_rulebook, article.read_text())
    assert len(text_mutants(own_rulebook, sentences).survivors) < len(text_mutants(own_rulebook).survivors)
