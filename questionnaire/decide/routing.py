"""What is asked of whom: areas in scope, questions that are asked, and every combination of answers there can be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import product

from ..rulebook.model import Answers, Condition, Question, Rulebook


def areas_in_scope(rulebook: Rulebook, answers: Answers) -> tuple[str, ...]:
    """The ids of the areas that these answers bring in scope, in the rulebook's order."""
    return tuple(
        area.id for area in rulebook.areas.values() if any(condition.holds(answers) for condition in area.in_scope_when)
    )


def options_in_scope(rulebook: Rulebook, answers: Answers) -> tuple[str, ...]:
    """The ids of the options of the areas in scope, in the rulebook's order."""
    return tuple(option for area in areas_in_scope(rulebook, answers) for option in rulebook.areas[area].options)


def is_asked(rulebook: Rulebook, question: Question, answers: Answers) -> bool:
    """Whether this question is asked of someone who has given these answers so far."""
    when = question.asked_when
    if when.areas and set(when.areas).isdisjoint(areas_in_scope(rulebook, answers)):
        return False
    return when.condition.holds(answers)


def kept(rulebook: Rulebook, given: Mapping[str, object]) -> dict[str, str]:
    """The answers that still count: known choices of questions that are asked, in the order of asking.

    `given` may come from anywhere (a session of other times, a command line); what is no answer is left out.
    """
    return answered_and_asked(rulebook, given)[0]


def answered_and_asked(rulebook: Rulebook, given: Mapping[str, object]) -> tuple[dict[str, str], list[Question]]:
    """One walk through the questions: the answers that still count, and the questions that are asked."""
    answers: dict[str, str] = {}
    asked = []
    areas: tuple[str, ...] | None = None
    for question in rulebook.questions.values():
        when = question.asked_when
        if when.areas:
            if areas is None:
                areas = areas_in_scope(rulebook, answers)
            if not any(area in areas for area in when.areas):
                continue
        if not when.condition.holds(answers):
            continue
        asked.append(question)
        choice = given.get(question.id)
        if isinstance(choice, str) and choice in question.choices:
            answers[question.id] = choice
            if question.id in rulebook.scope_questions:
                areas = None
    return answers, asked


def next_question(rulebook: Rulebook, answers: Answers) -> Question | None:
    """The first question that is asked and has no answer yet; None where all are answered."""
    return next((question for question in answered_and_asked(rulebook, answers)[1] if question.id not in answers), None)


def most_asked(rulebook: Rulebook, answers: Answers) -> int:
    """The most questions that somebody with these answers so far can be asked in all."""
    gates = deciding(rulebook, None, rulebook.questions) - answers.keys()
    open_gates = [question for question in rulebook.questions.values() if question.id in gates]
    ways = _walk(rulebook, open_gates, dict(answers))
    return max(len(answered_and_asked(rulebook, way)[1]) for way in ways)


def deciding(rulebook: Rulebook, area: str | None, questions: Collection[str]) -> frozenset[str]:
    """The questions whose answers decide whether `area` is in scope and which of `questions` are asked."""
    gates = set() if area is None else _scope_questions(rulebook, [area])
    waiting = [*questions, *gates]
    while waiting:
        when = rulebook.questions[waiting.pop()].asked_when
        new = (_scope_questions(rulebook, when.areas) | when.condition.questions) - gates
        gates |= new
        waiting += new
    return frozenset(gates)


def questions_of(rulebook: Rulebook, conditions: Iterable[Condition]) -> tuple[str, ...]:
    """The questions that any of these conditions reads, in the order of asking."""
    read = {question for condition in conditions for question in condition.questions}
    return tuple(question for question in rulebook.questions if question in read)


def _scope_questions(rulebook: Rulebook, areas: Collection[str]) -> set[str]:
    return {question for area in areas for when in rulebook.areas[area].in_scope_when for question in when.questions}


def combinations(rulebook: Rulebook, area: str | None, questions: Collection[str]) -> Iterator[dict[str, str]]:
    """Every combination of answers to `questions` that someone can give with `area` in scope, each once.

    A question that is not asked is absent. With `area` None, all visitors count, whatever their areas.
    """
    gates = deciding(rulebook, area, questions)
    seen = set()
    for gate in _walk(rulebook, [q for q in rulebook.questions.values() if q.id in gates], {}):
        if area is not None and area not in areas_in_scope(rulebook, gate):
            continue
        fixed = {question: choice for question, choice in gate.items() if question in questions}
        free = [
            question
            for question in rulebook.questions.values()
            if question.id in questions and question.id not in gates and is_asked(rulebook, question, gate)
        ]
        key = (tuple(fixed.items()), tuple(question.id for question in free))
        if key in seen:
            continue
        seen.add(key)
        for choices in product(*(question.choices for question in free)):
            row = {**fixed, **{question.id: choice for question, choice in zip(free, choices, strict=True)}}
            yield {question: row[question] for question in rulebook.questions if question in row}


def _walk(rulebook: Rulebook, questions: list[Question], answers: dict[str, str]) -> Iterator[dict[str, str]]:
    """All ways to answer these questions, in the order of asking, skipping those that are not asked."""
    if not questions:
        yield answers
        return
    first, *rest = questions
    if not is_asked(rulebook, first, answers):
        yield from _walk(rulebook, rest, answers)
        return
    for choice in first.choices:
        yield from _walk(rulebook, rest, {**answers, first.id: choice})


def smallest(answers: Answers, every: Iterable[Answers], holds: Callable[[Answers], bool]) -> dict[str, str]:
    """The fewest of these answers for which something holds whatever the others are.

    `answers` is one of `every` combination, and something holds for it. Answers are left out one after another as long
    as it holds for every combination that has the remaining ones.
    """
    combinations = list(every)
    truth = [(combination, holds(combination)) for combination in combinations]
    kept = dict(answers)
    for question in list(answers):
        fewer = {other: choice for other, choice in kept.items() if other != question}
        if all(true for combination, true in truth if fewer.items() <= combination.items()):
            kept = fewer
    return kept
