"""Everything is signed, then one thing is altered: no page calls what shows it reviewed any more, and `check` names it."""

from dataclasses import replace
from random import Random

import pytest

from questionnaire import create_app
from questionnaire.decide import sign_off_units
from questionnaire.decide.build_tables import build, note_table, option_table
from questionnaire.decide.sign_off_units import reviewed_options, standing, units_in_force, units_needed
from questionnaire.review.checks import CHECKS
from questionnaire.review.make_mutants import mutants
from questionnaire.review.text_mutants import text_mutants
from questionnaire.rulebook.model import Added, CitedText, Condition, Rule
from questionnaire.rulebook.page_sentences import page_statements

from .random_rulebooks import PLACE
from .signing import DAY, signed
from .test_statements import with_one_text_changed
from .visitor import FULL, text, walk

PARTS = ("questions", "areas", "options", "caveats", "facts", "grid", "documents", "claims", "not_used", "conflicts")
REST = ("doubts", "glossary", "general_questions", "matters", "readiness", "clinic")


@pytest.fixture(scope="module")
def everything(tables):
    """Our tables with every unit signed."""
    return signed(tables)


def without(tables, *units):
    """The options of a rulebook that do not need any of these units."""
    return {name for name in tables.rulebook.options if not set(units) & set(units_needed(tables.rulebook, name))}


def fallen(before, after):
    return units_in_force(before, DAY) - units_in_force(after, DAY)


def test_with_every_unit_signed_every_option_is_reviewed(everything):
    assert reviewed_options(everything, DAY) == set(everything.rulebook.options)


def altered_texts(tables, *parts):
    """(the way to a text, the tables with another text there) for every text of these parts of a rulebook."""
    for part in parts:
        for way, changed in with_one_text_changed(getattr(tables.rulebook, part)):
            yield (part, *way), replace(tables, rulebook=replace(tables.rulebook, **{part: changed}))


def test_every_part_of_the_rulebook_is_altered_here(tables):
    changed = {way[0] for way, _ in with_one_text_changed(tables.rulebook)}
    assert changed <= {*PARTS, *REST}


@pytest.mark.parametrize("parts", [*((part,) for part in PARTS), REST], ids="-".join)
def test_no_option_that_shows_an_altered_text_is_reviewed(everything, parts):
    """Also one that no list of ours names: every text is altered, whatever it says."""
    whole, fell = units_in_force(everything, DAY), set()
    for way, altered in altered_texts(everything, *parts):
        (unit,) = whole - units_in_force(altered, DAY)
        assert len(standing(altered, unit, DAY).changed) == 1, way
        if unit not in fell:  # what is reviewed follows from the units alone
            fell.add(unit)
            assert without(altered, unit) == reviewed_options(altered, DAY), way


def test_no_option_is_reviewed_once_a_sentence_of_the_pages_is_altered(everything, monkeypatch):
    sentences = page_statements()
    for number, one in [*enumerate(sentences)][::5]:
        other = (
            *sentences[:number],
            replace(one, path=("pages", "f" * 12), text=f"{one.text}!"),
            *sentences[number + 1 :],
        )
        monkeypatch.setattr(sign_off_units, "page_statements", lambda other=other: other)
        stands = standing(everything, "pages", DAY)
        assert (stands.state, set(stands.changed)) == ("changed", {one.id, "pages.ffffffffffff"})
        if number % 50 == 0:
            assert reviewed_options(everything, DAY) == set()


def test_another_rule_or_condition_voids_the_sign_off_of_each_table_that_it_changes(everything):
    """Alterations that change no row change nothing that a visitor gets."""
    tried = 0
    every = list(mutants(everything.rulebook))
    for mutant in Random(12).sample(every, 60):
        options = {name: option_table(mutant.rulebook, name) for name in mutant.options}
        notes = {name: note_table(mutant.rulebook, name) for name in mutant.areas}
        altered = replace(
            everything,
            rulebook=mutant.rulebook,
            options={**everything.options, **options},
            notes={**everything.notes, **notes},
        )
        changed = {name for name in options if rows(everything.options[name]) != rows(options[name])}
        changed |= {name for name in notes if everything.notes[name].rows != notes[name].rows}
        if changed:
            tried += 1
            assert fallen(everything, altered) >= changed, mutant.id
            assert reviewed_options(altered, DAY) <= without(altered, *changed), mutant.id
    assert tried > 40


def rows(table):
    """What a visitor gets of an option's table, whatever the conditions that gave it."""
    return {
        key: (row.verdict, *([one.id for one in some] for some in (row.because, row.also, row.caveats)))
        for key, row in table.rows.items()
    }


@pytest.mark.parametrize("question", ["shape", "donor-fat", "upkeep"])
def test_who_is_asked_what_belongs_to_the_questions(everything, question):
    asked = everything.rulebook.questions[question].asked_when
    new = replace(asked, condition=Condition((*asked.condition.lines, ("area", ("both",)))))
    questions = {**everything.rulebook.questions}
    questions[question] = replace(questions[question], asked_when=new)
    altered = build(replace(everything.rulebook, questions=questions), allow_gaps=True)
    assert "questions" in fallen(everything, altered)
    assert reviewed_options(altered, DAY) == set()


SAMPLE = (
    ("options", "hip-dips/implants", "summary"),
    ("options", "hip-dips/implants", "rules"),
    ("options", "hip-dips/implants", "grid"),
    ("caveats", "graft-loss"),
    ("caveats", "hip-dips-natural"),
    ("caveats", "clinic-time-to-decide"),
    ("areas", "love-handles", "facts"),
    ("questions", "hoped-for", "choices"),
    ("claims",),
    ("glossary",),
    ("conflicts",),
    ("grid",),
    ("pages",),
)


@pytest.mark.parametrize("start", SAMPLE, ids=".".join)
def test_no_page_calls_reviewed_what_shows_an_altered_text(everything, start, monkeypatch):
    if start == ("pages",):
        altered = everything
        monkeypatch.setattr(sign_off_units, "page_statements", lambda: page_statements()[1:])
    else:
        altered = next(t for way, t in altered_texts(everything, start[0]) if way[: len(start)] == start)
    shown = reviewed_options(altered, DAY)
    client = create_app({"TESTING": True, "LIMIT_POSTS": 0, "RELEASES": ""}, building=altered).test_client()
    walk(client, FULL)
    result, names = text(client.get("/options")), altered.rulebook.options
    assert "All options shown were reviewed by a clinician." not in result
    some = f"{len(names) - len(shown)} of the {len(names)} options shown are not yet reviewed by a clinician."
    assert (some if shown else "No clinician has reviewed these options yet.") in result
    for name in ("hip-dips/implants", "love-handles/liposuction"):
        page = text(client.get(f"/options/{name}"))
        assert ("A clinician has reviewed this option." in page) == (name in shown), name
    assert client.get("/readyz").json["reviewed"] == len(shown)
    assert f"{len(shown)} of {len(names)} options are reviewed by a clinician." in text(client.get("/how-it-works"))
    facts = len(sign_off_units.reviewed_areas(altered, DAY))
    said = ["No clinician has reviewed this page yet.", "Not all of this page was reviewed by a clinician."]
    assert [one in text(client.get("/areas")) for one in said] == [facts == 0, facts == 1]
    problems = [str(problem) for problem in CHECKS["sign-off"](altered)]
    assert len(problems) == 1
    assert "changed since Dr Able read them on 2026-11-26" in problems[0]


def test_where_everything_is_signed_the_pages_say_so(everything):
    client = create_app({"TESTING": True, "LIMIT_POSTS": 0, "RELEASES": ""}, building=everything).test_client()
    walk(client, FULL)
    assert "All options shown were reviewed by a clinician." in text(client.get("/options"))
    assert "A clinician has reviewed this option." in text(client.get("/options/hip-dips/implants"))
    assert client.get("/readyz").json["reviewed"] == 15
    assert "reviewed" not in text(client.get("/areas"))
    assert list(CHECKS["sign-off"](everything)) == []


def test_once_all_is_signed_every_altered_text_is_noticed(everything):
    result = text_mutants(everything.rulebook)
    assert result.survivors == ()
    assert all(tried == noticed == voids for tried, noticed, voids in result.by_kind().values())
    assert len(text_mutants(replace(everything.rulebook, sign_offs={})).survivors) > 100


def test_a_line_of_the_clinic_s_that_holds_no_more_voids_no_sign_off(tables):
    """What is signed is all that was written, also what is served on other days only."""
    said = CitedText("We do not do this here.", (), False, PLACE)
    ended = Added("The clinic's list", "2020-01-01", until="2020-02-01")
    here = Rule("not-here", "ruled-out", Condition(), said, None, PLACE, True, ("hip-dips/implants",), ended)
    whole = signed(build(replace(tables.rulebook, clinic=replace(tables.rulebook.clinic, rules=(here,)))))
    client = create_app({"TESTING": True, "LIMIT_POSTS": 0, "RELEASES": ""}, building=whole).test_client()
    walk(client, FULL)
    assert said.text not in text(client.get("/options/hip-dips/implants"))
    assert client.get("/readyz").json["reviewed"] == 15
    later = replace(here, added=replace(ended, until="2999-01-01"))
    longer = replace(whole, rulebook=replace(whole.rulebook, clinic=replace(whole.rulebook.clinic, rules=(later,))))
    assert fallen(whole, longer) == {"clinic"}
