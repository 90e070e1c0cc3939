"""Does every promise hold for every combination of answers? Each is tried on the rows that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from ..decide.build_tables import DecisionTable, DecisionTables
from ..decide.engine_limits import MAX_ROWS
from ..decide.routing import combinations, smallest
from ..decide.tables import key, rows_with
from ..rulebook.model import VERDICTS, Answers, Promise
from ..rulebook.problems import Problem, error


def broken_promises(tables: DecisionTables) -> Iterator[Problem]:
    """One problem for each promise and option (or area) that breaks it, with the fewest answers that do.

    Tables that hold only some of the options and areas (mutants.py) have the promises tried on these alone.
    """
    for promise in tables.rulebook.promises:
        for area, caveat in promise.notes_begin_with.items():
            if area in tables.notes:
                yield from _notes(tables, promise, area, caveat)
        if not promise.notes_begin_with:
            for option in promise.options:
                if option in tables.options:
                    yield from _option(tables, promise, tables.options[option])


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
        if fault := _fault(promise, table, answers):
            fewest = smallest(answers, every, lambda given: bool(_fault(promise, table, given)))
            yield _broken(promise, fewest, f"'{table.option}' {fault}")
            return


def _fault(promise: Promise, table: DecisionTable, answers: Mapping[str, str]) -> str:
    row = table.rows.get(key(table.questions, answers))
    if row is None or not promise.when.holds(answers):  # a gap is another check's to tell
        return ""
    if row.verdict in promise.never:
        return f"is '{row.verdict}'"
    missing = set(promise.carries) - {caveat.id for caveat in row.caveats}
    if missing:
        return f"does not carry {', '.join(sorted(missing))}"
    if promise.going_further:
        question, order = promise.going_further
        if question in table.questions and answers.get(question) in order:
            position = table.questions.index(question)
            for further in order[order.index(answers[question]) + 1 :]:
                for other in rows_with(table.rows, key(table.questions, answers), position, further):
                    if VERDICTS.index(table.rows[other].verdict) > VERDICTS.index(row.verdict):
                        return f"is '{row.verdict}', but '{table.rows[other].verdict}' with {question}={further}"
    return ""


def _notes(tables: DecisionTables, promise: Promise, area: str, caveat: str) -> Iterator[Problem]:
    table = tables.notes[area]
    every = _every(tables, area, {*table.questions, *promise.when.questions})
    if every is None:
        yield _too_many(promise, area)
        return

    def first(answers: Answers) -> str:
        return next((note.id for note in table.row(answers)), "nothing")

    def broken(answers: Answers) -> bool:
        return promise.when.holds(answers) and first(answers) != caveat

    for answers in every:
        if broken(answers):
            fewest = smallest(answers, every, broken)
            yield _broken(promise, fewest, f"the notes of '{area}' begin with {first(answers)}, not with {caveat}")
            return
