"""Kept options side by side: at most three of an area beside leaving it as it is, every row, and nothing said twice."""

import html
import re

import pytest

from questionnaire import create_app
from questionnaire.decide.outcome import is_asked_of

from .clinic import write_clinic
from .test_keeping import EXERCISE, LIPOSUCTION, TRANSFER, keep, matter
from .visitor import FULL, text, walk

LEAVE = "hip-dips/leave-as-is"
HIPS = [EXERCISE, TRANSFER, "hip-dips/implants", "hip-dips/emsculpt", "hip-dips/plla-injections"]


@pytest.fixture
def visitor(client):
    """Somebody who has answered everything."""
    walk(client, FULL)
    return client


def compared(client, *options):
    """The page of the comparison with these options kept."""
    keep(client, [], options)
    return client.get("/compare")


def heads(page):
    """The names of the columns of each table."""
    tables = re.findall(r"<thead>.*?</thead>", page.text, re.S)
    return [[html.unescape(name) for name in re.findall(r'<th scope="col"[^>]*>([^<]+)', one)] for one in tables]


def rows(page):
    """The rows of the first table: {name: its cells}."""
    table = re.search(r"<table.*?</table>", page.text, re.S)[0]
    found = re.findall(r'scope="rowgroup"[^>]*>([^<]+).*?</tr>\s*<tr>(.*?)</tr>', table, re.S)
    cells = {name.strip(): re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for name, row in found}
    return {n: [" ".join(html.unescape(re.sub("<[^>]+>", " ", c)).split()) for c in some] for n, some in cells.items()}


def test_leaving_it_as_it_is_stands_beside_what_is_kept_with_every_row_and_verdict(visitor, rulebook):
    page = compared(visitor, EXERCISE, TRANSFER)
    names = [rulebook.options[option].name for option in (LEAVE, EXERCISE, TRANSFER)]
    assert heads(page) == [names]
    verdicts = re.findall(r'class="verdict ([a-z-]+)"', re.search(r"<thead>.*?</thead>", page.text, re.S)[0])
    assert verdicts == ["fits", "fits", "fits"]
    for row in rulebook.grid.values():
        options = [rulebook.options[option] for option in (LEAVE, EXERCISE, TRANSFER)]
        cells = [option.grid[row.id] for option in options]
        if all(cell.silent for cell in cells):
            assert row.name not in rows(page)
            assert re.search(rf"<strong>[^<]*{row.name}[^<]*:</strong>", page.text)
        else:
            unsaid = ["Not said" if is_asked_of(row, option) else "–" for option in options]
            assert rows(page)[row.name] == [cell.text or other for cell, other in zip(cells, unsaid, strict=True)]


def test_the_caveats_of_each_column_stand_in_full_and_those_of_all_that_is_kept_once(visitor, rulebook):
    page = compared(visitor, TRANSFER, "hip-dips/implants")
    _, transfer, implants = rows(page)["What to realistically expect"]
    shown = text(page)
    for option, cell in ((TRANSFER, transfer), ("hip-dips/implants", implants)):
        for caveat in filter(lambda one: one.when.holds(FULL), rulebook.expect[option]):
            if set(caveat.options) >= {TRANSFER, "hip-dips/implants"}:
                assert shown.count(caveat.statement.text) == 1
            else:
                assert caveat.statement.text in cell
    assert "Added by the clinic" in shown


def test_rows_that_differ_come_before_those_that_say_the_same(visitor):
    names = list(rows(compared(visitor, "hip-dips/implants", "hip-dips/emsculpt")))
    assert names[:3] == ["Why", "What to realistically expect", "What it is"]


def test_options_of_both_areas_stand_in_a_table_each(visitor, rulebook):
    page = compared(visitor, EXERCISE, LIPOSUCTION)
    assert [len(some) for some in heads(page)] == [2, 2]
    assert heads(page)[1] == [rulebook.options[o].name for o in ("love-handles/leave-as-is", LIPOSUCTION)]
    assert 'class="pick"' not in page.text


def test_of_more_than_three_the_first_are_shown_and_the_others_can_be_brought_in(visitor, rulebook):
    page = compared(visitor, *HIPS)
    assert heads(page) == [[rulebook.options[option].name for option in (LEAVE, *HIPS[:3])]]
    assert "You kept 5 here, and 3 fit side by side." in text(page)
    assert re.findall(r'name="first" value="([^"]+)"', page.text) == HIPS[3:]
    visitor.post("/keep", data={"first": HIPS[4], "then": "compare"})
    page = visitor.get("/compare")
    assert heads(page) == [[rulebook.options[option].name for option in (LEAVE, HIPS[4], *HIPS[:2])]]


def test_what_is_kept_can_be_taken_off_the_list_also_where_the_answers_rule_it_out(client):
    walk(client, {**FULL, "area": "hip-dips", "tolerance": "self-care"})
    page = compared(client, EXERCISE, TRANSFER)
    assert re.findall(r'class="verdict ([a-z-]+)"', page.text) == ["fits", "fits", "ruled-out"]
    assert re.findall(r'name="shown" value="([^"]+)"', page.text) == [EXERCISE, TRANSFER]
    client.post("/keep", data={"shown": TRANSFER, "then": "compare"})
    assert len(heads(client.get("/compare"))[0]) == 2


def test_on_a_phone_two_columns_are_chosen_from_every_column(visitor):
    page = compared(visitor, *HIPS[:3]).text
    assert re.findall(r'name="one-hip-dips" id="[^"]*" value="(\d)"', page) == ["1", "2", "3", "4"]
    assert re.findall(r'value="(\d)" checked', page) == ["1", "2"]
    assert 'name="one-hip-dips"' not in compared(visitor, *HIPS[:1]).text or 'class="c4"' in page


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ((), "You have kept nothing yet. Tick what interests you, up to three for each area."),
        ((LEAVE,), "Leaving things as they are always stands beside what you keep. Keep something else"),
    ],
)
def test_with_nothing_to_compare_the_page_says_what_to_do_and_lists_every_option(visitor, kept, said):
    page = compared(visitor, *kept)
    assert said in text(page)
    assert "<table" not in page.text
    assert len(re.findall('name="keep"', page.text)) == 15
    assert tuple(re.findall(r'name="keep" [^>]*value="([^"]+)" checked', page.text)) == kept


def test_a_row_that_speaks_of_what_matters_to_the_visitor_says_so(visitor):
    matter(visitor, soon="lot", cost="little")
    page = compared(visitor, TRANSFER, EXERCISE).text
    band = re.search(r"When you would see a change.*?</th>", page)[0]
    assert "You marked: seeing a change soon" in band
    assert re.search(r"<strong>[^<]*Cost[^<]*:</strong>.*You marked: what it costs", page)


def test_what_is_kept_and_withheld_is_named_and_not_shown(rules):
    client = create_app(
        {"TESTING": True, "RULES": str(rules), "LIMIT_POSTS": 0, "REQUIRE_SIGN_OFF": True}
    ).test_client()
    walk(client, FULL)
    keep(client, [], [TRANSFER])
    for address in ("/compare", "/sheet"):
        page = client.get(address)
        assert "Also on your list, and not shown now: Fat transfer (fat grafting)." in text(page)
        assert page.text.count("Fat transfer (fat grafting)") == 1


def test_the_clinic_s_answers_to_silences_stand_in_their_row_with_its_label_and_are_not_asked(rules):
    answer = "answers:\n  - {answer: costs, kinds: [surgery], row: cost, text: Ask us for the list., source: A list, dated: 2026-11-01}\n"
    write_clinic(rules, answer)
    client = create_app({"TESTING": True, "RULES": str(rules), "LIMIT_POSTS": 0}).test_client()
    walk(client, FULL)
    matter(client, cost="lot")
    said = "Ask us for the list. Added by the clinic, not from the article. From: A list, 1 November 2026."
    page = compared(client, EXERCISE, TRANSFER)
    assert rows(page)["Cost"] == ["–", "–", said]
    assert f"Fat transfer (fat grafting) {said}" in text(client.get("/matters"))
    assert "What does it cost in all" not in text(client.get("/sheet"))
