"""The rulebook as values: frozen dataclasses, every name already resolved, nothing of YAML left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from .problems import Place

Verdict = Literal["fits", "ask", "ruled-out"]
Kind = Literal["self-care", "device", "injection", "surgery"]
Answers = Mapping[str, str]
"""One visitor's replies, {question id: choice id}; a question that was not asked is absent."""

KINDS: tuple[Kind, ...] = ("self-care", "device", "injection", "surgery")
"""From what one does oneself to operations."""

VERDICTS: tuple[Verdict, ...] = ("fits", "ask", "ruled-out")
"""From the least to the most cautious; where several rules match, the last of these wins."""


@dataclass(frozen=True)
class Condition:
    """Lines that must all hold; a line holds where the answer is one of its choices. No lines: always."""

    lines: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def holds(self, answers: Answers) -> bool:
        """Whether these answers meet the condition. An absent answer meets no line."""
        return all(answers.get(question) in choices for question, choices in self.lines)

    @property
    def questions(self) -> frozenset[str]:
        return frozenset(question for question, _ in self.lines)


@dataclass(frozen=True)
class Statement:
    """A text and the claims it rests on. `silent`: it says that the article says nothing."""

    text: str
    claims: tuple[str, ...]
    silent: bool
    place: Place


@dataclass(frozen=True)
class Choice:
    id: str
    label: str
    hint: str


@dataclass(frozen=True)
class AskedWhen:
    """When a question is asked: always (both empty), where one of these areas is in scope, or on answers."""

    areas: tuple[str, ...] = ()
    condition: Condition = Condition()


@dataclass(frozen=True)
class Question:
    id: str
    ask: str
    hint: str
    why: Statement
    choices: Mapping[str, Choice]
    asked_when: AskedWhen
    place: Place


@dataclass(frozen=True)
class CommonQuestion:
    question: str
    answer: Statement


@dataclass(frozen=True)
class NoteExample:
    """Imaginary answers and exactly the notes that an area must show for them, in their order."""

    name: str
    answers: Answers
    notes: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Area:
    """`in_scope_when`: any of these conditions brings the area in scope. `facts`: {row id: statement}."""

    id: str
    name: str
    in_scope_when: tuple[Condition, ...]
    options: tuple[str, ...]
    facts: Mapping[str, Statement]
    common_questions: tuple[CommonQuestion, ...]
    examples: tuple[NoteExample, ...]
    place: Place


@dataclass(frozen=True)
class Rule:
    """A condition on answers, the verdict it gives and the reason. `conflict`: the open conflict it honours."""

    id: str
    verdict: Verdict
    when: Condition
    because: Statement
    conflict: str | None
    place: Place


@dataclass(frozen=True)
class Caveat:
    """A realistic-expectation statement.

    `options` are the ids of the options that carry it (where `when` holds); `areas` those whose results show it as a
    note instead. `first`: among the notes it stands before all that are not. `by_clinic`: not from the article.
    """

    id: str
    statement: Statement
    when: Condition
    options: tuple[str, ...]
    areas: tuple[str, ...]
    first: bool
    by_clinic: bool
    place: Place


@dataclass(frozen=True)
class Example:
    """Imaginary answers and exactly what they must give: verdict, deciding rules, caveats (as sets)."""

    name: str
    answers: Answers
    verdict: Verdict
    because: tuple[str, ...]
    caveats: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Review:
    """Who reviewed an option's file; all empty where nobody has. Dates are ISO days (YYYY-MM-DD)."""

    by: str = ""
    role: str = ""
    on: str = ""
    review_again: str = ""
    fingerprint: str = ""


@dataclass(frozen=True)
class Option:
    """One thing a person can do about an area. `id` is `area/name`, its file's path; `grid` is {row id: statement}."""

    id: str
    area: str
    name: str
    kind: Kind
    summary: Statement
    rules: tuple[Rule, ...]
    grid: Mapping[str, Statement]
    examples: tuple[Example, ...]
    review: Review
    place: Place


@dataclass(frozen=True)
class GridRow:
    """A row of the side-by-side grid. `question`: what to ask the clinic where the cell of an option is silent, if the
    option is of one of the kinds in `ask_about`.
    """

    id: str
    name: str
    question: str
    ask_about: tuple[Kind, ...]


@dataclass(frozen=True)
class Promise:
    """A sentence that must hold for every combination of answers that meets `when`, for the chosen options."""

    id: str
    says: str
    when: Condition
    options: tuple[str, ...]
    never: tuple[Verdict, ...]
    carries: tuple[str, ...]
    notes_begin_with: Mapping[str, str]
    going_further: tuple[str, tuple[str, ...]] | None
    place: Place


@dataclass(frozen=True)
class Side:
    """One side of a conflict: what these passages say, in our words."""

    says: str
    passages: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """Passages that disagree. `decided_by` is empty while it is open; `follows` are the passages the rules follow."""

    id: str
    about: str
    sides: tuple[Side, ...]
    follows: tuple[str, ...]
    because: str
    decided_by: str
    touches: tuple[str, ...]
    place: Place

    @property
    def open(self) -> bool:
        return not self.decided_by


@dataclass(frozen=True)
class Paragraph:
    code: str
    sentences: int
    fingerprint: str
    place: Place

    @property
    def passages(self) -> tuple[str, ...]:
        return tuple(f"{self.code}.{number}" for number in range(1, self.sentences + 1))


@dataclass(frozen=True)
class Heading:
    code: str
    name: str
    fingerprint: str
    place: Place


@dataclass(frozen=True)
class Document:
    """A source document. Fingerprints are the first 12 hexadecimal digits of a SHA-256 (review/source_document.py)."""

    id: str
    title: str
    fingerprint: str
    headings: Mapping[str, Heading]
    paragraphs: Mapping[str, Paragraph]
    place: Place


@dataclass(frozen=True)
class Claim:
    """One thing that a document says, in our words, the passage it rests on and that paragraph's fingerprint."""

    id: str
    says: str
    passage: str
    fingerprint: str
    place: Place


@dataclass(frozen=True)
class NotUsed:
    passages: tuple[str, ...]
    reason: str
    place: Place


@dataclass(frozen=True)
class Word:
    """A word that no text may have, and why; `unless` are the phrases in which it may stand."""

    word: str
    because: str
    unless: tuple[str, ...]


@dataclass(frozen=True)
class Standards:
    """What texts and options are held to. Reading ages are in years; `required`: {kind: caveats it always carries}."""

    words: tuple[Word, ...]
    names_left_aside: tuple[str, ...]
    age_of_file: int
    age_of_text: int
    required: Mapping[Kind, tuple[str, ...]]


@dataclass(frozen=True)
class Rulebook:
    """All that staff wrote, checked. Mappings keep the order of the files; `fingerprint` changes with any meaning.

    `expect` gives for each option the caveats that can apply to it, in the order they are shown; `notes` the same for
    each area.
    """

    fingerprint: str
    layout: str
    questions: Mapping[str, Question]
    areas: Mapping[str, Area]
    options: Mapping[str, Option]
    caveats: Mapping[str, Caveat]
    expect: Mapping[str, tuple[Caveat, ...]]
    notes: Mapping[str, tuple[Caveat, ...]]
    facts: Mapping[str, str]
    grid: Mapping[str, GridRow]
    documents: Mapping[str, Document]
    claims: Mapping[str, Claim]
    not_used: tuple[NotUsed, ...]
    promises: tuple[Promise, ...]
    conflicts: Mapping[str, Conflict]
    standards: Standards

    @cached_property
    def scope_questions(self) -> frozenset[str]:
        """The questions whose answers decide which areas are in scope."""
        conditions = (when for area in self.areas.values() for when in area.in_scope_when)
        return frozenset(question for when in conditions for question in when.questions)

    def heading(self, passage: str) -> str:
        """The name of the heading that a passage stands under, in our words."""
        code = passage.rsplit("-", 1)[0]
        for document in self.documents.values():
            if code in document.headings:
                return document.headings[code].name
        raise KeyError(passage)

    def passages(self, claims: tuple[str, ...]) -> tuple[str, ...]:
        """The passages that these claims rest on, each once, in the claims' order."""
        return tuple(dict.fromkeys(self.claims[claim].passage for claim in claims))
