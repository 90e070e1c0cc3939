"""Where the article says what: for each option, and for the article as a whole, under its headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..rulebook.model import CitedText, Option, Rulebook
from ..rulebook.statements import statements
from .language import gettext

WHAT = "what-it-is"
"""The row of the grid that says it in one line."""

Place = tuple[str, list[tuple[str, list[str]]]]
"""A heading's name, and its passages with what we took from each."""


@dataclass(frozen=True)
class OptionPlaces:
    """An option, what it is, and the passages that anything said of it rests on, by heading."""

    anchor: str
    name: str
    what: CitedText
    places: list[Place]


@dataclass(frozen=True)
class Places:
    options: list[OptionPlaces]
    places: list[Place]


def anchor(option_id: str) -> str:
    """The option's name within a page: hip-dips/exercise is hip-dips-exercise."""
    return option_id.replace("/", "-")


def places(rulebook: Rulebook) -> Places:
    """Every option with its passages, in the order of the areas; and every passage of the article."""
    says: dict[str, list[str]] = {}
    for claim in rulebook.claims.values():
        says.setdefault(claim.passage, []).append(claim.says)
    listed = [rulebook.options[option] for area in rulebook.areas.values() for option in area.options]
    options = [
        OptionPlaces(anchor(option.id), option.name, option.grid[WHAT], _places(rulebook, _claims(rulebook, option)))
        for option in listed
    ]
    not_used = gettext("Not used.")
    for entry in rulebook.not_used:
        for passage in entry.passages:
            says.setdefault(passage, []).append(f"{not_used} {entry.reason}")
    return Places(options, _by_heading(rulebook, says))


def headings(rulebook: Rulebook, option: Option) -> list[str]:
    """The article's headings under which it speaks of an option, as we name them."""
    return [name for name, _ in _places(rulebook, _claims(rulebook, option))]


def _places(rulebook: Rulebook, claims: set[str]) -> list[Place]:
    says: dict[str, list[str]] = {}
    for claim in rulebook.claims.values():
        if claim.id in claims:
            says.setdefault(claim.passage, []).append(claim.says)
    return _by_heading(rulebook, says)


def _claims(rulebook: Rulebook, option: Option) -> set[str]:
    entries = [("options", option.id), *(("caveats", caveat.id) for caveat in rulebook.expect[option.id])]
    return {claim for entry in entries for statement in statements(rulebook, *entry) for claim in statement.claims}


def _by_heading(rulebook: Rulebook, says: Mapping[str, list[str]]) -> list[Place]:
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for document in rulebook.documents.values():
        for paragraph in document.paragraphs.values():
            name = document.headings[paragraph.code.rsplit("-", 1)[0]].name
            for passage in paragraph.passages:
                if passage in says:
                    found.setdefault(name, []).append((passage, says[passage]))
    return list(found.items())
