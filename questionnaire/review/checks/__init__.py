"""The checks of a rulebook that loads: one short function each, with an id and a docstring that shows bad and good.

docs/checks.md is made from these docstrings (docs_page.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...decide.build_tables import DecisionTables, build
from ...rulebook.load import load
from ...rulebook.problems import Place, Problem, RulebookError, error
from ..claims_against_document import document_problems
from . import (  # each registers its checks
    answers,
    claim_consistency,
    claim_sentences,
    clinic_additions,
    copied_wording,
    examples_and_promises,
    meaning,
    new_options,
    signed,
    texts,
    translations,
    words,
)
from .registry import CHECKS, all_problems

__all__ = [
    "CHECKS",
    "answers",
    "check_folder",
    "check_tables",
    "claim_consistency",
    "clinic_additions",
    "examples_and_promises",
    "meaning",
    "missing_document",
    "new_options",
    "signed",
    "texts",
    "translations",
    "words",
]


def check_folder(folder: Path, documents: Sequence[Path] = (), templates: Path | None = None) -> list[Problem]:
    """Every problem of the rulebook in `folder`, in file order.

    With `documents`, those of its sources as well; with `templates`, those of the words in the site's pages. A rulebook
    that can't be loaded yields its loading problems; raises nothing but OSError for an unreadable document.
    """
    try:
        tables = build(load(folder), allow_gaps=True)
    except RulebookError as fault:
        return list(fault.problems)
    return check_tables(tables, documents, templates)


def check_tables(
    tables: DecisionTables, documents: Sequence[Path] = (), templates: Path | None = None
) -> list[Problem]:
    """Every problem of a rulebook that loads, in file order; `documents` and `templates` as for check_folder."""
    problems = list(all_problems(tables))
    if documents:
        of_documents, texts = document_problems(tables.rulebook, documents)
        problems += [*of_documents, *claim_sentences.beside_documents(tables.rulebook, texts)]
        problems += copied_wording.own_words(tables.rulebook, texts, templates)
    if templates is not None:
        problems += words.page_problems(tables.rulebook.standards, templates)
        problems += translations.catalogue_problems(tables.rulebook, templates.parent / "translations")
    return sorted(set(problems))


def missing_document(document: Path) -> Problem:
    """The problem of a document that can't be opened."""
    return error(Place(str(document)), "document", "the document can't be opened", "check the file's name")
