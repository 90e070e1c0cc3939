"""Sign-offs on a small rulebook made by hand: what makes one void, and until when it holds."""

from dataclasses import replace
from datetime import date

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.decide.signoff import option_fingerprint, standing
from questionnaire.rulebook.model import Claim, Review, Statement

from .random_rulebooks import PLACE
from .small import caveat, rule, small_rulebook

SIGNED = "left/push"


def claimed(one, claim):
    return replace(
        one, **{"because" if hasattr(one, "because") else "statement": Statement("so", (claim,), False, PLACE)}
    )


@pytest.fixture(scope="module")
def tables():
    """One option whose texts rest on a claim each, beside another that rests on one of its own."""
    rules = [claimed(rule("yes", "fits", depth="deep"), "of-rule"), rule("no", "ask", depth="flat")]
    other = [claimed(rule("other", "fits"), "of-other")]
    caveats = [claimed(caveat("always", (SIGNED,)), "of-caveat"), caveat("elsewhere", ("up/pull",))]
    made = small_rulebook({SIGNED: rules, "up/pull": other}, caveats)
    claims = [
        Claim(f"of-{name}", "says", "A-1.1", "", PLACE) for name in ("rule", "caveat", "grid", "summary", "other")
    ]
    texts = {
        "summary": Statement("short", ("of-summary", "of-rule"), False, PLACE),
        "grid": {"cost": Statement("much", ("of-grid",), False, PLACE)},
    }
    options = {**made.options, SIGNED: replace(made.options[SIGNED], **texts)}
    return build(replace(made, claims={claim.id: claim for claim in claims}, options=options))


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


def test_a_sign_off_that_was_given_holds_with_the_next_version_of_this_project(tables):
    """Another fingerprint makes every sign-off of every clinic void: then say so in the changelog, as Clinical."""
    assert option_fingerprint(tables, SIGNED) == "550bbed64bd3"


SAID = Statement("other words", (), False, PLACE)
VOID = {
    "another name": lambda t: part(t, "options", SIGNED, name="Press"),
    "another kind": lambda t: part(t, "options", SIGNED, kind="surgery"),
    "another summary": lambda t: part(t, "options", SIGNED, summary=SAID),
    "another grid": lambda t: part(t, "options", SIGNED, grid={}),
    "other rules": lambda t: part(t, "options", SIGNED, rules=()),
    "the claim of a rule": lambda t: part(t, "claims", "of-rule", says="other"),
    "the claim of a caveat": lambda t: part(t, "claims", "of-caveat", says="other"),
    "the claim of the grid": lambda t: part(t, "claims", "of-grid", says="other"),
    "the claim of the summary": lambda t: part(t, "claims", "of-summary", says="other"),
    "a question that it reads": lambda t: part(t, "questions", "depth", ask="How deep?"),
    "a caveat that it carries": lambda t: replace(t, rulebook=replace(t.rulebook, expect={SIGNED: ()})),
    "a verdict": lambda t: row(t, ("deep",), verdict="ruled-out"),
    "the rules of a row": lambda t: row(t, ("deep",), because=()),
    "the caveats of a row": lambda t: row(t, ("deep",), caveats=()),
}
STILL = {
    "the review": lambda t: part(t, "options", SIGNED, review=Review(by="Dr. Example")),
    "the lines of the file": lambda t: part(t, "options", SIGNED, place=replace(PLACE, line=99)),
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
