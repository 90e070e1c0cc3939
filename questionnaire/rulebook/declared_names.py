"""The names that the rule files give: of questions, choices, areas, options, claims, passages, caveats, conflicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import schema
from .problems import Problem
from .schema import Shape
from .schema_errors import blocks
from .yaml_tree import Node

Loaded = tuple[Node, Shape]
CAVEATS = (schema.OwnCaveatShape, schema.SharedCaveatShape, schema.ClinicCaveatShape)


@dataclass
class Files:
    """The files that could be read: {name below the folder: (tree, shape)}, and the ids of the listed options.

    `of_translations`: the problems of translations, which keep nothing else from being used. `languages`: those that
    have a file, also one that could not be read.
    """

    loaded: dict[str, Loaded] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)
    of_translations: list[Problem] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)

    def of(self, name: str) -> Shape | None:
        """The shape of a file, None where it could not be read."""
        loaded = self.loaded.get(name)
        return loaded[1] if loaded else None


@dataclass
class Names:
    """The names that the files give. None where the file that gives them could not be read: then nobody is blamed."""

    choices: dict[str, list[str]] | None
    areas: list[str] | None
    facts: list[str] | None
    rows: list[str] | None
    options: list[str] | None
    claims: list[str] | None
    passages: list[str] | None
    caveats: list[str] | None
    conflicts: list[str] | None
    clinic_choices: dict[str, list[str]]
    """The clinic's own question, if it has one, with its choices."""


def names(files: Files) -> Names:
    """The names that these files give."""

    def of(name: str, declared: Callable[[Any], Any]) -> Any:
        shape = files.of(name)
        return None if shape is None else declared(shape)

    every_caveat = {"areas.yaml", "caveats.yaml", "clinic.yaml", *(f"{option}.yaml" for option in files.listed)}
    blocks_of_all = [block for _, shape in files.loaded.values() for _, block in blocks(shape)]
    caveats = [block.caveat for block in blocks_of_all if isinstance(block, CAVEATS)]
    return Names(
        choices=of("questions.yaml", lambda file: {q.question: [c.choice for c in q.choices] for q in file.questions}),
        areas=of("areas.yaml", lambda file: [area.area for area in file.areas]),
        facts=of("areas.yaml", lambda file: [fact.fact for fact in file.facts]),
        rows=of("grid.yaml", lambda file: [row.row for row in file.rows]),
        options=of("areas.yaml", lambda _: files.listed),
        claims=of("source.yaml", lambda file: [claim.claim for claim in file.claims]),
        passages=of("source.yaml", _passages),
        caveats=caveats if every_caveat <= set(files.loaded) else None,
        conflicts=of("conflicts.yaml", lambda file: [conflict.conflict for conflict in file.conflicts]),
        clinic_choices=of("clinic.yaml", _clinic_choices) or {},
    )


def _clinic_choices(clinic: schema.ClinicFile) -> dict[str, list[str]]:
    asked = clinic.question
    return {asked.question: [choice.choice for choice in asked.choices]} if asked else {}


def _passages(source: schema.SourceFile) -> list[str]:
    return [
        f"{code}.{number}"
        for document in source.documents
        for code, paragraph in document.paragraphs.items()
        for number in range(1, paragraph.sentences + 1)
    ]
