"""What the report puts first: options unlike their siblings, what changed since it was signed, and open remarks."""

import json
from dataclasses import replace

import pytest

from questionnaire.review.remarks_file import read_remarks
from questionnaire.review.report import report
from questionnaire.review.report.second_look import second_looks

from .signing import signed
from .test_report import DAY, Structure, flat, with_option


def test_an_option_unlike_its_siblings_is_named(tables):
    looks = {(look.option.id, look.says) for look in second_looks(tables)}
    assert ("hip-dips/fat-transfer", "the only one of its siblings with words on “How long it lasts”") in looks
    assert ("hip-dips/plla-injections", "fits in 2 of 45 combinations only") in looks


def test_an_option_that_lacks_what_all_its_siblings_carry_is_named(tables):
    caveats = tables.rulebook.caveats
    shared = caveats["follow-up-sessions"]
    others = tuple(option for option in shared.options if option != "hip-dips/emsculpt")
    without = replace(tables.rulebook, caveats={**caveats, shared.id: replace(shared, options=others)})
    looks = [(look.option.id, look.says) for look in second_looks(replace(tables, rulebook=without))]
    assert ("hip-dips/emsculpt", "without follow-up-sessions, which all its siblings carry") in looks


def test_of_our_own_rules_the_device_that_takes_fat_from_a_hollow_is_named(own_tables):
    looks = {(look.option.id, look.says) for look in second_looks(own_tables)}
    assert ("hip-dips/coolsculpting", "alone among its siblings in reading donor-fat") in looks


def test_what_was_signed_stands_beside_what_it_says_now(tables):
    summary = replace(tables.rulebook.options["hip-dips/implants"].summary, text="Other words.")
    page = Structure(report(with_option(signed(tables, day=DAY), summary=summary), DAY)).text
    old = flat(tables.rulebook.options["hip-dips/implants"].summary.text)
    assert f"hip-dips/implants.summary {old} Other words." in page
    assert f"Signed as: {old}" in page


REMARK = {
    "statement": "hip-dips/implants.summary",
    "by": "Dr Able",
    "on": "2026-11-20",
    "state": "open",
    "remark": "Too short <b>.",
    "proposed": "A longer text.",
    "stale": False,
}


def test_remarks_made_at_the_desk_stand_at_their_text_and_in_one_list(tables):
    told = read_remarks(json.dumps({"remarks": [REMARK, REMARK | {"state": "closed", "remark": "Done"}]}))
    page = Structure(report(tables, DAY, remarks=told)).text
    assert "Open remarks: 1" in page
    assert page.count("Dr Able, 2026-11-20: Too short <b>. Proposes: A longer text.") == 2
    assert "Done" not in page


@pytest.mark.parametrize("text", ["", "[]", '{"remarks": [{"by": "x"}]}', '{"remarks": 3}'])
def test_a_file_that_holds_no_remarks_is_refused(text):
    with pytest.raises(ValueError, match="it is not what `flask desk remarks --json` writes"):
        read_remarks(text)
