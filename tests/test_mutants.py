"""Does anything notice when a rule is altered? Mutants, their survivors, and the examples that would have noticed."""

import json
from dataclasses import replace

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.review.checks import check_folder
from questionnaire.review.make_mutants import mutants
from questionnaire.review.rule_mutants import as_json, as_text, as_yaml, survivors
from questionnaire.rulebook.fingerprint import of_value
from questionnaire.rulebook.load import load
from questionnaire.rulebook.model import Condition, Example, NoteExample
from questionnaire.rulebook.problems import Place

from . import plain
from .edits import put
from .random_rulebooks import rulebook as random_rulebook


def drop_example(folder, file, name):
    """Take an example out of a file, with the lines below it."""
    path = folder / file
    before, _, after = path.read_text().partition(f"  - example: {name}\n")
    assert after
    lines = after.split("\n")
    end = next(number for number, line in enumerate(lines) if not line.startswith("    "))
    path.write_text(before + "\n".join(lines[end:]))


def only(rulebook, *options):
    """A rulebook with these options alone, so that few mutants need to be tried."""
    caveats = {c.id: replace(c, options=tuple(o for o in c.options if o in options), areas=()) for c in rulebook.caveats.values()}  # fmt: skip
    caveats = {id: caveat for id, caveat in caveats.items() if caveat.options}
    return replace(
        rulebook,
        areas={area.id: replace(area, examples=()) for area in rulebook.areas.values()},
        options={option: rulebook.options[option] for option in options},
        caveats=caveats,
        promises=tuple(
            replace(p, options=tuple(o for o in p.options if o in options), notes_begin_with={})
            for p in rulebook.promises
            if not p.notes_begin_with
        ),
    )


def only_notes(rulebook):
    """The same for the notes of all areas."""
    caveats = {id: caveat for id, caveat in rulebook.caveats.items() if caveat.areas}
    promises = tuple(promise for promise in rulebook.promises if promise.notes_begin_with)
    return replace(rulebook, options={}, caveats=caveats, promises=promises)


def altered(rulebook, start):
    """The mutants whose ids begin so, by the rest of their ids."""
    return {m.id.removeprefix(start): m for m in mutants(rulebook) if m.id.startswith(start)}


def test_a_rule_is_altered_in_every_single_way(rulebook):
    by_id = altered(rulebook, "hip-dips/fat-transfer:no-surgery:")
    (rule,) = [rule for rule in rulebook.options["hip-dips/fat-transfer"].rules if rule.id == "no-surgery"]
    assert {(m.options, m.areas, m.place) for m in by_id.values()} == {(("hip-dips/fat-transfer",), (), rule.place)}
    says = "The rule 'no-surgery' of 'hip-dips/fat-transfer' "
    assert [(how, m.says.removeprefix(says)) for how, m in by_id.items()] == [
        ("also-tolerance=surgery", "also holds for tolerance=surgery"),
        ("not-tolerance=injections", "no longer holds for tolerance=injections"),
        ("not-tolerance=devices", "no longer holds for tolerance=devices"),
        ("not-tolerance=self-care", "no longer holds for tolerance=self-care"),
        ("also-tolerance=not-sure", "also holds for tolerance=not-sure"),
        ("without-tolerance", "no longer looks at tolerance"),
        ("gives-fits", "gives fits, not ruled-out"),
        ("gives-ask", "gives ask, not ruled-out"),
        ("dropped", "is taken out"),
    ]


def test_a_line_of_one_choice_is_not_emptied_as_that_is_the_rule_taken_out(rulebook):
    by_id = altered(rulebook, "hip-dips/fat-transfer:no-donor-fat:")
    assert "dropped" in by_id
    assert "not-donor-fat=not-enough" not in by_id


def test_a_shared_caveat_is_altered_in_every_single_way(rulebook):
    by_id = altered(rulebook, "love-handle-sessions-not-said:")
    options = rulebook.caveats["love-handle-sessions-not-said"].options
    conditions = ["also-upkeep=yes", "not-upkeep=no", "not-upkeep=not-sure", "without-upkeep", "dropped"]
    assert {how: m.options for how, m in by_id.items()} == {
        **dict.fromkeys(conditions, options),
        **{f"off-{option}": (option,) for option in options},
    }
    off = by_id[f"off-{options[0]}"]
    assert off.says == f"The caveat 'love-handle-sessions-not-said' is taken off '{options[0]}'"


def test_a_note_of_two_areas_is_taken_off_each(rulebook):
    by_id = altered(rulebook, "clinic-worry-takes-much-of-the-day:")
    assert {how: m.areas for how, m in by_id.items()} == {
        "dropped": ("hip-dips", "love-handles"),
        "off-hip-dips": ("hip-dips",),
        "off-love-handles": ("love-handles",),
    }


def test_every_mutant_has_an_id_of_its_own_and_differs_from_the_original(rulebook):
    found = list(mutants(rulebook))
    assert len({m.id for m in found}) == len({m.says for m in found}) == len(found)
    assert all(m.rulebook != rulebook for m in found)
    assert all(m.options or m.areas for m in found)


MOVED = "    when: {tolerance: self-care}\n    because: It is done with a machine, and you want only what you can do yourself.\n    claims: [emsculpt-method]\n"
FILES = {
    "hip-dips/fat-transfer:no-surgery:not-tolerance=injections": (
        "hip-dips/fat-transfer.yaml", "tolerance: [injections, devices, self-care]", "tolerance: [devices, self-care]"),
    "hip-dips/fat-transfer:no-donor-fat:also-donor-fat=enough": (
        "hip-dips/fat-transfer.yaml", "when: {donor-fat: not-enough}", "when: {donor-fat: [not-enough, enough]}"),
    "hip-dips/emsculpt:open-to-devices:without-upkeep": (
        "hip-dips/emsculpt.yaml", ', upkeep: "yes"}\n    because', "}\n    because"),
    "hip-dips/emsculpt:self-care-only:gives-ask": (
        "hip-dips/emsculpt.yaml", f"not-offered:\n  - rule: self-care-only\n{MOVED}", f"  - rule: self-care-only\n{MOVED}not-offered:\n"),
    "change-when-not-said:off-hip-dips/exercise": ("caveats.yaml", "      - hip-dips/exercise\n", ""),
    "change-when-not-said:also-timing=months": ("caveats.yaml", "when: {timing: soon}", "when: {timing: [soon, months]}"),
    "hip-dips-hoped-gone:without-hoped-for": ("caveats.yaml", "    when: {hoped-for: gone}\n", ""),
    "clinic-worry-takes-much-of-the-day:off-love-handles": (
        "clinic.yaml", "worry-takes-much-of-the-day\n    shown: notes\n", "worry-takes-much-of-the-day\n    shown: notes\n    areas: [hip-dips]\n"),
}  # fmt: skip


@pytest.mark.parametrize("id", FILES)
def test_a_mutant_is_the_rulebook_that_the_altered_file_would_give(rules, id):
    (mutant,) = [m for m in mutants(load(rules)) if m.id == id]
    put(rules, *FILES[id])
    same = {"fingerprint": "", "layout": ""}
    assert of_value(replace(mutant.rulebook, **same)) == of_value(replace(load(rules), **same))


DROPPED = [
    ("love-handles/liposuction", "Not sure how far to go", "tolerance-not-sure:gives-ruled-out"),
    ("hip-dips/fat-transfer", "Not sure about fat to move", "donor-fat-not-sure:gives-fits"),
    ("love-handles/exercise-and-diet", "Someone who has tried it", "tried-already:dropped"),
    ("hip-dips/coolsculpting", "Open to injections, so to devices too", "tolerance-not-sure:also-tolerance=injections"),
]


def paste(rules, survivor):
    """Put the survivor's example where its message says."""
    if isinstance(survivor.example, Example):
        put(rules, f"{survivor.of}.yaml", "examples:\n", f"examples:\n{as_yaml(survivor.example)}\n")
    else:
        yaml = as_yaml(survivor.example).replace("\n", "\n    ").replace("  - ", "      - ", 1)
        before, name, after = (rules / "areas.yaml").read_text().partition(f"- area: {survivor.of}\n")
        after = after.replace("    examples:\n", f"    examples:\n{yaml}\n", 1)
        (rules / "areas.yaml").write_text(before + name + after)


@pytest.mark.parametrize(("option", "name", "expected"), DROPPED, ids=[option for option, *_ in DROPPED])
def test_a_missing_example_lets_a_mutant_survive_and_the_one_that_is_offered_notices_it(rules, option, name, expected):
    drop_example(rules, f"{option}.yaml", name)
    without = survivors(build(only(load(rules), option)))
    assert expected in {survivor.id.removeprefix(f"{option}:") for survivor in without.survivors}
    left = without.survivors
    while left:
        paste(rules, left[0])
        again = survivors(build(only(load(rules), option))).survivors
        assert {survivor.id for survivor in again} < {survivor.id for survivor in left}
        left = again
    assert [problem for problem in check_folder(rules) if problem.check == "example"] == []


def test_a_missing_example_of_notes_lets_a_mutant_survive_and_the_one_that_is_offered_notices_it(rules):
    drop = "      - example: Just looking\n        answers: {hoped-for: just-looking}\n        notes: [love-handles-many-causes, love-handles-just-looking, clinic-worry-takes-much-of-the-day, clinic-health-check]\n"
    put(rules, "areas.yaml", drop, "")
    found = survivors(build(only_notes(load(rules)))).survivors
    assert "love-handles-just-looking:dropped" in {survivor.id for survivor in found}
    assert {survivor.of for survivor in found} == {"love-handles"}
    for survivor in found:
        assert survivor.example.notes == (
            "love-handles-many-causes", "love-handles-just-looking", "clinic-worry-takes-much-of-the-day", "clinic-health-check"
        )  # fmt: skip
        assert survivor.example.answers == {"hoped-for": "just-looking"}
    paste(rules, found[0])
    assert survivors(build(only_notes(load(rules)))).survivors == ()


def test_the_survivor_is_told_with_an_example_to_paste(rules):
    drop_example(rules, "love-handles/liposuction.yaml", "Not sure how far to go")
    tables = build(only(load(rules), "love-handles/liposuction"))
    result = survivors(tables)
    (survivor,) = [s for s in result.survivors if s.id.endswith("tolerance-not-sure:gives-ruled-out")]
    place = survivor.place
    text = as_text(result)
    assert (
        f"{place.file}:{place.line}:{place.column}: The rule 'tolerance-not-sure' of 'love-handles/liposuction' "
        "gives ruled-out, not ask: no example or promise notices.\n"
        "An example that would, for love-handles/liposuction.yaml; say in its name what is special:\n"
        "  - example: With tolerance=not-sure\n"
        '    answers: {noticeable: clear, tried: "yes", tolerance: not-sure, timing: months}\n'
        "    verdict: ask\n"
        "    because: [tolerance-not-sure]\n"
        "    caveats: [liposuction-not-for-everyone, gentler-first, love-handles-can-return, article-silent-on-risk, "
        "clinic-qualified-clinician, clinic-time-to-decide]\n"
    ) in text
    assert text.splitlines()[-1] == (
        f"{result.tried} alterations: {result.noticed} noticed, {len(result.survivors)} not noticed, "
        f"{result.no_effect} that change nothing for any visitor."
    )
    found = json.loads(json.dumps(as_json(result)))
    assert found["tried"] == result.tried == found["noticed"] + found["no-effect"] + len(found["survivors"])
    (said,) = [s for s in found["survivors"] if s["id"] == survivor.id]
    assert (said["file"], said["line"], said["change"]) == (place.file, place.line, survivor.change)
    assert said["yaml"] == as_yaml(survivor.example)


def test_an_example_quotes_what_yaml_would_read_as_something_else():
    here = Place("x.yaml")
    example = Example("With any answers", {"on": "no", "1": "true"}, "ask", ("null", "a-rule"), (), here)
    assert as_yaml(example) == (
        '  - example: With any answers\n    answers: {"on": "no", "1": "true"}\n    verdict: ask\n'
        '    because: ["null", a-rule]\n    caveats: []'
    )
    assert as_yaml(NoteExample("N", {}, (), here)) == "  - example: N\n    answers: {}\n    notes: []"


def test_a_promise_notices_without_any_example(rulebook):
    id = "love-handles/leave-as-is"
    bare = only(replace(rulebook, options={**rulebook.options, id: replace(rulebook.options[id], examples=())}), id)
    found = {survivor.id for survivor in survivors(build(bare)).survivors}
    assert f"{id}:your-body-can-stay-as-it-is:gives-ask" not in found
    assert "accepting-love-handles:dropped" in found
    unpromised = replace(bare, promises=())
    assert f"{id}:your-body-can-stay-as-it-is:gives-ask" in {s.id for s in survivors(build(unpromised)).survivors}


def test_a_promise_that_no_alteration_breaks_is_named(rulebook):
    id = "love-handles/leave-as-is"
    strong = next(one for one in rulebook.promises if one.never and id in one.options)
    weak = replace(strong, id="weak", never=(), lacks=("graft-loss",), place=Place("promises.yaml", 7, 5))
    result = survivors(build(replace(only(rulebook, id), promises=(strong, weak))))
    assert result.unbroken == (weak,)
    line = "promises.yaml:7:5: no alteration breaks the promise 'weak': is it as strong as it should be?"
    assert line in as_text(result).splitlines()


def test_a_promise_on_two_options_together_is_broken_by_an_alteration_of_either(rulebook):
    pair = ("hip-dips/implants", "hip-dips/surgical-fillers")
    alike = replace(rulebook.promises[0], id="alike", when=Condition(()), never=(), options=pair[:1])
    alike = replace(alike, same_verdict_as=pair[1], place=Place("promises.yaml", 7, 5))
    bare = replace(only(rulebook, *pair), promises=(alike,), caveats={})
    assert survivors(build(bare)).unbroken == ()


def test_an_example_that_fails_already_notices_nothing(rulebook):
    id = "love-handles/leave-as-is"
    option = rulebook.options[id]
    wrong = replace(option, examples=tuple(replace(example, caveats=()) for example in option.examples))
    found = survivors(build(only(replace(rulebook, options={**rulebook.options, id: wrong}), id)))
    assert "accepting-love-handles:dropped" in {survivor.id for survivor in found.survivors}


@pytest.mark.parametrize("part", range(4))
def test_made_up_rulebooks_have_the_survivors_that_the_plain_evaluator_finds(part):
    """Without examples and promises, all survive that change something and leave no new row without a verdict."""
    for seed in range(part * 3, part * 3 + 3):
        rulebook = random_rulebook(seed, questions=4)
        visits = [(answers, plain.scope(rulebook, answers)) for answers in plain.visits(rulebook)]
        result = survivors(build(rulebook, allow_gaps=True))
        by_id = {survivor.id: survivor for survivor in result.survivors}
        without_effect = 0
        for mutant in mutants(rulebook):
            notes = [
                (plain.notes(rulebook, area, answers), plain.notes(mutant.rulebook, area, answers))
                for answers, scope in visits
                for area in set(mutant.areas) & set(scope)
            ]
            decided = [
                tuple(plain.decide(one, one.options[option], answers) for one in (rulebook, mutant.rulebook))
                for option in mutant.options
                for answers, scope in visits
                if rulebook.options[option].area in scope
            ]
            decided = [(old, new) for old, new in decided if old[0] is not None]
            differs = any(old != new for old, new in notes + decided)
            new_gap = any(new[0] is None for _, new in decided)
            without_effect += not differs
            assert (mutant.id in by_id) == (differs and not new_gap), (seed, mutant.says)
            if mutant.id in by_id:
                assert_catches(rulebook, mutant, by_id[mutant.id])
        assert result.no_effect == without_effect


def assert_catches(rulebook, mutant, survivor):
    example = survivor.example
    if isinstance(example, NoteExample):
        assert list(example.notes) == plain.notes(rulebook, survivor.of, example.answers)
        assert list(example.notes) != plain.notes(mutant.rulebook, survivor.of, example.answers)
        return
    real = plain.decide(rulebook, rulebook.options[survivor.of], example.answers)
    assert (example.verdict, list(example.because), list(example.caveats)) == real
    assert plain.decide(mutant.rulebook, mutant.rulebook.options[survivor.of], example.answers) != real
