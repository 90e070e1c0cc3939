"""One visitor's outcome, by look-ups alone: a row for each option of their areas, and their areas' notes."""

from __future__ import annotations

from dataclasses import dataclass

from ..rulebook.model import Answers, Area, Caveat, Option
from .asking import areas_in_scope
from .tables import DecisionTables, Row


@dataclass(frozen=True, slots=True)
class Result:
    """An option and the row of its table that the answers fall in."""

    option: Option
    row: Row


@dataclass(frozen=True, slots=True)
class Outcome:
    """All options of the areas in scope, whatever their verdict, and what to keep in mind of those areas."""

    answers: Answers
    areas: tuple[Area, ...]
    results: tuple[Result, ...]
    notes: tuple[Caveat, ...]

    @property
    def caveats(self) -> dict[str, Caveat]:
        """Every caveat that is shown, by id, each once."""
        shown = [caveat for result in self.results for caveat in result.row.caveats]
        return {caveat.id: caveat for caveat in (*self.notes, *shown)}


def decide(tables: DecisionTables, answers: Answers) -> Outcome:
    """What complete answers ({question: choice}) give. Raises KeyError for answers that nobody can give."""
    rulebook = tables.rulebook
    areas = areas_in_scope(rulebook, answers)
    results = [
        Result(rulebook.options[option], tables.options[option].row(answers))
        for area in areas
        for option in rulebook.areas[area].options
    ]
    notes = {note.id: note for area in areas for note in tables.notes[area].row(answers)}
    return Outcome(
        answers=answers,
        areas=tuple(rulebook.areas[area] for area in areas),
        results=tuple(results),
        notes=tuple(sorted(notes.values(), key=lambda note: not note.first)),
    )
