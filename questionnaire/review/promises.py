"""Does every promise hold for every combination of answers? Each is tried on the rows that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from ..decide.build_tables import DecisionTable, DecisionTables
from ..decide.engine_limits import MAX_ROWS
from ..decide.outcome import questions_to_ask
from ..decide.routing import combinations, smallest
from ..decide.tables import Result, key, rows_with
from ..rulebook.model import VERDICTS, Answers, Promise
from ..rulebook.problems import Problem, error


def broken_promises(tables: DecisionTables) -> Iterator[Problem]:
    """One problem for each promise and option (or area) that breaks it, with the fewest answers that do.

    Tables that hold only some of the options and areas (mutants.py) have the promises tried on these alone.
    """
    for promise in tables.rulebook.promises:
        for area in sorted(promise.areas & tables.notes.keys()):
            yield from _notes(tables, promise, area)
        for option in promise.options if not promise.areas else ():
            if option in tables.options and promise.same_verdict_as in ("", *tables.options):
                yield from _option(tables, promise, tables.options[option])


def empty_promises(tables: DecisionTables) -> Iterator[Problem]:
    """One problem for each promise that speaks of no option and no area, or of answers that nobody can give there."""
    rulebook = tables.rulebook
    for promise in rulebook.promises:
        areas = promise.areas or {rulebook.options[option].area for option in promise.options}
        met = any(
            promise.when.holds(answers)
            for area in areas
            for answers in _every(tables, area, set(promise.when.questions)) or [{}]
        )
        if not met:
            message = f"the promise '{promise.id}' speaks of nothing that anybody can meet"
            yield error(promise.place, "empty-promise", message, "correct its 'for' or its 'when', or remove it")


def _broken(promise: Promise, answers: Mapping[str, str], what: str) -> Problem:
    said = ", ".join(f"{question}={choice}" for question, choice in answers.items()) or "any answers"
    message = f"the promise '{promise.id}' is broken for {said}: {what}"
    return error(promise.place, "promise", message, "correct the rules or caveats of that option, or the promise")


def _every(tables: DecisionTables, area: str, read: set[str]) -> list[dict[str, str]] | None:
    """Every combination of answers to these questions; None where there are more than can be tried."""
    found = list(islice(combinations(tables.rulebook, area, read), MAX_ROWS + 1))
    return None if len(found) > MAX_ROWS else found


def _too_many(promise: Promise, of: str) -> Problem:
    message = f"the promise '{promise.id}' reads so many questions that '{of}' has over {MAX_ROWS:,} combinations"
    return error(promise.place, "promise", message, "let its `when` read fewer questions")


def _option(tables: DecisionTables, promise: Promise, table: DecisionTable) -> Iterator[Problem]:
    area = tables.rulebook.options[table.option].area
    every = _every(tables, area, {*table.questions, *promise.when.questions})
    if every is None:
        yield _too_many(promise, table.option)
        return
    for answers in every:
        if fault := _fault(tables, promise, table, answers):
            fewest = smallest(answers, every, lambda given: bool(_fault(tables, promise, table, given)))
            yield _broken(promise, fewest, f"'{table.option}' {fault}")
            return


def _fault(tables: DecisionTables, promise: Promise, table: DecisionTable, answers: Mapping[str, str]) -> str:
    row = table.rows.get(key(table.questions, answers))
    if row is None or not promise.when.holds(answers):  # a gap is another check's to tell
        return ""
    if row.verdict in promise.never:
        return f"is '{row.verdict}'"
    carried = {caveat.id for caveat in row.caveats}
    if missing := set(promise.carries) - carried:
        return f"does not carry {', '.join(sorted(missing))}"
    if there := carried.intersection(promise.lacks):
        return f"carries {', '.join(sorted(there))}"
    if missing := set(promise.because) - {rule.id for rule in (*row.because, *row.also)}:
        return f"is not '{row.verdict}' because of {', '.join(sorted(missing))}"
    option = tables.rulebook.options[table.option]
    if promise.asks:
        asked = questions_to_ask(tables.rulebook, Result(option, row))
        if missing := {grid_row for grid_row in promise.asks if tables.rulebook.grid[grid_row].question not in asked}:
            return f"does not ask the questions of {', '.join(sorted(missing))}"
    if promise.same_verdict_as:
        other = tables.options[promise.same_verdict_as].row(answers)
        if other.verdict != row.verdict:
            return f"is '{row.verdict}', and '{promise.same_verdict_as}' is '{other.verdict}'"
    if promise.going_further:
        question, order = promise.going_further
        if question in table.questions and answers.get(question) in order:
            position = table.questions.index(question)
            for further in order[order.index(answers[question]) + 1 :]:
                for reached in rows_with(table.rows, key(table.questions, answers), position, further):
                    verdict = table.rows[reached].verdict
                    if VERDICTS.index(verdict) > VERDICTS.index(row.verdict):
                        return f"is '{row.verdict}', but '{verdict}' with {question}={further}"
    return ""


def _notes(tables: DecisionTables, promise: Promise, area: str) -> Iterator[Problem]:
    table = tables.notes[area]
    every = _every(tables, area, {*table.questions, *promise.when.questions})
    if every is None:
        yield _too_many(promise, area)
        return

    def fault(answers: Answers) -> str:
        shown = [note.id for note in table.row(answers)] if promise.when.holds(answers) else None
        if shown is None:
            return ""
        if missing := set(promise.notes.get(area, ())).difference(shown):
            return f"the notes of '{area}' lack {', '.join(sorted(missing))}"
        if there := set(promise.no_notes.get(area, ())).intersection(shown):
            return f"the notes of '{area}' have {', '.join(sorted(there))}"
        first = promise.notes_begin_with.get(area)
        if first and shown[:1] != [first]:
            return f"the notes of '{area}' begin with {shown[0] if shown else 'nothing'}, not with {first}"
        return ""

    for answers in every:
        if broken := fault(answers):
            yield _broken(promise, smallest(answers, every, lambda given: bool(fault(given))), broken)
            return
