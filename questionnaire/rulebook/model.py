"""The rulebook as values: frozen dataclasses, every name already resolved, nothing of YAML left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from .problems import Place, Problem

Verdict = Literal["fits", "ask", "ruled-out"]
Kind = Literal["self-care", "device", "injection", "surgery"]
RestsOn = Literal["article", "silence", "clinic"]
"""What stands behind a text: a document, a document's silence, or the clinic."""

Answers = Mapping[str, str]
"""One visitor's replies, {question id: choice id}; a question that was not asked is absent."""

KINDS: tuple[Kind, ...] = ("self-care", "device", "injection", "surgery")
"""From what one does oneself to operations."""

VERDICTS: tuple[Verdict, ...] = ("fits", "ask", "ruled-out")
"""From the least to the most cautious; where several rules match, the last of these wins."""

HIDDEN = {"visitors": False}
"""The metadata of a field that visitors never read, such as an id. The texts of all others are statements."""


@dataclass(frozen=True)
class Condition:
    """Lines that must all hold; a line holds where the answer is one of its choices. No lines: always."""

    lines: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), metadata=HIDDEN)

    def holds(self, answers: Answers) -> bool:
        """Whether these answers meet the condition. An absent answer meets no line."""
        return all(answers.get(question) in choices for question, choices in self.lines)

    @property
    def questions(self) -> frozenset[str]:
        """The questions whose answers it reads."""
        return frozenset(question for question, _ in self.lines)


@dataclass(frozen=True)
class Added:
    """Where a line of the clinic's own comes from and when it was written, and from which day until which it holds.

    Days are ISO days (YYYY-MM-DD); `since` and `until` are the first and the last day, empty where there is none.
    """

    source: str
    dated: str = field(metadata=HIDDEN)
    since: str = field(default="", metadata=HIDDEN)
    until: str = field(default="", metadata=HIDDEN)

    def holds(self, day: str) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (not self.until or day <= self.until)


@dataclass(frozen=True)
class CitedText:
    """A text and the claims it rests on.

    `silent`: it says that the article says nothing. `also_ask`: it says something, but leaves its row's question open.
    `added`: the clinic's answer to a silence.
    """

    text: str
    claims: tuple[str, ...] = field(metadata=HIDDEN)
    silent: bool
    place: Place
    also_ask: bool = False
    added: Added | None = None


@dataclass(frozen=True)
class Choice:
    """A reply that a question permits."""

    id: str = field(metadata=HIDDEN)
    label: str
    hint: str
    place: Place
    claims: tuple[str, ...] = field(default=(), metadata=HIDDEN)


@dataclass(frozen=True)
class AskedWhen:
    """When a question is asked: where one of these areas is in scope (none: always) and the condition holds."""

    areas: tuple[str, ...] = field(default=(), metadata=HIDDEN)
    condition: Condition = Condition()


@dataclass(frozen=True)
class Question:
    """One question as it is asked, and why. `added`: it is the clinic's own.

    `worded`: in another language, its id, text and choices as they were written: a visitor's answers belong to these.
    """

    id: str = field(metadata=HIDDEN)
    ask: str
    hint: str
    why: CitedText
    choices: Mapping[str, Choice]
    asked_when: AskedWhen
    place: Place
    added: Added | None = None
    worded: tuple[str, ...] = field(default=(), metadata=HIDDEN)

    @property
    def by_clinic(self) -> bool:
        """Whether the clinic asks it, and not the guide."""
        return self.added is not None

    @property
    def claims(self) -> tuple[str, ...]:
        """What all of its texts rest on."""
        return self.why.claims


@dataclass(frozen=True)
class CommonQuestion:
    """What people often ask about an area, and what the article answers."""

    question: str
    answer: CitedText
    place: Place


@dataclass(frozen=True)
class NoteExample:
    """Imaginary answers and exactly the notes that an area must show for them, in their order.

    `first`: exactly those that must stand before the notes of all areas; None where the example does not say.
    """

    name: str
    answers: Answers
    notes: tuple[str, ...]
    place: Place
    first: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Area:
    """`in_scope_when`: any of these conditions brings the area in scope. `facts`: {row id: statement}."""

    id: str = field(metadata=HIDDEN)
    name: str
    in_scope_when: tuple[Condition, ...]
    options: tuple[str, ...] = field(metadata=HIDDEN)
    facts: Mapping[str, CitedText]
    common_questions: tuple[CommonQuestion, ...]
    examples: tuple[NoteExample, ...] = field(metadata=HIDDEN)
    place: Place


@dataclass(frozen=True)
class Rule:
    """A condition on answers, the verdict it gives and the reason. `conflict`: the open conflict it honours.

    `by_clinic`: the reason is the clinic's, and pages say so. `added`: it stands in clinic.yaml, and makes `options`
    more cautious.
    """

    id: str = field(metadata=HIDDEN)
    verdict: Verdict
    when: Condition
    because: CitedText
    conflict: str | None = field(metadata=HIDDEN)
    place: Place
    by_clinic: bool = False
    options: tuple[str, ...] = field(default=(), metadata=HIDDEN)
    added: Added | None = None


@dataclass(frozen=True)
class Caveat:
    """A realistic-expectation statement.

    `options` are the ids of the options that carry it (where `when` holds); `areas` those whose results show it as a
    note instead. `first`: among the notes it stands before all that are not. `by_clinic`: not from the article.
    `question`: what to ask the clinic where the caveat leaves something open, or empty. `added`: where what the clinic
    adds comes from, if it says so.
    """

    id: str = field(metadata=HIDDEN)
    statement: CitedText
    when: Condition
    options: tuple[str, ...] = field(metadata=HIDDEN)
    areas: tuple[str, ...] = field(metadata=HIDDEN)
    first: bool
    by_clinic: bool
    place: Place
    question: str = ""
    added: Added | None = None

    @property
    def puts_support_first(self) -> bool:
        """Whether it is what the clinic says, by the answer to its question, before all else."""
        return self.first and self.added is not None

    @property
    def rests_on(self) -> RestsOn:
        """Who stands behind it."""
        return "clinic" if self.by_clinic else "silence" if self.statement.silent else "article"


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
class ReadStatement:
    """A statement as it was when it was read: its fingerprint and its words, so that old and new can be shown.

    `by` and `on` are given where it was read for an earlier sign-off and has not changed since.
    """

    fingerprint: str
    words: str
    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class SignOff:
    """Who read a unit, as what, on which day and until when that holds (ISO days), and what they read.

    `table` is the fingerprint of the unit's table, `statements` those of its texts by id (decide/signoff.py).
    `signature`: what a desk adds to prove who signed; None where a terminal wrote it.
    """

    unit: str
    by: str
    role: str
    on: str
    until: str
    table: str
    statements: Mapping[str, ReadStatement]
    place: Place
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Hold:
    """An option that a reviewer holds back: who, since when (ISO day), and why, for staff."""

    option: str
    by: str
    on: str
    because: str
    place: Place


@dataclass(frozen=True)
class Passkey:
    """The public half of a passkey, in base64url as browsers send it; `revoked`: since when it counts for nothing."""

    id: str
    public_key: str
    revoked: str


@dataclass(frozen=True)
class Reviewer:
    """Somebody whose sign-offs are proved by a passkey that was shown at this address; ISO days, empty where not."""

    name: str
    since: str
    left: str
    address: str
    passkeys: tuple[Passkey, ...]
    place: Place


@dataclass(frozen=True)
class Option:
    """One thing a person can do about an area. `id` is `area/name`, its file's path; `grid` is {row id: text}.

    `question`: what to ask the clinic where the summary leaves something open, or empty. `never_fits`: for staff, why
    no answers alone make it fit, or empty.
    """

    id: str = field(metadata=HIDDEN)
    area: str = field(metadata=HIDDEN)
    name: str
    kind: Kind
    summary: CitedText
    rules: tuple[Rule, ...]
    grid: Mapping[str, CitedText]
    examples: tuple[Example, ...] = field(metadata=HIDDEN)
    place: Place
    question: str = ""
    never_fits: str = field(default="", metadata=HIDDEN)


@dataclass(frozen=True)
class GridRow:
    """A row of the side-by-side grid. `question`: what to ask the clinic where the cell of an option is silent, if the
    option is of one of the kinds in `ask_about`.
    """

    id: str = field(metadata=HIDDEN)
    name: str
    question: str
    ask_about: tuple[Kind, ...]
    place: Place


@dataclass(frozen=True)
class FactRow:
    """A row of the areas side by side, and its name."""

    id: str = field(metadata=HIDDEN)
    name: str
    place: Place


@dataclass(frozen=True)
class Promise:
    """A sentence that must hold for every combination of answers that meets `when`, for the chosen options.

    Of an option: `never` these verdicts; `carries` or `lacks` these caveats; `because` of these rules, deciding or not;
    `asks` the questions of these rows of the grid; `same_verdict_as` another option; `going_further` along an order of
    choices never makes a verdict more cautious. Of areas: `notes` that are shown, `no_notes` that are not, and the one
    that `notes_begin_with`.
    """

    id: str
    says: str
    when: Condition
    options: tuple[str, ...]
    never: tuple[Verdict, ...]
    carries: tuple[str, ...]
    notes_begin_with: Mapping[str, str]
    going_further: tuple[str, tuple[str, ...]] | None
    place: Place
    lacks: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    same_verdict_as: str = ""
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    no_notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def areas(self) -> frozenset[str]:
        """The areas of whose notes it speaks."""
        return frozenset([*self.notes, *self.no_notes, *self.notes_begin_with])


@dataclass(frozen=True)
class Side:
    """One side of a conflict: what these passages say, in our words."""

    says: str
    passages: tuple[str, ...] = field(metadata=HIDDEN)


@dataclass(frozen=True)
class Conflict:
    """Passages that disagree. `decided_by` is empty while it is open; `follows` are the passages the rules follow."""

    id: str = field(metadata=HIDDEN)
    about: str
    sides: tuple[Side, ...]
    follows: tuple[str, ...] = field(metadata=HIDDEN)
    because: str
    decided_by: str
    touches: tuple[str, ...] = field(metadata=HIDDEN)
    place: Place

    @property
    def open(self) -> bool:
        """Whether nobody has decided it."""
        return not self.decided_by


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a document: how many sentences it has, and the fingerprint of its own words."""

    code: str
    sentences: int
    fingerprint: str
    place: Place

    @property
    def passages(self) -> tuple[str, ...]:
        """The codes of its sentences."""
        return tuple(f"{self.code}.{number}" for number in range(1, self.sentences + 1))


@dataclass(frozen=True)
class Heading:
    """A heading of a document by a name of ours, and the fingerprint of its own words. `area`: the one it speaks of."""

    code: str = field(metadata=HIDDEN)
    name: str
    fingerprint: str = field(metadata=HIDDEN)
    place: Place
    area: str | None = field(default=None, metadata=HIDDEN)


@dataclass(frozen=True)
class Document:
    """A source document. Fingerprints are the first 12 hexadecimal digits of a SHA-256 (review/source_document.py)."""

    id: str = field(metadata=HIDDEN)
    title: str
    fingerprint: str = field(metadata=HIDDEN)
    headings: Mapping[str, Heading]
    paragraphs: Mapping[str, Paragraph] = field(metadata=HIDDEN)
    place: Place


@dataclass(frozen=True)
class Claim:
    """One thing that a document says, in our words, the passage it rests on and that sentence's fingerprint.

    `area`: the one area that it speaks of, where its heading does not say; None for its heading's, or for both.
    """

    id: str = field(metadata=HIDDEN)
    says: str
    passage: str = field(metadata=HIDDEN)
    fingerprint: str = field(metadata=HIDDEN)
    place: Place
    area: str | None = field(default=None, metadata=HIDDEN)


@dataclass(frozen=True)
class Doubt:
    """A claim that the article makes and a clinician may not: shown only as what the article says, with a question.

    `because` is for staff.
    """

    id: str = field(metadata=HIDDEN)
    claim: str = field(metadata=HIDDEN)
    because: str = field(metadata=HIDDEN)
    question: str
    place: Place


@dataclass(frozen=True)
class Term:
    """A word that visitors may not know, and what it means. `also`: other words for it that stand in texts."""

    id: str = field(metadata=HIDDEN)
    name: str
    also: tuple[str, ...]
    means: CitedText
    by_clinic: bool
    place: Place

    @property
    def other_names(self) -> tuple[str, ...]:
        """The other words for it, without forms of its name such as a plural."""
        return tuple(word for word in self.also if not word.lower().startswith(self.name.lower()))


@dataclass(frozen=True)
class GeneralQuestion:
    """A question that everybody may take to a clinic, whatever their answers. It is the clinic's."""

    id: str = field(metadata=HIDDEN)
    question: str
    by_clinic: bool
    place: Place


@dataclass(frozen=True)
class Matter:
    """Something that may matter to a visitor, and the rows of the grid that speak of it. It is not from a document."""

    id: str = field(metadata=HIDDEN)
    name: str
    rows: tuple[str, ...] = field(metadata=HIDDEN)
    by_clinic: bool
    place: Place


@dataclass(frozen=True)
class Readiness:
    """A yes-or-no question about being ready to decide, and what may help who says no. It is not from a document."""

    id: str = field(metadata=HIDDEN)
    ask: str
    if_not: str
    by_clinic: bool
    place: Place


@dataclass(frozen=True)
class NotUsed:
    """Passages that no claim rests on, and why."""

    passages: tuple[str, ...] = field(metadata=HIDDEN)
    reason: str
    place: Place

    @property
    def id(self) -> str:
        """Its first passage: no passage is listed twice."""
        return self.passages[0]


@dataclass(frozen=True)
class Word:
    """A word that no text may have, and why; `unless` are the phrases in which it may stand."""

    word: str
    because: str
    unless: tuple[str, ...]


@dataclass(frozen=True)
class ReasonWords:
    """Words that a rule's reason may not have (`never`), or of which it has to have one (`needs`).

    They hold under this verdict, and where the rule's condition has one of these answers and no other to the question.
    """

    verdict: Verdict | None
    answers: Condition
    never: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Allowed:
    """An exception from a check: the statement that it may ignore, and why. `text` is the statement's id."""

    check: str
    text: str
    because: str
    place: Place


@dataclass(frozen=True)
class Lexicon:
    """The words that the checks of meaning know (standards.yaml).

    `backed` need a claim that has them; `hedges` make a claim careful, and with `softeners` a text; `sure` harden one;
    `opposites` are pairs of groups; `negations` deny; `silences` say that the article says
    nothing; `treatments` are the names of each treatment; `asserting` turn a label into a statement of fact; `choices`
    are words of labels and hints, by the answers that they belong to.
    """

    backed: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    softeners: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    opposites: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    negations: tuple[str, ...] = ()
    silences: tuple[str, ...] = ()
    treatments: tuple[tuple[str, ...], ...] = ()
    asserting: tuple[str, ...] = ()
    reasons: tuple[ReasonWords, ...] = ()
    choices: tuple[ReasonWords, ...] = ()


@dataclass(frozen=True)
class Counterpart:
    """Words of the original, and those of which a translation of it then has one, and else none; but it may have one
    also for the words of `also_for`.
    """

    original: tuple[str, ...]
    said: tuple[str, ...]
    also_for: tuple[str, ...]


@dataclass(frozen=True)
class OfLanguage:
    """What texts in another language are held to.

    `words`: which no text may have. `counterparts`: how number words, times and promises of the original are said.
    `ease_of_...`: how easy texts have to be to read, by a formula made for the language; 0 where there is none.
    `words_of_...`: how many words a sentence may have at most, in a text, and on average in a file; 0 for any number.
    """

    words: tuple[Word, ...]
    counterparts: tuple[Counterpart, ...]
    ease_of_file: int
    ease_of_text: int
    words_of_file: int
    words_of_text: int


@dataclass(frozen=True)
class Standards:
    """What texts and options are held to. Reading ages are in years; `required`: {kind: caveats it always carries}."""

    words: tuple[Word, ...]
    names_left_aside: tuple[str, ...]
    age_of_file: int
    age_of_text: int
    required: Mapping[Kind, tuple[str, ...]]
    lexicon: Lexicon = Lexicon()
    exceptions: tuple[Allowed, ...] = ()
    languages: Mapping[str, OfLanguage] = field(default_factory=dict)


@dataclass(frozen=True)
class ClinicAnswer:
    """The clinic's answer to what the article does not say: it fills the row of the grid for these options."""

    id: str = field(metadata=HIDDEN)
    options: tuple[str, ...] = field(metadata=HIDDEN)
    row: str = field(metadata=HIDDEN)
    answer: CitedText
    added: Added
    place: Place


@dataclass(frozen=True)
class Sells:
    """The options that the clinic earns money with."""

    options: tuple[str, ...] = field(metadata=HIDDEN)
    added: Added
    place: Place


@dataclass(frozen=True)
class Clinic:
    """What the clinic adds, besides its caveats and its question, which stand among the others.

    `invasive_rules`: whether each kind of invasive option needs a time to decide.
    """

    rules: tuple[Rule, ...] = ()
    answers: tuple[ClinicAnswer, ...] = ()
    sells: Sells | None = None
    invasive_rules: bool = False

    @property
    def by_clinic(self) -> bool:
        """All of it is the clinic's."""
        return True


@dataclass(frozen=True)
class TranslatedText:
    """A text in another language. `of`: the fingerprint of what it translates; `mark`: why it does not count."""

    text: str
    of: str
    mark: str
    place: Place


@dataclass(frozen=True)
class Translation:
    """The texts of the rulebook in another language, by the ids of statements.

    `complete`: the ISO day on which every text was first translated; empty until then. `sign_offs`: who read which unit
    in this language.
    """

    language: str
    texts: Mapping[str, TranslatedText]
    place: Place
    complete: str = ""
    sign_offs: Mapping[str, SignOff] = field(default_factory=dict)


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
