"""What does a text rest on? Each statement of the rulebook beside its passages and, at hand, the article's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ...rulebook.model import Caveat, Condition, Rulebook, Statement
from .. import phrases
from ..source_document import lines


@dataclass(frozen=True)
class Source:
    """A passage that a text rests on. `text`: the article's sentence or, without the article, the claims' words.

    `repeated`: the same stands in a text above it, so that it need not be shown twice.
    """

    passage: str
    heading: str
    text: str
    repeated: bool = False


@dataclass(frozen=True)
class Said:
    """A text that visitors can read: what it is called, when it is shown, and what it rests on.

    `silent`: it rests on the article's silence. `by_clinic`: it is not from the article.
    """

    label: str
    text: str
    when: str
    sources: tuple[Source, ...]
    silent: bool
    by_clinic: bool = False


@dataclass(frozen=True)
class Sources:
    """The rulebook and, where its document is given, {passage: the document's own sentence}."""

    rulebook: Rulebook
    sentences: Mapping[str, str]
    given: bool

    def of_passages(self, passages: tuple[str, ...], claims: tuple[str, ...] = ()) -> tuple[Source, ...]:
        """These passages with the article's sentences; without the article, with the words of `claims` on them."""
        return tuple(
            Source(passage, self.rulebook.heading(passage), self._words(passage, claims)) for passage in passages
        )

    def _words(self, passage: str, claims: tuple[str, ...]) -> str:
        if self.given:
            return self.sentences.get(passage, "")
        return " ".join(
            self.rulebook.claims[claim].says for claim in claims if self.rulebook.claims[claim].passage == passage
        )

    def said(self, label: str, statement: Statement, when: Condition | None = None) -> Said:
        """A statement as it stands in the report; with `when`, with the condition that it is shown on."""
        sources = self.of_passages(self.rulebook.passages(statement.claims), statement.claims)
        return Said(label, statement.text, self.condition(when), sources, statement.silent)

    def caveat(self, caveat: Caveat) -> Said:
        return replace(self.said(caveat.id, caveat.statement, caveat.when), by_clinic=caveat.by_clinic)

    def condition(self, when: Condition | None) -> str:
        """A condition as a sentence of its own, or nothing where there is none to show."""
        if when is None:
            return ""
        words = phrases.condition(self.rulebook, when)
        return f"{words[0].upper()}{words[1:]}."


def once(ones: Iterable[Said], seen: set[Source]) -> tuple[Said, ...]:
    """The same texts, with every source that is among `seen` marked as repeated; `seen` grows by the others."""
    found = []
    for one in ones:
        found.append(replace(one, sources=tuple(replace(each, repeated=each in seen) for each in one.sources)))
        seen |= {*one.sources}
    return tuple(found)


def sources(rulebook: Rulebook, document: str | None) -> Sources:
    """Find each passage's sentence in the document's text, by the fingerprint of its paragraph.

    A paragraph that the text does not have, or has with another number of sentences, is left out.
    """
    if document is None:
        return Sources(rulebook, {}, given=False)
    written = {line.fingerprint: line.sentences for line in lines(document)}
    found: dict[str, str] = {}
    for known in rulebook.documents.values():
        for paragraph in known.paragraphs.values():
            sentences = written.get(paragraph.fingerprint, ())
            if len(sentences) == paragraph.sentences:
                found |= dict(zip(paragraph.passages, sentences, strict=True))
    return Sources(rulebook, found, given=True)
