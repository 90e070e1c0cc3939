"""Does every promise hold for every combination of answers? Each is tried on the rows that it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, partial
from itertools import islice

from ..decide.build_tables import DecisionTable, DecisionTables, NoteTable
from ..decide.engine_limits import MAX_ROWS
from ..decide.outcome import questions_to_ask
from ..decide.routing import combinations, smallest
from ..decide.tables import Result, key, rows_with
from ..rulebook.model import VERDICTS, Answers, Promise, Rulebook
from ..rulebook.problems import Problem, error
from .phrases import answer_words

Fault = Callable[[Answers], str]
"""What is wrong for these answers; empty where nothing is."""
Combinations = Callable[[str, frozenset[str]], list[dict[str, str]]]
"""Of an area, and of the questions that are to be answered."""


def broken_promises(tables: DecisionTables) -> Iterator[Problem]:
    """One problem for each promise and option (or area) that breaks it, with the fewest answers that do.

    Tables that hold only some of the options and areas (mutants.py) have the promises tried on these alone.
    """

    every = kept_combinations(tables.rulebook)
    for promise in tables.rulebook.promises:
        for area, of, read, fault in _spoken_of(tables, promise):
            yield from _tried(promise, of, every(area, promise.when.questions.union(read)), fault)


def kept_combinations(rulebook: Rulebook) -> Combinations:
    """The combinations of answers to some questions in an area, one more than MAX_ROWS at most; each made once."""

    @cache
    def every(area: str, questions: frozenset[str]) -> list[dict[str, str]]:
        return list(islice(combinations(rulebook, area, questions), MAX_ROWS + 1))

    return every


def is_broken(tables: DecisionTables, promise: Promise, every: Combinations) -> bool:
    """Whether a promise is broken for one of `every` combination of answers, of the options and areas in the tables."""
    return any(
        fault(answers)
        for area, _, read, fault in _spoken_of(tables, promise)
        for answers in every(area, promise.when.questions.union(read))[:MAX_ROWS]
    )


def _spoken_of(tables: DecisionTables, promise: Promise) -> Iterator[tuple[str, str, Collection[str], Fault]]:
    """What a promise is tried on: (area, option or area, the questions that its table reads, what is wrong there)."""
    for area in sorted(promise.areas & tables.notes.keys()):
        notes = tables.notes[area]
        yield area, area, notes.questions, partial(_notes_fault, promise, notes)
    for option in promise.options if not promise.areas else ():
        if option in tables.options and promise.same_verdict_as in ("", *tables.options):
            table, area = tables.options[option], tables.rulebook.options[option].area
            yield area, option, table.questions, partial(_fault, tables, promise, table)


def empty_promises(tables: DecisionTables) -> Iterator[Problem]:
    """One problem for each promise that speaks of no option and no area, or of answers that nobody can give there."""
    rulebook = tables.rulebook
    for promise in rulebook.promises:
        areas = promise.areas or {rulebook.options[option].area for option in promise.options}
        answers = (row for area in areas for row in combinations(rulebook, area, promise.when.questions))
        if not any(map(promise.when.holds, islice(answers, MAX_ROWS))):
            message = f"the promise '{promise.id}' speaks of nothing that anybody can meet"
            yield error(promise.place, "empty-promise", message, "correct its 'for' or its 'when', or remove it")


def _tried(promise: Promise, of: str, every: Sequence[Answers], fault: Fault) -> Iterator[Problem]:
    """The problem of a promise that `fault` finds broken for one of `every` combination of the answers it reads."""
    if len(every) > MAX_ROWS:
        message = f"the promise '{promise.id}' reads so many questions that '{of}' has over {MAX_ROWS:,} combinations"
        yield error(promise.place, "promise", message, "let its `when` read fewer questions")
    elif (broken := next(filter(fault, every), None)) is not None:
        fewest = answer_words(smallest(broken, every, lambda answers: bool(fault(answers))))
        message = f"the promise '{promise.id}' is broken for {fewest}: {fault(broken)}"
        yield error(promise.place, "promise", message, "correct the rules or caveats of that option, or the promise")


def _notes_fault(promise: Promise, notes: NoteTable, answers: Answers) -> str:
    if not promise.when.holds(answers):
        return ""
    shown, area = [note.id for note in notes.row(answers)], notes.area
    if missing := set(promise.notes.get(area, ())).difference(shown):
        return f"the notes of '{area}' lack {', '.join(sorted(missing))}"
    if unwanted := set(promise.no_notes.get(area, ())).intersection(shown):
        return f"the notes of '{area}' have {', '.join(sorted(unwanted))}"
    first = promise.notes_begin_with.get(area)
    if first and shown[:1] != [first]:
        return f"the notes of '{area}' begin with {shown[0] if shown else 'nothing'}, not with {first}"
    return ""


def _fault(tables: DecisionTables, promise: Promise, table: DecisionTable, answers: Answers) -> str:
    row_key, option = key(table.questions, answers), table.option
    row = table.rows.get(row_key)
    if row is None or not promise.when.holds(answers):  # a gap is another check's to tell
        return ""
    if row.verdict in promise.never:
        return f"'{option}' is '{row.verdict}'"
    carried = {caveat.id for caveat in row.caveats}
    if missing := set(promise.carries) - carried:
        return f"'{option}' does not carry {', '.join(sorted(missing))}"
    if unwanted := carried.intersection(promise.lacks):
        return f"'{option}' carries {', '.join(sorted(unwanted))}"
    if missing := set(promise.because) - {rule.id for rule in (*row.because, *row.also)}:
        return f"'{option}' is not '{row.verdict}' because of {', '.join(sorted(missing))}"
    if promise.asks:
        rulebook = tables.rulebook
        asked = questions_to_ask(rulebook, Result(rulebook.options[option], row))
        if missing := {grid_row for grid_row in promise.asks if rulebook.grid[grid_row].question not in asked}:
            return f"'{option}' does not ask the questions of {', '.join(sorted(missing))}"
    if promise.same_verdict_as:
        twin = tables.options[promise.same_verdict_as]
        other = twin.rows.get(key(twin.questions, answers))
        if other and other.verdict != row.verdict:
            return f"'{option}' is '{row.verdict}', and '{promise.same_verdict_as}' is '{other.verdict}'"
    if promise.going_further:
        question, order = promise.going_further
        if question in table.questions and answers.get(question) in order:
            position = table.questions.index(question)
            for further in order[order.index(answers[question]) + 1 :]:
                for reached in rows_with(table.rows, row_key, position, further):
                    verdict = table.rows[reached].verdict
                    if VERDICTS.index(verdict) > VERDICTS.index(row.verdict):
                        return f"'{option}' is '{row.verdict}', but '{verdict}' with {question}={further}"
    return ""
