"""What clinic.yaml may not say: one fault in the worked example of docs/clinic.md for each check and each refusal."""

import pytest

from questionnaire.review.checks import check_folder

from .clinic import EXAMPLE, write_clinic
from .edits import found_by, put
from .test_load import problems

# One fault for each check of what the clinic adds; put into the worked example.
FAULTS_OF_CLINIC = {
    "only-more-cautious": (
        "    kinds: [injection]\n    verdict: ask",
        "    areas: [hip-dips]\n    verdict: ask",
        "error [only-more-cautious] the clinic's rule 'letter-first' reaches 'hip-dips/leave-as-is', which always fits; "
        "name kinds or options that leave it out",
    ),
    "clinic-rule": (
        "    kinds: [injection]\n    verdict: ask",
        "    kinds: [injection]\n    areas: [love-handles]\n    verdict: ask",
        "error [clinic-rule] the clinic's rule 'letter-first' is for no option; correct its options, kinds or areas",
    ),
    "clinic-answer": (
        "    row: recovery",
        "    row: what-it-is",
        "error [clinic-answer] the row 'what-it-is' is not silent in hip-dips/fat-transfer: the clinic can't change it; "
        "leave these options out of 'options'",
    ),
    "clinic-dates": (
        "    until: 2027-11-01",
        "    until: 2025-11-01",
        "warning [clinic-dates] 'not-done-here' held until 2025-11-01, and holds no longer; "
        "remove it, or give it a later day under 'until'",
    ),
    "clinic-question": (
        "ask: Do worries about how you look take up more than an hour of most days?",
        "ask: On a scale of one to ten, how much do you worry about how you look?",
        "error [clinic-question] 'questions.worry.ask' measures: “scale”; nothing here scores, ranks or screens; "
        "ask it in plain words, with answers in words",
    ),
    "invasive-rules": (
        "  injection:\n    text: We leave one week between the first talk and an injection.\n"
        "    source: The clinic's house rules\n    dated: 2026-11-01\n",
        "",
        "error [invasive-rules] there is no time to decide for injection, and clinic.yaml says 'invasive-rules: "
        "required'; add 'injection: {text: ..., source: ..., dated: ...}' under 'time-to-decide'",
    ),
}


def faulty(rules, old, new):
    assert old in EXAMPLE
    write_clinic(rules, EXAMPLE.replace(old, new, 1))


def test_the_worked_example_has_no_problem(rules):
    write_clinic(rules)
    assert check_folder(rules) == []


@pytest.mark.parametrize("check", FAULTS_OF_CLINIC)
def test_check_finds(rules, check):
    old, new, said = FAULTS_OF_CLINIC[check]
    faulty(rules, old, new)
    assert [line.partition(": ")[2] for line in found_by(check, rules)] == [said]


@pytest.mark.parametrize(
    ("check", "old", "new", "said"),
    [
        (
            "clinic-rule",
            "rule: not-done-here\n    options: [hip-dips/implants]",
            "rule: no-surgery\n    options: [hip-dips/implants]",
            [
                "error [clinic-rule] 'hip-dips/implants' has a rule of its own called 'no-surgery'; give the clinic's another name"
            ],
        ),
        (
            "clinic-rule",
            "when: {tolerance: surgery}",
            "when: {tolerance: devices}",
            [
                "warning [clinic-rule] the clinic's rule 'not-done-here' makes nothing more cautious; "
                "remove it, or correct its 'when'; what it would say is so already"
            ],
        ),
        (
            "clinic-rule",
            "rule: not-done-here",
            "rule: withdrawn",
            [
                "error [clinic-rule] no rule may be called 'withdrawn': that is how a withdrawn option is ruled out; "
                "give it another name"
            ],
        ),
        (
            "clinic-answer",
            "answer: recovery-after-fat-transfer\n    options: [hip-dips/fat-transfer]\n    row: recovery",
            "answer: recovery-after-fat-transfer\n    options: [hip-dips/plla-injections]\n    row: cost",
            [
                "error [clinic-answer] 'cost-of-injections' and 'recovery-after-fat-transfer' both answer the row 'cost' "
                "of hip-dips/plla-injections; keep one, or let one end before the other begins"
            ],
        ),
        (
            "clinic-question",
            "when: {tolerance: surgery}",
            "when: {worry: most-days}",
            [
                "error [clinic-question] the rule 'not-done-here' rules options out by the clinic's own question; "
                "write 'verdict: ask': a clinician decides, in person"
            ],
        ),
        (
            "clinic-question",
            "label: I would rather not say",
            'label: "7"',
            [
                "error [clinic-question] 'questions.worry.choices.not-said.label' measures: “7”; nothing here scores, "
                "ranks or screens; ask it in plain words, with answers in words"
            ],
        ),
    ],
)
def test_check_says(rules, check, old, new, said):
    faulty(rules, old, new)
    assert [line.partition(": ")[2] for line in found_by(check, rules)] == said


def test_two_answers_may_follow_each_other(rules):
    old = "answer: recovery-after-fat-transfer\n    options: [hip-dips/fat-transfer]\n    row: recovery"
    new = "answer: price-of-next-year\n    kinds: [injection]\n    row: cost\n    from: 2027-01-01"
    faulty(rules, old, new)
    assert found_by("clinic-answer", rules) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("verdict: ruled-out", "verdict: fits", "[unknown-word] 'verdict' can't be 'fits'; known: ask, ruled-out"),
        (
            "    kinds: [injection]\n    verdict: ask",
            "    verdict: ask",
            "[missing-key] the rule 'letter-first' does not say for which options it is; "
            "add 'options: [...]', 'kinds: [...]' or 'areas: [...]'",
        ),
        (
            "    until: 2027-11-01",
            "    from: 2027-11-02\n    until: 2027-11-01",
            "[wrong-value] it ends on 2027-11-01, before it begins on 2027-11-02; put the later day under 'until'",
        ),
        (
            "    until: 2027-11-01",
            "    until: 2027-02-30",
            "[wrong-form] 'until' can't be '2027-02-30': no month has that day; "
            "write a day of the calendar, such as '2027-01-31'",
        ),
        (
            "options: [hip-dips/implants]",
            "options: [hip-dips/implant]",
            "[unknown-option] the option 'hip-dips/implant' does not exist; did you mean 'hip-dips/implants'?",
        ),
        ("row: recovery", "row: recover", "[unknown-row] the row 'recover' does not exist; did you mean 'recovery'?"),
        (
            "    choices: [most-days]\n    kinds",
            "    choices: [daily]\n    kinds",
            "[unknown-choice] the choice 'daily' does not exist; known: most-days, not-often, not-said",
        ),
        (
            "dated: 2026-11-01\n    until: 2027",
            "until: 2027",
            "[missing-key] 'dated' is missing here; add the line 'dated: ...'",
        ),
        (
            "rule: letter-first",
            "rule: worry",
            "[given-twice] the question 'worry' has the name of a rule, and becomes one by 'hold-at-ask'; "
            "give one of them another name",
        ),
        (
            "question: worry",
            "question: tolerance",
            "[given-twice] the question 'tolerance' is given twice (first at questions.yaml:60); "
            "give one of them another name, or remove it",
        ),
    ],
)
def test_the_loader_says(rules, old, new, said):
    faulty(rules, old, new)
    found = [line.partition("error ")[2] for line in problems(rules)]
    assert any(line.startswith(said) for line in found), found


def test_the_question_of_the_clinic_s_is_read_by_its_own_rules_alone(rules):
    faulty(rules, "when: {tolerance: surgery}", "when: {tolerance: surgery, worry: most-days}")
    put(rules, "clinic.yaml", "verdict: ruled-out", "verdict: ask")
    assert found_by("clinic-question", rules) == []
    put(rules, "hip-dips/exercise.yaml", "when: always", "when: {worry: not-often}")
    assert any(
        "the question 'worry' is the clinic's own, and only rules in clinic.yaml may read it; leave this line out"
        in line
        for line in problems(rules)
    )


def test_a_question_that_changes_nothing_is_refused(rules):
    first, rest = EXAMPLE.split("  support-first:")
    write_clinic(rules, f"{first}  source: {rest.rpartition('  source: ')[2]}")
    assert [line.partition("error ")[2] for line in problems(rules)] == [
        "[missing-key] the answer to 'worry' changes nothing; add 'support-first', 'hold-at-ask' or both"
    ]
