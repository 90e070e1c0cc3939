"""What a person can do: options with their rules and examples, their caveats, and the grid that each fills in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..problems import Place
from .basics import HIDDEN, Added, Answers, CitedText, Condition, Kind, RestsOn, Verdict


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
