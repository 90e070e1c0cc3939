"""The engine on its rails, the tables and the outcome, held against the plain evaluator."""

import subprocess
import sys
import threading
import time
from random import Random

import pytest

from questionnaire.decide import engine
from questionnaire.decide.build_tables import build
from questionnaire.decide.engine import MAX_CONDITIONS, EngineError, fire
from questionnaire.decide.engine_limits import MAX_ROWS
from questionnaire.decide.outcome import decide
from questionnaire.decide.reference_code import ALPHABET, ReferenceCodeError, decode, encode
from questionnaire.decide.visit_verdicts import visits
from questionnaire.rulebook.load import load
from questionnaire.rulebook.model import Condition
from questionnaire.rulebook.problems import RulebookError

from . import plain
from .conftest import PROJECT
from .random_rulebooks import rulebook as made_up


def when(**lines):
    return Condition(tuple((question, tuple(choices.split())) for question, choices in lines.items()))


@pytest.mark.parametrize("part", range(4))
def test_random_rulebooks_decide_as_the_plain_evaluator_does(part):
    """500 made-up rulebooks, with questions and choices called sid, id, true, $and and the like: every row agrees."""
    for seed in range(part * 125, part * 125 + 125):
        rulebook = made_up(seed, questions=4 + seed % 2)
        tables = build(rulebook, allow_gaps=True)
        visits = list(plain.visits(rulebook))
        for answers in Random(seed).sample(visits, min(len(visits), 25)):
            in_scope = plain.scope(rulebook, answers)
            for area in in_scope:
                assert [n.id for n in tables.notes[area].row(answers)] == plain.notes(rulebook, area, answers), seed
                for option_id in rulebook.areas[area].options:
                    table = tables.options[option_id]
                    verdict, because, caveats = plain.decide(rulebook, rulebook.options[option_id], answers)
                    if verdict is None:
                        assert any(all(answers.get(q) == c for q, c in gap.items()) for gap in table.gaps), seed
                        continue
                    row = table.row(answers)
                    found = (row.verdict, [rule.id for rule in row.because], [c.id for c in row.caveats])
                    assert found == (verdict, because, caveats), seed
        for table in tables.options.values():
            reachable = {
                tuple(map(answers.get, table.questions))
                for answers in visits
                if table.option.split("/")[0] in plain.scope(rulebook, answers)
            }
            gaps = {tuple(map(gap.get, table.questions)) for gap in table.gaps}
            assert set(table.rows) | gaps == reachable, seed


def test_the_engine_fires_the_most_conditions_that_it_takes_all_at_once():
    conditions = [when(**{f"q{n}": "a b" for n in range(9)})] * MAX_CONDITIONS
    row = {f"q{n}": "b" for n in range(9)}
    assert fire(conditions, [row]) == [frozenset(range(MAX_CONDITIONS))]
    with pytest.raises(ValueError, match="61 conditions are more than 60"):
        fire([Condition()] * (MAX_CONDITIONS + 1), [row])


def test_a_condition_without_lines_always_holds_and_one_on_an_absent_answer_never():
    assert fire([Condition(), when(q="a")], [{}, {"q": "a"}]) == [frozenset({0}), frozenset({0, 1})]


def test_no_conditions_and_no_rows_are_fine():
    assert fire([], [{"q": "a"}]) == [frozenset()]
    assert fire([Condition()], []) == []


def test_a_choice_given_twice_counts_once():
    assert fire([when(q="a a")], [{"q": "a"}]) == [frozenset({0})]


def test_the_engine_reports_a_fault_in_an_action(monkeypatch):
    real = engine._ruleset

    def broken(*given):
        ruleset = real(*given)
        ruleset["0"]["run"] = lambda _: 1 / 0
        return ruleset

    monkeypatch.setattr(engine, "_ruleset", broken)
    with pytest.raises(EngineError, match="division by zero"):
        fire([Condition()], [{}])


@pytest.mark.parametrize("silent", [["first"], ["last"], ["first", "last"], ["first", "0", "last"]])
def test_the_engine_reports_a_row_that_was_not_fired_whole(monkeypatch, silent):
    real = engine._ruleset

    def broken(*given):
        ruleset = real(*given)
        for name in silent:
            ruleset[name]["run"] = lambda _: None
        return ruleset

    monkeypatch.setattr(engine, "_ruleset", broken)
    with pytest.raises(EngineError, match="did not fire a row whole"):
        fire([Condition()], [{}])


def test_the_engine_measures_actions_by_a_clock_that_never_jumps():
    assert engine.durable._unix_now is time.monotonic


def test_firing_from_many_threads_at_once_is_right():
    conditions = [when(q="a"), when(q="b c")]
    rows = [{"q": choice} for choice in "abc"] * 20
    expected = [frozenset({0}), frozenset({1}), frozenset({1})] * 20
    found = []
    threads = [threading.Thread(target=lambda: found.append(fire(conditions, rows))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 16


def test_building_tables_again_and_again_leaves_memory_flat():
    """20 times 17 rulesets of 0.1 MiB and more would be 34 MiB, were they kept alive."""
    code = (
        "import resource\nfrom pathlib import Path\n"
        "from questionnaire.decide.build_tables import build\nfrom questionnaire.rulebook.load import load\n"
        "rulebook = load(Path('tests/rulebook'))\n"
        "def high(times):\n"
        "    for _ in range(times): build(rulebook)\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = high(5)\nprint(high(20) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 4 * 1024  # KiB


def put(folder, file, old, new):
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def test_a_row_that_no_rule_matches_is_named_with_its_answers(rules):
    put(rules, "hip-dips/fat-transfer.yaml", "tolerance: [injections, devices, self-care]", "tolerance: self-care")
    with pytest.raises(RulebookError) as fault:
        build(load(rules))
    (problem,) = fault.value.problems
    assert problem.check == "gap"
    assert problem.message == (
        "6 of 45 combinations of answers match no rule of 'hip-dips/fat-transfer', "
        "for example donor-fat=enough, tolerance=injections"
    )
    assert problem.help == "add a rule for them; if in doubt, under 'ask-first'"


def test_more_rules_than_the_engine_takes_are_refused_by_the_option_s_name(rules):
    rule = "  - rule: more-{n}\n    when: always\n    because: More.\n    claims: [body-as-it-is]\n"
    many = "".join(rule.format(n=n) for n in range(60))
    put(rules, "love-handles/leave-as-is.yaml", "\nexpect:", many + "\nexpect:")
    with pytest.raises(
        RulebookError, match=r"'love-handles/leave-as-is' has 63 rules and caveats, and the .* takes 60"
    ):
        build(load(rules))


def test_an_option_that_reads_too_many_questions_is_refused_by_name(rules):
    extra = "".join(
        f"  - question: q{n}\n    ask: Q\n    why: W\n    claims: silent\n    asked-when: always\n"
        "    choices: [{choice: a, label: A}, {choice: b, label: B}, {choice: c, label: C}]\n"
        for n in range(10)
    )
    put(rules, "questions.yaml", "\n...", "\n" + extra + "...")
    lines = ", ".join(f"q{n}: a" for n in range(10))
    put(rules, "love-handles/leave-as-is.yaml", "when: always", f"when: {{{lines}}}")
    with pytest.raises(RulebookError, match=f"'love-handles/leave-as-is' reads 10 questions .* over {MAX_ROWS:,}"):
        build(load(rules))


def test_the_verdicts_of_every_visit_stand_in_one_table(tables):
    found = visits(tables)
    every = list(plain.visits(tables.rulebook))
    assert len(found.rows) == len(every)
    for answers in every:
        outcome = decide(tables, answers)
        assert found.verdicts(answers) == {result.option.id: result.row.verdict for result in outcome.results}
    with pytest.raises(KeyError):
        found.verdicts({"area": "hip-dips"})


@pytest.mark.parametrize("seed", range(20))
def test_no_two_visits_of_a_made_up_rulebook_share_a_place_in_the_table(seed):
    tables = build(made_up(seed), allow_gaps=True)
    found = visits(tables)
    every = list(plain.visits(tables.rulebook))
    assert len(found.rows) == len(every)
    for answers in every:
        right = {
            option: plain.decide(tables.rulebook, tables.rulebook.options[option], answers)[0]
            for area in plain.scope(tables.rulebook, answers)
            for option in tables.rulebook.areas[area].options
        }
        assert found.verdicts(answers) == {option: verdict for option, verdict in right.items() if verdict}


def test_nobody_in_scope_gives_an_outcome_without_options(tables):
    outcome = decide(tables, {"area": "not-sure", "shape": "neither"})
    assert (outcome.areas, outcome.results, outcome.notes) == ((), (), ())


def test_every_visitor_s_reference_code_gives_exactly_their_answers_back(rulebook):
    codes = set()
    for answers in plain.visits(rulebook):
        code = encode(rulebook, answers)
        assert decode(rulebook, code).answers == answers
        assert decode(rulebook, code).same_rulebook
        assert len(code) == 11
        codes.add(code)
    assert len(codes) == 7291


def test_a_reference_code_has_no_character_that_is_taken_for_another():
    assert set("01OIL").isdisjoint(ALPHABET)
    assert len(ALPHABET) == len(set(ALPHABET)) == 31


CODE_ANSWERS = {"area": "not-sure", "shape": "neither"}


def test_every_single_wrong_character_and_every_swap_of_two_is_noticed(rulebook):
    code = encode(rulebook, CODE_ANSWERS).replace("-", "")
    for position in range(len(code)):
        for other in ALPHABET:
            if other != code[position]:
                with pytest.raises(ReferenceCodeError):
                    decode(rulebook, code[:position] + other + code[position + 1 :])
        for later in range(position + 1, len(code)):
            if code[position] != code[later]:
                swapped = list(code)
                swapped[position], swapped[later] = swapped[later], swapped[position]
                with pytest.raises(ReferenceCodeError):
                    decode(rulebook, "".join(swapped))


def test_a_code_is_read_however_it_is_typed(rulebook):
    code = encode(rulebook, CODE_ANSWERS)
    assert decode(rulebook, f"  {code[:3].lower()} {code[3:]}-").answers == CODE_ANSWERS


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter a reference code. It has at least ten letters and digits, such as K7MPX-4RT92."),
        (
            "K7MPO-4RT92",
            "A reference code never has the character “O”. It has no 0, 1, I, L or O. Please check the code.",
        ),
        ("K7MPX", "This code has 5 letters and digits. It should have at least 10. Please check it."),
        (
            "K7MPX-4RT92",
            "One or more characters of this code are not right. Please check it and type it again.",
        ),
    ],
)
def test_a_mistyped_code_gets_a_clear_message(rulebook, typed, message):
    with pytest.raises(ReferenceCodeError) as fault:
        decode(rulebook, typed)
    assert str(fault.value) == message


def test_a_code_says_where_the_rules_have_changed_since(rules, rulebook):
    code = encode(rulebook, CODE_ANSWERS)
    put(rules, "hip-dips/exercise.yaml", "name: Exercise for hip dips", "name: Exercise")
    after = load(rules)
    found = decode(after, code)
    assert (found.answers, found.same_rulebook) == (CODE_ANSWERS, False)


def test_a_code_made_with_other_questions_is_refused(rules, rulebook):
    code = encode(rulebook, CODE_ANSWERS)
    put(rules, "questions.yaml", "label: Not yet}", "label: Not yet}\n      - {choice: other, label: Other}")
    with pytest.raises(ReferenceCodeError, match="was made with earlier questions"):
        decode(load(rules), code)
