"""Sign-offs on a small rulebook made by hand: what belongs to which unit, what makes one fall, and what is reviewed."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from questionnaire.decide import sign_off_units
from questionnaire.decide.build_tables import build
from questionnaire.decide.sign_off_units import (
    may_be_shown,
    reviewed,
    reviewed_areas,
    reviewed_options,
    standing,
    standings,
    unit_statements,
    units,
    units_needed,
)
from questionnaire.rulebook.model import AskedWhen, CitedText
from questionnaire.rulebook.statements import statements

from .conftest import PROJECT
from .random_rulebooks import PLACE
from .signing import DAY, signed
from .small import SIGNED, readable_rulebook, when


@pytest.fixture(scope="module")
def small():
    """All units of a small rulebook, signed."""
    return signed(build(readable_rulebook()))


def part(tables, kind, name, /, **changes):
    """The tables with one part of their rulebook changed."""
    parts = getattr(tables.rulebook, kind)
    return replace(
        tables, rulebook=replace(tables.rulebook, **{kind: {**parts, name: replace(parts[name], **changes)}})
    )


def row(tables, at, /, **changes):
    table = tables.options[SIGNED]
    altered = replace(table, rows={**table.rows, at: replace(table.rows[at], **changes)})
    return replace(tables, options={**tables.options, SIGNED: altered})


def notes(tables, shown):
    table = tables.notes["left"]
    return replace(tables, notes={**tables.notes, "left": replace(table, rows=dict.fromkeys(table.rows, shown))})


def fallen(tables):
    """The units whose sign-off does not stand."""
    return {unit for unit, one in standings(tables, DAY).items() if one.state != "signed"}


def test_each_text_that_a_visitor_can_read_is_in_exactly_one_unit(tables):
    """The sentences of the pages are counted in the catalogue by another way than it is read here."""
    rulebook = tables.rulebook
    listed = Counter(text.id for unit in units(rulebook) for text in unit_statements(tables, unit))
    assert set(listed.values()) == {1}
    catalogue = (PROJECT / "translations" / "messages.pot").read_text()
    sentences = len(re.findall(r"^msgid(_plural)? ", catalogue, re.M))
    assert sum(listed.values()) == len(list(statements(rulebook))) + sentences
    assert {text.id for text in statements(rulebook)} < set(listed)
    words = {statement.text for statement in unit_statements(tables, "pages")}
    assert {"Your answers", "All options shown were reviewed by a clinician."} <= words


def test_the_units_are_options_areas_and_what_all_share(tables):
    rulebook = tables.rulebook
    listed = [option for area in rulebook.areas.values() for option in area.options]
    assert [*units(rulebook)] == [*listed, *rulebook.areas, "questions", "shared", "clinic", "pages"]
    no_clinic = replace(
        rulebook, caveats={c.id: c for c in rulebook.caveats.values() if not c.by_clinic}, general_questions={}
    )
    assert "clinic" not in units(no_clinic)
    with pytest.raises(KeyError):
        unit_statements(tables, "hip-dips/nothing")


def test_a_sign_off_that_was_given_holds_with_the_next_version_of_this_project(small):
    """Other fingerprints make every sign-off of every clinic void: then say so in the changelog, as Clinical."""
    of_units = {unit: sign_off_units.unit_fingerprint(small, unit) for unit in units(small.rulebook) if unit != "pages"}
    assert of_units == {
        "left/push": "3ffada879d1b",
        "up/pull": "bc43e3cc9ce0",
        "right": "d067a9789f97",
        "left": "4320cc1aca8c",
        "up": "3c3830588338",
        "questions": "e102bd1c719d",
        "shared": "0e4e55af6dda",
        "clinic": "4eafe801bfac",
    }


CAUSES = {
    "another kind": (lambda t: part(t, "options", SIGNED, kind="surgery"), SIGNED),
    "a text that rests on nothing": (
        lambda t: part(t, "options", SIGNED, summary=CitedText("short", (), False, PLACE)),
        SIGNED,
    ),
    "a text that leaves its question open": (
        lambda t: part(t, "options", SIGNED, summary=replace(t.rulebook.options[SIGNED].summary, also_ask=True)),
        SIGNED,
    ),
    "a verdict": (lambda t: row(t, ("deep",), verdict="ruled-out"), SIGNED),
    "the rules of a row": (lambda t: row(t, ("deep",), because=()), SIGNED),
    "the rules beside those of a row": (lambda t: row(t, ("deep",), also=t.rulebook.options[SIGNED].rules), SIGNED),
    "the caveats of a row": (lambda t: row(t, ("deep",), caveats=()), SIGNED),
    "the notes of an area": (lambda t: notes(t, ()), "left"),
    "the order of an area's options": (lambda t: part(t, "areas", "left", options=()), "left"),
    "who is asked a question": (
        lambda t: part(t, "questions", "top", asked_when=AskedWhen((), when(side="left"))),
        "questions",
    ),
    "when an area is in scope": (lambda t: part(t, "areas", "up", in_scope_when=()), "questions"),
    "the order of the choices": (
        lambda t: part(t, "questions", "top", choices=dict(reversed([*t.rulebook.questions["top"].choices.items()]))),
        "questions",
    ),
    "whom a row of the grid is asked about": (lambda t: part(t, "grid", "cost", ask_about=()), "shared"),
    "the passage of a claim": (lambda t: part(t, "claims", "of-grid", passage="B-1.2"), "shared"),
    "the fingerprint of a claim's sentence": (lambda t: part(t, "claims", "of-grid", fingerprint="0" * 12), "shared"),
    "the side that is followed": (lambda t: part(t, "conflicts", "which", follows=("A-1.1",)), "shared"),
    "what the clinic says": (
        lambda t: part(t, "caveats", "note", statement=CitedText("hm", (), False, PLACE)),
        "clinic",
    ),
}
STILL = {
    "the lines of the file": lambda t: part(t, "options", SIGNED, place=replace(PLACE, line=99)),
    "the examples": lambda t: part(t, "options", SIGNED, examples=("one more",)),
    "what would change a row": lambda t: row(t, ("deep",), would_change=()),
    "a promise": lambda t: replace(t, rulebook=replace(t.rulebook, promises=("another",))),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_the_sign_off_falls_that_the_change_belongs_to_and_no_other(small, cause):
    change, unit = CAUSES[cause]
    assert fallen(small) == set()
    assert fallen(change(small)) == {unit}


@pytest.mark.parametrize("cause", STILL)
def test_every_sign_off_stands_whatever_else_changes(small, cause):
    assert fallen(STILL[cause](small)) == set()


def test_what_changed_is_named_text_by_text_and_gone_ones_too(small):
    changed = part(small, "options", SIGNED, name="Shove", question="Why?")
    stands = standing(changed, SIGNED, DAY)
    assert (stands.state, stands.table_changed) == ("changed", False)
    assert stands.changed == (f"{SIGNED}.name", f"{SIGNED}.question")
    back = standing(part(signed(changed, SIGNED), "options", SIGNED, question=""), SIGNED, DAY)
    assert back.changed == (f"{SIGNED}.question",)
    assert stands.sign_off.statements[f"{SIGNED}.name"].words == "left/push"
    only_table = standing(row(small, ("deep",), verdict="ask"), SIGNED, DAY)
    assert (only_table.state, only_table.changed, only_table.table_changed) == ("changed", (), True)


@pytest.mark.parametrize(
    ("day", "state"), [(date(2026, 11, 26), "signed"), (date(2027, 1, 31), "signed"), (date(2027, 2, 1), "overdue")]
)
def test_a_sign_off_stands_until_its_last_day_is_past(small, day, state):
    again = signed(small, SIGNED, until="2027-01-31")
    assert standing(again, SIGNED, day).state == state
    assert standing(part(again, "options", SIGNED, name="Shove"), SIGNED, day).state == "changed"


def test_what_nobody_signed_has_all_its_texts_to_read():
    stands = standing(build(readable_rulebook()), "left", DAY)
    assert (stands.state, stands.sign_off, stands.table_changed) == ("not-signed", None, True)
    assert stands.changed == tuple(text.id for text in stands.statements)


def test_an_option_is_reviewed_while_all_that_its_visitors_read_is_signed(small):
    assert reviewed_options(small, DAY) == {SIGNED, "up/pull"}
    assert units_needed(small.rulebook, SIGNED) == (SIGNED, "left", "questions", "shared", "clinic", "pages")
    for unit in units_needed(small.rulebook, SIGNED):
        signs = {name: one for name, one in small.rulebook.sign_offs.items() if name != unit}
        without = replace(small, rulebook=replace(small.rulebook, sign_offs=signs))
        assert not reviewed(without, SIGNED, DAY), unit
        assert reviewed(without, "up/pull", DAY) == (unit in (SIGNED, "left")), unit
        assert ("left" in reviewed_areas(without, DAY)) == (unit in (SIGNED, "questions")), unit
    assert not reviewed(signed(small, "pages", until="2026-11-30"), SIGNED, date(2026, 12, 1))
    with pytest.raises(KeyError):
        reviewed(small, "left/nothing", DAY)


def test_where_the_clinic_adds_nothing_nobody_has_to_sign_it(small):
    caveats = {c.id: c for c in small.rulebook.caveats.values() if not c.by_clinic}
    without = signed(build(replace(small.rulebook, caveats=caveats, sign_offs={})))
    assert "clinic" not in without.rulebook.sign_offs
    assert reviewed(without, SIGNED, DAY)


def test_no_option_of_an_area_is_shown_where_leaving_things_as_they_are_is_not_reviewed(rulebook):
    leave, other = "hip-dips/leave-as-is", "love-handles/exercise-and-diet"
    assert may_be_shown(rulebook, {leave, "hip-dips/implants", other}) == {leave, "hip-dips/implants"}
    assert may_be_shown(rulebook, {"hip-dips/implants", "hip-dips/exercise"}) == set()
    assert may_be_shown(rulebook, rulebook.options) == {*rulebook.options}


def test_an_area_without_the_option_of_leaving_things_shows_what_is_reviewed(small):
    assert may_be_shown(small.rulebook, {SIGNED}) == {SIGNED}
