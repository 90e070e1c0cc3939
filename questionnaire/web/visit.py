"""One visitor's way through the questions: the answers in the signed session, and which question is next."""

from __future__ import annotations

from collections.abc import Mapping

from flask import session

from ..rulebook.model import Question
from .served_rulebook import ServedRulebook


class Visit:
    """The answers that this visitor has given and that still count. Nothing of it is stored on the server.

    `asked`: the questions that are asked after the answers so far, in order, answered or not. `next`: the first of them
    without an answer, None where everything is answered.
    """

    def __init__(self, served: ServedRulebook) -> None:
        self.served = served
        given = session.get("answers")
        self._given: Mapping[str, str] = given if isinstance(given, dict) else {}
        self._walk(self._given)

    def _walk(self, given: Mapping[str, str]) -> None:
        known = tuple([answer for answer in given.items() if isinstance(answer[1], str)])  # sessions of other times
        self.way = way = self.served.way(known)
        self.answers, self.asked, self.next = way.answers, way.asked, way.next

    @property
    def code(self) -> str:
        """The reference code of complete answers."""
        return self.way.code

    @property
    def complete(self) -> bool:
        """Whether there is a result to show."""
        return bool(self.answers) and self.next is None

    @property
    def stands(self) -> tuple[str, bool]:
        """All that matters to a page that only says how to go on: the next question, and if any answer is given."""
        return self.next.id if self.next else "", bool(self.answers)

    def total(self, question: Question) -> int | None:
        """How many questions there are in all; None where the answer to this one or an open one may change that."""
        gates = self.served.gates
        settled = all(asked.id in self.answers for asked in self.asked if asked.id in gates)
        return len(self.asked) if settled and question.id not in gates else None

    def can_answer(self, question: Question) -> bool:
        """Whether the visitor may answer this question now: it is answered already, or it is the next one."""
        return question.id in self.answers or question is self.next

    def before(self, question: Question) -> Question | None:
        """The question that is asked before this one, if any."""
        position = next((position for position, asked in enumerate(self.asked) if asked.id == question.id), 0)
        return self.asked[position - 1] if position else None

    def answer(self, question: Question, choice: str) -> None:
        """Take an answer, and drop those of questions that are asked no longer."""
        self.replace({**self._given, question.id: choice})

    def replace(self, answers: dict[str, str]) -> None:
        """Take these answers instead of all earlier ones.

        While a question is open that decides which others are asked, those others' answers wait in the session.
        """
        self._walk(answers)
        open_gate = self.next is not None and self.next.id in self.served.gates
        session["answers"] = answers if open_gate else dict(self.answers)
        session.pop("release", None)  # whoever changes an answer goes on with the rules of now

    def clear(self) -> None:
        """Forget everything about this visit."""
        self._walk({})
        session.clear()
