"""The checks of a rulebook that loads: one short function each, with an id and a docstring that shows bad and good.

docs/checks.md is made from these docstrings (page.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ...decide.build_tables import DecisionTables, build
from ...rulebook.load import load
from ...rulebook.problems import Place, Problem, RulebookError, error
from ..source_document import document_problems
from .answers import dead_rule, gap, idle_question, never_fits, repeated_rule, unread_choice
from .new_options import borrowed_claim, placeholder, required_row
from .proofs import (
    conflict,
    example,
    example_faults,
    no_caveat,
    note_example_faults,
    promise,
    required_caveat,
    rule_without_example,
    sign_off,
)
from .texts import filled_silence, fingerprint, number, sentence, statements, uncited, unused_claim
from .words import page_problems, reading, word

__all__ = [
    "CHECKS",
    "check_folder",
    "check_tables",
    "example_faults",
    "missing_document",
    "note_example_faults",
    "statements",
]

Check = Callable[[DecisionTables], Iterator[Problem]]


def check_folder(folder: Path, document: Path | None = None, templates: Path | None = None) -> list[Problem]:
    """Every problem of the rulebook in `folder`, in file order.

    With `document`, those of its source as well; with `templates`, listed words in the site's pages. A rulebook that
    can't be loaded yields its loading problems; raises nothing but OSError for an unreadable document.
    """
    try:
        tables = build(load(folder), allow_gaps=True)
    except RulebookError as fault:
        return list(fault.problems)
    return check_tables(tables, document, templates)


def check_tables(tables: DecisionTables, document: Path | None = None, templates: Path | None = None) -> list[Problem]:
    """Every problem of a rulebook that loads, in file order; `document` and `templates` as for check_folder."""
    problems = [problem for check in CHECKS.values() for problem in check(tables)]
    if document is not None:
        problems += document_problems(tables.rulebook, document.read_bytes())
    if templates is not None:
        problems += page_problems(tables.rulebook.standards, templates)
    return sorted(set(problems))


CHECKS: dict[str, Check] = {
    check.__name__.replace("_", "-"): check
    for check in (
        gap,
        required_row,
        placeholder,
        borrowed_claim,
        dead_rule,
        repeated_rule,
        unread_choice,
        idle_question,
        never_fits,
        example,
        rule_without_example,
        promise,
        conflict,
        no_caveat,
        required_caveat,
        sign_off,
        uncited,
        number,
        filled_silence,
        unused_claim,
        sentence,
        fingerprint,
        word,
        reading,
    )
}
"""Every check by its id, in the order of docs/checks.md."""


def missing_document(document: Path) -> Problem:
    return error(Place(str(document)), "document", "the document can't be opened", "check the file's name")
