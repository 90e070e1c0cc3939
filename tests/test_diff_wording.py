"""What `diff` tells of words, of what they rest on, and of what is asked and listed."""

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.review.diff import as_text, diff
from questionnaire.rulebook.load import load

from .edits import put

WORDINGS = [
    ("hip-dips/exercise.yaml", "You exercise and build muscle.", "You exercise.", "hip-dips/exercise.summary"),
    ("hip-dips/exercise.yaml", "name: Exercise for hip dips", "name: Exercise", "hip-dips/exercise.name"),
    ("hip-dips/exercise.yaml", "because: You do this", "because: This is what you do", "hip-dips/exercise.rules.you-do-it-yourself.because"),
    ("hip-dips/exercise.yaml", "text: It can make hip dips show less.", "text: They can show less.", "hip-dips/exercise.grid.what-it-can-do"),
    ("hip-dips/exercise.yaml", "text: Running, walking", "text: Walking, running", "caveats.legs-and-waist-are-not-dips.statement"),
    ("caveats.yaml", "text: You are just looking. Nothing has to be decided, and", "text: Just looking, and", "caveats.hip-dips-just-looking.statement"),
    ("clinic.yaml", "text: Take your time.", "text: There is no hurry.", "caveats.clinic-time-to-decide.statement"),
    ("questions.yaml", "label: Nothing. I am just looking", "label: Just looking", "questions.hoped-for.choices.just-looking.label"),
    ("questions.yaml", "ask: Would you go back for more sessions?", "ask: Would you go back?", "questions.upkeep.ask"),
    ("areas.yaml", "text: Your bones. Hip dips", "text: Bones. Hip dips", "areas.hip-dips.facts.what-cannot-change"),
    ("grid.yaml", "name: Risks", "name: What can go wrong", "grid.risks.name"),
    ("source.yaml", "It only announces what", "It announces what", "not-used.T-1.4.reason"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "where"), WORDINGS, ids=[where for *_, where in WORDINGS])
def test_another_wording_is_listed_and_changes_no_verdict(rules, tables, file, old, new, where):
    put(rules, file, old, new)
    found = diff(tables, build(load(rules)))
    (change,) = found.wording
    assert change.where == where
    assert change.new == change.old.replace(old.split(": ", 1)[-1], new.split(": ", 1)[-1])
    assert (found.tables, found.listed, found.routing) == ((), (), ())
    assert found.verdict_changed_without_signoff == ()
    assert f"Wording\n  {where}\n    old: {change.old}\n    new: {change.new}" in as_text(found)


def test_a_question_asked_of_others_is_told_as_routing(rules, tables):
    put(rules, "questions.yaml", "asked-when: {in-scope: hip-dips}", "asked-when: {in-scope: any}")
    found = diff(tables, build(load(rules)))
    (change,) = found.routing
    assert change.where == "question donor-fat: asked when"
    assert (change.old, change.new) == ("in scope: hip-dips", "in scope: hip-dips, love-handles")
    assert not found.tables
