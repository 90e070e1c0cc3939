"""Does every claim still rest on the article, and is every sentence of the article accounted for?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..rulebook.fingerprint import of_bytes, of_text
from ..rulebook.model import Document, Rulebook
from ..rulebook.problems import Problem, error

_MARK = re.compile(r"^\s*(?:•|\d+\.)\s*")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True)
class Line:
    """A line of a document that says something: a heading or a paragraph, without its list mark."""

    number: int
    text: str

    @property
    def fingerprint(self) -> str:
        """The fingerprint of its text."""
        return of_text(self.text)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Its text, sentence by sentence."""
        return tuple(_SENTENCE_END.split(self.text))


def lines(text: str) -> list[Line]:
    """A document's lines that are not empty, numbered from 1."""
    every = (Line(number, _MARK.sub("", line).strip()) for number, line in enumerate(text.split("\n"), 1))
    return [line for line in every if line.text]


def sentences_by_passage(rulebook: Rulebook, text: str) -> dict[str, str]:
    """A document's own sentences by their passage, found by the fingerprints of its paragraphs.

    A paragraph that the text does not have, or has with another number of sentences, is left out.
    """
    by_fingerprint = {line.fingerprint: line.sentences for line in lines(text)}
    return {
        passage: sentence
        for document in rulebook.documents.values()
        for paragraph in document.paragraphs.values()
        if len(sentences := by_fingerprint.get(paragraph.fingerprint, ())) == paragraph.sentences
        for passage, sentence in zip(paragraph.passages, sentences, strict=True)
    }


def document_problems(rulebook: Rulebook, data: bytes) -> Iterator[Problem]:
    """Hold a document's own bytes (UTF-8) against the fingerprints of the rulebook's document that it is most like."""
    try:
        written = lines(data.decode())
    except UnicodeDecodeError:
        document = next(iter(rulebook.documents.values()))
        yield error(document.place, "document", "the document is not UTF-8 text", "give the right file")
        return
    by_fingerprint = {line.fingerprint: line for line in written}
    document = max(rulebook.documents.values(), key=lambda known: len(_fingerprints(known) & by_fingerprint.keys()))
    if of_bytes(data) != document.fingerprint:
        message = f"the document's fingerprint is {of_bytes(data)}, not {document.fingerprint}: it has changed"
        help = "read what has changed (see below), then write the new one here"
        yield error(document.place, "document", message, help)
    for paragraph in document.paragraphs.values():
        line = by_fingerprint.get(paragraph.fingerprint)
        if line is None:
            message = f"no paragraph of the document has the fingerprint of {paragraph.code} ({paragraph.fingerprint})"
            help = f"read the paragraph again, correct the claims on {paragraph.code}, then write its new fingerprint"
            yield error(paragraph.place, "fingerprint", message, help)
        elif len(line.sentences) != paragraph.sentences:
            message = f"{paragraph.code} has {len(line.sentences)} sentences, not {paragraph.sentences}"
            yield error(paragraph.place, "sentence", message, "correct the number and account for each sentence")
    for heading in document.headings.values():
        if heading.fingerprint not in by_fingerprint:
            message = f"no line of the document has the fingerprint of the heading {heading.code}"
            yield error(heading.place, "fingerprint", message, "look whether the heading has changed")
    known = _fingerprints(document)
    for line in written:
        if line.fingerprint not in known:
            message = f"line {line.number} of the document (fingerprint {line.fingerprint}) is not accounted for"
            help = "list it under 'paragraphs', and cite each of its sentences by a claim or under 'not-used'"
            yield error(document.place, "sentence", message, help)


def _fingerprints(document: Document) -> set[str]:
    paragraphs = {paragraph.fingerprint for paragraph in document.paragraphs.values()}
    return paragraphs | {heading.fingerprint for heading in document.headings.values()}
