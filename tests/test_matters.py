"""What may matter to a visitor: the rule file that staff sign, and the page that asks it."""

import re

import pytest

from questionnaire import create_app
from questionnaire.rulebook.load import load

from .edits import problems, put
from .test_keeping import EXERCISE, TRANSFER, keep, matter
from .visitor import FULL, cookie, text, walk


def test_a_folder_of_before_needs_no_file_of_what_matters(rules):
    (rules / "matters.yaml").unlink()
    assert problems(rules) == []
    rulebook = load(rules)
    assert (rulebook.matters, rulebook.readiness) == ({}, {})


def test_a_row_that_does_not_exist_and_an_id_that_is_given_twice_are_named(rules):
    put(rules, "matters.yaml", "rows: [cost]", "rows: [price]")
    put(rules, "matters.yaml", "ready: have-help", "ready: settled")
    put(rules, "clinic.yaml", "general: how-likely", "general: my-options")
    assert problems(rules) == [
        "clinic.yaml:27:6: error [given-twice] the general 'my-options' is given twice (first at clinic.yaml:25); "
        "give one of them another name, or remove it",
        "matters.yaml:6:48: error [unknown-row] the row 'price' does not exist; known: what-it-is, how-it-is-done, "
        "what-it-can-do, what-it-cannot-do, when-you-would-see-a-change, how-long-it-lasts, recovery, risks, cost",
        "matters.yaml:9:6: error [given-twice] the ready 'settled' is given twice (first at matters.yaml:8); "
        "give one of them another name, or remove it",
    ]


@pytest.fixture
def visitor(client):
    """Somebody who has answered everything."""
    walk(client, FULL)
    return client


def test_what_is_marked_is_kept_in_the_cookie_and_shown_as_marked(visitor):
    matter(visitor, cost="lot", soon="not", settled="no")
    assert dict(cookie(visitor))["_matters"] == "soon.not.cost.lot.settled.no"
    checked = re.findall(r'id="([a-z-]+)" value="[a-z]+" checked', visitor.get("/matters").text)
    assert checked == ["soon-not", "cost-lot", "settled-no"]
    matter(visitor)
    assert "_matters" not in dict(cookie(visitor))


def test_what_nobody_asks_is_not_kept(visitor):
    assert matter(visitor, price="lot", cost="much", settled="lot").status_code == 303
    assert "_matters" not in dict(cookie(visitor))
    assert visitor.post("/matters", data={"Cost!": "lot"}).status_code == 400


def test_beside_each_kept_option_stands_what_is_said_or_that_nothing_is(visitor, rulebook):
    keep(visitor, [], [EXERCISE, TRANSFER])
    matter(visitor, soon="lot", cost="lot")
    said = text(visitor.get("/matters"))
    transfer = rulebook.options[TRANSFER].grid["when-you-would-see-a-change"].text
    assert f"Seeing a change soon a lot Exercise for hip dips Not said Fat transfer (fat grafting) {transfer}" in said
    assert "What it costs a lot Not said of any of these." in said


def test_with_nothing_kept_it_speaks_of_all_that_is_not_ruled_out(visitor, rulebook):
    matter(visitor, soon="lot")
    page = text(visitor.get("/matters"))
    assert "Of all that is open to you or worth asking about." in page
    assert page.count(rulebook.options["love-handles/liposuction"].name) == 1


def test_each_no_has_one_next_step_and_a_yes_has_none(visitor, rulebook):
    matter(visitor, settled="no", **{"have-help": "yes"})
    said = text(visitor.get("/matters"))
    assert said.count(rulebook.readiness["settled"].if_not) == 1
    assert rulebook.readiness["have-help"].if_not not in said


def test_nothing_is_scored_or_put_in_order_by_what_matters(visitor):
    before = text(visitor.get("/options"))
    matter(visitor, soon="lot", cost="lot", settled="no")
    assert text(visitor.get("/options")) == before


def test_without_the_file_there_is_no_such_page_and_no_link_to_it(rules):
    (rules / "matters.yaml").unlink()
    client = create_app({"TESTING": True, "RULES": str(rules), "LIMIT_POSTS": 0}).test_client()
    walk(client, FULL)
    assert client.get("/matters").status_code == 303
    assert "/matters" not in client.get("/compare").text
