"""Answers that somebody sends by name: what is wrong with them, in one sentence, and which of them count."""

from __future__ import annotations

from collections.abc import Mapping

from ..rulebook.model import Rulebook
from ..rulebook.problems import nearest
from .routing import kept, next_question


class AnswersError(ValueError):
    """Answers that can't be taken; the message names the question or choice, and what is permitted."""


def known_answers(rulebook: Rulebook, given: Mapping[str, str]) -> dict[str, str]:
    """The answers that count: those to questions that are asked. Raises AnswersError for unknown names."""
    for question, choice in given.items():
        if question not in rulebook.questions:
            raise AnswersError(f"there is no question '{question}'; {nearest(question, rulebook.questions)}")
        choices = rulebook.questions[question].choices
        if choice not in choices:
            raise AnswersError(f"the question '{question}' has no choice '{choice}'; {nearest(choice, choices)}")
    return kept(rulebook, given)


def complete_answers(rulebook: Rulebook, given: Mapping[str, str]) -> dict[str, str]:
    """The same, of answers to every question that is asked. Raises AnswersError, also where one is missing."""
    answers = known_answers(rulebook, given)
    if (missing := next_question(rulebook, answers)) is not None:
        raise AnswersError(f"an answer to '{missing.id}' is missing; permitted: {', '.join(missing.choices)}")
    return answers
