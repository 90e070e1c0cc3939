"""The words and blocks that all rule files share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from ..characters import shows_something


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


by_form = Discriminator(_form)
OneOrMore = Annotated[
    Annotated[Id, Tag("word")] | Annotated[list[Id], Field(min_length=1), Tag("list")],
    by_form,
]
Lines = Annotated[dict[str, OneOrMore], Field(min_length=1)]
When = Annotated[Annotated[Literal["always"], Tag("word")] | Annotated[Lines, Tag("block")], by_form]
Claims = Annotated[
    Annotated[Literal["silent"], Tag("word")] | Annotated[list[Id], Field(min_length=1), Tag("list")],
    by_form,
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


Cell = Annotated[Annotated[Literal["silent"], Tag("word")] | Annotated[Said, Tag("block")], by_form]


class ChoosingShape(Shape):
    """What a caveat in a shared file is called, and where it is shown."""

    caveat: Id
    shown: Literal["options", "notes"]
    areas: list[Id] | None = None
    kinds: list[KindWord] | None = None
    options: list[str] | None = None
    when: When = "always"
