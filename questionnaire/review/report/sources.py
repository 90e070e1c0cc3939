"""What does a text rest on? Each statement of the rulebook beside its passages and, at hand, the article's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ...rulebook.model import Area, Caveat, CitedText, Condition, Document, Rulebook
from ...rulebook.statements import Statement
from .. import phrases


@dataclass(frozen=True)
class Source:
    """A passage that a text rests on. `given`: its document is at hand. `text`: then its own sentence, else the claims'
    words. `document`: its title, where there are several.

    `repeated`: the same stands in a text above it, so that it need not be shown twice.
    """

    passage: str
    heading: str
    text: str
    given: bool
    document: str
    repeated: bool = False


@dataclass(frozen=True)
class ShownText:
    """A text that visitors can read: what it is called, when it is shown, and what it rests on.

    `silent`: it rests on the article's silence. `by_clinic`: it is not from the article.
    """

    label: str
    text: str
    when: str
    sources: tuple[Source, ...]
    silent: bool
    by_clinic: bool


@dataclass(frozen=True)
class Sources:
    """The rulebook, the ids of the documents that are at hand, and {passage: a document's own sentence}."""

    rulebook: Rulebook
    sentences: Mapping[str, str]
    given: frozenset[str]

    def of_passages(self, passages: tuple[str, ...], claims: tuple[str, ...] = ()) -> tuple[Source, ...]:
        """These passages with the documents' sentences; without the document, with the words of `claims` on them."""
        return tuple(
            Source(
                passage,
                self.rulebook.heading(passage),
                self._words(passage, claims),
                self.is_given(passage),
                self.rulebook.document(passage).title if self.several else "",
            )
            for passage in passages
        )

    @property
    def several(self) -> bool:
        """Whether the rulebook has more than one document."""
        return len(self.rulebook.documents) > 1

    def found(self, document: Document) -> int:
        """How many sentences of a document were found in the file that was given."""
        return sum(self.rulebook.document(passage).id == document.id for passage in self.sentences)

    def is_given(self, passage: str) -> bool:
        """Whether the document of a passage is at hand."""
        return self.rulebook.document(passage).id in self.given

    def _words(self, passage: str, claims: tuple[str, ...]) -> str:
        if self.is_given(passage):
            return self.sentences.get(passage, "")
        cited = (self.rulebook.claims[claim] for claim in claims)
        return " ".join(claim.says for claim in cited if claim.passage == passage)

    def text(
        self, label: str, cited: CitedText | Statement, when: Condition | None = None, by_clinic: bool = False
    ) -> ShownText:
        """A text as it stands in the report; with `when`, with the condition that it is shown on."""
        sources = self.of_passages(self.rulebook.passages(cited.claims), cited.claims)
        condition = "" if when is None else self.condition(when)
        return ShownText(label, cited.text, condition, sources, cited.silent, by_clinic)

    def caveat(self, caveat: Caveat, always: bool = False) -> ShownText:
        """A caveat as it stands in the report, with the condition that it is shown on unless it is `always` carried."""
        return self.text(caveat.id, caveat.statement, None if always else caveat.when, caveat.by_clinic)

    def facts(self, area: Area) -> list[ShownText]:
        """What is said of an area, row by row."""
        return [self.text(self.rulebook.facts[row].name, statement) for row, statement in area.facts.items()]

    def notes(self, area: Area) -> list[ShownText]:
        """What can stand above an area's options."""
        return [self.caveat(note) for note in self.rulebook.notes[area.id]]

    def common(self, area: Area) -> list[ShownText]:
        """What people often ask about an area."""
        return [self.text(common.question, common.answer) for common in area.common_questions]

    def terms(self) -> list[ShownText]:
        """The words of the glossary."""
        terms = self.rulebook.glossary.values()
        return [self.text(", ".join((t.name, *t.also)), t.means, by_clinic=t.by_clinic) for t in terms]

    def condition(self, when: Condition) -> str:
        """A condition as a sentence of its own."""
        words = phrases.condition(self.rulebook, when)
        return f"{words[0].upper()}{words[1:]}."


def once(texts: Iterable[ShownText], seen: set[Source]) -> tuple[ShownText, ...]:
    """The same texts, with every source that is among `seen` marked as repeated; `seen` grows by the others."""
    marked = []
    for text in texts:
        marked.append(replace(text, sources=tuple(replace(source, repeated=source in seen) for source in text.sources)))
        seen |= {*text.sources}
    return tuple(marked)
