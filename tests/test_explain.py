"""`flask rules explain`: which rules matched, what stopped the others, and whether the engine agrees."""

import json

from questionnaire.review import explain

from . import plain
from .edits import SURGERY, run


def test_explain_tells_what_matched_what_stopped_the_others_and_that_the_engine_agrees(runner):
    done = run(runner, f"explain {SURGERY}")
    assert done.exit_code == 0
    assert "hip-dips/fat-transfer: FITS" in done.stdout
    assert "  no   no-donor-fat (ruled out): stopped by donor-fat=enough" in done.stdout
    assert "  yes  open-to-surgery-with-fat (fits): decides." in done.stdout
    assert "  yes  caveat graft-loss" in done.stdout
    assert done.stdout.endswith("The engine was fired again for 9 options: 9 agree with the tables.\n")


def test_explain_takes_a_reference_code(runner):
    code = json.loads(run(runner, f"decide {SURGERY} --json").stdout)["reference"]
    assert run(runner, f"explain {code}").stdout == run(runner, f"explain {SURGERY}").stdout
    done = run(runner, "explain ABCDE-FGHJK")
    assert done.exit_code == 2
    assert "not right" in done.stderr


def test_explain_notices_an_engine_that_disagrees_with_the_table(tables, monkeypatch):
    answers = dict(word.split("=") for word in SURGERY.split())
    real = explain.fire
    monkeypatch.setattr(explain, "fire", lambda conditions, rows: [fired - {0} for fired in real(conditions, rows)])
    said = explain.as_text(tables.rulebook, *explain.explain(tables, answers))
    assert "THE ENGINE AND THE TABLE DISAGREE ON THIS ROW" in said


def test_explain_agrees_with_the_plain_evaluator(tables):
    for answers in list(plain.visits(tables.rulebook))[::500]:
        for one in explain.explain(tables, answers)[1]:
            assert one.agrees
            for rule, stopped in one.rules:
                assert bool(stopped) != plain.holds(rule.when, answers)
