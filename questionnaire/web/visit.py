"""One visitor's way through the questions: the answers in the signed session, and which question is next."""

from __future__ import annotations

from flask import session

from ..decide import asking
from ..rulebook.model import Question, Rulebook


class Visit:
    """The answers that this visitor has given and that still count. Nothing of it is stored on the server."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        given = session.get("answers")
        self._given = given if isinstance(given, dict) else {}
        self.answers = asking.kept(rulebook, self._given)

    @property
    def complete(self) -> bool:
        """Whether there is a result to show."""
        return bool(self.answers) and self.next is None

    @property
    def next(self) -> Question | None:
        """The first question that is asked and not answered; None where everything is answered."""
        return asking.next_question(self.rulebook, self.answers)

    @property
    def asked(self) -> list[Question]:
        """The questions that are asked after the answers so far, in order, answered or not."""
        return [q for q in self.rulebook.questions.values() if asking.is_asked(self.rulebook, q, self.answers)]

    def total(self, question: Question) -> int | None:
        """How many questions there are in all; None where the answer to this one or an open one may change that."""
        gates = self._gates
        settled = all(asked.id in self.answers for asked in self.asked if asked.id in gates)
        return len(self.asked) if settled and question.id not in gates else None

    @property
    def _gates(self) -> frozenset[str]:
        """The questions that decide which others are asked."""
        return asking.deciding(self.rulebook, None, self.rulebook.questions)

    def can_answer(self, question: Question) -> bool:
        """Whether the visitor may answer this question now: it is answered already, or it is the next one."""
        return question.id in self.answers or question == self.next

    def before(self, question: Question) -> Question | None:
        """The question that is asked before this one, if any."""
        ids = [asked.id for asked in self.asked]
        position = ids.index(question.id) if question.id in ids else 0
        return self.asked[position - 1] if position else None

    def answer(self, question: Question, choice: str) -> None:
        """Take an answer, and drop those of questions that are asked no longer."""
        self.replace({**self._given, question.id: choice})

    def replace(self, answers: dict[str, str]) -> None:
        """Take these answers instead of all earlier ones.

        While a question is open that decides which others are asked, those others' answers wait in the session.
        """
        self.answers = asking.kept(self.rulebook, answers)
        open_gate = self.next is not None and self.next.id in self._gates
        session["answers"] = answers if open_gate else self.answers
        session.pop("release", None)  # whoever changes an answer goes on with the rules of now

    def clear(self) -> None:
        """Forget everything about this visit."""
        self.answers = {}
        session.clear()
