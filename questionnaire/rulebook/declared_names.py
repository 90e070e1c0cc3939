"""The names that the rule files give: of questions, choices, areas, options, claims, passages, caveats, conflicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from . import schema
from .schema import Shape
from .schema_errors import blocks
from .yaml_tree import Node

Loaded = tuple[Node, Shape]


@dataclass
class Files:
    """The files that could be read: {name below the folder: (tree, shape)}, and the ids of the listed options."""

    loaded: dict[str, Loaded] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)

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


def names(files: Files) -> Names:
    """The names that these files give."""
    questions = files.of("questions.yaml")
    areas = files.of("areas.yaml")
    grid = files.of("grid.yaml")
    source = files.of("source.yaml")
    conflicts = files.of("conflicts.yaml")
    every_option = isinstance(areas, schema.AreasFile) and all(f"{o}.yaml" in files.loaded for o in files.listed)
    shared = [files.of(name) for name in ("caveats.yaml", "clinic.yaml")]
    caveats = None
    if every_option and all(shared):
        caveats = [caveat for _, shape in files.loaded.values() for caveat in _caveats(shape)]
    return Names(
        choices={q.question: [c.choice for c in q.choices] for q in questions.questions}
        if isinstance(questions, schema.QuestionsFile)
        else None,
        areas=[area.area for area in areas.areas] if isinstance(areas, schema.AreasFile) else None,
        facts=[fact.fact for fact in areas.facts] if isinstance(areas, schema.AreasFile) else None,
        rows=[row.row for row in grid.rows] if isinstance(grid, schema.GridFile) else None,
        options=files.listed if isinstance(areas, schema.AreasFile) else None,
        claims=[claim.claim for claim in source.claims] if isinstance(source, schema.SourceFile) else None,
        passages=_passages(source) if isinstance(source, schema.SourceFile) else None,
        caveats=caveats,
        conflicts=[c.conflict for c in conflicts.conflicts] if isinstance(conflicts, schema.ConflictsFile) else None,
    )


def _caveats(shape: Shape) -> Iterator[str]:
    for _, block in blocks(shape):
        if isinstance(block, schema.OwnCaveatShape | schema.SharedCaveatShape | schema.ClinicCaveatShape):
            yield block.caveat


def _passages(source: schema.SourceFile) -> list[str]:
    return [
        f"{code}.{number}"
        for document in source.documents
        for code, paragraph in document.paragraphs.items()
        for number in range(1, paragraph.sentences + 1)
    ]
