"""One visitor's outcome, by look-ups alone: a row for each option of their areas, and their areas' notes."""

from __future__ import annotations

from dataclasses import dataclass

from ..rulebook.model import Answers, Area, Caveat
from .tables import DecisionTables, Result, Scope, key

__all__ = ["Outcome", "Result", "decide"]


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
    gates, scopes = tables.scopes
    scope = scopes[key(gates, answers)]
    keys = [key(questions, answers) for questions in scope.reads]
    results = tuple([rows[keys[reads]] for reads, rows in scope.results])
    return Outcome(answers, scope.areas, results, _notes(scope, answers))


def _notes(scope: Scope, answers: Answers) -> tuple[Caveat, ...]:
    """The notes of all areas, each once; those that stand first come before all others."""
    if len(scope.notes) == 1:
        return scope.notes[0].row(answers)
    notes = {note.id: note for table in scope.notes for note in table.row(answers)}
    return tuple(sorted(notes.values(), key=lambda note: not note.first))
