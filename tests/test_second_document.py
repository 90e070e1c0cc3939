"""A second document of three sentences: every text knows which one it rests on, and no page says that there is one."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.decide.outcome import decide
from questionnaire.decide.outcome_json import outcome_json
from questionnaire.review.claims_against_document import sentences_by_passage
from questionnaire.review.draft_source import NAME, draft
from questionnaire.review.report import report
from questionnaire.review.show import show
from questionnaire.rulebook.load import load
from questionnaire.rulebook.statements import statements

from .conftest import OWN_RULES
from .edits import found_by, problems, put, run
from .visitor import FULL, addresses, site, text, walk

TITLE = "Cupping: a leaflet"
LEAFLET = (
    f"{TITLE}\n\nThe cup is warm. The skin may look red for 2 days after it.\n\nVisits\n\nMost people come 3 times.\n"
)
ARTICLE = "Hip Dips vs Love Handles: Are They The Same Thing?"
VACUUM = "hip-dips/vacuum-therapy.yaml"
CLAIMS = {
    "l1-1-1": "A warm cup is used.",
    "l1-1-2": "Skin may be red for 2 days.",
    "l2-1-1": "It often takes 3 visits.",
}
TODAY = date(2026, 11, 26)


@pytest.fixture
def leaflet(tmp_path):
    path = tmp_path / "leaflet.txt"
    path.write_text(LEAFLET)
    return path


@pytest.fixture
def rules(tmp_path):
    """A copy of the rules that visitors are served, in English: they are the ones that the article proves."""
    return Path(shutil.copytree(OWN_RULES, tmp_path / "rules", ignore=shutil.ignore_patterns("translations")))


@pytest.fixture
def drafted(rules):
    """The rules with the leaflet's entries as they are drafted."""
    documents, claims = draft(load(rules), LEAFLET.encode(), "L", "leaflet.txt").split("claims:\n")
    documents = documents.removeprefix("documents:\n")
    put(rules, "source.yaml", "\nclaims:\n", f"\n{documents}\nclaims:\n{claims}")
    return rules


@pytest.fixture
def both(drafted):
    """The rules with the leaflet's claims in our words, and texts that rest on them."""
    for heading in ("What it is like", "How often"):
        put(drafted, "source.yaml", NAME, heading)
    for claim, says in CLAIMS.items():
        path = drafted / "source.yaml"
        path.write_text(re.sub(rf"(claim: {claim}\n    says: )[^\n]*", rf'\1"{says}"', path.read_text()))
    put(drafted, VACUUM, "  recovery: silent", "  recovery: {text: The skin may be red for 2 days., claims: [l1-1-2]}")
    put(drafted, VACUUM, "  risks: silent", "  risks: {text: A warm cup is used., claims: [l1-1-1], also-ask: true}")
    put(
        drafted,
        VACUUM,
        "  cost: silent",
        "  cost: {text: It often takes 3 visits., claims: [l2-1-1, device-follow-up], also-ask: true}",
    )
    return drafted


def test_a_draft_can_be_read_and_is_refused_until_it_is_in_our_words(drafted):
    assert len(load(drafted).documents) == 2
    assert len(found_by("placeholder", drafted)) == 5
    assert set(re.findall(r"\[([a-z-]+)\]", " ".join(problems(drafted)))) == {
        "placeholder",
        "unused-claim",
    }


def test_a_draft_has_the_title_and_nothing_else_of_the_document(rulebook):
    drafted = draft(rulebook, LEAFLET.encode(), "L", "leaflet.txt")
    assert TITLE in drafted
    assert not any(words in drafted for words in ("warm", "red for", "Visits", "come 3"))


REFUSED = {
    "ll": "'ll' can't be a code; give capital letters, such as LL",
    "GHD": "the code 'GHD' is used already; give another than GHD",
    "F": "the code 'F1' is used already; give another than F",
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_code_that_is_none_or_is_used_is_refused(runner, leaflet, code):
    done = run(runner, f"read {leaflet} --code {code}")
    assert (done.exit_code, done.stdout) == (1, "")
    assert REFUSED[code] in done.stderr


def test_the_command_prints_the_entries_and_says_what_comes_next(runner, rulebook, leaflet):
    done = run(runner, f"read {leaflet} --code L")
    assert done.stdout == draft(rulebook, LEAFLET.encode(), "L", "leaflet.txt")
    assert "Nothing was written. Next:" in done.stderr


def test_a_file_that_is_no_text_or_is_not_there_is_named(runner, tmp_path):
    (tmp_path / "scan.pdf").write_bytes(b"\xff\xfe")
    assert "this is not UTF-8 text" in run(runner, f"read {tmp_path}/scan.pdf --code L").stderr
    assert "can't be opened (No such file" in run(runner, f"read {tmp_path}/nowhere --code L").stderr


def test_headings_and_paragraphs_of_the_article_are_told_apart_as_people_did(rulebook, article):
    drafted = draft(rulebook, article.read_bytes() + b"\n", "X", "article.txt")
    (known,) = rulebook.documents.values()
    headings = re.findall(r'X\d+: \{name: "[^"]*", fingerprint: "(\w+)"', drafted)
    paragraphs = re.findall(r'sentences: (\d+), fingerprint: "(\w+)"', drafted)
    assert headings == [heading.fingerprint for heading in known.headings.values()]
    assert paragraphs == [(str(one.sentences), one.fingerprint) for one in known.paragraphs.values()]


def test_every_statement_knows_its_documents_the_clinic_or_nobody(both):
    origins = {statement.id: statement.origins for statement in statements(load(both))}
    assert origins["hip-dips/vacuum-therapy.grid.recovery"] == (TITLE,)
    assert origins["hip-dips/vacuum-therapy.grid.cost"] == (TITLE, ARTICLE)
    assert origins["hip-dips/vacuum-therapy.summary"] == (ARTICLE,)
    assert origins["claims.l1-1-1.says"] == origins["documents.leaflet.headings.L1.name"] == (TITLE,)
    assert origins["caveats.clinic-time-to-decide.statement"] == ()
    assert origins["questions.area.choices.both.label"] == ()


def test_the_answer_for_other_programs_names_the_documents_of_each_caveat(both):
    put(both, "caveats.yaml", "claims: [device-follow-up]", "claims: [device-follow-up, l2-1-1]")
    rulebook = load(both)
    chosen = {"area": "hip-dips", "hoped-for": "softer", "tolerance": "devices", "timing": "soon", "upkeep": "yes"}
    caveats = outcome_json(rulebook, decide(build(rulebook), chosen))["caveats"]
    assert caveats["follow-up-sessions"]["documents"] == [ARTICLE, TITLE]
    assert caveats["devices-do-not-change-bone"]["documents"] == [ARTICLE]
    assert caveats["article-silent-on-risk"]["documents"] == []


def test_a_document_that_was_given_is_held_to_its_own_entry_and_the_other_is_named(runner, both, leaflet):
    assert problems(both) == []
    (line,) = run(runner, f"check {both} --document {leaflet}").stdout.splitlines()
    assert line.split(": ", 1)[1] == (
        f"warning [not-proved] “{ARTICLE}” was not given, so nothing that rests on it was proved; "
        "give its file too (--document FILE)"
    )
    leaflet.write_text(LEAFLET.replace("2 days", "4 days"))
    assert (
        "no paragraph of the document has the fingerprint of L1-1"
        in run(runner, f"check {both} --document {leaflet}").stdout
    )


def test_a_document_that_is_none_of_ours_or_is_given_twice_is_an_error(runner, both, leaflet, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("Another text.\n")
    assert (
        f"{other}:1:1: error [document] this is none of the documents of source.yaml"
        in run(runner, f"check {both} --document {other}").stdout
    )
    assert (
        f"{leaflet}:1:1: error [document] this is “{TITLE}”, as is another file that was given"
        in run(runner, f"check {both} --document {leaflet} --document {leaflet}").stdout
    )
    refused = run(runner, f"show {VACUUM[:-5]} --document {other}")
    assert (refused.exit_code, refused.stderr) == (
        1,
        f"Error: {other} is none of the documents of source.yaml; give the right file\n",
    )


def test_with_both_documents_every_fingerprint_is_proved(runner, both, leaflet, article):
    done = run(runner, f"check {both} --document {leaflet} --document {article}")
    assert (done.exit_code, done.stdout.splitlines()[-1].split("; ")[1]) == (
        0,
        f"every fingerprint was proved against “{ARTICLE}” and “{TITLE}”",
    )


def test_the_report_and_show_set_each_sentence_beside_its_own_texts(both):
    tables = build(load(both))
    page = report(tables, TODAY, {"leaflet": LEAFLET})
    assert "<q>The skin may look red for 2 days after it.</q>" in page
    assert f"in “{TITLE}”" in page
    assert "3 sentences found" in page
    assert "This paragraph is not in the document" not in page
    shown = " ".join(show(tables, VACUUM[:-5], LEAFLET).split())
    assert f"The skin may be red for 2 days. [“{TITLE}”: L1-1.2] | L1-1.2: The skin may look red" in shown
    assert sentences_by_passage(tables.rulebook, LEAFLET).keys() == {"L1-1.1", "L1-1.2", "L2-1.1"}


def test_no_page_says_that_there_is_one_article_and_texts_name_their_document(both):
    app = site(RULES=str(both), RELEASES="")
    client = app.test_client()
    walk(client, FULL)
    client.post("/keep", data={"shown": VACUUM[:-5], "keep": VACUUM[:-5], "then": "compare"})
    pages = {address: client.get(address) for address in addresses(app)}
    read = {address: text(page) for address, page in pages.items() if page.mimetype == "text/html"}
    assert {"/", "/options", "/areas", "/how-it-works"} <= read.keys()
    for address, words in read.items():
        assert "one article" not in words, address
        assert "not from the article" not in words, address
        assert "In the article" not in words, address
    assert f"The sources are “{ARTICLE}” and “{TITLE}”." in read["/how-it-works"]
    assert f"“{TITLE}”: How often" in read["/how-it-works"]
    option = text(client.get(f"/options/{VACUUM[:-5]}"))
    assert f"The skin may be red for 2 days. “{TITLE}”" in option
    assert f"It often takes 3 visits. “{TITLE}” “{ARTICLE}”" in option
    assert f"“{TITLE}”: What it is like" in option
    assert f"“{ARTICLE}”" in read["/options"]
    assert f"The skin may be red for 2 days. “{TITLE}”" in read["/compare"]
    assert "This is information from 2 sources." in read["/"]


def rest_first_reason(rules, line):
    """Let the first reason of vacuum therapy rest on something else; gives the reason."""
    path = rules / VACUUM
    whole, reason = re.search(r"    because: ([^\n]*)\n    [^\n]*\n", path.read_text()).group(0, 1)
    path.write_text(path.read_text().replace(whole, f"    because: {reason}\n    {line}\n", 1))
    return reason


def test_a_reason_of_the_clinics_is_labelled_and_silence_is_no_reason(rules):
    reason = rest_first_reason(rules, "by-clinic: true")
    assert problems(rules) == []
    client = site(RULES=str(rules), RELEASES="").test_client()
    walk(client, FULL)
    assert f"{reason} Added by the clinic, not from the article." in text(client.get(f"/options/{VACUUM[:-5]}"))
    assert f"because: Added by the clinic: {reason}" in " ".join(show(build(load(rules)), VACUUM[:-5]).split())
    rest_first_reason(rules, "claims: silent")
    assert [line.split("; ")[1] for line in found_by("reason", rules)] == ["cite the claim that it rests on"]
    rest_first_reason(rules, "conflict: coolsculpting-in-a-hollow")
    assert [line.split("; ")[1] for line in found_by("uncited", rules)] == [
        "add 'claims: [...]', or 'by-clinic: true' if it is the clinic's own"
    ]
