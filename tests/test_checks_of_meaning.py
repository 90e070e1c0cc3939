"""Checks that hold a text to its claims: one fault for each, put in a copy of the rules that visitors are served."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from questionnaire.rulebook.load import load

from .conftest import OWN_RULES
from .edits import found_by, put


def copy_of(rules, folder):
    """A copy of rule files without their translations, which no check of meaning reads."""
    return Path(shutil.copytree(rules, folder, ignore=shutil.ignore_patterns("translations")))


FAT = "hip-dips/fat-transfer.yaml"

# One fault for each check that needs more than the frozen rulebook has: put in a copy of our own rules, as above.
FAULTS_OF_MEANING = {
    "area": (
        "love-handles/liposuction.yaml",
        "    claims: [diet-exercise-keep-results, habits-matter,",
        "    claims: [device-follow-up, habits-matter,",
        "'love-handles/liposuction.grid.how-long-it-lasts' rests on 'device-follow-up', which speaks of hip-dips; cite a "
        "claim about this area, or say it there",
    ),
    "hedge": (
        FAT,
        "percent of the moved fat may be lost.",
        "percent of the moved fat is lost.",
        "“In the first year, 30 to 50 percent of the moved fat is lost.” of 'caveats.graft-loss.statement' has no "
        "careful word, and its claim says “may”; say it with “may” or a word like it",
    ),
    "hardened": (
        "hip-dips/exercise.yaml",
        "    text: It can make hip dips show less.",
        "    text: It will make hip dips show less.",
        "'hip-dips/exercise.grid.what-it-can-do' says “will”, and none of its claims does; say it as carefully as the "
        "claims do",
    ),
    "negation": (
        "caveats.yaml",
        "    text: Hip dips cannot be removed completely.",
        "    text: Hip dips can be removed completely.",
        "“Hip dips can be removed completely” of 'caveats.hip-dips-cannot-be-removed.statement' denies nothing, and its "
        "claim says “cannot”; deny it as the claim does, or cite another claim",
    ),
    "direction": (
        "hip-dips/exercise.yaml",
        "    text: It can make hip dips show less.",
        "    text: It can make hip dips show more.",
        "'hip-dips/exercise.grid.what-it-can-do' says “more” where its claims say “less”; say it as the claims do",
    ),
    "treatment": (
        "love-handles/radiofrequency.yaml",
        "    text: Focused waves of energy go",
        "    text: Waves of ultrasound go",
        "'love-handles/radiofrequency.grid.how-it-is-done' names “ultrasound”, and none of its claims does; cite the "
        "claim that names it, or say another",
    ),
    "unrelated": (
        "hip-dips/leave-as-is.yaml",
        "    text: You do nothing about your hip dips.",
        "    text: You wait and see.",
        "'hip-dips/leave-as-is.grid.what-it-is' has no word in common with its claims; cite the claims that it rests on",
    ),
    "backed-word": (
        "love-handles/coolsculpting.yaml",
        "    text: Freezing of fat, without",
        "    text: Painless freezing of fat, without",
        "'love-handles/coolsculpting.grid.what-it-is' says “painless”, and none of its claims does; leave the word out",
    ),
    "silence": (
        FAT,
        "is not said.\n    claims: [graft-needs-time]\n    also-ask: true",
        "is not said.\n    claims: [graft-needs-time]",
        "'hip-dips/fat-transfer.grid.when-you-would-see-a-change' leaves something open, and no question follows; add "
        "'also-ask: true', so that the row's question is asked",
    ),
    "reason": (
        "hip-dips/implants.yaml",
        "    because: This is surgery, and you would not have surgery.",
        "    because: This is surgery, and you would have surgery.",
        "'hip-dips/implants.rules.no-surgery.because' says “you would have”, which its verdict or its condition denies; "
        "let the reason say what the condition says",
    ),
    "doubt": (
        "hip-dips/plla-injections.yaml",
        "(PLLA), which the article calls a synthetic sugar.",
        "(PLLA), a synthetic sugar.",
        "'hip-dips/plla-injections.grid.what-it-is' says as its own what is doubted: 'plla-is-a-sugar'; say that the "
        "article says it",
    ),
    "choice": (
        "questions.yaml",
        "{choice: not-enough, label: I do not think so}",
        "{choice: not-enough, label: I think so too}",
        "'questions.donor-fat.choices.not-enough.label' has none of “not”; let the label or the hint say what the choice "
        "means",
    ),
    "unclaimed": (
        "questions.yaml",
        'label: Surgery, hint: "An operation."}',
        'label: Surgery that heals soon, hint: "An operation."}',
        "'questions.tolerance.choices.surgery.label' says “heals” and rests on no claim; add 'claims: [...]', or say it "
        "without",
    ),
    "exception": (
        "standards.yaml",
        "check: unread-choice,",
        "check: unread-choices,",
        "there is no check 'unread-choices'; see docs/checks.md for their ids",
    ),
    "empty-promise": (
        "promises.yaml",
        "    for: {options: [love-handles/liposuction]}\n    never: [fits]\n\n  - promise: cooling",
        "    for: {areas: [love-handles], kinds: [injection]}\n    never: [fits]\n\n  - promise: cooling",
        "the promise 'liposuction-is-for-a-surgeon-to-decide' speaks of nothing that anybody can meet; correct its 'for' "
        "or its 'when', or remove it",
    ),
    "together": (
        "hip-dips/exercise.yaml",
        "    text: Running, walking and core exercises shape the legs and the waist. That they change hip dips is not said.",
        "    text: Running, walking and core exercises shape the legs and the waist, and hip dips show less.",
        "no claim of 'caveats.legs-and-waist-are-not-dips.statement' names both “Running” and “hip dips”; cite the claim "
        "that says it, or make two sentences of it",
    ),
    "own-treatment": (
        "caveats.yaml",
        "    text: You will need follow-up sessions to keep the result.\n    claims: [device-follow-up]",
        "    text: You will need follow-up sessions of suction.\n    claims: [device-follow-up, vacuum-method]",
        "'caveats.follow-up-sessions.statement' names “suction”, which of its options 'Vacuum therapy for hip dips' is; "
        "say it in that option's own file",
    ),
    "can-and-cannot": (
        "hip-dips/plla-injections.yaml",
        "    text: It can fill in the dip and give a smoother outline.",
        "    text: It fills in the dip and gives a smoother outline.",
        "'hip-dips/plla-injections.grid.what-it-can-do' says what it does, not what it can do; say it with “can” or “may”",
    ),
    "careful-side": (
        "conflicts.yaml",
        "    follows: [GHD-1.1, FT-1.3, F3-1.1]",
        "    follows: [T-1.3, FT-1.3, F3-1.1]",
        "the conflict 'permanent-removal' does not follow GHD-1.1, which says “cannot”; follow the more careful side, or "
        "say in standards.yaml why not",
    ),
    "toothless-promise": (
        "promises.yaml",
        "    for: {options: [hip-dips/implants]}\n    same-verdict-as: hip-dips/surgical-fillers",
        "    for: {options: [hip-dips/implants]}\n    same-verdict-as: hip-dips/implants",
        "the promise 'implants-and-fillers-go-together' can't be broken: no verdict, caveat, note or question is against "
        "it; say what must never be, or what must be there, for something that its options read; or remove it",
    ),
    "fingerprint": (
        "source.yaml",
        'passage: NIL-5.1\n    fingerprint: "455a5bf59dfc"\n  - claim: no-suction',
        'passage: NIL-5.1\n    fingerprint: "455a5bf59dfd"\n  - claim: no-suction',
        "'no-suction' was written from another NIL-5.1 than 'no-cuts'; read the sentence again, then correct texts and "
        "fingerprints",
    ),
}


@pytest.mark.parametrize("check", FAULTS_OF_MEANING)
def test_check_of_meaning_finds(tmp_path, check):
    rules = copy_of(OWN_RULES, tmp_path / "rules")
    file, old, new, said = FAULTS_OF_MEANING[check]
    line = (rules / file).read_text().split(old)[0].count("\n")
    put(rules, file, old, new)
    lines = found_by(check, rules)
    assert any(one.endswith(f"error [{check}] {said}") for one in lines), lines
    assert all(abs(int(one.split(":")[1]) - line) < 15 for one in lines if one.startswith(file)), lines


SEEDED = {
    "two summaries exchanged, each with its claims": (
        "hip-dips/implants.yaml",
        "summary: Silicone implants are placed by surgery to fill out the hip dip. This is for people without enough fat to "
        "move.\nclaims: [implants-by-surgery, fillers-or-implants-without-fat]",
        "summary: Synthetic filler is placed by surgery to fill out the hip dip. This is for people without enough fat to "
        "move.\nclaims: [fillers-by-surgery, fillers-or-implants-without-fat]",
        "own-treatment",
    ),
    "what it can do, denied": (
        "hip-dips/exercise.yaml",
        "    text: It can make hip dips show less.\n    claims: [exercise-makes-dips-show-less]",
        "    text: It will not make hip dips go away.\n    claims: [exercise-will-not-remove]",
        "can-and-cannot",
    ),
    "what it cannot do, promised": (
        "hip-dips/fat-transfer.yaml",
        "    text: It cannot remove hip dips completely. Some of the moved fat may be lost.\n",
        "    text: Some of the moved fat may be lost.\n",
        "can-and-cannot",
    ),
    "silence taken for an assurance": (
        "caveats.yaml",
        "text: Nothing is said about the risks of this. That does not mean that there are none. Ask about them.",
        "text: Nothing is said about the risks of this, as there are few.",
        "silence",
    ),
    "what is not said, said, with its question left": (
        "hip-dips/exercise.yaml",
        "shape the legs and the waist. That they change hip dips is not said.",
        "shape the legs and the waist. They make hip dips show less.",
        "silence",
    ),
    "another place of the body": (
        "hip-dips/fat-transfer.yaml",
        "such as stomach, buttocks or thighs.",
        "such as arms.",
        "treatment",
    ),
    "a cause that nobody named": ("areas.yaml", "- Sleeping too little.", "- Sitting too much.", "treatment"),
    "low for high": ("areas.yaml", "a high level of cortisol", "a low level of cortisol", "direction"),
    "a press to decide": ("clinic.yaml", "text: Take your time.", "text: Do not wait for long.", "word"),
    "a ranking": (
        "hip-dips/exercise.yaml",
        "make hip dips show less.\n    claims",
        "make hip dips show less than anything else.\n    claims",
        "word",
    ),
    "a name that promises": (
        "love-handles/liposuction.yaml",
        "name: Liposuction",
        "name: Lasting liposuction",
        "backed-word",
    ),
}


@pytest.mark.parametrize("fault", SEEDED)
def test_a_seeded_fault_of_meaning_is_found(tmp_path, fault):
    file, old, new, check = SEEDED[fault]
    rules = copy_of(OWN_RULES, tmp_path / "rules")
    put(rules, file, old, new)
    assert found_by(check, rules) != []


def test_no_conclusion_is_drawn_from_silence(tmp_path):
    rules = copy_of(OWN_RULES, tmp_path / "rules")
    put(rules, "caveats.yaml", "That does not mean that there are none.", "That means that there are none.")
    (line,) = found_by("silence", rules)
    assert "'caveats.article-silent-on-risk.statement' rests on silence, and concludes “That means” from it" in line


def test_no_two_labels_can_be_exchanged_unnoticed(tmp_path):
    exchanged = []
    for question in load(OWN_RULES).questions.values():
        for one, other in pairwise(question.choices.values()):
            rules = copy_of(OWN_RULES, tmp_path / f"{question.id}-{one.id}")
            text = (rules / "questions.yaml").read_text()
            first, second = (f"choice: {choice.id}, label: {choice.label}" for choice in (one, other))
            if first in text and second in text:  # labels in quotation marks say yes or no themselves
                swapped = text.replace(first, f"choice: {one.id}, label: {other.label}", 1)
                before, _, after = swapped.partition(f"question: {question.id}\n")
                after = after.replace(second, f"choice: {other.id}, label: {one.label}", 1)
                (rules / "questions.yaml").write_text(f"{before}question: {question.id}\n{after}")
                if not found_by("choice", rules):
                    exchanged.append((question.id, one.id, other.id))
    assert exchanged == []
