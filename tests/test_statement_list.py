"""`flask rules statements`: every text that visitors can read, for people and for programs."""

import json
from datetime import date

from questionnaire.decide.build_tables import build
from questionnaire.decide.sign_off_units import every_statement, unit_statements
from questionnaire.review.statement_list import signed_statements
from questionnaire.rulebook.load import load

from .edits import FAT, put, run
from .signing import sign_in


def test_the_json_has_each_text_with_its_unit_what_it_rests_on_and_its_place(runner, rulebook, rules):
    for words in ("statements --json", f"statements {rules} --json"):
        listed = json.loads(run(runner, words).stdout)["statements"]
        assert [one["id"] for one in listed] == [statement.id for statement in every_statement(rulebook)]
        (loss,) = [one for one in listed if one["id"] == "caveats.graft-loss.statement"]
        assert loss == {
            "id": "caveats.graft-loss.statement",
            "unit": FAT,
            "text": rulebook.caveats["graft-loss"].statement.text,
            "claims": [*rulebook.caveats["graft-loss"].statement.claims],
            "rests-on": "article",
            "documents": ["Hip Dips vs Love Handles: Are They The Same Thing?"],
            "file": f"{FAT}.yaml",
            "line": rulebook.caveats["graft-loss"].place.line,
            "signed": False,
        }
        assert {one["rests-on"] for one in listed} == {"article", "silence", "clinic", None}


def test_as_text_each_unit_is_a_list_of_its_texts(runner, rulebook):
    printed = run(runner, "statements").stdout
    units = [line.split(": ")[0] for line in printed.splitlines() if line.endswith(" texts")]
    assert set(units) == {*rulebook.options, *rulebook.areas, "questions", "shared", "clinic", "pages"}
    caveat = rulebook.caveats["graft-loss"]
    assert (
        f"  caveats.graft-loss.statement  [{', '.join(caveat.statement.claims)}]  {FAT}.yaml:{caveat.place.line}\n"
        in printed
    )
    assert "    (not said)\n" in printed


def test_a_text_is_signed_where_its_unit_was_and_it_has_not_changed_since(runner, rules):
    def signed():
        return {one.id for one, stands in signed_statements(build(load(rules)), date.today()) if stands}

    assert signed() == set()
    sign_in(rules, FAT)
    assert {one.split(".")[0] for one in signed()} == {FAT, "caveats"}
    sign_in(rules)
    everything = signed()
    assert everything == {one.id for one in every_statement(load(rules))}
    put(rules, f"{FAT}.yaml", "name: Fat transfer", "name: Moving fat")
    assert everything - signed() == {f"{FAT}.name"}
    sign_in(rules, FAT, until="2020-01-01")
    assert everything - signed() == {one.id for one in unit_statements(build(load(rules)), FAT)}
