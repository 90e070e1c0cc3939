"""What differs between two versions of the rules: known changes, counted a second time by the plain evaluator."""

import json
import subprocess
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from questionnaire.decide.all_visits import visits as every_visit
from questionnaire.decide.build_tables import build
from questionnaire.review.alterations import mutants
from questionnaire.review.diff import as_json, as_text, diff
from questionnaire.review.revisions import VersionError, open_version
from questionnaire.rulebook.load import load
from questionnaire.rulebook.model import Review

from . import plain
from .conftest import RULES
from .random_rulebooks import rulebook as random_rulebook

LIPOSUCTION = "love-handles/liposuction"
SIGNED = (
    "review: {status: reviewed, by: A. Clinician, role: Surgeon, on: 2026-01-01, review-again: 2027-01-01, "
    "fingerprint: 0123456789ab}"
)


def put(folder, file, old, new):
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


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
    """(total, verdict changes, reason changes, caveat changes) of an option by the plain evaluator."""
    before, after = old.options[id], new.options[id]
    read = {q for when in conditions(old, before) + conditions(new, after) for q in when.questions}
    every = situations(visited, after.area, read)
    verdicts, reasons, caveats = Counter(), Counter(), Counter()
    for answers in every:
        (was, gone, lost), (now, come, gained) = plain.decide(old, before, answers), plain.decide(new, after, answers)
        if was != now:
            verdicts[(was,) if was else (), (now,) if now else ()] += 1
        elif set(gone) != set(come):
            reasons[frozenset(come) - frozenset(gone), frozenset(gone) - frozenset(come)] += 1
        if was and now:
            caveats.update((id, "added") for id in gained if id not in lost)
            caveats.update((id, "removed") for id in lost if id not in gained)
    return len(every), verdicts, reasons, caveats


def told(found):
    """The same figures as `counted`, from a diff of one option."""
    return (
        found.combinations,
        {(c.old, c.new): c.count for c in found.verdicts},
        {(frozenset(c.added), frozenset(c.removed)): c.count for c in found.reasons},
        {(c.caveat, c.change): c.count for c in found.caveats},
    )


def assert_counted(old, new, found):
    """Every option's figures are those of the plain evaluator, and every example holds whatever the others are."""
    by_option = {changes.option: changes for changes in found.options}
    visited = visits(new)
    for id in new.options:
        total, *changes = counted(old, new, id, visited)
        if id in by_option:
            assert told(by_option[id]) == (total, *changes), id
        else:
            assert not any(changes), id
    for changes in found.options:
        before, after = old.options[changes.option], new.options[changes.option]
        read = {q for when in conditions(old, before) + conditions(new, after) for q in when.questions}
        for change in changes.verdicts:
            matching = [a for a in situations(visited, after.area, read) if change.example.items() <= a.items()]
            assert matching
            for answers in matching:
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
    assert forwards.options
    swapped = [{(new, old): count for (old, new), count in told(found)[1].items()} for found in backwards.options]
    assert [told(found)[1] for found in forwards.options] == swapped


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
    put(rules, "questions.yaml", "asked-when: {in-scope: hip-dips}", "asked-when: {in-scope: any}")
    assert diff(tables, build(load(rules))).visits is None
    monkeypatch.setattr("questionnaire.decide.all_visits.MOST", 100)
    assert every_visit(tables) is None


def test_identical_versions_give_an_empty_diff(rules, tables):
    found = diff(tables, build(load(rules)))
    assert found.empty
    assert found.verdict_changed_without_signoff == ()
    assert as_text(found) == "Nothing that visitors get differs."
    assert not any(as_json(found).values())


def test_other_lines_of_a_file_in_another_order_are_no_difference(rules, tables):
    put(rules, "love-handles/liposuction.yaml", "[injections, devices, self-care]", "[self-care, injections, devices]")
    assert diff(tables, build(load(rules))).empty


WORDINGS = [
    ("hip-dips/exercise.yaml", "You exercise and build muscle.", "You exercise.", "hip-dips/exercise: summary"),
    ("hip-dips/exercise.yaml", "name: Exercise for hip dips", "name: Exercise", "hip-dips/exercise: name"),
    ("hip-dips/exercise.yaml", "because: You do this", "because: This is what you do", "hip-dips/exercise: reason you-do-it-yourself"),
    ("hip-dips/exercise.yaml", "text: It can make hip dips show less.", "text: They can show less.", "hip-dips/exercise: what-it-can-do"),
    ("hip-dips/exercise.yaml", "text: Running, walking", "text: Walking, running", "caveats: legs-and-waist-are-not-dips"),
    ("caveats.yaml", "text: You are just looking. Nothing has to be decided, and", "text: Just looking, and", "caveats: hip-dips-just-looking"),
    ("clinic.yaml", "text: Take your time.", "text: There is no hurry.", "caveats: clinic-time-to-decide"),
    ("questions.yaml", "label: Nothing. I am just looking", "label: Just looking", "choice hoped-for=just-looking: label"),
    ("questions.yaml", "ask: Would you go back for more sessions?", "ask: Would you go back?", "question upkeep: ask"),
    ("areas.yaml", "text: Your bones. Hip dips", "text: Bones. Hip dips", "area hip-dips: what-cannot-change"),
    ("grid.yaml", "name: Risks", "name: What can go wrong", "grid: risks, name"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "where"), WORDINGS, ids=[where for *_, where in WORDINGS])
def test_another_wording_is_listed_and_changes_no_verdict(rules, tables, file, old, new, where):
    put(rules, file, old, new)
    found = diff(tables, build(load(rules)))
    (change,) = found.wording
    assert change.where == where
    assert change.new == change.old.replace(old.split(": ", 1)[-1], new.split(": ", 1)[-1])
    assert (found.options, found.notes, found.listed, found.routing) == ((), (), (), ())
    assert found.verdict_changed_without_signoff == ()
    assert f"Wording\n  {where}\n    old: {change.old}\n    new: {change.new}" in as_text(found)


def test_another_note_is_counted_for_its_area_alone(rules, tables):
    put(
        rules,
        "caveats.yaml",
        "when: {hoped-for: softer}\n    text: You hope that your hip",
        "text: You hope that your hip",
    )
    (found,) = diff(tables, build(load(rules))).notes
    assert (found.area, found.combinations, found.reordered) == ("hip-dips", 3, None)
    assert sorted((c.caveat, c.change, c.count) for c in found.notes) == [("hip-dips-hoped-softer", "added", 2)]
    (back,) = diff(build(load(rules)), tables).notes
    assert [(c.caveat, c.change, c.count) for c in back.notes] == [("hip-dips-hoped-softer", "removed", 2)]


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
    assert "The option hip-dips/emsculpt is removed." in as_text(gone)
    assert not gone.options
    assert gone.verdict_changed_without_signoff == ()
    assert "The option hip-dips/emsculpt is added." in as_text(come)
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
        assert not found.options


def test_a_new_choice_is_listed_and_what_it_gives_is_told(rules, tables):
    put(
        rules,
        "questions.yaml",
        "      - {choice: not-yet",
        "      - {choice: begun, label: Just begun}\n      - {choice: not-yet",
    )
    new = build(load(rules), allow_gaps=True)
    found = diff(tables, new)
    assert "The choice tried=begun is added." in as_text(found)
    assert (
        "In 3 of 9 combinations Exercise and diet for love handles goes from no verdict to fits, for example tried=begun."
        in as_text(found)
    )
    back = diff(new, tables)
    assert "The choice tried=begun is removed." in as_text(back)
    assert not back.options
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
    assert "The question smoker is added." in as_text(there)
    assert "For any answers Leaving love handles as they are goes from fits to fits or ask." in as_text(there)
    assert there.verdict_changed_without_signoff == ("love-handles/leave-as-is",)
    assert "The question smoker is removed." in as_text(back)
    assert "For any answers Leaving love handles as they are goes from fits or ask to fits." in as_text(back)


def test_a_question_asked_of_others_is_told_as_routing(rules, tables):
    put(rules, "questions.yaml", "asked-when: {in-scope: hip-dips}", "asked-when: {in-scope: any}")
    found = diff(tables, build(load(rules)))
    (change,) = found.routing
    assert change.where == "question donor-fat: asked when"
    assert (change.old, change.new) == ("in scope: hip-dips", "in scope: hip-dips, love-handles")
    assert not found.options


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
    (liposuction,) = [changes for changes in found.options if changes.option == LIPOSUCTION]
    assert sum(change.count for change in liposuction.verdicts) < liposuction.combinations
    assert all(change.old for change in liposuction.verdicts)


def change_a_verdict(rules):
    put(
        rules,
        "love-handles/liposuction.yaml",
        '{tolerance: surgery, noticeable: clear, tried: "yes"}',
        "{tolerance: surgery}",
    )
    put(rules, "love-handles/liposuction.yaml", "when: {tried: not-yet}", "when: {tried: not-yet, noticeable: slight}")


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
    (liposuction,) = found.options
    assert liposuction.reasons
    assert liposuction.caveats
    assert found.verdict_changed_without_signoff == ()


def test_the_json_holds_the_same_as_the_text(rules, tables):
    change_a_verdict(rules)
    found = json.loads(json.dumps(as_json(diff(tables, build(load(rules))))))
    (liposuction,) = found["options"]
    assert liposuction["option"] == LIPOSUCTION
    assert {"old": ["ask"], "new": ["fits"], "count": 3, "example": {"noticeable": "clear", "tried": "not-yet", "tolerance": "surgery"}} in liposuction["verdicts"]  # fmt: skip
    assert found["verdict-changed-without-sign-off"] == [LIPOSUCTION]


# Versions


def git(folder, *words):
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


@pytest.fixture
def repository(rules):
    """A git repository whose first commit holds our rules, and whose second has another verdict."""
    top = rules.parent
    git(top, "init", "-q")
    git(top, "config", "user.name", "Test")
    git(top, "config", "user.email", "test@example.org")
    git(top, "config", "commit.gpgsign", "false")
    git(top, "add", "rules")
    git(top, "commit", "-q", "-m", "first")
    git(top, "tag", "first")
    change_a_verdict(rules)
    git(top, "commit", "-q", "-a", "-m", "second")
    return rules


def test_a_folder_is_opened_as_it_is(rules):
    with open_version(str(rules), RULES) as folder:
        assert folder == rules


@pytest.mark.parametrize("name", ["first", "HEAD~1"])
def test_a_git_revision_is_opened_as_it_was(repository, rulebook, name):
    with open_version(name, repository) as folder:
        assert load(folder).fingerprint == rulebook.fingerprint
        old = build(load(folder))
    assert not folder.exists()
    assert diff(old, build(load(repository))).verdict_changed_without_signoff == (LIPOSUCTION,)


def test_a_git_revision_is_opened_from_inside_a_hook(repository, rulebook, monkeypatch):
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", "nowhere")
    with open_version("first", repository) as folder:
        assert load(folder).fingerprint == rulebook.fingerprint


def message(name, folder):
    with pytest.raises(VersionError) as fault, open_version(name, folder):
        pass
    (line,) = str(fault.value).splitlines()
    return line


HELP = "give a folder of rule files, or a revision such as HEAD~1"


@pytest.mark.parametrize("name", ["v9", "--output=stolen", "first..HEAD", "HEAD:rules", ""])
def test_a_name_that_is_neither_is_refused_with_what_to_do(repository, monkeypatch, name):
    monkeypatch.chdir(repository.parent / "rules" / "hip-dips")
    what = "is no folder" if name else "is a folder without rule files"
    assert message(name, repository).startswith(f"'{name}' {what}, and no git revision either; {HELP}")
    assert not list(repository.parent.rglob("stolen"))


def test_a_folder_without_rule_files_is_refused_with_what_to_do(repository):
    empty = repository.parent / "empty"
    empty.mkdir()
    assert message(str(empty), repository).startswith(
        f"'{empty}' is a folder without rule files, and no git revision either; {HELP}"
    )


def test_rules_outside_of_any_git_repository_have_no_revisions(rules, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(rules.parent.parent))
    assert message("HEAD", rules).startswith(f"'HEAD' is no folder, and no git revision either; {HELP} (git says: ")


def test_a_revision_from_before_the_rules_says_so(repository):
    later = repository.parent / "later"
    later.mkdir()
    (later / "questions.yaml").write_text("")
    assert message("first", later).startswith(
        "the revision 'first' has no folder 'later'; give one that has it, or a folder of rule files"
    )


def test_where_git_is_not_installed_that_is_said(rules, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert message("HEAD", rules).endswith("(git is not installed)")


def test_a_repository_of_somebody_else_is_told_as_such_with_git_s_remedy(monkeypatch):
    remedy = "git config --global --add safe.directory /opt/options-guide"
    said = (
        f"fatal: detected dubious ownership in repository at '/opt/options-guide'\nTo add an exception:\n\t{remedy}\n"
    )
    refused = subprocess.CompletedProcess([], 128, b"", said.encode())
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: refused)
    assert message("HEAD", RULES) == (
        f"git does not read a repository of another user; run this as its owner, or tell git: {remedy}"
    )
