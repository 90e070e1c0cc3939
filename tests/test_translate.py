"""Other languages: a file that is made, brought up to date and checked, and a rulebook that differs in words alone."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.decide.in_force import in_force
from questionnaire.decide.in_language import in_language
from questionnaire.decide.outcome import decide
from questionnaire.decide.reference_code import encode
from questionnaire.gate import build_checked, check_rules
from questionnaire.review.diff import as_text, diff
from questionnaire.review.translate import CatalogueError, as_po, updated, with_po
from questionnaire.rulebook.load import load
from questionnaire.rulebook.statements import statements
from questionnaire.rulebook.translated import offered, states, translated

from . import plain
from .clinic import write_clinic
from .conftest import RULES
from .edits import found_by, problems, put, run

CHECKS_OF_TRANSLATIONS = {"translation-file", "translation", "translated-text", "translated-reading"}
"""The checks that this module and test_reading.py find faults for."""
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
    assert offered(book) == ["es"]
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
    assert offered(book) == ["es"]
    assert translated(book, "es").options["hip-dips/exercise"].summary.text.startswith("Also ")
    at = (rules / "translations/es.yaml").read_text().splitlines().index(f'  "{SUMMARY}":') + 1
    assert found_by("translation", rules) == [
        f"translations/es.yaml:{at}:3: warning [translation] '{SUMMARY}' is stale: its original changed, so visitors "
        "read the original in 'es'; 'flask rules translate es' marks them; translate them, and take the marks away"
    ]


def test_a_language_is_offered_once_it_was_complete_and_while_nearly_every_text_is_its_own(rules):
    path = write_all(rules)
    path.write_text(path.read_text().replace('    text: "texto ', '    mark: new\n    text: "texto ', 1))
    assert offered(load(rules)) == []
    path.write_text(path.read_text().replace("texts:\n", "complete: 2026-11-01\ntexts:\n", 1))
    assert offered(load(rules)) == ["es"]
    total = path.read_text().count('    of: "')
    for others, is_offered in ((total // 10 - 1, True), (total // 10 + 1, False)):
        text = re.sub(r'    of: "[0-9a-f]{12}"', '    of: "000000000000"', path.read_text(), count=others)
        path.write_text(text)
        assert (offered(load(rules)) == ["es"]) is is_offered
    (line,) = found_by("translation", rules)
    assert "'es' is not offered" in line
    assert "more than one in 10 would stand in the original" in line


def test_the_command_writes_once_that_a_language_was_complete(runner, app, rules):
    app.config["RULES"] = str(rules)
    write_all(rules)
    run(runner, "translate es")
    since = load(rules).translations["es"].complete
    assert since
    put(rules, "hip-dips/exercise.yaml", "summary: ", "summary: Also ")
    run(runner, "translate es")
    assert load(rules).translations["es"].complete == since


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
    assert offered(load(rules)) == ["es"]
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
    assert offered(load(rules)) == ["es"]
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


def test_characters_that_turn_the_direction_keep_their_own_text_alone_from_visitors(rules):
    path = write_all(rules)
    path.write_text(path.read_text().replace('text: "texto ', 'text: "texto \\u202e', 1))
    (line,) = problems(rules)
    assert "can't be shown: the character U+202E (right-to-left override) is not allowed" in line
    assert offered(load(rules)) == ["es"]
    assert list(states(load(rules), "es").values()).count("faulty") == 1


def test_a_text_of_another_form_is_named_at_its_line_and_the_others_stay(rules):
    path = write_all(rules)
    whole = path.read_text().replace("texts:", "complete: 2026-11-01\ntexts:")
    path.write_text(whole.replace('text: "texto ', 'txt: "texto ', 1))
    at = next(number for number, line in enumerate(path.read_text().splitlines(), 1) if "txt:" in line)
    said = f"translations/es.yaml:{at}:5: error [unknown-key] the key 'txt' is not known here; did you mean 'text'?"
    assert any(line.startswith(said) for line in problems(rules))
    assert list(states(load(rules), "es").values()).count("new") == 1
    assert offered(load(rules)) == ["es"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda whole: whole.removesuffix("...\n"), "[cut-off]"),
        (lambda whole: whole[: len(whole) // 2], "[cut-off]"),
        (lambda whole: "<html>" + whole, "[kind-of-file] this is a web page"),
        (lambda whole: whole.replace("language: es", "language: pt"), "[file-name] the file is called 'es.yaml'"),
        (lambda whole: whole.replace("texts:", "text:"), "[unknown-key] the key 'text' is not known here"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_other_languages_stay(rules, spoil, said):
    write_all(rules, "pt")
    path = write_all(rules)
    path.write_text(spoil(path.read_text()))
    found = problems(rules)
    assert any(line.startswith("translations/es.yaml") and f"error {said}" in line for line in found), found
    assert offered(load(rules)) == ["pt"]
    tables, _ = check_rules(rules)
    assert tables is not None


def test_publishing_tells_of_a_broken_translation_and_goes_on(rules):
    path = write_all(rules)
    path.write_text(path.read_text().removesuffix("...\n"))
    tables, problems = build_checked(rules)
    assert tables.rulebook.translations == {}
    (told,) = [problem for problem in problems if problem.place.file.endswith("es.yaml")]
    assert (told.level, told.check) == ("warning", "cut-off")


def test_a_file_of_another_rulebook_is_named_once(rules):
    path = write_all(rules)
    path.write_text(path.read_text().replace('  "', '  "other.').replace(f'"other.{SUMMARY}"', f'"{SUMMARY}"'))
    (line,) = found_by("translated-text", rules)
    assert "error [translated-text] this file translates another rulebook: " in line
    assert offered(load(rules)) == []


def test_a_broken_file_is_not_written_over(runner, app, rules):
    app.config["RULES"] = str(rules)
    path = write_all(rules)
    path.write_text(path.read_text().removesuffix("...\n"))
    before = path.read_text()
    done = run(runner, "translate es")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: the file of 'es' can't be used; mend it first, or move it away:\n")
    assert path.read_text() == before


def test_a_diff_names_the_texts_that_say_something_else_in_a_language(spanish):
    book = spanish.rulebook
    translation = book.translations["es"]
    name = LOSS
    other = replace(
        translation, texts={**translation.texts, name: replace(translation.texts[name], text="texto nuevo")}
    )
    changed = replace(spanish, rulebook=replace(book, translations={"es": other}))
    old = translation.texts[name].text
    assert (
        as_text(diff(spanish, changed)) == f"In other languages\n  {name} in es\n    old: {old}\n    new: texto nuevo"
    )
    without = replace(spanish, rulebook=replace(book, translations={}))
    (line,) = diff(without, spanish).languages
    assert (line.where, line.old, line.new) == ("all in es", None, f"{len(translation.texts)} texts")
    assert diff(spanish, spanish).languages == ()
