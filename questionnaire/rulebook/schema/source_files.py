"""The shape of source.yaml and conflicts.yaml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from .basic_shapes import Fingerprint, HeadingCode, Id, ParagraphCode, Passage, Shape, Text, by_form


class HeadingShape(Shape):
    """A heading of a document."""

    name: Text
    fingerprint: Fingerprint
    area: Id | None = None


class ParagraphShape(Shape):
    """A paragraph of a document."""

    sentences: int = Field(ge=1, le=99)
    fingerprint: Fingerprint


class DocumentShape(Shape):
    """A document by its codes and fingerprints."""

    document: Id
    title: Text
    fingerprint: Fingerprint
    headings: dict[HeadingCode, HeadingShape]
    paragraphs: dict[ParagraphCode, ParagraphShape]


class ClaimShape(Shape):
    """One thing that a document says, and the passage that says it."""

    claim: Id
    says: Text
    passage: Passage
    area: Id | None = None
    fingerprint: Fingerprint


class DoubtShape(Shape):
    """A claim that a clinician may doubt, why, and what to ask about it."""

    doubt: Id
    claim: Id
    because: Text
    question: Text


class NotUsedShape(Shape):
    """Sentences of a document that no claim rests on, and why."""

    passages: list[Passage] = Field(min_length=1)
    reason: Text


class SourceFile(Shape):
    """`rules/source.yaml`: the documents by codes and fingerprints, what they claim, and what is not used."""

    documents: list[DocumentShape] = Field(min_length=1)
    claims: list[ClaimShape] = Field(min_length=1)
    doubts: list[DoubtShape] = []
    not_used: list[NotUsedShape] = []


class SideShape(Shape):
    """One of the sides of a conflict."""

    says: Text
    passages: list[Passage] = Field(min_length=1)


class DecisionShape(Shape):
    """Who decided a conflict, and why."""

    by: Text
    because: Text


class ConflictShape(Shape):
    """A place where the article disagrees with itself."""

    conflict: Id
    about: Text
    sides: list[SideShape] = Field(min_length=2)
    follows: list[Passage] = []
    decision: Annotated[Annotated[Literal["open"], Tag("word")] | Annotated[DecisionShape, Tag("block")], by_form]
    touches: list[str]


class ConflictsFile(Shape):
    """`rules/conflicts.yaml`: where the article disagrees with itself, which side the rules follow, who decided."""

    conflicts: list[ConflictShape]
