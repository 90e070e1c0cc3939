"""What is asked, of whom, and the areas that the answers bring in scope."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..problems import Place
from .basics import HIDDEN, Added, Answers, CitedText, Condition

MARK_LENGTH = 4
"""Characters of a layout mark."""


@dataclass(frozen=True)
class Choice:
    """A reply that a question permits."""

    id: str = field(metadata=HIDDEN)
    label: str
    hint: str
    place: Place
    claims: tuple[str, ...] = field(default=(), metadata=HIDDEN)


@dataclass(frozen=True)
class AskedWhen:
    """When a question is asked: where one of these areas is in scope (none: always) and the condition holds."""

    areas: tuple[str, ...] = field(default=(), metadata=HIDDEN)
    condition: Condition = Condition()


@dataclass(frozen=True)
class Question:
    """One question as it is asked, and why. `added`: it is the clinic's own.

    `worded`: in another language, its id, text and choices as they were written: a visitor's answers belong to these.
    """

    id: str = field(metadata=HIDDEN)
    ask: str
    hint: str
    why: CitedText
    choices: Mapping[str, Choice]
    asked_when: AskedWhen
    place: Place
    added: Added | None = None
    worded: tuple[str, ...] = field(default=(), metadata=HIDDEN)

    @property
    def by_clinic(self) -> bool:
        """Whether the clinic asks it, and not the guide."""
        return self.added is not None

    @property
    def claims(self) -> tuple[str, ...]:
        """What all of its texts rest on."""
        return self.why.claims

    @cached_property
    def layout_mark(self) -> str:
        """A short fingerprint of how it is worded: its id and text, and the ids and labels of its choices."""
        choices = [part for choice in self.choices.values() for part in (choice.id, choice.label)]
        worded = self.worded or (self.id, self.ask, *choices)
        return hashlib.sha256("\0".join(worded).encode()).hexdigest()[:MARK_LENGTH]


@dataclass(frozen=True)
class CommonQuestion:
    """What people often ask about an area, and what the article answers."""

    question: str
    answer: CitedText
    place: Place


@dataclass(frozen=True)
class NoteExample:
    """Imaginary answers and exactly the notes that an area must show for them, in their order.

    `first`: exactly those that must stand before the notes of all areas; None where the example does not say.
    """

    name: str
    answers: Answers
    notes: tuple[str, ...]
    place: Place
    first: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Area:
    """`in_scope_when`: any of these conditions brings the area in scope. `facts`: {row id: statement}."""

    id: str = field(metadata=HIDDEN)
    name: str
    in_scope_when: tuple[Condition, ...]
    options: tuple[str, ...] = field(metadata=HIDDEN)
    facts: Mapping[str, CitedText]
    common_questions: tuple[CommonQuestion, ...]
    examples: tuple[NoteExample, ...] = field(metadata=HIDDEN)
    place: Place


@dataclass(frozen=True)
class FactRow:
    """A row of the areas side by side, and its name."""

    id: str = field(metadata=HIDDEN)
    name: str
    place: Place
