"""The shape of promises.yaml and standards.yaml."""

from __future__ import annotations

from pydantic import Field

from .basic_shapes import Id, KindWord, Lines, Shape, Text, VerdictWord, When


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
