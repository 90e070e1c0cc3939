"""Units in another language at the desk: read beside the original, remarked on, changed, and signed for themselves."""

import html
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.decide.in_language import in_language
from questionnaire.decide.sign_off_units import standing, units
from questionnaire.desk import database
from questionnaire.desk.models import Person
from questionnaire.review.sign import sign as sign_on_terminal
from questionnaire.rulebook.fingerprint import of_text
from questionnaire.rulebook.load import load
from questionnaire.rulebook.sign_off_file import as_yaml

from ..conftest import RULES
from ..signing import signed as typed
from ..test_translate import write_all
from .authenticator import Authenticator
from .test_signing import edited, problems

UNIT = "hip-dips/exercise"
NAME = f"{UNIT}.name"
FILE, WORDS = f"sign-offs/es/{UNIT}.yaml", "translations/es.yaml"
UNTIL = f"{date.today().year + 1}-01-31"


def tick_all(reviewer, language="es", unit=UNIT):
    address = f"/units/{unit}?language={language}".removesuffix("?language=")
    page = reviewer.page(address)
    shown = [html.unescape(value) for value in re.findall(r'name="shown" value="([^"]+)"', page)]
    sent = {"shown": shown, "read": shown, "language": language}
    assert reviewer.post(f"/units/{unit}", sent, text=page).location == address


def sign(reviewer, language="es", unit=UNIT):
    fields = {"role": "cirujana", "until": UNTIL, "language": language}
    first = reviewer.post(f"/sign/{unit}", fields, page=f"/sign/{unit}?language={language}", passkey=False)
    return reviewer.post(f"/sign/{unit}", fields, text=first.text)


def stands(rules, language="es", unit=UNIT):
    return standing(in_language(build(load(rules)), language), unit, date.today()).state


@pytest.fixture(scope="module")
def translated(tmp_path_factory):
    rules = Path(shutil.copytree(RULES, tmp_path_factory.mktemp("translated") / "rules"))
    write_all(rules)
    write_all(rules, "ar", "نص")
    return rules


@pytest.fixture
def rules(tmp_path, translated):
    return Path(shutil.copytree(translated, tmp_path / "rules"))


@pytest.fixture
def reviewer(someone):
    return someone("reviewer", "Dra. Paz")


@pytest.fixture
def signed(reviewer, rules):
    """Signed in Spanish, a moment ago: the desk has not built these rules anew."""
    tick_all(reviewer)
    assert sign(reviewer).status_code == 302
    return rules


@pytest.fixture(scope="module")
def copied():
    """A folder of rules that was signed, once made; the tests that use it put a fault into a copy."""
    return {}


@pytest.fixture
def faulty(copied, request, tmp_path):
    """A copy of rules that were signed in Spanish, without a desk."""
    if "signed" not in copied:
        copied["signed"] = request.getfixturevalue("signed")
    return Path(shutil.copytree(copied["signed"], tmp_path / "faulty"))


def test_each_text_stands_beside_its_original_in_the_direction_of_its_language(reviewer, rules):
    texts = load(rules).translations["ar"].texts
    page = html.unescape(reviewer.page(f"/units/{UNIT}?language=ar"))
    assert f'<p lang="ar" dir="rtl">{texts[f"{UNIT}.summary"].text}</p>' in page
    assert f"<p>{load(rules).options[UNIT].summary.text}</p>" in page
    assert "lang=" not in reviewer.page(f"/units/{UNIT}").partition("<body>")[2]
    for path in (f"/units/{UNIT}", f"/sign/{UNIT}", f"/remark/{UNIT}"):
        assert reviewer.get(f"{path}?language=pt&statement={NAME}").status_code == 404


def test_a_unit_is_signed_in_a_language_and_in_no_other(reviewer, rules):
    assert "Read and tick all of it first" in reviewer.page(f"/sign/{UNIT}?language=es")
    tick_all(reviewer)
    assert sign(reviewer).status_code == 302
    assert (stands(rules), stands(rules, "ar")) == ("signed", "not-signed")
    book = load(rules)
    assert book.sign_offs == {}
    (signed,) = book.translations["es"].sign_offs.values()
    assert (signed.by, signed.language, problems(rules)) == ("Dra. Paz", "es", [])
    assert "signed: hip-dips/exercise in Spanish" in reviewer.page("/log")
    home = reviewer.page("/")
    assert f"In Spanish, {home.count('/units/') // 3 - 1} of" in home
    assert home.index("In Spanish, ") > home.index("To read and sign, first"), "the originals come first"


def test_the_file_is_the_one_that_the_command_writes(reviewer, signed, tmp_path):
    other = shutil.copytree(signed, tmp_path / "other")
    (other / FILE).unlink()
    tables = in_language(build(load(other)), "es")
    path, _ = sign_on_terminal(other, tables, UNIT, "Dra. Paz", "cirujana", UNTIL, date.today())
    assert path == other / FILE
    by_hand, at_desk = path.read_text(), (signed / FILE).read_text()
    assert by_hand == at_desk.partition("signature:")[0] + "...\n"
    assert ["a typed name is not enough" in one for one in problems(other)] == [True]
    path.write_text(by_hand.replace("Dra. Paz", "Dra. Luz"))
    assert problems(other) == []
    (signed / FILE).write_text(path.read_text())
    assert "a typed name, not proved" in reviewer.page(f"/units/{UNIT}?language=es")


@pytest.mark.parametrize("to", [f"sign-offs/ar/{UNIT}.yaml", f"sign-offs/{UNIT}.yaml", "sign-offs/es/pages.yaml"])
def test_a_signature_proves_nothing_for_another_language_the_original_or_another_unit(faulty, to):
    (faulty / to).parent.mkdir(parents=True, exist_ok=True)
    (faulty / to).write_text((faulty / FILE).read_text())
    (problem,) = problems(faulty)
    assert problem.endswith("by Dra. Paz is not proved: the signature is of something else than this")
    language = "in 'ar'" if "/ar/" in to else "in 'es'" if "/es/" in to else "' by"
    assert language in problem


def test_a_signature_of_the_original_proves_nothing_for_a_language(reviewer, rules):
    tick_all(reviewer, "")
    assert sign(reviewer, "").status_code == 302
    (rules / FILE).parent.mkdir(parents=True)
    (rules / FILE).write_text((rules / f"sign-offs/{UNIT}.yaml").read_text())
    (problem,) = problems(rules)
    assert "'hip-dips/exercise' in 'es' by Dra. Paz is not proved: the signature is of something else" in problem


@pytest.mark.parametrize(
    ("file", "edit", "fault"),
    [
        (FILE, lambda v: v.update({"until": "2031-01-01"}), "the signature is of something else than this"),
        (FILE, lambda v: v["statements"].popitem(), "the signature is of something else than this"),
        (FILE, lambda v: v["signature"].update({"signature": "AAAA"}), "the signature is not one of their passkey"),
        (FILE, lambda v: v.update({"by": "Dr Other"}), "the name is not in reviewers.yaml"),
        (FILE, lambda v: v.pop("signature"), "a typed name is not enough for who has a passkey"),
        (
            "reviewers.yaml",
            lambda v: v["reviewers"][0]["passkeys"][0].update({"revoked": "2026-11-26"}),
            "the passkey is revoked since 2026-11-26",
        ),
        (
            "reviewers.yaml",
            lambda v: v["reviewers"][0].update({"address": "https://other.example"}),
            "it was signed at http://localhost:8001, and not at https://other.example",
        ),
    ],
)
def test_a_sign_off_of_a_language_that_is_not_what_was_signed_is_refused(faulty, file, edit, fault):
    edited(faulty / file, edit)
    (problem,) = problems(faulty)
    assert problem.startswith("the sign-off of 'hip-dips/exercise' in 'es' by Dr")
    assert fault in problem


def test_the_passkey_is_asked_for_one_language_and_taken_for_no_other(reviewer, someone, rules):
    tick_all(reviewer)
    tick_all(reviewer, "ar")
    fields = {"role": "cirujana", "until": UNTIL}
    page = reviewer.post(f"/sign/{UNIT}", {**fields, "language": "es"}, page=f"/sign/{UNIT}", passkey=False).text
    refused = reviewer.post(f"/sign/{UNIT}", {**fields, "language": "ar"}, text=page).text
    assert "This page was open for too long, or was sent before." in refused
    own, reviewer.passkey = reviewer.passkey, someone("reviewer", "Dr Other").passkey
    assert "This passkey is not one that may be used here." in sign(reviewer).text
    reviewer.passkey, own.origin = own, "https://evil.example"
    assert "Unexpected client data origin" in sign(reviewer).text
    reviewer.passkey = Authenticator()
    assert not (rules / "sign-offs").exists()


def change(editor, words, do="save", statement=NAME, **more):
    address = f"/wording?language=es&statement={statement}"
    page = editor.page(address)
    begun = html.unescape(re.search(r'name="begun" value="([^"]*)"', page)[1])
    sent = {"language": "es", "statement": statement, "begun": begun, "text": words, "do": do, **more}
    return editor.post("/wording", sent, text=page)


def test_an_editor_changes_the_words_alone_and_sees_what_falls_first(signed, someone, reviewer, desk):
    editor, before = someone("editor", "Eve"), (signed / WORDS).read_bytes()
    words = load(signed).translations["es"].texts[NAME].text
    tried = html.unescape(change(editor, f"{words} en casa", "check").text)
    assert "These sign-offs would fall:</b> hip-dips/exercise in Spanish" in tried
    assert "<ins>en casa</ins>" in tried
    assert (signed / WORDS).read_bytes() == before
    assert change(editor, f"{words} en casa").status_code == 302
    assert (signed / WORDS).read_bytes() == before.replace(f'"{words}"'.encode(), f'"{words} en casa"'.encode(), 1)
    assert stands(signed) == "changed"
    assert "Changed since it was signed: 1 of" in reviewer.page("/")
    assert reviewer.page(f"/units/{UNIT}?language=es&show=changed").count('name="read"') == 1
    with desk.app_context(), database.writing() as db:
        db.query(Person).filter_by(name="Eve").one().role = "reviewer"
    tick_all(editor)
    assert "You changed it. Somebody else has to sign it." in sign(editor).text
    tick_all(editor, "ar")
    assert sign(editor, "ar").status_code == 302, "whose words they did not change"


def test_words_that_can_not_be_shown_are_named_at_their_field(someone, rules):
    editor = someone("editor")
    tried = html.unescape(change(editor, "<b>Ejercicio</b>", "check").text)
    assert 'class="wrong problem"' in tried
    assert "They would be shown the original" in tried
    assert change(editor, "").status_code == 200
    met = change(editor, "Ejercicio", begun="Lo de antes").text
    assert "Somebody else changed this meanwhile." in met


def test_words_for_an_original_that_changed_take_its_place(someone, rules):
    path = rules / f"{UNIT}.yaml"
    text = path.read_text()
    path.write_text(text.replace("summary: ", "summary: Now, ", 1))
    assert change(someone("editor"), "Ahora, ejercicio.", statement=f"{UNIT}.summary").status_code == 302
    book = load(rules)
    entry = book.translations["es"].texts[f"{UNIT}.summary"]
    assert (entry.text, entry.of, entry.mark) == ("Ahora, ejercicio.", of_text(book.options[UNIT].summary.text), "")


def test_who_changed_the_file_by_hand_does_not_sign_it(reviewer, rules, monkeypatch):
    monkeypatch.setattr("questionnaire.desk.signing.authors", lambda path: {"dra. paz"} if path.stem == "es" else set())
    tick_all(reviewer)
    assert "By git, the last change of its file is yours." in sign(reviewer).text
    tick_all(reviewer, "ar")
    assert sign(reviewer, "ar").status_code == 302


def test_other_words_are_proposed_in_a_language_and_taken_with_one_press(someone, reviewer, rules):
    words = load(rules).translations["es"].texts[NAME].text
    fields = {"statement": NAME, "language": "es", "text": "¿Así?", "proposed": f"{words} en casa"}
    reviewer.post(f"/remark/{UNIT}", fields, page=f"/remark/{UNIT}?statement={NAME}&language=es")
    assert "¿Así?" in reviewer.page(f"/units/{UNIT}?language=es")
    assert "¿Así?" not in reviewer.page(f"/units/{UNIT}")
    editor = someone("editor")
    assert "; the text is another since" not in editor.page("/remarks")
    editor.post("/take/1", page="/remarks")
    assert load(rules).translations["es"].texts[NAME].text == f"{words} en casa"
    assert "; the text is another since" in editor.page("/remarks")


def test_who_signed_in_a_language_does_not_publish_it(signed, desk, someone, reviewer):
    publisher = someone("publisher")
    left = len(units(load(signed))) - 1
    assert f"In Spanish, {left} units not signed as they are" in publisher.page("/releases")
    with desk.app_context(), database.writing() as db:
        db.query(Person).filter_by(name="Dra. Paz").one().role = "publisher"
    assert "You signed a part of this draft." in reviewer.page("/releases")


def test_errors_of_a_translation_keep_no_release_from_visitors(someone, rules):
    path = rules / WORDS
    path.write_text(re.sub(r'(    text: ")', r"\g<1><b>", path.read_text(), count=1))
    page = someone("publisher").page("/releases")
    assert "The checks find 0 errors." in page
    assert "Publish, with my passkey" in page


def test_a_typed_sign_off_spares_nobody_a_text_in_a_language(reviewer, rules):
    tables = in_language(build(load(rules)), "es")
    (rules / FILE).parent.mkdir(parents=True)
    (rules / FILE).write_text(as_yaml(typed(tables, UNIT).rulebook.sign_offs[UNIT]))
    assert stands(rules) == "signed"
    assert "Read and tick all of it first" in sign(reviewer).text
