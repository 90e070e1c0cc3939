"""Our own rule files: their examples, their promises, and the plain evaluator on every row."""

from collections import Counter
from pathlib import Path

import pytest

from questionnaire.decide.outcome import decide
from questionnaire.decide.routing import combinations
from questionnaire.review.checks import check_folder
from questionnaire.review.checks.examples_and_promises import example_faults
from questionnaire.rulebook.statements import statements

from . import plain
from .conftest import OWN_RULES as RULES
from .made_once import tables_of

OPTIONS = {
    "hip-dips": "leave-as-is exercise fat-transfer implants surgical-fillers plla-injections coolsculpting "
    "vacuum-therapy emsculpt",
    "love-handles": "leave-as-is exercise-and-diet liposuction ultrasonic-cavitation radiofrequency coolsculpting",
}
QUESTIONS = {
    "area": "hip-dips love-handles both not-sure",
    "shape": "dip-below-hip-bone bulge-above-hips both neither",
    "donor-fat": "enough not-enough not-sure",
    "noticeable": "slight clear not-sure",
    "tried": "yes not-yet",
    "tolerance": "surgery injections devices self-care not-sure",
    "timing": "soon months not-sure",
    "upkeep": "yes no not-sure",
    "hoped-for": "softer gone just-looking",
}
CAVEATS = """hip-dips-natural hip-dips-cannot-be-removed exercise-will-not-remove-dips graft-loss graft-amount
plla-not-immediate plla-many-sessions devices-do-not-change-bone follow-up-sessions liposuction-not-for-everyone
gentler-first slight-may-not-need-surgery love-handles-can-return weight-loss-no-guarantee
non-invasive-cannot-remove-all results-within-weeks-gradually hip-dips-hoped-gone love-handles-hoped-gone
article-silent-on-risk"""

EXAMPLES = [
    (option.id, example) for option in tables_of(RULES).rulebook.options.values() for example in option.examples
]


@pytest.fixture
def rulebook(own_rulebook):
    return own_rulebook


@pytest.fixture
def tables(own_tables):
    return own_tables


def named(answers):
    return {question: choice for question, choice in answers.items() if question != "shape"}


def test_our_rules_have_no_problem():
    assert check_folder(RULES) == []


def test_every_sentence_of_the_article_is_accounted_for(article):
    assert check_folder(RULES, [article]) == []


def test_no_nine_words_in_a_row_are_the_article_s(article):
    import re

    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    source = words(article.read_text().split("\n", 1)[1])
    runs = {tuple(source[i : i + 9]) for i in range(len(source) - 8)}
    project = RULES.parent
    files = [p for folder in ("rules", "templates", "docs") for p in (project / folder).rglob("*") if p.is_file()]
    for path in [*files, project / "README.md"]:
        if path.suffix in (".yaml", ".html", ".md"):
            text = words(path.read_text()) if path.exists() else []
            assert not [text[i : i + 9] for i in range(len(text) - 8) if tuple(text[i : i + 9]) in runs], path


def test_the_questions_and_choices_are_those_of_the_design(rulebook):
    assert {q.id: " ".join(q.choices) for q in rulebook.questions.values()} == QUESTIONS


def test_every_option_of_the_design_has_its_file(rulebook):
    listed = {area: sorted(Path(option).name for option in a.options) for area, a in rulebook.areas.items()}
    assert listed == {area: sorted(names.split()) for area, names in OPTIONS.items()}


def test_every_caveat_of_the_design_exists(rulebook):
    assert set(CAVEATS.split()) - set(rulebook.caveats) == set()


@pytest.mark.parametrize(("option", "example"), EXAMPLES, ids=[f"{option}: {e.name}" for option, e in EXAMPLES])
def test_example(tables, option, example):
    assert list(example_faults(tables, option, example)) == []


def test_every_verdict_that_an_option_can_give_has_an_example(tables):
    for table in tables.options.values():
        shown = {example.verdict for example in tables.rulebook.options[table.option].examples}
        assert {row.verdict for row in table.rows.values()} == shown, table.option


def test_every_rule_decides_an_example(rulebook):
    for option in rulebook.options.values():
        deciding = {rule for example in option.examples for rule in example.because}
        assert {rule.id for rule in option.rules} == deciding, option.id


def test_the_plain_evaluator_agrees_on_every_row(tables):
    rulebook = tables.rulebook
    for option_id, table in tables.options.items():
        option = rulebook.options[option_id]
        for key, row in table.rows.items():
            found = (row.verdict, [rule.id for rule in row.because], [caveat.id for caveat in row.caveats])
            assert found == plain.decide(rulebook, option, table.answers(key)), (option_id, key)


def test_no_file_ships_as_reviewed(rulebook):
    assert not rulebook.sign_offs


def test_each_claim_is_used_by_some_text(rulebook):
    used = Counter(claim for statement in statements(rulebook) for claim in statement.claims)
    assert [claim for claim in rulebook.claims if not used[claim]] == []


GENTLER = ["self-care", "devices", "injections", "surgery"]
SEEN = {"fits": 2, "ask": 1, "ruled-out": 0}


def test_the_promises_hold_for_every_visitor(tables):
    """The promises of promises.yaml once more, in code of their own, on every one of the 3,487 ways through the questions."""
    rulebook = tables.rulebook
    count = 0
    for answers in plain.visits(rulebook):
        count += 1
        outcome = decide(tables, answers)
        verdicts = {r.option.id: r.row.verdict for r in outcome.results}
        caveats = {r.option.id: {c.id for c in r.row.caveats} for r in outcome.results}
        notes = [note.id for note in outcome.notes]
        areas = [area.id for area in outcome.areas]
        assert areas == plain.scope(rulebook, answers)
        assert list(verdicts) == [option for area in areas for option in rulebook.areas[area].options]
        for result in outcome.results:
            option, verdict = result.option, result.row.verdict
            found = (verdict, [rule.id for rule in result.row.because], [c.id for c in result.row.caveats])
            assert found == plain.decide(rulebook, option, answers)
            if answers["tolerance"] in ("injections", "devices", "self-care"):
                assert option.kind != "surgery" or verdict == "ruled-out"
            if answers["tolerance"] in ("devices", "self-care"):
                assert option.kind != "injection" or verdict == "ruled-out"
            if answers["tolerance"] == "self-care":
                assert option.kind == "self-care" or verdict == "ruled-out"
            if option.kind in ("surgery", "injection"):
                wanted = {"article-silent-on-risk", "clinic-qualified-clinician", "clinic-time-to-decide"}
                assert wanted <= caveats[option.id]
            if option.kind != "self-care":
                assert "article-silent-on-risk" in caveats[option.id]
        if answers.get("donor-fat") == "not-enough":
            assert verdicts["hip-dips/fat-transfer"] == "ruled-out"
        if "hip-dips" in areas:
            assert verdicts["hip-dips/leave-as-is"] == verdicts["hip-dips/exercise"] == "fits"
            assert verdicts["hip-dips/coolsculpting"] != "fits"
            assert {"graft-loss", "graft-amount"} <= caveats["hip-dips/fat-transfer"]
        if "love-handles" in areas:
            assert verdicts["love-handles/leave-as-is"] == verdicts["love-handles/exercise-and-diet"] == "fits"
            assert {"liposuction-not-for-everyone", "gentler-first"} <= caveats["love-handles/liposuction"]
        gone = [f"{area}-hoped-gone" for area in areas] if answers.get("hoped-for") == "gone" else []
        assert notes[: len(gone)] == gone
        assert not [note for note in notes[len(gone) :] if note.endswith("hoped-gone")]
        if answers.get("tolerance") in GENTLER[:-1]:
            further = {**answers, "tolerance": GENTLER[GENTLER.index(answers["tolerance"]) + 1]}
            if all(plain.asked(rulebook, q, further) == (q.id in further) for q in rulebook.questions.values()):
                for result in decide(tables, further).results:
                    assert SEEN[result.row.verdict] >= SEEN[verdicts[result.option.id]]
    assert count == 3487


def test_the_combinations_are_those_of_the_plain_walk(rulebook):
    ours = {tuple(answers.items()) for answers in combinations(rulebook, None, rulebook.questions)}
    assert ours == {tuple(answers.items()) for answers in plain.visits(rulebook)}


def test_would_change_names_every_single_answer_that_would_and_no_other(tables):
    for table in tables.options.values():
        for key, row in table.rows.items():
            found = {(c.question, c.choice, c.verdict) for c in row.would_change}
            expected = set()
            for position, question in enumerate(table.questions):
                for choice in tables.rulebook.questions[question].choices if key[position] else ():
                    possible = {
                        other.verdict
                        for names, other in table.rows.items()
                        if names[position] == choice
                        and all(
                            a == b or not (a and b)
                            for n, (a, b) in enumerate(zip(names, key, strict=True))
                            if n != position
                        )
                    }
                    verdict = possible.pop() if len(possible) == 1 else "ask"  # further questions decide
                    if choice != key[position] and verdict != row.verdict:
                        expected.add((question, choice, verdict))
            assert found == expected
