"""Does every promise hold for every combination of answers? Each is tried on the rows that it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import islice

from ..decide.build_tables import DecisionTable, DecisionTables, NoteTable
from ..decide.engine_limits import MAX_ROWS
from ..decide.routing import combinations, smallest
from ..rulebook.model import VERDICTS, Answers, Promise
from ..rulebook.problems import Problem, error
from .phrases import answer_words


def broken_promises(tables: DecisionTables) -> Iterator[Problem]:
    """One problem for each promise and option (or area) that breaks it, with the fewest answers that do.

    Tables that hold only some of the options and areas (mutants.py) have the promises tried on these alone.
    """
    for promise in tables.rulebook.promises:
        for area, caveat in promise.notes_begin_with.items():
            if notes := tables.notes.get(area):
                fault = partial(_notes_fault, promise, notes, caveat)
                yield from _tried(tables, promise, area, area, notes.questions, fault)
        for option in promise.options if not promise.notes_begin_with else ():
            if table := tables.options.get(option):
                area = tables.rulebook.options[option].area
                yield from _tried(tables, promise, area, option, table.questions, partial(_fault, promise, table))


def _tried(
    tables: DecisionTables, promise: Promise, area: str, of: str, read: Collection[str], fault: Callable[[Answers], str]
) -> Iterator[Problem]:
    """The problem of a promise that `fault` finds broken for some combination of the answers that are read."""
    combos = combinations(tables.rulebook, area, {*read, *promise.when.questions})
    every = list(islice(combos, MAX_ROWS + 1))
    if len(every) > MAX_ROWS:
        message = f"the promise '{promise.id}' reads so many questions that '{of}' has over {MAX_ROWS:,} combinations"
        yield error(promise.place, "promise", message, "let its `when` read fewer questions")
    elif (broken := next(filter(fault, every), None)) is not None:
        fewest = answer_words(smallest(broken, every, lambda answers: bool(fault(answers))))
        message = f"the promise '{promise.id}' is broken for {fewest}: {fault(broken)}"
        yield error(promise.place, "promise", message, "correct the rules or caveats of that option, or the promise")


def _notes_fault(promise: Promise, notes: NoteTable, caveat: str, answers: Answers) -> str:
    first = next((note.id for note in notes.row(answers)), "nothing")
    broken = promise.when.holds(answers) and first != caveat
    return f"the notes of '{notes.area}' begin with {first}, not with {caveat}" if broken else ""


def _fault(promise: Promise, table: DecisionTable, answers: Answers) -> str:
    row = table.rows.get(tuple(map(answers.get, table.questions)))
    if row is None or not promise.when.holds(answers):  # a gap is another check's to tell
        return ""
    if row.verdict in promise.never:
        return f"'{table.option}' is '{row.verdict}'"
    missing = set(promise.carries) - {caveat.id for caveat in row.caveats}
    if missing:
        return f"'{table.option}' does not carry {', '.join(sorted(missing))}"
    if promise.going_further:
        question, order = promise.going_further
        if answers.get(question) in order:
            for further in order[order.index(answers[question]) + 1 :]:
                other = table.rows.get(tuple(map({**answers, question: further}.get, table.questions)))
                if other and VERDICTS.index(other.verdict) > VERDICTS.index(row.verdict):
                    return f"'{table.option}' is '{row.verdict}', but '{other.verdict}' with {question}={further}"
    return ""
