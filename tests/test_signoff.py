"""Sign-offs on a small rulebook made by hand: what makes one void, and until when it holds."""

from dataclasses import replace
from datetime import date

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.decide.signoff import option_fingerprint, shown_statements, standing
from questionnaire.rulebook.model import CitedText, Review

from .random_rulebooks import PLACE
from .small import SIGNED, readable_rulebook


@pytest.fixture(scope="module")
def tables():
    return build(readable_rulebook())


def part(tables, kind, name, /, **changes):
    """The tables with one part of their rulebook changed."""
    parts = getattr(tables.rulebook, kind)
    return replace(
        tables, rulebook=replace(tables.rulebook, **{kind: {**parts, name: replace(parts[name], **changes)}})
    )


def row(tables, at, /, **changes):
    table = tables.options[SIGNED]
    changed = replace(table, rows={**table.rows, at: replace(table.rows[at], **changes)})
    return replace(tables, options={**tables.options, SIGNED: changed})


def notes(tables, shown):
    table = tables.notes["left"]
    return replace(tables, notes={**tables.notes, "left": replace(table, rows=dict.fromkeys(table.rows, shown))})


def test_a_sign_off_that_was_given_holds_with_the_next_version_of_this_project(tables):
    """Another fingerprint makes every sign-off of every clinic void: then say so in the changelog, as Clinical."""
    assert option_fingerprint(tables, SIGNED) == "9cd84eb5f878"


VOID = {
    "another kind": lambda t: part(t, "options", SIGNED, kind="surgery"),
    "a text that rests on nothing": lambda t: part(t, "options", SIGNED, summary=CitedText("short", (), False, PLACE)),
    "a rule less": lambda t: part(t, "options", SIGNED, rules=()),
    "a caveat that is the clinic's now": lambda t: part(t, "caveats", "always", by_clinic=True),
    "a caveat less": lambda t: part(t, "caveats", "always", options=()),
    "a row of the grid that is not asked about": lambda t: part(t, "grid", "cost", ask_about=()),
    "a verdict": lambda t: row(t, ("deep",), verdict="ruled-out"),
    "the rules of a row": lambda t: row(t, ("deep",), because=()),
    "the caveats of a row": lambda t: row(t, ("deep",), caveats=()),
    "the notes of its area": lambda t: notes(t, ()),
}
STILL = {
    "the review": lambda t: part(t, "options", SIGNED, review=Review(by="Dr. Example")),
    "the lines of the file": lambda t: part(t, "options", SIGNED, place=replace(PLACE, line=99)),
    "the examples": lambda t: part(t, "options", SIGNED, examples=("one more",)),
    "another option": lambda t: part(t, "options", "up/pull", name="Tug"),
    "the claim of another option": lambda t: part(t, "claims", "of-other", says="other"),
    "a question that it does not read": lambda t: part(t, "questions", "top", ask="Where?"),
    "what would change a row": lambda t: row(t, ("deep",), would_change=()),
}


@pytest.mark.parametrize("change", VOID)
def test_a_sign_off_is_void_once_any_of_what_was_signed_changes(tables, change):
    assert option_fingerprint(VOID[change](tables), SIGNED) != option_fingerprint(tables, SIGNED)


@pytest.mark.parametrize("change", STILL)
def test_a_sign_off_holds_whatever_else_changes(tables, change):
    assert option_fingerprint(STILL[change](tables), SIGNED) == option_fingerprint(tables, SIGNED)


def test_what_is_signed_is_all_that_the_option_shows_and_nothing_else(tables):
    assert [statement.id for statement in shown_statements(tables, SIGNED)] == [
        "left/push.name",
        "left/push.summary",
        "left/push.rules.yes.because",
        "left/push.rules.no.because",
        "left/push.grid.cost",
        "caveats.always.statement",
        "caveats.note.statement",
        "areas.left.name",
        "areas.left.facts.what",
        "facts.what.name",
        "grid.cost.name",
        "grid.cost.question",
        "questions.depth.ask",
        "questions.depth.hint",
        "questions.depth.why",
        "questions.depth.choices.deep.label",
        "questions.depth.choices.flat.label",
        "claims.of-summary.says",
        "claims.of-rule.says",
        "claims.of-grid.says",
        "claims.of-caveat.says",
        "claims.of-fact.says",
        "documents.article.title",
        "documents.article.headings.A.name",
    ]


@pytest.mark.parametrize(
    ("signed", "until", "stands"),
    [
        ("", "", "not-reviewed"),
        ("this", "2026-11-22", "reviewed"),
        ("this", "2026-11-23", "reviewed"),
        ("this", "2026-11-21", "overdue"),
        ("other", "2026-11-23", "stale"),
        ("other", "2026-11-21", "stale"),
    ],
)
def test_a_sign_off_stands_until_its_last_day_is_past(signed, until, stands):
    assert standing(Review(fingerprint=signed, review_again=until), "this", date(2026, 11, 22)) == stands
