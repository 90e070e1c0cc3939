"""What may matter to a visitor: the rule file that staff sign, and the page that asks it."""

from questionnaire.rulebook.load import load

from .edits import problems, put


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
