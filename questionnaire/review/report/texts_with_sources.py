"""What does a text rest on? Each statement of the rulebook beside its passages and, at hand, the article's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...decide.sign_off_units import Standing
from ...rulebook.model import Area, Caveat, CitedText, Condition, Document, Rulebook
from ...rulebook.problems import Place
from ...rulebook.statements import Statement, statements
from .. import phrases
from ..remarks_file import Remark
from ..unsigned import words_then


@dataclass(frozen=True)
class Source:
    """A passage that a text rests on. `given`: its document is at hand. `text`: then its own sentence, else the claims'
    words. `document`: its title, where there are several.
    """

    passage: str
    heading: str
    text: str
    given: bool
    document: str


@dataclass(frozen=True)
class ShownText:
    """A text that visitors can read: what it is called, when it is shown, and what it rests on.

    `silent`: it rests on the article's silence. `by_clinic`: it is not from the article. `before`: what the words were
    when they were signed, where they differ since. `remarks`: the open ones that staff made on it.
    """

    label: str
    text: str
    when: str
    sources: tuple[Source, ...]
    silent: bool
    by_clinic: bool
    before: str | None
    remarks: tuple[Remark, ...]


class Sources:
    """Sets each text of a rulebook beside what it rests on, what it said when it was signed, and remarks on it.

    `sentences`: {passage: a document's own sentence}. `given`: the ids of the documents that are at hand.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        sentences: Mapping[str, str],
        given: frozenset[str],
        standings: Iterable[Standing] = (),
        remarks: Iterable[Remark] = (),
    ) -> None:
        self.rulebook, self.sentences, self.given = rulebook, sentences, given
        self.several = len(rulebook.documents) > 1
        self._ids: Mapping[Place, str] = {one.place: one.id for one in statements(rulebook) if one.cited}
        self._before = {name: words for one in standings for name, words in words_then(one).items()}
        self._remarks = tuple(remarks)

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
        condition = "" if when is None else phrases.short_condition(self.rulebook, when)
        name = cited.id if isinstance(cited, Statement) else self._ids.get(cited.place, "")
        remarks = tuple(remark for remark in self._remarks if remark.statement == name)
        return ShownText(
            label, cited.text, condition, sources, cited.silent, by_clinic, self._before.get(name), remarks
        )

    def caveat(self, caveat: Caveat, always: bool = False) -> ShownText:
        """A caveat as it stands in the report, with the condition that it is shown on unless it is `always` carried."""
        return self.text(caveat.id, caveat.statement, None if always else caveat.when, caveat.by_clinic)

    def facts(self, area: Area) -> list[ShownText]:
        """What is said of an area, row by row."""
        return [self.text(self.rulebook.facts[row].name, statement) for row, statement in area.facts.items()]

    def notes(self, area: Area) -> list[ShownText]:
        """What can stand above an area's options and above those of no other area."""
        return [self.caveat(note) for note in self.rulebook.notes[area.id] if note.areas == (area.id,)]

    def common(self, area: Area) -> list[ShownText]:
        """What people often ask about an area."""
        return [self.text(common.question, common.answer) for common in area.common_questions]

    def terms(self) -> list[ShownText]:
        """The words of the glossary."""
        terms = self.rulebook.glossary.values()
        return [self.text(", ".join((t.name, *t.also)), t.means, by_clinic=t.by_clinic) for t in terms]
