"""A few visits that together reach all that visitors can be shown: for what must try every page, not every answer."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from ..rulebook.model import Answers, Rulebook
from .outcome import decide
from .routing import combinations, deciding, kept, next_question
from .tables import DecisionTables


def visit_cover(tables: DecisionTables) -> Iterator[dict[str, str]]:
    """Complete answers that reach every verdict of every option, every note of every area and every choice.

    Few, not the fewest: the first visit that reaches something new is taken. Tables must have no gaps.
    """
    reached: set[Hashable] = set()
    for target, answers in _targets(tables):
        if target not in reached:
            visit = _complete(tables.rulebook, answers)
            reached.add(target)
            reached.update(_reached(tables, visit))
            yield visit


def _targets(tables: DecisionTables) -> Iterator[tuple[Hashable, Answers]]:
    """All that is to be reached, each with answers that lead there; other answers do not matter."""
    rulebook = tables.rulebook
    for table in tables.options.values():
        area = rulebook.options[table.option].area
        for answers in _every(rulebook, area, table.questions):
            yield (table.option, table.row(answers).verdict), answers
    for notes in tables.notes.values():
        for answers in _every(rulebook, notes.area, notes.questions):
            yield from ((note.id, answers) for note in notes.row(answers))
    for question in rulebook.questions:
        for answers in _every(rulebook, None, (question,)):
            yield from ((item, answers) for item in answers.items())


def _every(rulebook: Rulebook, area: str | None, questions: tuple[str, ...]) -> Iterator[Answers]:
    """Every combination of answers to these questions and to those that decide whether they are asked."""
    return combinations(rulebook, area, {*questions, *deciding(rulebook, area, questions)})


def _complete(rulebook: Rulebook, answers: Answers) -> dict[str, str]:
    visit = dict(answers)
    while (question := next_question(rulebook, visit)) is not None:
        visit[question.id] = next(iter(question.choices))
    return kept(rulebook, visit)


def _reached(tables: DecisionTables, visit: Answers) -> Iterator[Hashable]:
    outcome = decide(tables, visit)
    yield from ((result.option.id, result.row.verdict) for result in outcome.results)
    yield from (note.id for note in outcome.notes)
    yield from visit.items()
