"""What all parts of a rulebook are made of: verdicts, kinds, conditions on answers, and texts with their claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..problems import Place

Verdict = Literal["fits", "ask", "ruled-out"]
Kind = Literal["self-care", "device", "injection", "surgery"]
RestsOn = Literal["article", "silence", "clinic"]
"""What stands behind a text: a document, a document's silence, or the clinic."""
Answers = Mapping[str, str]
"""One visitor's replies, {question id: choice id}; a question that was not asked is absent."""
KINDS: tuple[Kind, ...] = ("self-care", "device", "injection", "surgery")
"""From what one does oneself to operations."""
VERDICTS: tuple[Verdict, ...] = ("fits", "ask", "ruled-out")
"""From the least to the most cautious; where several rules match, the last of these wins."""
HIDDEN = {"visitors": False}
"""The metadata of a field that visitors never read, such as an id. The texts of all others are statements."""


@dataclass(frozen=True)
class Condition:
    """Lines that must all hold; a line holds where the answer is one of its choices. No lines: always."""

    lines: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), metadata=HIDDEN)

    def holds(self, answers: Answers) -> bool:
        """Whether these answers meet the condition. An absent answer meets no line."""
        return all(answers.get(question) in choices for question, choices in self.lines)

    @property
    def questions(self) -> frozenset[str]:
        """The questions whose answers it reads."""
        return frozenset(question for question, _ in self.lines)


@dataclass(frozen=True)
class Added:
    """Where a line of the clinic's own comes from and when it was written, and from which day until which it holds.

    Days are ISO days (YYYY-MM-DD); `since` and `until` are the first and the last day, empty where there is none.
    """

    source: str
    dated: str = field(metadata=HIDDEN)
    since: str = field(default="", metadata=HIDDEN)
    until: str = field(default="", metadata=HIDDEN)

    def holds(self, day: str) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (not self.until or day <= self.until)


@dataclass(frozen=True)
class CitedText:
    """A text and the claims it rests on.

    `silent`: it says that the article says nothing. `also_ask`: it says something, but leaves its row's question open.
    `added`: the clinic's answer to a silence.
    """

    text: str
    claims: tuple[str, ...] = field(metadata=HIDDEN)
    silent: bool
    place: Place
    also_ask: bool = False
    added: Added | None = None
