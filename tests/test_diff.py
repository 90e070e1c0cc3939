"""What differs between two versions of the rules: known changes, counted a second time by the plain evaluator."""

import json
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.review.diff import as_json, as_text, diff
from questionnaire.review.make_mutants import mutants
from questionnaire.rulebook.load import load

from . import plain
from .edits import LIPOSUCTION, change_a_verdict, put
from .random_rulebooks import rulebook as random_rulebook
from .signing import sign_in, signed


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
            exact = [a for a in matching if a == change.example]  # a question that is not asked can't be named
            for answers in (exact or matching) if change.kind == "verdicts" else ():
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


@pytest.fixture
def edited(rules):
    """A function that puts texts in place of others in a copy of our rules: (file, old, new), and fires its tables."""

    def edit(*edits):
        for file, old, new in edits:
            put(rules, file, old, new)
        return build(load(rules), allow_gaps=True)

    return edit


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_with_its_true_count_forwards_and_backwards(edited, tables, rulebook, name):
    file, edits, sentence = CHANGES[name]
    changed = edited(*((file, *edit) for edit in edits))
    forwards, backwards = diff(tables, changed), diff(changed, tables)
    assert_counted(rulebook, changed.rulebook, forwards)
    assert_counted(changed.rulebook, rulebook, backwards)
    assert sentence in as_text(forwards)
    assert forwards.tables
    swapped = [replace(change, old=change.new, new=change.old) for change in backwards.tables]
    assert counts(forwards.tables) == counts(swapped)


def pairs(random, seeds):
    """Made-up rulebooks, each with one alteration of it."""
    for rulebook in map(random_rulebook, seeds):
        yield rulebook, random.choice(list(mutants(rulebook))).rulebook


@pytest.mark.parametrize("part", range(4))
def test_made_up_rulebooks_with_one_alteration_differ_as_the_plain_evaluator_says(part):
    for rulebook, altered in pairs(Random(part), range(part * 15, part * 15 + 15)):
        old, new = build(rulebook, allow_gaps=True), build(altered, allow_gaps=True)
        assert_counted(rulebook, altered, diff(old, new))
        assert_counted(altered, rulebook, diff(new, old))


def verdicts(rulebook, answers, areas):
    options = [option for area in areas for option in rulebook.areas[area].options]
    return [plain.decide(rulebook, rulebook.options[option], answers)[0] for option in options]


def test_the_visits_that_change_are_counted_as_the_plain_evaluator_counts_them():
    counted = set()
    for rulebook, altered in pairs(Random(7), range(30)):
        changed = diff(build(rulebook, allow_gaps=True), build(altered, allow_gaps=True)).visits
        every = visits(rulebook)
        differ = sum(verdicts(rulebook, *visit) != verdicts(altered, *visit) for visit in every)
        assert (changed.changed, changed.every) == (differ, len(every)) if differ else changed is None
        counted.add(differ)
    assert len(counted) > 5


def test_a_change_says_for_how_many_visits_some_verdict_is_another(edited, tables):
    differences = diff(
        tables, edited((f"{LIPOSUCTION}.yaml", "[injections, devices, self-care]", "[self-care, injections]"))
    )
    changed = differences.visits.changed
    sentence = f"In {changed:,} of 7,291 ways to answer the questions, at least one option gets another verdict."
    assert sentence in as_text(differences)
    assert as_json(differences)["visits"] == {"changed": changed, "every": 7291}


def test_visits_are_not_compared_where_other_questions_are_asked_or_there_are_too_many(
    rules, edited, tables, monkeypatch
):
    change_a_verdict(rules)
    verdict_alone = edited()
    other_questions = diff(
        tables, edited(("questions.yaml", "asked-when: {in-scope: hip-dips}", "asked-when: {in-scope: any}"))
    )
    sentence = "The two versions ask different questions, or ask them of other people, so visits can't be compared."
    assert f"Visitors\n  {sentence}\n" in as_text(other_questions)
    assert (as_json(other_questions)["visits"], as_json(other_questions)["visits-not-compared"]) == (None, sentence)
    monkeypatch.setattr("questionnaire.decide.visit_verdicts.MOST", 100)
    assert "ways to answer the questions, so visits are not compared." in as_text(diff(tables, verdict_alone))


ORDER = (f"{LIPOSUCTION}.yaml", "[injections, devices, self-care]", "[self-care, injections, devices]")


@pytest.mark.parametrize("edits", [[], [ORDER]], ids=["the same files", "a list in another order"])
def test_versions_that_mean_the_same_give_an_empty_diff(edited, tables, edits):
    nothing = diff(tables, edited(*edits))
    assert as_text(nothing) == "Nothing that visitors get differs."
    assert not any(as_json(nothing).values())


def test_another_note_is_counted_for_its_area_alone(edited, tables):
    text = "text: You hope that your hip"
    changed = edited(("caveats.yaml", f"when: {{hoped-for: softer}}\n    {text}", text))
    (shown,) = diff(tables, changed).tables
    assert (shown.kind, shown.of, shown.combinations, shown.count) == ("notes", "hip-dips", 3, 2)
    assert (shown.old, shown.new) == ((), ("hip-dips-hoped-softer",))
    (hidden,) = diff(changed, tables).tables
    assert (hidden.old, hidden.new, hidden.count) == (("hip-dips-hoped-softer",), (), 2)


def test_notes_in_another_order_are_told(edited, tables):
    hoped, cannot = "    when: {hoped-for: gone}\n", "  - caveat: hip-dips-cannot-be-removed\n    shown: notes\n"
    differences = diff(
        tables,
        edited(
            ("caveats.yaml", f"{hoped}    first: true\n", hoped),
            ("caveats.yaml", cannot, f"{cannot}    first: true\n"),
            ("promises.yaml", "hip-dips: hip-dips-hoped-gone", "hip-dips: hip-dips-cannot-be-removed"),
        ),
    )
    sentence = "In 1 of 3 combinations the notes of Hip dips stand in another order, for example hoped-for=gone."
    assert sentence in as_text(differences)


@pytest.fixture
def without_emsculpt(rules, edited):
    """The tables of our rules without one option."""
    (rules / "hip-dips" / "emsculpt.yaml").unlink()
    return edited(("areas.yaml", "      - emsculpt\n", ""), ("caveats.yaml", "      - hip-dips/emsculpt\n", ""))


def test_an_option_that_came_or_went_is_listed(tables, without_emsculpt):
    gone, come = diff(tables, without_emsculpt), diff(without_emsculpt, tables)
    assert as_text(gone) == "Listed and asked\n  The option hip-dips/emsculpt is no longer listed."
    assert (gone.visits, gone.tables, gone.verdict_changed_without_signoff) == (None, (), ())
    assert "The option hip-dips/emsculpt is now listed." in as_text(come)
    assert come.verdict_changed_without_signoff == ("hip-dips/emsculpt",)
    assert not any("emsculpt:" in change.where for change in (*gone.wording, *come.wording))


def test_a_new_option_that_is_signed_needs_no_further_sign_off(tables, without_emsculpt):
    assert diff(without_emsculpt, signed(tables, "hip-dips/emsculpt")).verdict_changed_without_signoff == ()


def test_an_area_that_came_or_went_is_listed(tables):
    rulebook = tables.rulebook
    gone = [option for option in rulebook.options if option.startswith("love-handles/")]
    asked = {id: tuple(a for a in q.asked_when.areas if a == "hip-dips") for id, q in rulebook.questions.items()}
    one = build(
        replace(
            rulebook,
            areas={"hip-dips": rulebook.areas["hip-dips"]},
            options={id: option for id, option in rulebook.options.items() if id not in gone},
            questions={
                id: replace(question, asked_when=replace(question.asked_when, areas=asked[id]))
                for id, question in rulebook.questions.items()
                if id not in ("noticeable", "tried")
            },
        )
    )
    went = [("area", "love-handles"), ("question", "noticeable"), ("question", "tried")]
    for differences, change in ((diff(tables, one), "removed"), (diff(one, tables), "added")):
        listed = {(listed.what, listed.id, listed.change) for listed in differences.listed}
        assert listed == {(*one, change) for one in (*went, *(("option", id) for id in gone))}
        assert not differences.changed("verdicts", "reasons", "caveats")


def test_a_new_choice_is_listed_and_what_it_gives_is_told(edited, tables):
    choice = "      - {choice: not-yet"
    new = edited(("questions.yaml", choice, f"      - {{choice: begun, label: Just begun}}\n{choice}"))
    there, back = diff(tables, new), diff(new, tables)
    assert "The choice tried=begun is now offered." in as_text(there)
    name = "Exercise and diet for love handles"
    assert f"In 3 of 9 combinations {name} goes from no verdict to fits, for example tried=begun." in as_text(there)
    assert "love-handles/exercise-and-diet" in there.verdict_changed_without_signoff
    assert "The choice tried=begun is no longer offered." in as_text(back)
    assert not back.tables


def test_a_question_that_came_or_went_leaves_what_depends_on_it_open(rules, edited, tables):
    path = rules / "love-handles" / "leave-as-is.yaml"
    path.write_text(path.read_text().replace("answers: {", "answers: {smoker: none, "))
    upkeep, rule = "  - question: upkeep", "  - rule: smokes\n    when: {smoker: smoke}\n    because: You smoke.\n"
    question = (
        "  - question: smoker\n    ask: Do you smoke?\n    why: We ask.\n    claims: silent\n    asked-when: always\n"
    )
    choices = "    choices: [{choice: smoke, label: Smoke}, {choice: none, label: None}]\n\n"
    new = edited(
        ("questions.yaml", upkeep, f"{question}{choices}{upkeep}"),
        ("love-handles/leave-as-is.yaml", "\nexpect:", f"\nask-first:\n{rule}    claims: silent\n\nexpect:"),
    )
    there, back = diff(tables, new), diff(new, tables)
    assert "The question smoker is now asked." in as_text(there)
    assert "For any answers Leaving love handles as they are goes from fits to fits or ask." in as_text(there)
    assert there.verdict_changed_without_signoff == ("love-handles/leave-as-is",)
    assert "The question smoker is no longer asked." in as_text(back)
    assert "For any answers Leaving love handles as they are goes from fits or ask to fits." in as_text(back)


def test_a_question_asked_of_fewer_still_finds_its_old_rows(edited, tables):
    """Those who are asked no longer fall in any of the rows that their answer would have chosen."""
    rule = "\n  - rule: a-talk\n    when: always\n    because: Talk.\n    claims: silent"
    asked = "asked-when: {in-scope: love-handles}", "asked-when: {answers: {area: love-handles}}"
    new = edited(("questions.yaml", *asked), (f"{LIPOSUCTION}.yaml", "ask-first:", f"ask-first:{rule}"))
    changes = [c for c in diff(tables, new).tables if (c.of, c.kind) == (LIPOSUCTION, "verdicts")]
    assert sum(change.count for change in changes) < changes[0].combinations
    assert all(change.old for change in changes)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [(False, False, True), (False, True, False), (True, False, True)],
    ids=["never signed", "signed anew", "signed before"],
)
def test_a_changed_verdict_without_a_new_sign_off_is_named(rules, edited, before, after, named):
    if before:
        sign_in(rules, LIPOSUCTION)
    old = edited()
    change_a_verdict(rules)
    if after:
        sign_in(rules, LIPOSUCTION)
    differences = diff(old, edited())
    assert differences.verdict_changed_without_signoff == ((LIPOSUCTION,) if named else ())
    assert as_text(differences).endswith(f"Verdicts that changed without a new sign-off\n  {LIPOSUCTION}") == named


def test_other_reasons_or_caveats_alone_need_no_new_sign_off(edited, tables):
    edits = [
        ("- caveat: gentler-first\n", '- caveat: gentler-first\n    when: {tried: "yes"}\n'),
        ("when: {tolerance: not-sure}", "when: {tolerance: not-sure, noticeable: clear}"),
        ("when: {noticeable: slight}", "when: {noticeable: [slight, not-sure]}"),
    ]
    differences = diff(tables, edited(*((f"{LIPOSUCTION}.yaml", *edit) for edit in edits)))
    assert {(c.of, c.kind) for c in differences.tables} == {(LIPOSUCTION, "reasons"), (LIPOSUCTION, "caveats")}
    assert differences.verdict_changed_without_signoff == ()


def test_the_json_holds_the_same_as_the_text(rules, edited, tables):
    change_a_verdict(rules)
    printed = json.loads(json.dumps(as_json(diff(tables, edited()))))
    (liposuction,) = printed["options"]
    assert (liposuction["option"], liposuction["combinations"]) == (LIPOSUCTION, 90)
    example = {"noticeable": "clear", "tried": "not-yet", "tolerance": "surgery"}
    assert {"old": ["ask"], "new": ["fits"], "count": 3, "example": example} in liposuction["verdicts"]
    assert printed["verdict-changed-without-sign-off"] == [LIPOSUCTION]
