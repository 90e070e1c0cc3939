"""`flask rules statements`: every text that visitors can read, for people and for programs."""

import json
from datetime import date

from questionnaire.decide.build_tables import build
from questionnaire.review.statement_list import signed_statements
from questionnaire.rulebook.load import load
from questionnaire.rulebook.statements import statements

from .edits import FAT, run


def test_the_json_has_each_text_with_its_unit_what_it_rests_on_and_its_place(runner, rulebook, rules):
    for words in ("statements --json", f"statements {rules} --json"):
        listed = json.loads(run(runner, words).stdout)["statements"]
        assert [one["id"] for one in listed] == [statement.id for statement in statements(rulebook)]
        (loss,) = [one for one in listed if one["id"] == "caveats.graft-loss.statement"]
        assert loss == {
            "id": "caveats.graft-loss.statement",
            "unit": FAT,
            "text": rulebook.caveats["graft-loss"].statement.text,
            "claims": [*rulebook.caveats["graft-loss"].statement.claims],
            "rests-on": "article",
            "file": f"{FAT}.yaml",
            "line": rulebook.caveats["graft-loss"].place.line,
            "signed": False,
        }
        assert {one["rests-on"] for one in listed} == {"article", "silence", "clinic", None}


def test_as_text_each_unit_is_a_list_of_its_texts(runner, rulebook):
    printed = run(runner, "statements").stdout
    units = [line.split(": ")[0] for line in printed.splitlines() if line.endswith(" texts")]
    assert set(units) == {*rulebook.options, *rulebook.areas, "questions", "shared", "clinic"}
    caveat = rulebook.caveats["graft-loss"]
    assert (
        f"  caveats.graft-loss.statement  [{', '.join(caveat.statement.claims)}]  {FAT}.yaml:{caveat.place.line}\n"
        in printed
    )
    assert "    (not said)\n" in printed


def test_a_text_is_signed_where_every_option_that_shows_it_is(runner, rules):
    def signed():
        return {one.id for one, stands in signed_statements(build(load(rules)), date.today()) if stands}

    until = f"{date.today().year + 1}-01-31"
    staff = runner.app.test_cli_runner()
    runner.app.config["RULES"] = str(rules)
    assert signed() == set()
    run(staff, f"sign {FAT} --by Dr.Example --role surgeon --until {until}")
    assert {f"{FAT}.summary", "caveats.graft-loss.statement", "claims.graft-loss-first-year.says"} <= signed()
    assert not {"grid.cost.name", "hip-dips/implants.name", "areas.hip-dips.common-questions.1.question"} & signed()
    for option in load(rules).options:
        run(staff, f"sign {option} --by Dr.Example --role surgeon --until {until}")
    assert {"grid.cost.name", "hip-dips/implants.name"} <= signed()
    assert "areas.hip-dips.common-questions.1.question" not in signed()
