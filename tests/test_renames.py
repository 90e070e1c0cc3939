"""What only got another name is told as renamed, and changes nothing for visitors."""

import re

import pytest

from questionnaire.decide.build_tables import build
from questionnaire.review.diff import as_json, as_text, diff
from questionnaire.rulebook.load import load

from .edits import put


def rename(rules, pattern, new):
    """Put another name into every rule file."""
    for path in rules.rglob("*.yaml"):
        path.write_text(re.sub(pattern, new, path.read_text()))


def rename_option(rules):
    (rules / "hip-dips" / "implants.yaml").rename(rules / "hip-dips" / "hip-implants.yaml")
    rename(rules, r"(- |hip-dips/)implants\b", r"\1hip-implants")


RENAMES = {
    "option": (rename_option, "The option hip-dips/implants is now called hip-dips/hip-implants."),
    "question": (
        lambda rules: rename(rules, r"\btolerance(?=[:,\n])", "how-far"),
        "The question tolerance is now called how-far.",
    ),
    "choice": (
        lambda rules: rename(rules, r"(?<=[ \[])slight(?=[],}])", "a-little"),
        "The choice noticeable=slight is now called noticeable=a-little.",
    ),
    "caveat": (
        lambda rules: rename(rules, r"\bgraft-loss\b(?!-)", "lost-fat"),
        "The caveat graft-loss is now called lost-fat.",
    ),
}


@pytest.mark.parametrize("what", RENAMES)
def test_another_name_alone_changes_nothing_for_visitors(rules, tables, what):
    change, sentence = RENAMES[what]
    change(rules)
    renamed = build(load(rules))
    there = diff(tables, renamed)
    assert as_text(there) == f"Renamed\n  {sentence}"
    assert [(one["what"], *sentence.split()[2:3]) for one in as_json(there)["renamed"]] == [(what, sentence.split()[2])]
    assert there.verdict_changed_without_signoff == ()
    back = diff(renamed, tables)
    assert [(one.old, one.new) for one in back.renamed] == [(one.new, one.old) for one in there.renamed]
    assert (back.visits, back.tables, back.wording) == (None, (), ())


def test_a_weaker_rule_beside_a_rename_is_counted_as_without_it(rules, tables):
    put(rules, "hip-dips/emsculpt.yaml", "not-offered:\n  - rule: self-care-only", "  - rule: self-care-only")
    put(rules, "hip-dips/emsculpt.yaml", "  - rule: no-follow-up", "not-offered:\n  - rule: no-follow-up")
    alone = diff(tables, build(load(rules)))
    RENAMES["question"][0](rules)
    both = diff(tables, build(load(rules)))
    assert [(c.old, c.new, c.count) for c in both.tables if c.kind == "verdicts"] == [(("ruled-out",), ("ask",), 6)]
    assert both.visits == alone.visits


def test_what_has_another_name_and_other_words_came_and_went(rules, tables):
    rename_option(rules)
    put(rules, "hip-dips/hip-implants.yaml", "name: ", "name: New ")
    text = as_text(diff(tables, build(load(rules))))
    assert "The option hip-dips/implants is no longer listed." in text
    assert "The option hip-dips/hip-implants is now listed." in text
    assert "verdict." not in text
