"""The shape of questions.yaml and areas.yaml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from .basic_shapes import Cell, Claims, Id, Lines, OneOrMore, Shape, Text, by_form


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
    asked_when: Annotated[Annotated[Literal["always"], Tag("word")] | Annotated[AskedWhenShape, Tag("block")], by_form]
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
