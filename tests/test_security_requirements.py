"""The list of security requirements is whole, and each row that names tests names tests that are there."""

import re
from collections import Counter

import pytest

from docs.make_security_page import CHAPTERS, HOW, PAGE, requirements, security_page

from .conftest import PROJECT

LISTED = requirements()
IDS = (
    "1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2 "
    "4.1.1-3 4.2.1 4.3.1-2 4.4.1-4 "
    "6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 "
    "8.2.1-3 8.3.1 8.4.1 12.1.1-3 12.2.1-2 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.1-5 14.1.1-2 14.2.1-4 "
    "14.3.1-3 15.1.1-3 15.2.1-3 15.3.1-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3"
)
"""Those of level 1 and 2 in the chapters that apply, as ASVS 5.0.0 numbers them; the others are of level 3."""
LEVEL_1 = (
    "1.2.1-5 1.3.1-2 1.5.1 2.1.1 2.2.1-2 2.3.1 3.2.1-2 3.3.1 3.4.1-2 3.5.1-3 4.1.1 4.4.1 "
    "6.1.1 6.2.1-8 6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1 8.2.1-2 8.3.1 12.1.1 12.2.1-2 13.4.1 14.2.1 "
    "14.3.1 15.1.1 15.2.1 15.3.1"
)


def numbers(ranges):
    for part in ranges.split():
        section, first, last = re.fullmatch(r"([\d.]+)\.(\d+)(?:-(\d+))?", part).groups()
        yield from (f"{section}.{n}" for n in range(int(first), int(last or first) + 1))


def test_no_requirement_of_level_1_or_2_is_missing_or_listed_twice():
    assert [row.id for row in LISTED] == list(numbers(IDS))
    assert len(LISTED) == 187
    assert {row.id for row in LISTED if row.level == 1} == set(numbers(LEVEL_1))
    assert Counter(row.level for row in LISTED) == {1: 54, 2: 133}
    assert {row.chapter for row in LISTED} == set(CHAPTERS)


@pytest.mark.parametrize("row", LISTED, ids=lambda row: row.id)
def test_a_requirement_is_shown_by_tests_that_are_there_or_says_why_not(row):
    assert row.how in HOW
    assert row.tests if row.how == "shown" else row.why
    for test in row.tests:
        file, _, name = test.partition("::")
        written = (PROJECT / file).read_text()
        assert not name or re.search(rf"^def {name}\(", written, re.M), test


def test_the_page_is_the_one_that_the_list_makes():
    assert PAGE.read_text() == security_page(), "run `make docs`"


HAZARDS = re.findall(r"^\| (H\d+) \|(.*)\|$", (PROJECT / "docs" / "hazards.md").read_text(), re.M)


@pytest.mark.parametrize(("hazard", "row"), HAZARDS, ids=[hazard for hazard, _ in HAZARDS])
def test_a_hazard_names_its_cause_its_control_and_a_test_that_is_there(hazard, row):
    named, cause, control, tests, _ = (cell.strip() for cell in row.split("|"))
    assert named
    assert cause
    assert control
    shown = re.findall(r"`((?:releases/)?test_\w+\.py)::(\w+)`", tests)
    assert shown
    for file, name in shown:
        assert re.search(rf"^def {name}\(", (PROJECT / "tests" / file).read_text(), re.M), (file, name)


def test_hazards_are_numbered_and_none_is_missing():
    assert [hazard for hazard, _ in HAZARDS] == [f"H{n}" for n in range(1, len(HAZARDS) + 1)]
    assert len(HAZARDS) == 27
