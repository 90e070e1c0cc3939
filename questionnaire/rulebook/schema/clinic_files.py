"""The shape of clinic.yaml, glossary.yaml and matters.yaml."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .basic_shapes import ChoosingShape, Claims, Day, Id, KindWord, Shape, Text, When


class ClinicCaveatShape(ChoosingShape):
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
