"""The shape of an option's file, of caveats.yaml and of grid.yaml."""

from __future__ import annotations

from pydantic import Field

from .basic_shapes import Cell, ChoosingShape, Claims, Id, KindWord, Shape, Text, VerdictWord, When


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


class GridRowShape(Shape):
    """A row that every option fills in, and the question that its silence becomes."""

    row: Id
    name: Text
    question: Text
    ask_about: list[KindWord] | None = None


class GridFile(Shape):
    """`rules/grid.yaml`: the rows that every option fills in, and what to ask where the article is silent."""

    rows: list[GridRowShape] = Field(min_length=1)


class SharedCaveatShape(ChoosingShape):
    """A caveat of several options, or a note of areas."""

    first: bool = False
    text: Text
    claims: Claims | None = None
    question: Text | None = None


class CaveatsFile(Shape):
    """`rules/caveats.yaml`: caveats shared by options (by area, kind or name), and notes of areas."""

    caveats: list[SharedCaveatShape]
