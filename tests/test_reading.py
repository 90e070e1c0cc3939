"""What texts in another language are held to: their numbers, times, promises, listed words and ease of reading."""

import re
import shutil
from pathlib import Path

import pytest

from questionnaire.decide.in_force import in_force
from questionnaire.decide.in_language import in_language
from questionnaire.decide.outcome import decide
from questionnaire.decide.reference_code import encode
from questionnaire.review.checks.translations import catalogue_problems
from questionnaire.review.reading_ease import ease, words_of_sentences
from questionnaire.rulebook.translation_faults import text_faults

from . import plain
from .conftest import OWN_RULES, PROJECT
from .edits import found_by


@pytest.mark.parametrize(
    ("language", "original", "text", "said"),
    [
        ("es", "It takes two weeks.", "Tarda dos semanas.", []),
        ("es", "It takes two weeks.", "Tarda unas semanas.", ["lacks what its original says: two"]),
        (
            "es",
            "It takes six months.",
            "Tarda seis semanas.",
            ["says what its original does not: week", "lacks what its original says: month"],
        ),
        ("es", "You go back twice.", "Vuelves tres veces.", ["says what its original does not: three", "lacks what its original says: twice"]),
        ("es", "Everyday habits count.", "Cuentan los hábitos de cada día.", []),
        ("es", "It may help.", "Es seguro, y para siempre.", ["says what its original does not: safe", "says what its original does not: permanent"]),
        ("es", "It may help.", "Es la mejor opción.", ["has the word 'mejor*': it ranks"]),
        ("es", "Answer %(number)s.", "Responde %(numero)s.", ["lacks what its original says: %(number)s", "says what its original does not: %(numero)s"]),
        ("ar", "It takes two weeks.", "يستغرق ذلك أسبوعين.", []),
        ("ar", "It takes six months.", "يستغرق ذلك ستة أشهر.", []),
        ("ar", "It takes six months.", "يستغرق ذلك ستة أسابيع.", ["says what its original does not: week", "lacks what its original says: month"]),
        ("ar", "It may help.", "هذا هو الأفضل.", ["has the word '*أفضل*': it ranks"]),
        ("ar", "It may help.", "هذا آمن.", ["says what its original does not: safe"]),
    ],
)  # fmt: skip
def test_a_translation_says_the_times_and_promises_of_its_original_and_no_other(
    own_tables, language, original, text, said
):
    assert sorted(fault for fault, _ in text_faults(language, original, text, own_tables.rulebook.standards)) == sorted(
        said
    )


def test_the_formula_for_spanish_is_the_one_that_was_published():
    """Szigriszt-Pazos: 206.835 less 62.3 times syllables a word, less words a sentence; counted by hand here."""
    assert ease("es", "El sol da luz. La casa es de barro.") == pytest.approx(206.835 - 62.3 * 11 / 9 - 9 / 2, abs=0.1)
    assert ease("ar", "الشمس تضيء.") is None


def test_sentences_are_counted_where_there_is_no_formula():
    assert words_of_sentences("كلمة واحدة ثم أخرى. هل هذا نعم؟ لا.\n- بند من قائمة") == [4, 3, 4]


def test_a_text_that_is_too_hard_is_named_at_its_line(tmp_path):
    rules = Path(shutil.copytree(OWN_RULES, tmp_path / "rules"))
    for language, word in (("es", "extraordinariamente"), ("ar", "\u0643\u0644\u0645\u0629")):
        path = rules / f"translations/{language}.yaml"
        long = " ".join([word] * 31)
        path.write_text(
            re.sub(r'(  "hip-dips/exercise.summary":\n.*\n.*\n    text: ").*"', rf'\1{long}."', path.read_text())
        )
    spanish, arabic = sorted(found_by("translated-reading", rules), reverse=True)
    assert re.match(
        r"translations/es\.yaml:\d+:3: error \[translated-reading\] this text has an ease of reading of -", spanish
    )
    assert "this text has a sentence of 31 words, over 30; make two sentences of it" in arabic


def test_the_sentences_of_the_pages_are_held_to_the_same_words(own_tables, tmp_path):
    assert list(catalogue_problems(own_tables.rulebook, PROJECT / "translations")) == []
    po = (PROJECT / "translations/es.po").read_text()
    (tmp_path / "es.po").write_text(
        po.replace('msgstr "Ir a la página de inicio"', 'msgstr "La mejor página"')
        .replace('msgstr "Volver a donde estabas"', 'msgstr ""')
        .replace("%(total)s", "%(todo)s", 1)
    )
    (tmp_path / "ar.po").write_text("nonsense")
    found = [f"{problem.level}: {problem.message}" for problem in catalogue_problems(own_tables.rulebook, tmp_path)]
    assert "can't be used" in found[0]
    assert "error: the word 'mejor*' stands here: it ranks" in found
    assert "warning: 1 sentences are not translated, so visitors read them in English" in found


def test_every_visit_brings_the_same_in_the_languages_that_ship(own_tables):
    """Options, verdicts, reasons, caveats, notes and questions, in their order; and the code of the result."""
    languages = [in_force(in_language(own_tables, language), "2026-11-26") for language in ("es", "ar")]
    ours = in_force(own_tables, "2026-11-26")

    def ids(tables, answers):
        outcome = decide(tables, answers)
        return [note.id for note in outcome.notes], [
            (
                result.option.id,
                result.row.verdict,
                [rule.id for rule in (*result.row.because, *result.row.also)],
                [caveat.id for caveat in result.row.caveats],
                result.row.would_change,
            )
            for result in outcome.results
        ]

    for number, answers in enumerate(plain.visits(ours.rulebook)):
        expected = ids(ours, answers)
        for tables in languages:
            assert ids(tables, answers) == expected
            if number % 100 == 0:
                assert encode(tables.rulebook, answers) == encode(ours.rulebook, answers)
