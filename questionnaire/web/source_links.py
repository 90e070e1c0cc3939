"""Where the article says what: for each option, and for the article as a whole, under its headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..rulebook.model import CitedText, Option, Rulebook
from ..rulebook.statements import statements
from .language import gettext

WHAT = "what-it-is"
"""The row of the grid that says it in one line."""


@dataclass(frozen=True)
class Heading:
    """A heading of the article: its name, and its passages with what we took from each."""

    name: str
    passages: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class OptionLinks:
    """An option, what it is, and the passages that anything said of it rests on, by heading."""

    anchor: str
    name: str
    what: CitedText
    headings: list[Heading]


@dataclass(frozen=True)
class SourceLinks:
    """The passages of each option, and all passages of the article, by heading."""

    options: list[OptionLinks]
    headings: list[Heading]


def anchor(option_id: str) -> str:
    """The option's name within a page: hip-dips/exercise is hip-dips-exercise."""
    return option_id.replace("/", "-")


def source_links(rulebook: Rulebook) -> SourceLinks:
    """Every option with its passages, in the order of the areas; and every passage of the article."""
    says: dict[str, list[str]] = {}
    for claim in rulebook.claims.values():
        says.setdefault(claim.passage, []).append(claim.says)
    listed = [rulebook.options[option] for area in rulebook.areas.values() for option in area.options]
    options = [
        OptionLinks(anchor(option.id), option.name, option.grid[WHAT], _headings(rulebook, _claims(rulebook, option)))
        for option in listed
    ]
    not_used = gettext("Not used.")
    for entry in rulebook.not_used:
        for passage in entry.passages:
            says.setdefault(passage, []).append(f"{not_used} {entry.reason}")
    return SourceLinks(options, _by_heading(rulebook, says))


def headings(rulebook: Rulebook, option: Option) -> list[str]:
    """The article's headings under which it speaks of an option, as we name them."""
    return [heading.name for heading in _headings(rulebook, _claims(rulebook, option))]


def _headings(rulebook: Rulebook, claims: set[str]) -> list[Heading]:
    says: dict[str, list[str]] = {}
    for claim in rulebook.claims.values():
        if claim.id in claims:
            says.setdefault(claim.passage, []).append(claim.says)
    return _by_heading(rulebook, says)


def _claims(rulebook: Rulebook, option: Option) -> set[str]:
    entries = [("options", option.id), *(("caveats", caveat.id) for caveat in rulebook.expect[option.id])]
    return {claim for entry in entries for statement in statements(rulebook, *entry) for claim in statement.claims}


def _by_heading(rulebook: Rulebook, says: Mapping[str, list[str]]) -> list[Heading]:
    headings: dict[str, list[tuple[str, list[str]]]] = {}
    for document in rulebook.documents.values():
        for paragraph in document.paragraphs.values():
            name = document.headings[paragraph.code.rsplit("-", 1)[0]].name
            for passage in paragraph.passages:
                if passage in says:
                    headings.setdefault(name, []).append((passage, says[passage]))
    return [Heading(name, passages) for name, passages in headings.items()]
