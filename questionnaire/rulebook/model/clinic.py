"""What the clinic adds or asks by itself: its lines, questions to take along, what matters, and the glossary."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..problems import Place
from .basics import HIDDEN, Added, CitedText
from .options import Rule


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
