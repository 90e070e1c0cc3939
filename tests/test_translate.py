"""Other languages: a file that is made, brought up to date and checked, and a rulebook that differs in words alone."""

import json
import re
import shutil
from pathlib import Path

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.decide.in_force import in_force
from questionnaire.decide.in_language import in_language
from questionnaire.decide.outcome import decide
from questionnaire.decide.reference_code import encode
from questionnaire.review.translate import CatalogueError, as_po, updated, with_po
from questionnaire.rulebook.fingerprint import of_text
from questionnaire.rulebook.load import load
from questionnaire.rulebook.statements import statements
from questionnaire.rulebook.translated import complete, states, translated

from . import plain
from .clinic import write_clinic
from .conftest import RULES
from .edits import found_by, put, run
from .test_load import problems

CHECKS_OF_TRANSLATIONS = {"translation", "translated-text"}
"""The checks that this module finds a fault for."""
SUMMARY = "hip-dips/exercise.summary"
LOSS = "caveats.graft-loss.statement"


def write_all(rules, language="es", word="texto"):
    """Translate every text: a word before the original, so that its numbers stand in it."""
    path = rules / "translations" / f"{language}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(updated(load(rules), language).text)
    text = path.read_text()
    text = re.sub(
        r'(    original: ")((?:[^"\\\\]|\\\\.)*)("\n    of: .*\n)    mark: new\n',
        rf'\1\2\3    text: "{word} \2"\n',
        text,
    )
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def spanish(tmp_path_factory):
    """The worked example of docs/clinic.md with every text in “Spanish”."""
    rules = Path(shutil.copytree(RULES, tmp_path_factory.mktemp("es") / "rules"))
    write_clinic(rules)
    write_all(rules)
    return build(load(rules))


def test_a_complete_language_has_every_text_and_the_same_fingerprint(spanish):
    book = spanish.rulebook
    assert set(states(book, "es").values()) == {"done"}
    assert complete(book) == ["es"]
    originals = {statement.id: statement.text for statement in statements(book)}
    for statement in statements(translated(book, "es")):
        assert statement.text == (f"texto {originals[statement.id]}" if originals[statement.id] else "")
    assert translated(book, "es").fingerprint == book.fingerprint


def test_verdicts_reasons_caveats_and_codes_are_the_same_in_every_language_for_every_visit(spanish):
    ours, theirs = in_force(spanish, "2026-11-26"), in_force(in_language(spanish, "es"), "2026-11-26")
    for number, answers in enumerate(plain.visits(ours.rulebook)):
        one, other = decide(ours, answers), decide(theirs, answers)
        assert [note.id for note in one.notes] == [note.id for note in other.notes]
        for a, b in zip(one.results, other.results, strict=True):
            assert (a.option.id, a.row.verdict, a.row.would_change) == (b.option.id, b.row.verdict, b.row.would_change)
            assert [rule.id for rule in a.row.because] == [rule.id for rule in b.row.because]
            assert [caveat.id for caveat in a.row.caveats] == [caveat.id for caveat in b.row.caveats]
            assert all(rule.because.text.startswith("texto ") for rule in b.row.because)
        if number % 50 == 0:
            assert encode(ours.rulebook, answers) == encode(theirs.rulebook, answers)


def test_one_changed_text_makes_exactly_its_translation_stale_and_the_original_stands_in(rules):
    write_all(rules)
    put(rules, "hip-dips/exercise.yaml", "summary: ", "summary: Also ")
    book = load(rules)
    assert [name for name, state in states(book, "es").items() if state != "done"] == [SUMMARY]
    assert complete(book) == []
    assert translated(book, "es").options["hip-dips/exercise"].summary.text.startswith("Also ")
    assert found_by("translation", rules) == [
        "translations/es.yaml:4:1: warning [translation] 'es' is not offered: 0 texts are not translated, and 1 are stale; "
        "'flask rules translate es' marks them; translate them, and take the marks away"
    ]


def test_the_command_makes_the_file_and_keeps_what_is_done(runner, app, rules):
    app.config["RULES"] = str(rules)
    total = len([one for one in statements(load(rules)) if one.text])
    path = rules / "translations/es.yaml"
    assert run(runner, "translate es").stdout == f"{path}: 0 texts done, {total} new, 0 stale, 0 left over.\n"
    write_all(rules)
    put(rules, "hip-dips/exercise.yaml", "summary: ", "summary: Also ")
    said = run(runner, "translate es").stdout
    assert said == f"{path}: {total - 1} texts done, 0 new, 1 stale, 0 left over.\n"
    put(rules, "translations/es.yaml", "    mark: stale\n", "")
    assert complete(load(rules)) == ["es"]
    assert run(runner, "translate espanol").stderr == "Error: 'espanol' is no language; write one such as es or pt-BR\n"


def test_po_goes_out_and_comes_back(rules):
    write_all(rules)
    put(rules, "hip-dips/exercise.yaml", "summary: ", "summary: Also ")
    book = load(rules)
    po = as_po(book, "es").decode()
    assert po.count("#, fuzzy\nmsgctxt") == 1
    assert updated(book, "es", with_po(book, "es", po.encode())).stale == 1
    (rules / "translations/es.yaml").write_text(
        updated(book, "es", with_po(book, "es", po.replace("#, fuzzy\nmsgctxt", "msgctxt").encode())).text
    )
    assert complete(load(rules)) == ["es"]
    with pytest.raises(CatalogueError, match="no entry of it has the id of a text"):
        with_po(book, "es", b'msgid "a\nmsgstr nonsense')


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            LOSS,
            "En el primer año se puede perder del 20 al 50 por ciento.",
            f"'{LOSS}' lacks what its original says: 30; ",
        ),
        (SUMMARY, "texto <b>mucho</b>", f"'{SUMMARY}' holds HTML: <b>; write plain words"),
        (SUMMARY, "texto en 3 semanas", f"'{SUMMARY}' says what its original does not: 3; "),
        (SUMMARY, "\u0646\u0635 texto", f"'{SUMMARY}' begins in the other direction than its language"),
    ],
)
def test_a_wrong_text_is_named_at_its_line(rules, name, text, said):
    path = write_all(rules)
    written = path.read_text().splitlines()
    at = written.index(f'  "{name}":')
    written[at + 3] = f"    text: {json.dumps(text)}"
    path.write_text("\n".join(written) + "\n")
    found = found_by("translated-text", rules)
    assert any(line.startswith(f"translations/es.yaml:{at + 1}:3: error [translated-text] {said}") for line in found), (
        found
    )


def test_a_text_of_another_rulebook_and_arabic_digits(rules):
    path = write_all(rules, "ar", "\u0646\u0635")
    path.write_text(
        path.read_text()
        .replace("30 to 50", "\u0663\u0660 \u0665\u0660")
        .replace('original: "In the first year, \u0663\u0660 \u0665\u0660', 'original: "In the first year, 30 to 50')
    )
    assert found_by("translated-text", rules) == []
    path.write_text(path.read_text().replace(SUMMARY, "hip-dips/exercise.summery"))
    (line,) = found_by("translated-text", rules)
    assert "there is no text 'hip-dips/exercise.summery'; did you mean 'hip-dips/exercise.summary'?" in line


def test_characters_that_turn_the_direction_are_refused(rules):
    path = write_all(rules)
    path.write_text(path.read_text().replace('text: "texto ', 'text: "texto \\u202e', 1))
    (line,) = problems(rules)
    assert "[character] the character U+202E (right-to-left override) is not allowed" in line


def test_a_file_that_was_cut_off_or_is_called_otherwise_is_refused(rules):
    path = write_all(rules)
    whole = path.read_text()
    path.write_text(whole.removesuffix("...\n"))
    assert any("translations/es.yaml" in line and "cut-off" in line for line in problems(rules))
    path.write_text(whole.replace("language: es", "language: pt"))
    assert problems(rules) == [
        "translations/es.yaml:4:1: error [file-name] the file is called 'es.yaml', and its language is 'pt'; call it 'pt.yaml'"
    ]
    assert of_text("") not in whole
