"""Does every claim still rest on the article, and is every sentence of the article accounted for?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..rulebook.fingerprint import of_bytes, of_text
from ..rulebook.model import Document, Rulebook
from ..rulebook.problems import Place, Problem, error, warning

_MARK = re.compile(r"^\s*(?:•|\d+\.)\s*")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True)
class Line:
    """A line of a document that says something: a heading or a paragraph, without its list mark.

    `is_item`: it had one.
    """

    number: int
    text: str
    is_item: bool = False

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
    every = (
        Line(number, _MARK.sub("", line).strip(), bool(_MARK.match(line)))
        for number, line in enumerate(text.split("\n"), 1)
    )
    return [line for line in every if line.text]


def document_of(rulebook: Rulebook, text: str) -> Document | None:
    """The document with which a text has the most headings and paragraphs in common; None where it has none."""
    known = {line.fingerprint for line in lines(text)}
    shared = {document.id: len(_fingerprints(document) & known) for document in rulebook.documents.values()}
    most = max(shared, key=shared.__getitem__, default="")
    return rulebook.documents[most] if shared.get(most) else None


def sentences_by_passage(rulebook: Rulebook, *texts: str) -> dict[str, str]:
    """The documents' own sentences by their passage, found in these texts by the fingerprints of paragraphs.

    A paragraph that no text has, or that has another number of sentences there, is left out.
    """
    by_fingerprint = {line.fingerprint: line.sentences for text in texts for line in lines(text)}
    return {
        passage: sentence
        for document in rulebook.documents.values()
        for paragraph in document.paragraphs.values()
        if len(sentences := by_fingerprint.get(paragraph.fingerprint, ())) == paragraph.sentences
        for passage, sentence in zip(paragraph.passages, sentences, strict=True)
    }


def document_problems(rulebook: Rulebook, files: Iterable[Path]) -> tuple[list[Problem], list[str]]:
    """Hold files against the documents that they are most like: every problem, and the texts of those that are one.

    A file that is like none, and a document of which no file was given, are problems too. Raises OSError.
    """
    problems: list[Problem] = []
    given: dict[str, str] = {}
    for file in files:
        data = file.read_bytes()
        try:
            text = data.decode()
        except UnicodeDecodeError:
            problems.append(error(Place(str(file)), "document", "this is not UTF-8 text", "give the right file"))
            continue
        document = document_of(rulebook, text)
        if document is None:
            message = "this is none of the documents of source.yaml: none of its headings and paragraphs is known there"
            advice = "give the right file, or draft an entry for it with 'flask rules read FILE --code CODE'"
            problems.append(error(Place(str(file)), "document", message, advice))
        elif document.id in given:
            message = f"this is “{document.title}”, as is another file that was given"
            problems.append(error(Place(str(file)), "document", message, "give each document once"))
        else:
            given[document.id] = text
            problems += _changes(document, data, lines(text))
    for document in rulebook.documents.values() if given else ():
        if document.id not in given:
            message = f"“{document.title}” was not given, so nothing that rests on it was proved"
            problems.append(warning(document.place, "not-proved", message, "give its file too (--document FILE)"))
    return problems, [*given.values()]


def _changes(document: Document, data: bytes, written: list[Line]) -> Iterator[Problem]:
    """What a file has otherwise than the document that it is."""
    by_fingerprint = {line.fingerprint: line for line in written}
    if of_bytes(data) != document.fingerprint:
        message = f"the document's fingerprint is {of_bytes(data)}, not {document.fingerprint}: it has changed"
        advice = "read what has changed (see below), then write the new one here"
        yield error(document.place, "document", message, advice)
    for paragraph in document.paragraphs.values():
        line = by_fingerprint.get(paragraph.fingerprint)
        if line is None:
            message = f"no paragraph of the document has the fingerprint of {paragraph.code} ({paragraph.fingerprint})"
            advice = f"read the paragraph again, correct the claims on {paragraph.code}, then write its new fingerprint"
            yield error(paragraph.place, "fingerprint", message, advice)
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
            advice = "list it under 'paragraphs', and cite each of its sentences by a claim or under 'not-used'"
            yield error(document.place, "sentence", message, advice)


def _fingerprints(document: Document) -> set[str]:
    paragraphs = {paragraph.fingerprint for paragraph in document.paragraphs.values()}
    return paragraphs | {heading.fingerprint for heading in document.headings.values()}
