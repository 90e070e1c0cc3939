"""A document that the rules do not know yet, as a draft of its entries in source.yaml: fingerprints, not its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from ..rulebook.fingerprint import of_bytes, of_text
from ..rulebook.model import Rulebook
from .claims_against_document import Line, lines

NAME = "Name this heading in your own words."
SAYS = "Say here in your own words what this sentence says."
"""What stands in a draft until somebody has read the document; a check refuses to publish it."""
MOST_WORDS = 14
"""A heading has no more words."""


class DraftError(ValueError):
    """No draft can be made; the message says why, and what to do."""


def draft(rulebook: Rulebook, data: bytes, code: str, name: str) -> str:
    """A document's entries for `documents` and `claims` of source.yaml, as YAML. Its headings are CODE1, CODE2 ...

    `name`: the file's name, which the entry's id is made of. Raises DraftError for a code that is no code or is used
    already, for a document that is known already, and for what is no text.
    """
    if not re.fullmatch(r"[A-Z][A-Z0-9]*", code):
        raise DraftError(f"'{code}' can't be a code; give capital letters, such as LL")
    used = [heading for document in rulebook.documents.values() for heading in document.headings]
    if taken := next((one for one in used if re.fullmatch(rf"{code}\d*", one)), ""):
        raise DraftError(f"the code '{taken}' is used already; give another than {code}")
    known = next((one for one in rulebook.documents.values() if one.fingerprint == of_bytes(data)), None)
    if known:
        raise DraftError(f"this is “{known.title}”, which source.yaml has as '{known.id}'")
    try:
        written = lines(data.decode())
    except UnicodeDecodeError:
        raise DraftError("this is not UTF-8 text; save it as a plain text file first") from None
    if not written:
        raise DraftError("there is no text in it")
    return "\n".join(_entries(written, code, _id(rulebook, name), of_bytes(data))) + "\n"


def is_heading(line: Line) -> bool:
    """Whether a line is a heading: short, no item of a list, and without a full stop or colon at its end."""
    return not line.is_item and line.text[-1] not in ".!:;," and len(line.text.split()) <= MOST_WORDS


def _id(rulebook: Rulebook, name: str) -> str:
    made = re.sub(r"[^a-z0-9]+", "-", PurePath(name).stem.lower()).strip("-")[:50] or "document"
    return f"{made}-2" if made in rulebook.documents else made


def _entries(written: list[Line], code: str, document: str, fingerprint: str) -> Iterator[str]:
    headings, paragraphs = _parts(written, code)
    title = written[0].text.replace("\\", "\\\\").replace('"', '\\"')
    yield "documents:"
    yield f"  - document: {document}"
    yield f'    title: "{title}"'
    yield f'    fingerprint: "{fingerprint}"'
    yield "    headings:"
    for heading, number, text in headings:
        yield f'      {heading}: {{name: "{NAME}", fingerprint: "{of_text(text)}"}}  # line {number}'
    yield "    paragraphs:"
    for paragraph, line in paragraphs:
        sentences = len(line.sentences)
        yield f'      {paragraph}: {{sentences: {sentences}, fingerprint: "{line.fingerprint}"}}  # line {line.number}'
    yield "claims:"
    for paragraph, line in paragraphs:
        for number, sentence in enumerate(line.sentences, 1):
            yield f"  - claim: {paragraph.lower()}-{number}"
            yield f'    says: "{SAYS}"'
            yield f"    passage: {paragraph}.{number}"
            yield f'    fingerprint: "{of_text(sentence)}"'


def _parts(written: list[Line], code: str) -> tuple[list[tuple[str, int, str]], list[tuple[str, Line]]]:
    """The headings of a document (code, number of the line, text) and its paragraphs by their codes.

    What stands before the first heading stands under one of its own, which is the document's first line.
    """
    headings: list[tuple[str, int, str]] = []
    paragraphs: list[tuple[str, Line]] = []
    below = 0
    for line in written:
        if is_heading(line) or not headings:
            headings.append((f"{code}{len(headings) + 1}", line.number, line.text))
            below = 0
        if not is_heading(line):
            below += 1
            paragraphs.append((f"{headings[-1][0]}-{below}", line))
    return headings, paragraphs
