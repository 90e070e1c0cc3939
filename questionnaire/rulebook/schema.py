"""The shape of every rule file: which keys there are, and what may stand under each.

Each class is one block of a file, its fields in the order in which they are written. `docs/rule-format.md` shows every
field with an example and is tested against these classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from .characters import shows_something


def _readable(text: str) -> str:
    if not shows_something(text):
        raise PydanticCustomError("shows_nothing", "it holds no letter or digit")
    return text


def _in_the_calendar(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise PydanticCustomError("no_day", "there is no such day") from None
    return day


TEXT = AfterValidator(_readable)
"""Marks a field as a text for people, in contrast to a name or a word of ours."""
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), TEXT]
Passage = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+-[0-9]+\.[0-9]+$")]
ParagraphCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+-[0-9]+$")]
HeadingCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+$")]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
Day = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"), AfterValidator(_in_the_calendar)
]
Encoded = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=2000)]
VerdictWord = Literal["fits", "ask", "ruled-out"]
KindWord = Literal["self-care", "device", "injection", "surgery"]


def _form(value: Any) -> str:
    return "list" if isinstance(value, list) else "block" if isinstance(value, dict) else "word"


_by_form = Discriminator(_form)
OneOrMore = Annotated[
    Annotated[Id, Tag("word")] | Annotated[list[Id], Field(min_length=1), Tag("list")],
    _by_form,
]
Lines = Annotated[dict[str, OneOrMore], Field(min_length=1)]
When = Annotated[Annotated[Literal["always"], Tag("word")] | Annotated[Lines, Tag("block")], _by_form]
Claims = Annotated[
    Annotated[Literal["silent"], Tag("word")] | Annotated[list[Id], Field(min_length=1), Tag("list")],
    _by_form,
]


class Shape(BaseModel):
    """A block of a rule file; unknown keys are refused, and no value is converted."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=lambda name: name.rstrip("_").replace("_", "-")
    )


class Said(Shape):
    """A text with the claims that it rests on."""

    text: Text
    claims: Claims | None = None
    also_ask: bool = False


Cell = Annotated[Annotated[Literal["silent"], Tag("word")] | Annotated[Said, Tag("block")], _by_form]


class RuleShape(Shape):
    """A rule of an option: when it holds, and why it gives its verdict."""

    rule: Id
    when: When
    because: Text
    claims: Claims | None = None
    by_clinic: bool = False
    conflict: Id | None = None


class OwnCaveatShape(Shape):
    """A caveat of one option."""

    caveat: Id
    when: When = "always"
    text: Text
    claims: Claims | None = None
    question: Text | None = None


class ExampleShape(Shape):
    """Imaginary answers, and exactly what an option gives for them."""

    example: Text
    answers: dict[str, Id]
    verdict: VerdictWord
    because: list[Id] = Field(min_length=1)
    caveats: list[Id]


class OptionFile(Shape):
    """`rules/<area>/<option>.yaml`: one option, from what it is to its examples."""

    name: Text
    kind: KindWord
    summary: Text
    claims: Claims | None = None
    question: Text | None = None
    never_fits: Text | None = None
    offered: list[RuleShape] = []
    ask_first: list[RuleShape] = []
    not_offered: list[RuleShape] = []
    expect: list[OwnCaveatShape] = []
    grid: dict[str, Cell]
    examples: list[ExampleShape] = Field(min_length=1)


class ChoiceShape(Shape):
    """An answer that a question permits."""

    choice: Id
    label: Text
    hint: Text | None = None
    claims: Claims | None = None


class AskedWhenShape(Shape):
    """Both must hold where both are given: one of these areas is in scope, and these answers were given."""

    in_scope: OneOrMore | None = None
    answers: Lines | None = None


class QuestionShape(Shape):
    """A question: what is asked, of whom and why, and its choices."""

    question: Id
    ask: Text
    hint: Text | None = None
    why: Text
    claims: Claims | None = None
    asked_when: Annotated[Annotated[Literal["always"], Tag("word")] | Annotated[AskedWhenShape, Tag("block")], _by_form]
    choices: list[ChoiceShape] = Field(min_length=2, max_length=20)


class QuestionsFile(Shape):
    """`rules/questions.yaml`: every question, in the order of asking."""

    questions: list[QuestionShape] = Field(min_length=1)


class FactRowShape(Shape):
    """A row of the page about the areas."""

    fact: Id
    name: Text


class CommonQuestionShape(Shape):
    """A question that people ask of an area, and its answer."""

    question: Text
    answer: Text
    claims: Claims | None = None


class NoteExampleShape(Shape):
    """Imaginary answers, and exactly the notes that an area shows for them."""

    example: Text
    answers: dict[str, Id]
    notes: list[Id]
    first: list[Id] | None = None


class AreaShape(Shape):
    """An area: when it is in scope, its options, and what is said of it."""

    area: Id
    name: Text
    in_scope_when: list[Lines] = Field(min_length=1)
    options: list[Id] = Field(min_length=1)
    facts: dict[str, Cell]
    common_questions: list[CommonQuestionShape] = []
    examples: list[NoteExampleShape] = []


class AreasFile(Shape):
    """`rules/areas.yaml`: the areas, when each is in scope, its options in order, and what is said of it."""

    facts: list[FactRowShape] = Field(min_length=1)
    areas: list[AreaShape] = Field(min_length=1)


class GridRowShape(Shape):
    """A row that every option fills in, and the question that its silence becomes."""

    row: Id
    name: Text
    question: Text
    ask_about: list[KindWord] | None = None


class GridFile(Shape):
    """`rules/grid.yaml`: the rows that every option fills in, and what to ask where the article is silent."""

    rows: list[GridRowShape] = Field(min_length=1)


class HeadingShape(Shape):
    """A heading of a document."""

    name: Text
    fingerprint: Fingerprint
    area: Id | None = None


class ParagraphShape(Shape):
    """A paragraph of a document."""

    sentences: int = Field(ge=1, le=99)
    fingerprint: Fingerprint


class DocumentShape(Shape):
    """A document by its codes and fingerprints."""

    document: Id
    title: Text
    fingerprint: Fingerprint
    headings: dict[HeadingCode, HeadingShape]
    paragraphs: dict[ParagraphCode, ParagraphShape]


class ClaimShape(Shape):
    """One thing that a document says, and the passage that says it."""

    claim: Id
    says: Text
    passage: Passage
    area: Id | None = None
    fingerprint: Fingerprint


class DoubtShape(Shape):
    """A claim that a clinician may doubt, why, and what to ask about it."""

    doubt: Id
    claim: Id
    because: Text
    question: Text


class NotUsedShape(Shape):
    """Sentences of a document that no claim rests on, and why."""

    passages: list[Passage] = Field(min_length=1)
    reason: Text


class SourceFile(Shape):
    """`rules/source.yaml`: the documents by codes and fingerprints, what they claim, and what is not used."""

    documents: list[DocumentShape] = Field(min_length=1)
    claims: list[ClaimShape] = Field(min_length=1)
    doubts: list[DoubtShape] = []
    not_used: list[NotUsedShape] = []


class _ChoosingShape(Shape):
    """What a caveat in a shared file is called, and where it is shown."""

    caveat: Id
    shown: Literal["options", "notes"]
    areas: list[Id] | None = None
    kinds: list[KindWord] | None = None
    options: list[str] | None = None
    when: When = "always"


class SharedCaveatShape(_ChoosingShape):
    """A caveat of several options, or a note of areas."""

    first: bool = False
    text: Text
    claims: Claims | None = None
    question: Text | None = None


class CaveatsFile(Shape):
    """`rules/caveats.yaml`: caveats shared by options (by area, kind or name), and notes of areas."""

    caveats: list[SharedCaveatShape]


class ClinicCaveatShape(_ChoosingShape):
    """A caveat or note that the clinic adds."""

    text: Text


class GeneralQuestionShape(Shape):
    """A question that everybody may take to a clinic."""

    general: Id
    question: Text


class ClinicRuleShape(Shape):
    """A rule of the clinic's: it makes verdicts more cautious, and never milder."""

    rule: Id
    options: list[str] | None = None
    kinds: list[KindWord] | None = None
    areas: list[Id] | None = None
    when: When = "always"
    verdict: Literal["ask", "ruled-out"]
    because: Text
    source: Text
    dated: Day
    from_: Day | None = None
    until: Day | None = None


class ClinicAnswerShape(Shape):
    """The clinic's answer to what the article does not say of some options."""

    answer: Id
    options: list[str] | None = None
    kinds: list[KindWord] | None = None
    areas: list[Id] | None = None
    row: Id
    text: Text
    source: Text
    dated: Day
    from_: Day | None = None
    until: Day | None = None


class TimeToDecideShape(Shape):
    """How long everybody may think about an invasive kind of option, and what is asked of them before."""

    text: Text
    source: Text
    dated: Day
    from_: Day | None = None
    until: Day | None = None


class SellsShape(Shape):
    """The options that the clinic earns money with."""

    options: list[str] = Field(min_length=1)
    source: Text
    dated: Day


class ClinicChoiceShape(Shape):
    """An answer that the clinic's question permits."""

    choice: Id
    label: Text
    hint: Text | None = None


class SupportFirstShape(Shape):
    """The answers for which the support lines stand before all else, and what is said there."""

    choices: list[Id] = Field(min_length=1)
    text: Text


class HoldAtAskShape(Shape):
    """The answers for which options of some kinds are at most worth asking about, and why."""

    choices: list[Id] = Field(min_length=1)
    kinds: list[KindWord] = Field(min_length=1)
    because: Text


class ClinicQuestionShape(Shape):
    """A question of the clinic's own, asked after all others."""

    question: Id
    ask: Text
    hint: Text | None = None
    why: Text
    choices: list[ClinicChoiceShape] = Field(min_length=2, max_length=20)
    support_first: SupportFirstShape | None = None
    hold_at_ask: HoldAtAskShape | None = None
    source: Text
    dated: Day


class ClinicFile(Shape):
    """`rules/clinic.yaml`: what the clinic adds that is not in the article; it rests on no claim and says so."""

    caveats: list[ClinicCaveatShape] = []
    general_questions: list[GeneralQuestionShape] = []
    rules: list[ClinicRuleShape] = []
    answers: list[ClinicAnswerShape] = []
    invasive_rules: Literal["required"] | None = None
    time_to_decide: dict[Literal["injection", "surgery"], TimeToDecideShape] = {}
    sells: SellsShape | None = None
    question: ClinicQuestionShape | None = None


class ForShape(Shape):
    """The options that a promise is about."""

    areas: list[Id] | None = None
    kinds: list[KindWord] | None = None
    options: list[str] | None = None


class GoingFurtherShape(Shape):
    """A question whose later choices never make a verdict more cautious."""

    question: Id
    order: list[Id] = Field(min_length=2)


class PromiseShape(Shape):
    """What must hold for every combination of answers."""

    promise: Id
    says: Text
    when: When = "always"
    for_: ForShape = ForShape()
    never: list[VerdictWord] = []
    carries: list[Id] = []
    lacks: list[Id] = []
    because: list[Id] = []
    asks: list[Id] = []
    same_verdict_as: str | None = None
    notes: dict[Id, list[Id]] = {}
    no_notes: dict[Id, list[Id]] = {}
    notes_begin_with: dict[Id, Id] = {}
    going_further: GoingFurtherShape | None = None


class PromisesFile(Shape):
    """`rules/promises.yaml`: what must hold for every combination of answers."""

    promises: list[PromiseShape]


class SideShape(Shape):
    """One of the sides of a conflict."""

    says: Text
    passages: list[Passage] = Field(min_length=1)


class DecisionShape(Shape):
    """Who decided a conflict, and why."""

    by: Text
    because: Text


class ConflictShape(Shape):
    """A place where the article disagrees with itself."""

    conflict: Id
    about: Text
    sides: list[SideShape] = Field(min_length=2)
    follows: list[Passage] = []
    decision: Annotated[Annotated[Literal["open"], Tag("word")] | Annotated[DecisionShape, Tag("block")], _by_form]
    touches: list[str]


class ConflictsFile(Shape):
    """`rules/conflicts.yaml`: where the article disagrees with itself, which side the rules follow, who decided."""

    conflicts: list[ConflictShape]


class WordShape(Shape):
    """A word that no text may have, outside some phrases."""

    word: Text
    because: Text
    unless: list[Text] = []


class ReadingAgeShape(Shape):
    """How old a reader needs to be at the most."""

    each_file: int = Field(ge=5, le=25)
    each_text: int = Field(ge=5, le=25)


class RequiredShape(Shape):
    """Caveats that options of some kinds always carry."""

    kinds: list[KindWord] = Field(min_length=1)
    caveats: list[Id] = Field(min_length=1)


class ReasonWordsShape(Shape):
    """Words that a rule's reason may not have, or of which it needs one: under this verdict, or for these answers."""

    verdict: VerdictWord | None = None
    answers: Lines | None = None
    never: list[Text] = []
    needs: list[Text] = []


class ChoiceWordsShape(Shape):
    """Words that the label and hint of a choice may not have, or of which they need one."""

    answers: Lines
    never: list[Text] = []
    needs: list[Text] = []


class OppositesShape(Shape):
    """Two groups of words that go opposite ways."""

    one: list[Text] = Field(min_length=1)
    other: list[Text] = Field(min_length=1)


class ExceptionShape(Shape):
    """A text that a check may leave as it is, and why."""

    check: Id
    text: Text
    because: Text


class ReadingShape(Shape):
    """A measure of reading that each file and each text have to keep to."""

    each_file: int = Field(ge=1, le=100)
    each_text: int = Field(ge=1, le=100)


class CounterpartShape(Shape):
    """Words of the original, and how they are said in another language: number words, times, what promises."""

    original: list[Text] = Field(min_length=1)
    said: list[Text] = Field(min_length=1)
    also_for: list[Text] = []


class OfLanguageShape(Shape):
    """What texts in another language are held to."""

    words: list[WordShape] = []
    counterparts: list[CounterpartShape] = []
    reading_ease: ReadingShape | None = None
    sentence_words: ReadingShape | None = None


class StandardsFile(Shape):
    """`rules/standards.yaml`: what every text and every option is held to."""

    words: list[WordShape]
    backed_words: list[Text] = []
    hedges: list[Text] = []
    softeners: list[Text] = []
    sure: list[Text] = []
    opposites: list[OppositesShape] = []
    negations: list[Text] = []
    silences: list[Text] = []
    treatments: list[list[Text]] = []
    asserting: list[Text] = []
    reasons: list[ReasonWordsShape] = []
    choices: list[ChoiceWordsShape] = []
    exceptions: list[ExceptionShape] = []
    names_left_aside: list[Text]
    reading_age: ReadingAgeShape
    required_caveats: list[RequiredShape]
    languages: dict[str, OfLanguageShape] = {}


class TermShape(Shape):
    """A word that visitors may not know, in one sentence: by claims, or by the clinic."""

    term: Id
    name: Text
    also: list[Text] = []
    means: Text
    claims: Claims | None = None
    by_clinic: bool = False


class GlossaryFile(Shape):
    """`rules/glossary.yaml`: words that visitors may not know. A folder may do without this file."""

    terms: list[TermShape]


class MatterShape(Shape):
    """Something that may matter to a visitor, and the rows of the grid that speak of it."""

    matter: Id
    name: Text
    rows: list[Id] = Field(min_length=1)


class ReadinessShape(Shape):
    """A yes-or-no question about being ready to decide, and what may help who says no."""

    ready: Id
    ask: Text
    if_not: Text


class MattersFile(Shape):
    """`rules/matters.yaml`: what visitors may say of what matters to them. A folder may do without this file."""

    matters: list[MatterShape] = Field(max_length=12)
    readiness: list[ReadinessShape] = Field(max_length=6)


class HoldShape(Shape):
    """An option that a reviewer holds back: no page shows it until somebody takes the hold away."""

    hold: str
    by: Text
    on: Day
    because: Text


class HoldsFile(Shape):
    """`rules/holds.yaml`: the options that reviewers hold back. A folder may do without this file."""

    holds: list[HoldShape]


class ReadShape(Shape):
    """A statement as it was when it was read."""

    fingerprint: Fingerprint
    words: Annotated[str, StringConstraints(max_length=2000)]
    by: Text | None = None
    on: Day | None = None


class SignOffFile(Shape):
    """`rules/sign-offs/<unit>.yaml`: who read a unit, until when that holds, and what they read; never by hand."""

    by: Text
    role: Text
    on: Day
    until: Day
    table: Fingerprint
    statements: dict[str, ReadShape]
    signature: dict[str, str] | None = None


class PasskeyShape(Shape):
    """The public half of a passkey; `revoked`: nothing that it signed counts any more."""

    passkey: Encoded
    public_key: Encoded
    revoked: Day | None = None


class ReviewerShape(Shape):
    """Somebody whose sign-offs can be proved; `left`: the last day on which they could sign."""

    reviewer: Text
    since: Day
    left: Day | None = None
    address: Text
    passkeys: list[PasskeyShape] = Field(min_length=1)


class ReviewersFile(Shape):
    """`rules/reviewers.yaml`: with which passkeys whose sign-offs are proved; written by the desk."""

    reviewers: list[ReviewerShape]


class TranslatedShape(Shape):
    """One text in another language: what it translates, and the fingerprint of that."""

    original: Text
    of: Fingerprint
    text: Text | None = None
    mark: Literal["new", "stale", "left-over"] | None = None


class TranslationFile(Shape):
    """`rules/translations/<language>.yaml`: the texts of the rulebook in another language, by their ids."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]
    complete: Day | None = None
    texts: dict[str, TranslatedShape]


FILES: dict[str, type[Shape]] = {
    "questions.yaml": QuestionsFile,
    "areas.yaml": AreasFile,
    "grid.yaml": GridFile,
    "source.yaml": SourceFile,
    "caveats.yaml": CaveatsFile,
    "clinic.yaml": ClinicFile,
    "promises.yaml": PromisesFile,
    "conflicts.yaml": ConflictsFile,
    "standards.yaml": StandardsFile,
    "glossary.yaml": GlossaryFile,
    "matters.yaml": MattersFile,
    "reviewers.yaml": ReviewersFile,
    "holds.yaml": HoldsFile,
}
"""The files beside the option files, and the shape of each."""
OPTIONAL = frozenset(["glossary.yaml", "matters.yaml", "reviewers.yaml", "holds.yaml"])
"""Those that a folder may do without, as folders of before have none."""

SIGN_OFFS = "sign-offs"
"""The folder that holds a file for each unit that was signed."""


def signed_unit(name: str, languages: Sequence[str]) -> tuple[str, str]:
    """The language and the unit that the file of a sign-off is for; no language is the one of the rules.

    >>> signed_unit("sign-offs/es/hip-dips/exercise.yaml", ["es"])
    ('es', 'hip-dips/exercise')
    """
    unit = name.removeprefix(f"{SIGN_OFFS}/").removesuffix(".yaml")
    language, _, of_language = unit.partition("/")
    return (language, of_language) if language in languages else ("", unit)


TRANSLATIONS = "translations"
"""The folder that holds a file for each language besides the one that the rules are written in."""


def shape_of(name: str) -> type[Shape]:
    """The shape of a rule file by its path below the folder of rules."""
    if name.startswith(f"{TRANSLATIONS}/"):
        return TranslationFile
    return SignOffFile if name.startswith(f"{SIGN_OFFS}/") else FILES.get(name, OptionFile)
