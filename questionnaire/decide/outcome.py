"""One visitor's outcome, by look-ups alone: a row for each option of their areas, and their areas' notes."""

from __future__ import annotations

from dataclasses import dataclass

from ..rulebook.model import Answers, Area, Caveat, GridRow, Option, Rulebook
from .in_force import LEAVE_AS_IS
from .tables import DecisionTables, Result, Scope, key

__all__ = ["Outcome", "Result", "decide", "is_asked_of", "is_leaving", "questions_to_ask"]


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


def is_leaving(option: Option) -> bool:
    """Whether an option is to leave things as they are."""
    return option.id.endswith(f"/{LEAVE_AS_IS}")


def is_asked_of(row: GridRow, option: Option) -> bool:
    """Whether what a row of the grid leaves open of an option becomes a question. Of leaving as is, nothing does."""
    return option.kind in row.ask_about and not is_leaving(option)


def questions_to_ask(rulebook: Rulebook, result: Result) -> tuple[str, ...]:
    """What to ask the clinic about an option: a question for everything that the texts shown of it leave open.

    These are the silent rows of the grid and those that say only a part, the caveats of its row, its summary, and the
    shown claims that a clinician may doubt. Each question once, and none that the clinic has answered in the grid.
    """
    option, row = result.option, result.row
    questions = [option.question]
    for grid_row in rulebook.grid.values():
        cell = option.grid[grid_row.id]
        if (cell.silent or cell.also_ask) and is_asked_of(grid_row, option):
            questions.append(grid_row.question)
    questions += [caveat.question for caveat in row.caveats]
    shown = [option.summary, *option.grid.values(), *(rule.because for rule in row.because)]
    cited = {claim for text in (*shown, *(caveat.statement for caveat in row.caveats)) for claim in text.claims}
    questions += [doubt.question for doubt in rulebook.doubts.values() if doubt.claim in cited]
    answered = {rulebook.grid[cell].question for cell, text in option.grid.items() if text.added is not None}
    return tuple(dict.fromkeys(question for question in questions if question and question not in answered))
