"""Each language is signed for itself: a page says "reviewed" only of what was read in the original and in its language."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from questionnaire import create_app
from questionnaire.decide import sign_off_units
from questionnaire.decide.build_tables import build
from questionnaire.decide.in_language import in_language
from questionnaire.decide.sign_off_units import reviewed_options, standing, units, units_needed
from questionnaire.review.checks import CHECKS
from questionnaire.review.sign import new_sign_off
from questionnaire.rulebook.fingerprint import of_text
from questionnaire.rulebook.load import load
from questionnaire.rulebook.page_sentences import page_statements
from questionnaire.rulebook.sign_off_file import as_yaml, file_of
from questionnaire.rulebook.statements import statements
from questionnaire.rulebook.write_file import write_file

from .conftest import PROJECT, RULES
from .edits import run
from .signing import DAY, WHO, signed
from .test_language_choice import choose
from .test_translate import write_all
from .visitor import FULL, walk

REVIEWED_IN_SPANISH = "All options shown were reviewed by a clinician."


def in_spanish(tables):
    return in_language(tables, "es")


def signed_in_spanish(tables, *names, until="2999-01-01"):
    """The tables with these units of the translation signed; all of them, if none is named."""
    new = {name: new_sign_off(in_spanish(tables), name, *WHO, until, DAY) for name in names or units(tables.rulebook)}
    return with_translation(tables, sign_offs=new)


def with_translation(tables, **changes):
    translations = {"es": replace(tables.rulebook.translations["es"], **changes)}
    return replace(tables, rulebook=replace(tables.rulebook, translations=translations))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    rules = Path(shutil.copytree(RULES, tmp_path_factory.mktemp("signed") / "rules"))
    write_all(rules)
    return rules


@pytest.fixture(scope="module")
def everything(folder):
    """Every unit signed, in both languages."""
    return signed_in_spanish(signed(build(load(folder))))


def page(tables, **config):
    """The result in Spanish."""
    client = create_app({"TESTING": True, "LIMIT_POSTS": 0, **config}, building=tables).test_client()
    choose(client, "es", "/")
    walk(client, FULL)
    return client.get("/options").text


def is_called_reviewed(page):
    catalogue = (PROJECT / "translations/es.po").read_text()
    words = catalogue.partition(f'msgid "{REVIEWED_IN_SPANISH}"\nmsgstr "')[2].partition('"')[0]
    assert words
    assert '<html lang="es">' in page
    return words in page


def test_a_page_calls_reviewed_what_was_read_in_both_languages_and_nothing_else(everything):
    assert is_called_reviewed(page(everything))
    assert not is_called_reviewed(page(with_translation(everything, sign_offs={})))
    unsigned = replace(everything, rulebook=replace(everything.rulebook, sign_offs={}))
    assert not is_called_reviewed(page(unsigned))


def test_one_changed_translation_is_reviewed_on_no_page_of_the_language(everything):
    book = everything.rulebook
    assert reviewed_options(in_spanish(everything), DAY) == set(book.options)
    every = [one for one in statements(book) if one.text]
    for one in every[::40]:
        texts = dict(book.translations["es"].texts)
        texts[one.id] = replace(texts[one.id], text=f"{texts[one.id].text} ya")
        altered = with_translation(everything, texts=texts)
        stands = standing(in_spanish(altered), one.unit, DAY)
        assert (stands.state, stands.changed) == ("changed", (one.id,))
        needed = {name for name in book.options if one.unit in units_needed(book, name)}
        assert reviewed_options(in_spanish(altered), DAY) == set(book.options) - needed
        assert reviewed_options(altered, DAY) == set(book.options)  # in the original all is as it was
    assert one.unit == "shared"
    assert not is_called_reviewed(page(altered))


def test_a_translation_that_was_kept_for_another_original_has_to_be_read_again(everything):
    one = next(one for one in statements(everything.rulebook, "options", "hip-dips/exercise") if one.cited)
    option = everything.rulebook.options["hip-dips/exercise"]
    summary = replace(option.summary, text=f"{option.summary.text} It may.")
    book = replace(
        everything.rulebook, options={**everything.rulebook.options, option.id: replace(option, summary=summary)}
    )
    texts = dict(book.translations["es"].texts)
    texts[one.id] = replace(texts[one.id], of=of_text(summary.text))
    altered = with_translation(replace(everything, rulebook=book), texts=texts)
    assert standing(in_spanish(altered), option.id, DAY).changed == (one.id,)


def test_one_changed_sentence_of_the_catalogue_voids_the_unit_of_the_pages(everything, monkeypatch):
    sentences = sign_off_units.translated_page_statements("es")
    assert len(sentences) == len(page_statements())
    other = (*sentences[:7], replace(sentences[7], text="Otra cosa"), *sentences[8:])
    monkeypatch.setattr(sign_off_units, "translated_page_statements", lambda language: other)
    assert standing(in_spanish(everything), "pages", DAY).changed == (sentences[7].id,)
    assert reviewed_options(in_spanish(everything), DAY) == set()
    assert reviewed_options(everything, DAY) == set(everything.rulebook.options)


def test_where_a_sign_off_is_required_a_language_shows_what_was_signed_in_it(everything):
    area = ("hip-dips", "questions", "shared", "clinic", "pages")
    some = signed_in_spanish(everything, "hip-dips/leave-as-is", "hip-dips/exercise", *area)
    shown = page(some, REQUIRE_SIGN_OFF=True)
    assert "texto Exercise for hip dips" in shown
    assert 'id="hip-dips-fat-transfer"' not in shown
    client = create_app(
        {"TESTING": True, "REQUIRE_SIGN_OFF": True}, building=with_translation(everything, sign_offs={})
    ).test_client()
    assert choose(client, "es", "/").status_code == 404  # nothing would be shown in it


def test_check_names_what_changed_since_it_was_read_in_a_language(everything):
    texts = dict(everything.rulebook.translations["es"].texts)
    name = "hip-dips/exercise.name"
    texts[name] = replace(texts[name], text="texto Ejercicio")
    (problem,) = CHECKS["sign-off"](with_translation(everything, texts=texts))
    total = len(standing(everything, "hip-dips/exercise", DAY).statements)
    assert problem.message == (
        f"'hip-dips/exercise' in 'es': 1 of {total} texts of this option changed since Dr Able read them on {DAY}: {name}"
    )
    assert problem.place == texts[name].place
    assert "'flask rules sign hip-dips/exercise --language es'" in problem.help


def test_the_commands_sign_and_list_by_language(runner, app, folder, tmp_path):
    rules = Path(shutil.copytree(folder, tmp_path / "rules"))
    app.config["RULES"] = str(rules)
    until = f"{date.today().year + 1}-01-31"
    by = ["--by", "Dra. Paz", "--role", "cirujana", "--until", until]
    done = runner.invoke(args=["rules", "sign", "hip-dips/exercise", "--language", "es", *by])
    path = rules / "sign-offs/es/hip-dips/exercise.yaml"
    assert done.exit_code == 0, done.output
    assert f"Signed: {path}." in done.output.replace("\n", "")
    assert "texto Exercise for hip dips" in path.read_text()
    book = load(rules)
    assert list(book.translations["es"].sign_offs) == ["hip-dips/exercise"]
    assert book.sign_offs == {}
    assert "hip-dips/exercise: " not in run(runner, "unsigned --language es").stdout
    assert "hip-dips/exercise: nobody signed it." in run(runner, "unsigned").stdout
    done = run(runner, "unsigned --language pt")
    assert done.stderr == "Error: there is no translation to 'pt' that can be used; did you mean 'es'? Known: es\n" or (
        "known: es" in done.stderr
    )


def test_sign_offs_of_a_broken_translation_wait_for_it(folder, tmp_path):
    rules = Path(shutil.copytree(folder, tmp_path / "rules"))
    tables = in_spanish(build(load(rules)))
    sign_off = new_sign_off(tables, "questions", *WHO, "2999-01-01", DAY)
    write_file(file_of(rules, "questions", "es"), as_yaml(sign_off).encode())
    assert list(load(rules).translations["es"].sign_offs) == ["questions"]
    path = rules / "translations/es.yaml"
    path.write_text(path.read_text().removesuffix("...\n"))
    assert load(rules).sign_offs == {}
    path.unlink()
    (rules / "sign-offs/es").rename(rules / "sign-offs/gone")
    assert load(rules).sign_offs.keys() == {"gone/questions"}
