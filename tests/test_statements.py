"""Every text that visitors can read: each is listed once, `diff` names each that changes, and sign-offs fall with it."""

from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.decide.sign_off_units import standings
from questionnaire.review.diff import as_text, diff
from questionnaire.review.diff_wording import wording_changes
from questionnaire.rulebook import model
from questionnaire.rulebook.statements import _read_by_visitors, statements

from .signing import DAY, signed
from .small import readable_rulebook

CLOSED = {"kind", "verdict", "ask_about", "place"}
"""Fields that hold no free text: words of closed lists, and places in files."""


def hidden(kind):
    return {one.name for one in fields(kind) if one.metadata.get("visitors") is False}


def with_one_text_changed(value):
    """(the way to a text, the value with another text there) for every text field that is not hidden."""
    if isinstance(value, str):
        yield (), f"{value} (changed)"
    elif is_dataclass(value):
        for name in [one.name for one in fields(value) if one.name not in CLOSED | hidden(type(value))]:
            for way, changed in with_one_text_changed(getattr(value, name)):
                yield (name, *way), replace(value, **{name: changed})
    elif isinstance(value, dict):
        for key, part in value.items():
            for way, changed in with_one_text_changed(part):
                yield (key, *way), {**value, key: changed}
    elif isinstance(value, tuple):
        for at, part in enumerate(value):
            for way, changed in with_one_text_changed(part):
                yield (str(at), *way), (*value[:at], changed, *value[at + 1 :])


SMALL = readable_rulebook()
CHANGED = {".".join(way): changed for way, changed in with_one_text_changed(SMALL)}


@pytest.mark.parametrize("way", CHANGED)
def test_another_text_is_named_by_diff_and_voids_the_sign_off_of_its_unit_alone(way):
    old, new = build(SMALL), build(CHANGED[way])
    assert "(changed)" in as_text(diff(old, new))
    now = replace(new, rulebook=replace(new.rulebook, sign_offs=signed(old).rulebook.sign_offs))
    (fallen,) = [one for one in standings(now, DAY).values() if one.state != "signed"]
    (name,) = fallen.changed
    assert not fallen.table_changed
    assert next(one.text for one in fallen.statements if one.id == name).endswith("(changed)")


def everything_changed(value):
    if isinstance(value, str):
        return f"{value} (changed)"
    if is_dataclass(value):
        names = [one.name for one in fields(value) if one.name not in CLOSED | hidden(type(value))]
        return replace(value, **{name: everything_changed(getattr(value, name)) for name in names})
    if isinstance(value, dict):
        return {key: everything_changed(part) for key, part in value.items()}
    return tuple(map(everything_changed, value)) if isinstance(value, tuple) else value


def test_diff_names_every_text_of_our_own_rules(rulebook):
    changes = wording_changes(rulebook, everything_changed(rulebook))
    listed = {statement.id: statement.text or "silent" for statement in statements(rulebook)}
    assert listed.items() <= {change.where: change.old for change in changes}.items()
    assert all(change.new.endswith(" (changed)") for change in changes)
    texts = sum(1 for way, _ in with_one_text_changed(rulebook))
    assert texts == len(changes)


def test_each_statement_has_an_id_of_its_own_and_a_place_in_a_file(rulebook):
    every = list(statements(rulebook))
    assert len({statement.id for statement in every}) == len(every)
    assert all(Path(statement.place.file).is_file() for statement in every)


@pytest.mark.parametrize(
    ("id", "unit", "rests_on", "file"),
    [
        ("hip-dips/exercise.summary", "hip-dips/exercise", "article", "hip-dips/exercise.yaml"),
        ("hip-dips/fat-transfer.grid.cost", "hip-dips/fat-transfer", "silence", "hip-dips/fat-transfer.yaml"),
        ("caveats.graft-loss.statement", "hip-dips/fat-transfer", "article", "hip-dips/fat-transfer.yaml"),
        ("caveats.follow-up-sessions.statement", "shared", "article", "caveats.yaml"),
        ("caveats.hip-dips-natural.statement", "hip-dips", "article", "caveats.yaml"),
        ("caveats.clinic-time-to-decide.statement", "clinic", "clinic", "clinic.yaml"),
        ("questions.area.choices.both.label", "questions", None, "questions.yaml"),
        ("areas.hip-dips.common-questions.1.question", "hip-dips", None, "areas.yaml"),
        ("general-questions.how-likely.question", "clinic", "clinic", "clinic.yaml"),
        ("matters.cost.name", "shared", "clinic", "matters.yaml"),
        ("readiness.settled.if-not", "shared", "clinic", "matters.yaml"),
        ("facts.what-it-is.name", "shared", None, "areas.yaml"),
        ("grid.risks.name", "shared", None, "grid.yaml"),
        ("glossary.fat-transfer.means", "shared", "article", "glossary.yaml"),
        ("glossary.collagen.means", "shared", "clinic", "glossary.yaml"),
        ("claims.graft-loss-first-year.says", "shared", "article", "source.yaml"),
    ],
)
def test_a_statement_says_what_it_is_signed_with_what_it_rests_on_and_where_it_stands(
    rulebook, id, unit, rests_on, file
):
    (statement,) = [one for one in statements(rulebook) if one.id == id]
    assert (statement.unit, statement.rests_on, statement.place.file) == (
        unit,
        rests_on,
        str(Path("tests/rulebook", file)),
    )


def test_what_visitors_can_t_read_is_hidden_by_name():
    """Whoever hides another field says here that no visitor can read it."""
    kinds = [kind for kind in vars(model).values() if is_dataclass(kind)]
    assert {f"{kind.__name__}.{name}" for kind in kinds for name in hidden(kind) if name != "id"} == {
        "Added.dated",
        "Added.since",
        "Added.until",
        "Area.examples",
        "Area.options",
        "AskedWhen.areas",
        "Caveat.areas",
        "Caveat.options",
        "Choice.claims",
        "CitedText.claims",
        "Claim.area",
        "Claim.fingerprint",
        "Claim.passage",
        "ClinicAnswer.options",
        "ClinicAnswer.row",
        "Condition.lines",
        "Conflict.follows",
        "Conflict.touches",
        "Document.fingerprint",
        "Document.paragraphs",
        "Doubt.because",
        "Doubt.claim",
        "Heading.area",
        "Heading.code",
        "Heading.fingerprint",
        "NotUsed.passages",
        "Option.area",
        "Option.examples",
        "Matter.rows",
        "Option.never_fits",
        "Question.worded",
        "Rule.conflict",
        "Rule.options",
        "Rulebook.fingerprint",
        "Rulebook.layout",
        "Rulebook.promises",
        "Rulebook.sign_offs",
        "Rulebook.holds",
        "Rulebook.reviewers",
        "Rulebook.standards",
        "Rulebook.translations",
        "Rulebook.translation_problems",
        "Rulebook.language",
        "Rulebook.originals",
        "Sells.options",
        "Side.passages",
    }


@dataclass(frozen=True)
class LaterRulebook(model.Rulebook):
    later: str = "a new text"
    odd: list[str] | None = None


def test_a_new_field_is_a_statement_and_one_that_can_t_be_walked_is_refused(rulebook, monkeypatch):
    later = LaterRulebook(**{one.name: getattr(rulebook, one.name) for one in fields(rulebook)})
    with pytest.raises(TypeError, match=r"odd is list\[str\] \| None: statements.py can't walk it; hide the field"):
        list(statements(later))
    monkeypatch.setattr(LaterRulebook.__dataclass_fields__["odd"], "metadata", model.HIDDEN)
    _read_by_visitors.cache_clear()
    assert [(s.id, s.text) for s in statements(later)][-1] == ("later", "a new text")
