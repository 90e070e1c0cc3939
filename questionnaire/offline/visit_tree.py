"""Every visit that there can be, and the tree of questions that leads to each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from ..decide.routing import combinations
from ..review.export.collect import ExportError
from ..rulebook.model import Answers, Rulebook

MOST = 20_000
"""Visits that are rendered at most: some hundred a second, and one file has to hold them."""


def every_visit(rulebook: Rulebook) -> list[dict[str, str]]:
    """All complete answers. Raises ExportError where they are too many."""
    visits = list(islice(combinations(rulebook, None, rulebook.questions), MOST + 1))
    if len(visits) > MOST:
        most = max(rulebook.questions.values(), key=lambda question: len(question.choices))
        raise ExportError(
            f"there are more than {MOST:,} ways to answer, which is too much for one file; ask a question of fewer "
            f"people (asked-when), or give it fewer choices: '{most.id}' has {len(most.choices)}"
        )
    return visits


def way_tree(visits: Sequence[Answers]) -> list[Any]:
    """Which question comes after which answers: [question, {choice: what comes then}], at its end a visit's number."""
    root: dict[str, Any] = {}
    for number, answers in enumerate(visits):
        node, steps = root, list(answers.items())
        for question, choice in steps[:-1]:
            node = node.setdefault(question, {}).setdefault(choice, {})
        question, choice = steps[-1]
        node.setdefault(question, {})[choice] = number
    tree: list[Any] = _as_lists(root)
    return tree


def prefixes(visits: Iterable[Answers]) -> list[dict[str, str]]:
    """Every state on the way: the answers so far, each state once, those of complete visits too."""
    seen: dict[tuple[tuple[str, str], ...], None] = {}
    for answers in visits:
        steps = tuple(answers.items())
        for length in range(len(steps) + 1):
            seen.setdefault(steps[:length])
    return [dict(steps) for steps in seen]


def _as_lists(node: Any) -> Any:
    if isinstance(node, int):
        return node
    ((question, choices),) = node.items()
    return [question, {choice: _as_lists(following) for choice, following in choices.items()}]
