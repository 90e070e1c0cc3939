"""What differs between two versions of the rules: known changes, counted a second time by the plain evaluator."""

import json
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from questionnaire.decide.all_visits import visits as every_visit
from questionnaire.decide.build_tables import build
from questionnaire.review.alterations import mutants
from questionnaire.review.diff import as_json, as_text, diff
from questionnaire.rulebook.load import load
from questionnaire.rulebook.model import Review

from . import plain
from .edits import LIPOSUCTION, change_a_verdict, put
from .random_rulebooks import rulebook as random_rulebook

SIGNED = (
    "review: {status: reviewed, by: A. Clinician, role: Surgeon, on: 2026-01-01, review-again: 2027-01-01, "
    "fingerprint: 0123456789ab}"
)


def conditions(rulebook, option):
    return [rule.when for rule in option.rules] + [c.when for c in rulebook.caveats.values() if option.id in c.options]


VISITS = {}


def visits(rulebook):
    """Every way through the questions, with the areas that it brings in scope; the same for the same questions."""
    if rulebook.layout not in VISITS:
        VISITS[rulebook.layout] = [(answers, plain.scope(rulebook, answers)) for answers in plain.visits(rulebook)]
    return VISITS[rulebook.layout]


def situations(every, area, read):
    """Each set of answers to these questions that some visitor to this area can give."""
    keys = (tuple((q, answers[q]) for q in answers if q in read) for answers, scope in every if area in scope)
    return [dict(found) for found in dict.fromkeys(keys)]


def counted(old, new, id, visited):
    """How many combinations there are of an option, and how many change in which way, by the plain evaluator."""
    before, after = old.options[id], new.options[id]
    read = {q for when in conditions(old, before) + conditions(new, after) for q in when.questions}
    every = situations(visited, after.area, read)
    changes = Counter()
    for answers in every:
        (was, *old_ids), (now, *new_ids) = plain.decide(old, before, answers), plain.decide(new, after, answers)
        (gone, lost), (come, gained) = map(frozenset, old_ids), map(frozenset, new_ids)
        if was != now:
            changes["verdicts", frozenset({was} - {None}), frozenset({now} - {None})] += 1
        elif gone != come:
            changes["reasons", gone - come, come - gone] += 1
        if was and now:
            changes.update(("caveats", frozenset(), frozenset({caveat})) for caveat in gained - lost)
            changes.update(("caveats", frozenset({caveat}), frozenset()) for caveat in lost - gained)
    return len(every), changes


def counts(changes):
    """The same figures as `counted`, from what a diff says of one option."""
    return {(change.kind, frozenset(change.old), frozenset(change.new)): change.count for change in changes}


def assert_counted(old, new, differences):
    """Every option's figures are those of the plain evaluator, and every example holds whatever the others are."""
    visited = visits(new)
    for id, after in new.options.items():
        total, expected = counted(old, new, id, visited)
        changes = [change for change in differences.tables if change.of == id]
        assert counts(changes) == expected, id
        assert {change.combinations for change in changes} <= {total}
        before = old.options[id]
        read = {q for when in conditions(old, before) + conditions(new, after) for q in when.questions}
        for change in changes:
            matching = [a for a in situations(visited, after.area, read) if change.example.items() <= a.items()]
            assert matching
            for answers in matching if change.kind == "verdicts" else ():
                pair = plain.decide(old, before, answers)[0], plain.decide(new, after, answers)[0]
                assert pair == tuple(verdict[0] if verdict else None for verdict in (change.old, change.new))


CHANGES = {
    "tried no longer matters": (
        "love-handles/liposuction.yaml",
        [
            ('{tolerance: surgery, noticeable: clear, tried: "yes"}', "{tolerance: surgery, noticeable: clear}"),
            ("    when: {tried: not-yet}", "    when: {tried: not-yet, noticeable: slight}"),
        ],
        "In 3 of 90 combinations Liposuction for love handles goes from ask to fits, "
        "for example noticeable=clear tried=not-yet tolerance=surgery.",
    ),
    "a rule moves from not-offered to ask-first": (
        "hip-dips/emsculpt.yaml",
        [
            ("not-offered:\n  - rule: self-care-only", "  - rule: self-care-only"),
            ("  - rule: no-follow-up", "not-offered:\n  - rule: no-follow-up"),
        ],
        "In 6 of 45 combinations Emsculpt for hip dips goes from ruled-out to ask, for example tolerance=self-care upkeep=",
    ),
    "a caveat of its own gets a condition": (
        "hip-dips/fat-transfer.yaml",
        [("- caveat: graft-needs-time\n", "- caveat: graft-needs-time\n    when: {timing: [months, not-sure]}\n")],
        "In 15 of 45 combinations Fat transfer (fat grafting) no longer carries graft-needs-time, for example timing=soon.",
    ),
    "a shared caveat shows for others": (
        "caveats.yaml",
        [("when: {timing: soon}", "when: {timing: [soon, not-sure]}")],
        "In 1 of 3 combinations Exercise for hip dips now carries change-when-not-said, for example timing=not-sure.",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_with_its_true_count_forwards_and_backwards(rules, tables, rulebook, name):
    file, edits, sentence = CHANGES[name]
    for old, new in edits:
        put(rules, file, old, new)
    changed = build(load(rules))
    forwards, backwards = diff(tables, changed), diff(changed, tables)
    assert_counted(rulebook, changed.rulebook, forwards)
    assert_counted(changed.rulebook, rulebook, backwards)
    assert sentence in as_text(forwards)
    assert forwards.tables
    swapped = [replace(change, old=change.new, new=change.old) for change in backwards.tables]
    assert counts(forwards.tables) == counts(swapped)


@pytest.mark.parametrize("part", range(4))
def test_made_up_rulebooks_with_one_alteration_differ_as_the_plain_evaluator_says(part):
    random = Random(part)
    for seed in range(part * 15, part * 15 + 15):
        rulebook = random_rulebook(seed)
        altered = random.choice(list(mutants(rulebook))).rulebook
        old, new = build(rulebook, allow_gaps=True), build(altered, allow_gaps=True)
        assert_counted(rulebook, altered, diff(old, new))
        assert_counted(altered, rulebook, diff(new, old))


def verdicts(rulebook, answers, areas):
    options = [option for area in areas for option in rulebook.areas[area].options]
    given = {option: plain.decide(rulebook, rulebook.options[option], answers)[0] for option in options}
    return {option: verdict for option, verdict in given.items() if verdict}


def test_the_visits_that_change_are_counted_as_the_plain_evaluator_counts_them():
    random, changed = Random(7), 0
    for seed in range(30):
        rulebook = random_rulebook(seed)
        altered = random.choice(list(mutants(rulebook))).rulebook
        found = diff(build(rulebook, allow_gaps=True), build(altered, allow_gaps=True)).visits
        every = [(answers, plain.scope(rulebook, answers)) for answers in plain.visits(rulebook)]
        differ = sum(verdicts(rulebook, *visit) != verdicts(altered, *visit) for visit in every)
        assert (found.changed, found.every) == (differ, len(every)) if differ else found is None
        changed += bool(differ)
    assert changed > 5


def test_a_change_says_for_how_many_visits_some_verdict_is_another(rules, tables):
    put(rules, "love-handles/liposuction.yaml", "[injections, devices, self-care]", "[self-care, injections]")
    found = diff(tables, build(load(rules), allow_gaps=True))
    said = (
        f"In {found.visits.changed:,} of 7,291 ways to answer the questions, at least one option gets another verdict."
    )
    assert said in as_text(found)
    assert as_json(found)["visits"] == {"changed": found.visits.changed, "every": 7291}


def test_visits_are_not_compared_where_other_questions_are_asked_or_there_are_too_many(rules, tables, monkeypatch):
    change_a_verdict(rules)
    verdict_alone = build(load(rules))
    put(rules, "questions.yaml", "asked-when: {in-scope: hip-dips}", "asked-when: {in-scope: any}")
    other_questions = diff(tables, build(load(rules)))
    sentence = "The two versions ask different questions, or ask them of other people, so visits can't be compared."
    assert f"Visitors\n  {sentence}\n" in as_text(other_questions)
    assert (as_json(other_questions)["visits"], as_json(other_questions)["visits-not-compared"]) == (None, sentence)
    monkeypatch.setattr("questionnaire.decide.all_visits.MOST", 100)
    assert every_visit(tables) is None
    assert "ways to answer the questions, so visits are not compared." in as_text(diff(tables, verdict_alone))


def test_identical_versions_give_an_empty_diff(rules, tables):
    nothing = diff(tables, build(load(rules)))
    assert as_text(nothing) == "Nothing that visitors get differs."
    assert not any(as_json(nothing).values())


def test_other_lines_of_a_file_in_another_order_are_no_difference(rules, tables):
    put(rules, "love-handles/liposuction.yaml", "[injections, devices, self-care]", "[self-care, injections, devices]")
    assert not any(as_json(diff(tables, build(load(rules)))).values())


def test_another_note_is_counted_for_its_area_alone(rules, tables):
    put(
        rules,
        "caveats.yaml",
        "when: {hoped-for: softer}\n    text: You hope that your hip",
        "text: You hope that your hip",
    )
    (shown,) = diff(tables, build(load(rules))).tables
    assert (shown.kind, shown.of, shown.combinations, shown.count) == ("notes", "hip-dips", 3, 2)
    assert (shown.old, shown.new) == ((), ("hip-dips-hoped-softer",))
    (hidden,) = diff(build(load(rules)), tables).tables
    assert (hidden.old, hidden.new, hidden.count) == (("hip-dips-hoped-softer",), (), 2)


def test_notes_in_another_order_are_told(rules, tables):
    put(rules, "caveats.yaml", "    when: {hoped-for: gone}\n    first: true\n", "    when: {hoped-for: gone}\n")
    put(rules, "caveats.yaml", "  - caveat: hip-dips-cannot-be-removed\n    shown: notes\n", "  - caveat: hip-dips-cannot-be-removed\n    shown: notes\n    first: true\n")  # fmt: skip
    put(rules, "promises.yaml", "hip-dips: hip-dips-hoped-gone", "hip-dips: hip-dips-cannot-be-removed")
    found = diff(tables, build(load(rules)))
    assert (
        "In 1 of 3 combinations the notes of Hip dips stand in another order, for example hoped-for=gone."
        in as_text(found)
    )


def remove_option(rules):
    put(rules, "areas.yaml", "      - emsculpt\n", "")
    put(rules, "caveats.yaml", "      - hip-dips/emsculpt\n", "")
    (rules / "hip-dips" / "emsculpt.yaml").unlink()


def test_an_option_that_came_or_went_is_listed(rules, tables):
    remove_option(rules)
    fewer = build(load(rules))
    gone, come = diff(tables, fewer), diff(fewer, tables)
    assert as_text(gone) == "Listed and asked\n  The option hip-dips/emsculpt is no longer listed."
    assert gone.visits is None
    assert not gone.tables
    assert gone.verdict_changed_without_signoff == ()
    assert "The option hip-dips/emsculpt is now listed." in as_text(come)
    assert come.verdict_changed_without_signoff == ("hip-dips/emsculpt",)
    assert not any("emsculpt:" in change.where for change in (*gone.wording, *come.wording))


def test_a_new_option_that_is_signed_needs_no_further_sign_off(rules, tables):
    remove_option(rules)
    option = tables.rulebook.options["hip-dips/emsculpt"]
    signed = replace(option, review=Review("A. Clinician", "Surgeon", "2026-01-01", "2027-01-01", "0123456789ab"))
    now = replace(tables, rulebook=replace(tables.rulebook, options={**tables.rulebook.options, option.id: signed}))
    assert diff(build(load(rules)), now).verdict_changed_without_signoff == ()


def test_an_area_that_came_or_went_is_listed(tables):
    rulebook = tables.rulebook
    gone = [option for option in rulebook.options if option.startswith("love-handles/")]
    asked = {
        id: tuple(area for area in q.asked_when.areas if area == "hip-dips") for id, q in rulebook.questions.items()
    }
    fewer = replace(
        rulebook,
        areas={"hip-dips": rulebook.areas["hip-dips"]},
        options={id: option for id, option in rulebook.options.items() if id not in gone},
        questions={
            id: replace(question, asked_when=replace(question.asked_when, areas=asked[id]))
            for id, question in rulebook.questions.items()
            if id not in ("noticeable", "tried")
        },
    )
    one = build(fewer)
    went = {
        ("area", "love-handles"),
        ("question", "noticeable"),
        ("question", "tried"),
        *(("option", id) for id in gone),
    }
    for found, change in ((diff(tables, one), "removed"), (diff(one, tables), "added")):
        assert {(listed.what, listed.id) for listed in found.listed} == went
        assert {listed.change for listed in found.listed} == {change}
        assert not found.changed("verdicts", "reasons", "caveats")


def test_a_new_choice_is_listed_and_what_it_gives_is_told(rules, tables):
    put(
        rules,
        "questions.yaml",
        "      - {choice: not-yet",
        "      - {choice: begun, label: Just begun}\n      - {choice: not-yet",
    )
    new = build(load(rules), allow_gaps=True)
    found = diff(tables, new)
    assert "The choice tried=begun is now offered." in as_text(found)
    assert (
        "In 3 of 9 combinations Exercise and diet for love handles goes from no verdict to fits, for example tried=begun."
        in as_text(found)
    )
    back = diff(new, tables)
    assert "The choice tried=begun is no longer offered." in as_text(back)
    assert not back.tables
    assert "love-handles/exercise-and-diet" in found.verdict_changed_without_signoff


def test_a_question_that_came_or_went_leaves_what_depends_on_it_open(rules, tables):
    question = "  - question: smoker\n    ask: Do you smoke?\n    why: We ask.\n    claims: silent\n    asked-when: always\n    choices: [{choice: smoke, label: Smoke}, {choice: none, label: None}]\n\n  - question: upkeep"
    put(rules, "questions.yaml", "  - question: upkeep", question)
    put(
        rules,
        "love-handles/leave-as-is.yaml",
        "\nexpect:",
        "\nask-first:\n  - rule: smokes\n    when: {smoker: smoke}\n    because: You smoke.\n    claims: silent\n\nexpect:",
    )
    path = rules / "love-handles" / "leave-as-is.yaml"
    path.write_text(path.read_text().replace("answers: {", "answers: {smoker: none, "))
    new = build(load(rules))
    there, back = diff(tables, new), diff(new, tables)
    assert "The question smoker is now asked." in as_text(there)
    assert "For any answers Leaving love handles as they are goes from fits to fits or ask." in as_text(there)
    assert there.verdict_changed_without_signoff == ("love-handles/leave-as-is",)
    assert "The question smoker is no longer asked." in as_text(back)
    assert "For any answers Leaving love handles as they are goes from fits or ask to fits." in as_text(back)


def test_a_question_asked_of_fewer_still_finds_its_old_rows(rules, tables):
    """Those who are asked no longer fall in any of the rows that their answer would have chosen."""
    put(rules, "questions.yaml", "asked-when: {in-scope: love-handles}", "asked-when: {answers: {area: love-handles}}")
    put(
        rules,
        "love-handles/liposuction.yaml",
        "ask-first:",
        "ask-first:\n  - rule: a-talk\n    when: always\n    because: Talk.\n    claims: silent",
    )
    found = diff(tables, build(load(rules), allow_gaps=True))
    changes = [change for change in found.tables if (change.of, change.kind) == (LIPOSUCTION, "verdicts")]
    assert sum(change.count for change in changes) < changes[0].combinations
    assert all(change.old for change in changes)


def test_a_changed_verdict_without_a_new_sign_off_is_named(rules, tables):
    change_a_verdict(rules)
    found = diff(tables, build(load(rules)))
    assert found.verdict_changed_without_signoff == (LIPOSUCTION,)
    assert as_text(found).endswith(f"Verdicts that changed without a new sign-off\n  {LIPOSUCTION}")


def test_a_changed_verdict_with_a_new_sign_off_is_not_named(rules, tables):
    change_a_verdict(rules)
    put(rules, "love-handles/liposuction.yaml", "review: {status: not-reviewed}", SIGNED)
    assert diff(tables, build(load(rules))).verdict_changed_without_signoff == ()


def test_an_old_sign_off_left_as_it_was_does_not_cover_a_changed_verdict(rules):
    put(rules, "love-handles/liposuction.yaml", "review: {status: not-reviewed}", SIGNED)
    before = build(load(rules))
    change_a_verdict(rules)
    assert diff(before, build(load(rules))).verdict_changed_without_signoff == (LIPOSUCTION,)


def test_other_reasons_or_caveats_alone_need_no_new_sign_off(rules, tables):
    put(
        rules,
        "love-handles/liposuction.yaml",
        "- caveat: gentler-first\n",
        '- caveat: gentler-first\n    when: {tried: "yes"}\n',
    )
    put(
        rules,
        "love-handles/liposuction.yaml",
        "when: {tolerance: not-sure}",
        "when: {tolerance: not-sure, noticeable: clear}",
    )
    put(rules, "love-handles/liposuction.yaml", "when: {noticeable: slight}", "when: {noticeable: [slight, not-sure]}")
    found = diff(tables, build(load(rules)))
    assert {(change.of, change.kind) for change in found.tables} == {(LIPOSUCTION, "reasons"), (LIPOSUCTION, "caveats")}
    assert found.verdict_changed_without_signoff == ()


def test_the_json_holds_the_same_as_the_text(rules, tables):
    change_a_verdict(rules)
    found = json.loads(json.dumps(as_json(diff(tables, build(load(rules))))))
    (liposuction,) = found["options"]
    assert liposuction["option"] == LIPOSUCTION
    assert {"old": ["ask"], "new": ["fits"], "count": 3, "example": {"noticeable": "clear", "tried": "not-yet", "tolerance": "surgery"}} in liposuction["verdicts"]  # fmt: skip
    assert found["verdict-changed-without-sign-off"] == [LIPOSUCTION]
