"""The documents that texts rest on: their passages, claims, doubts and sentences not used, and where they disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..problems import Place
from .basics import HIDDEN


@dataclass(frozen=True)
class Side:
    """One side of a conflict: what these passages say, in our words."""

    says: str
    passages: tuple[str, ...] = field(metadata=HIDDEN)


@dataclass(frozen=True)
class Conflict:
    """Passages that disagree. `decided_by` is empty while it is open; `follows` are the passages the rules follow."""

    id: str = field(metadata=HIDDEN)
    about: str
    sides: tuple[Side, ...]
    follows: tuple[str, ...] = field(metadata=HIDDEN)
    because: str
    decided_by: str
    touches: tuple[str, ...] = field(metadata=HIDDEN)
    place: Place

    @property
    def open(self) -> bool:
        """Whether nobody has decided it."""
        return not self.decided_by


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a document: how many sentences it has, and the fingerprint of its own words."""

    code: str
    sentences: int
    fingerprint: str
    place: Place

    @property
    def passages(self) -> tuple[str, ...]:
        """The codes of its sentences."""
        return tuple(f"{self.code}.{number}" for number in range(1, self.sentences + 1))


@dataclass(frozen=True)
class Heading:
    """A heading of a document by a name of ours, and the fingerprint of its own words. `area`: the one it speaks of."""

    code: str = field(metadata=HIDDEN)
    name: str
    fingerprint: str = field(metadata=HIDDEN)
    place: Place
    area: str | None = field(default=None, metadata=HIDDEN)


@dataclass(frozen=True)
class Document:
    """A source document. Fingerprints are the first 12 hexadecimal digits of a SHA-256, as review proves them."""

    id: str = field(metadata=HIDDEN)
    title: str
    fingerprint: str = field(metadata=HIDDEN)
    headings: Mapping[str, Heading]
    paragraphs: Mapping[str, Paragraph] = field(metadata=HIDDEN)
    place: Place


@dataclass(frozen=True)
class Claim:
    """One thing that a document says, in our words, the passage it rests on and that sentence's fingerprint.

    `area`: the one area that it speaks of, where its heading does not say; None for its heading's, or for both.
    """

    id: str = field(metadata=HIDDEN)
    says: str
    passage: str = field(metadata=HIDDEN)
    fingerprint: str = field(metadata=HIDDEN)
    place: Place
    area: str | None = field(default=None, metadata=HIDDEN)


@dataclass(frozen=True)
class Doubt:
    """A claim that the article makes and a clinician may not: shown only as what the article says, with a question.

    `because` is for staff.
    """

    id: str = field(metadata=HIDDEN)
    claim: str = field(metadata=HIDDEN)
    because: str = field(metadata=HIDDEN)
    question: str
    place: Place


@dataclass(frozen=True)
class NotUsed:
    """Passages that no claim rests on, and why."""

    passages: tuple[str, ...] = field(metadata=HIDDEN)
    reason: str
    place: Place

    @property
    def id(self) -> str:
        """Its first passage: no passage is listed twice."""
        return self.passages[0]
