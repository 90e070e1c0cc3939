"""source.yaml and conflicts.yaml to documents and conflicts."""

from __future__ import annotations

from .. import schema
from ..model import Conflict, Document, Heading, Paragraph, Side
from ..problems import Place
from ..yaml_tree import Node


def build_conflict(c: schema.ConflictShape, place: Place) -> Conflict:
    """A conflict of conflicts.yaml."""
    decided = c.decision if isinstance(c.decision, schema.DecisionShape) else None
    return Conflict(
        id=c.conflict,
        about=c.about,
        sides=tuple(Side(side.says, tuple(side.passages)) for side in c.sides),
        follows=tuple(c.follows),
        because=decided.because if decided else "",
        decided_by=decided.by if decided else "",
        touches=tuple(c.touches),
        place=place,
    )


def build_document(d: schema.DocumentShape, tree: Node, step: int) -> Document:
    """A document of source.yaml."""
    at = ("documents", step)
    return Document(
        id=d.document,
        title=d.title,
        fingerprint=d.fingerprint,
        headings={
            code: Heading(code, h.name, h.fingerprint, tree.at(*at, "headings", code), h.area)
            for code, h in d.headings.items()
        },
        paragraphs={
            code: Paragraph(code, p.sentences, p.fingerprint, tree.at(*at, "paragraphs", code))
            for code, p in d.paragraphs.items()
        },
        place=tree.at(*at),
    )
