"""The rulebook as values: frozen dataclasses, every name already resolved, nothing of YAML left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..problems import Problem
from .basics import HIDDEN, KINDS, VERDICTS, Added, Answers, CitedText, Condition, Kind, RestsOn, Verdict
from .clinic import Clinic, ClinicAnswer, GeneralQuestion, Matter, Readiness, Sells, Term
from .options import Caveat, Example, GridRow, Option, Rule
from .questions import Area, AskedWhen, Choice, CommonQuestion, FactRow, NoteExample, Question
from .sources import Claim, Conflict, Document, Doubt, Heading, NotUsed, Paragraph, Side
from .staff import Hold, Passkey, ReadStatement, Reviewer, SignOff, TranslatedText, Translation
from .standards import Allowed, Counterpart, Lexicon, OfLanguage, Promise, ReasonWords, Standards, Word

__all__ = [
    "HIDDEN",
    "KINDS",
    "VERDICTS",
    "Added",
    "Allowed",
    "Answers",
    "Area",
    "AskedWhen",
    "Caveat",
    "Choice",
    "CitedText",
    "Claim",
    "Clinic",
    "ClinicAnswer",
    "CommonQuestion",
    "Condition",
    "Conflict",
    "Counterpart",
    "Document",
    "Doubt",
    "Example",
    "FactRow",
    "GeneralQuestion",
    "GridRow",
    "Heading",
    "Hold",
    "Kind",
    "Lexicon",
    "Matter",
    "NotUsed",
    "NoteExample",
    "OfLanguage",
    "Option",
    "Paragraph",
    "Passkey",
    "Promise",
    "Question",
    "ReadStatement",
    "Readiness",
    "ReasonWords",
    "RestsOn",
    "Reviewer",
    "Rule",
    "Rulebook",
    "Sells",
    "Side",
    "SignOff",
    "Standards",
    "Term",
    "TranslatedText",
    "Translation",
    "Verdict",
    "Word",
]


@dataclass(frozen=True)
class Rulebook:
    """All that staff wrote, checked. Mappings keep the order of the files; `fingerprint` changes with any meaning.

    `language`: the one that its texts were translated to (translated.py), and `originals` the fingerprint of what each
    translates, by id; both are empty as it was written.
    """

    fingerprint: str = field(metadata=HIDDEN)
    layout: str = field(metadata=HIDDEN)
    questions: Mapping[str, Question]
    areas: Mapping[str, Area]
    options: Mapping[str, Option]
    caveats: Mapping[str, Caveat]
    facts: Mapping[str, FactRow]
    grid: Mapping[str, GridRow]
    documents: Mapping[str, Document]
    claims: Mapping[str, Claim]
    not_used: tuple[NotUsed, ...]
    promises: tuple[Promise, ...] = field(metadata=HIDDEN)
    conflicts: Mapping[str, Conflict]
    standards: Standards = field(metadata=HIDDEN)
    doubts: Mapping[str, Doubt] = field(default_factory=dict)
    glossary: Mapping[str, Term] = field(default_factory=dict)
    general_questions: Mapping[str, GeneralQuestion] = field(default_factory=dict)
    matters: Mapping[str, Matter] = field(default_factory=dict)
    readiness: Mapping[str, Readiness] = field(default_factory=dict)
    clinic: Clinic = Clinic()
    sign_offs: Mapping[str, SignOff] = field(default_factory=dict, metadata=HIDDEN)
    reviewers: Mapping[str, Reviewer] = field(default_factory=dict, metadata=HIDDEN)
    holds: Mapping[str, Hold] = field(default_factory=dict, metadata=HIDDEN)
    translations: Mapping[str, Translation] = field(default_factory=dict, metadata=HIDDEN)
    translation_problems: tuple[Problem, ...] = field(default=(), metadata=HIDDEN)
    language: str = field(default="", metadata=HIDDEN)
    originals: Mapping[str, str] = field(default_factory=dict, metadata=HIDDEN)

    @cached_property
    def rules(self) -> Mapping[str, tuple[Rule, ...]]:
        """For each option all rules that may decide it: its own, then the clinic's."""
        return {
            option.id: (*option.rules, *(rule for rule in self.clinic.rules if option.id in rule.options))
            for option in self.options.values()
        }

    @cached_property
    def expect(self) -> Mapping[str, tuple[Caveat, ...]]:
        """For each option the caveats that can apply to it, in the order they are shown."""
        carried: dict[str, list[Caveat]] = {option: [] for option in self.options}
        for caveat in self.caveats.values():
            for option in carried.keys() & caveat.options:
                carried[option].append(caveat)
        return {option: tuple(caveats) for option, caveats in carried.items()}

    @cached_property
    def notes(self) -> Mapping[str, tuple[Caveat, ...]]:
        """For each area the caveats that can stand above its options, in the order they are shown."""
        return {area: tuple(c for c in self.caveats.values() if area in c.areas) for area in self.areas}

    @cached_property
    def scope_questions(self) -> frozenset[str]:
        """The questions whose answers decide which areas are in scope."""
        conditions = (when for area in self.areas.values() for when in area.in_scope_when)
        return frozenset(question for when in conditions for question in when.questions)

    @cached_property
    def _of_heading(self) -> Mapping[str, Document]:
        """The document of each heading's code."""
        return {code: document for document in self.documents.values() for code in document.headings}

    def document(self, passage: str) -> Document:
        """The document that a passage is of. Raises KeyError for a passage of none."""
        return self._of_heading[passage.rsplit("-", 1)[0]]

    def heading(self, passage: str) -> str:
        """The name of the heading that a passage stands under, in our words."""
        return self.document(passage).headings[passage.rsplit("-", 1)[0]].name

    def origins(self, claims: tuple[str, ...]) -> tuple[Document, ...]:
        """The documents that these claims rest on, each once, in the claims' order."""
        documents = {document.id: document for document in map(self.document, self.passages(claims))}
        return tuple(documents.values())

    def area_of(self, claim: str) -> str | None:
        """The one area that a claim speaks of; None where it speaks of both. Raises KeyError for no claim of ours."""
        known = self.claims[claim]
        return known.area or self.document(known.passage).headings[known.passage.rsplit("-", 1)[0]].area

    def passages(self, claims: tuple[str, ...]) -> tuple[str, ...]:
        """The passages that these claims rest on, each once, in the claims' order."""
        return tuple(dict.fromkeys(self.claims[claim].passage for claim in claims))

    def passages_by_title(self, claims: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
        """The same under the title of the document that they are of; one empty title where there is one document."""
        passages = self.passages(claims)
        if len(self.documents) < 2:
            return {"": passages} if passages else {}
        titles = {passage: self.document(passage).title for passage in passages}
        return {title: tuple(p for p in passages if titles[p] == title) for title in titles.values()}
