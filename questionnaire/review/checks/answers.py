"""Checks of what follows from answers: does every answer lead somewhere, and does everything written matter?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...decide.build_tables import DecisionTable, DecisionTables, Key, NoteTable, Row, gap_problems
from ...decide.in_force import without_clinic
from ...decide.routing import areas_in_scope, combinations, deciding, is_asked, options_in_scope
from ...rulebook.model import Answers, Rulebook
from ...rulebook.problems import Problem, error, warning
from ..phrases import answer_words
from .registry import check


@check
def gap(tables: DecisionTables) -> Iterator[Problem]:
    """Some answers match no rule of an option.

    Bad: the only rule is `when: {tolerance: surgery}`, and nothing is said for the other choices.
    Good: every choice of `tolerance` stands in a rule under offered, ask-first or not-offered.
    """
    yield from gap_problems(tables)


@check
def dead_rule(tables: DecisionTables) -> Iterator[Problem]:
    """A rule never decides: a more cautious one always wins over it, or nobody can give its answers.

    Bad: under offered `when: {tolerance: surgery}`, and under ask-first `when: always`.
    Good: the rule under ask-first names the answers that call for caution.
    """
    for table in without_clinic(tables).options.values():
        deciding = {rule.id for row in table.rows.values() for rule in row.because}
        for rule in tables.rulebook.options[table.option].rules:
            if rule.id not in deciding:
                message = f"the rule '{rule.id}' never decides a row of '{table.option}'"
                yield error(rule.place, "dead-rule", message, "remove it, or narrow the rules that win over it")


@check
def repeated_rule(tables: DecisionTables) -> Iterator[Problem]:
    """A rule repeats another: it has the same verdict and holds for the same answers.

    Bad: under ask-first `when: {timing: [soon, not-sure]}`, and again `when: {timing: [not-sure, soon]}`.
    Good: one rule, with both reasons in its `because`.
    """
    for table in tables.options.values():
        seen: dict[tuple[str, frozenset[int]], str] = {}
        rows = [table.answers(key) for key in table.rows]
        for rule in tables.rulebook.options[table.option].rules:
            matched = frozenset(number for number, answers in enumerate(rows) if rule.when.holds(answers))
            first = seen.setdefault((rule.verdict, matched), rule.id)
            if first != rule.id:
                message = f"the rule '{rule.id}' repeats '{first}': both hold for the same answers"
                yield error(rule.place, "repeated-rule", message, "keep one of them, with both reasons")


@check
def unread_choice(tables: DecisionTables) -> Iterator[Problem]:
    """A choice that no rule or caveat ever looks at.

    Bad: `timing` has the choice `years`, and no `when` names it.
    Good: some rule or caveat names it. (Questions that decide what is asked are left aside.)
    """
    rulebook = tables.rulebook
    read = _read_choices(rulebook)
    excepted = {one.text for one in rulebook.standards.exceptions if one.check == "unread-choice"}
    for question in rulebook.questions.values():
        if question.by_clinic or question.id in _routing(rulebook) or not any(name == question.id for name, _ in read):
            continue
        for choice in question.choices:
            if (question.id, choice) not in read and f"questions.{question.id}.choices.{choice}.label" not in excepted:
                message = f"no rule or caveat looks at the choice '{choice}' of '{question.id}'"
                yield warning(question.place, "unread-choice", message, "name it in a rule or caveat, or remove it")


@check
def idle_question(tables: DecisionTables) -> Iterator[Problem]:
    """A question whose answer changes nothing that a visitor sees.

    Bad: a question that stands in no `when`, or only in rules where it makes no difference.
    Good: at least two of its choices give different verdicts, reasons, caveats or notes.
    """
    rulebook = tables.rulebook
    for question in rulebook.questions.values():
        if question.id in _routing(rulebook):
            continue
        matters = any(
            _makes_a_difference(table.questions.index(question.id), table.rows)
            for table in _every_table(tables)
            if question.id in table.questions
        )
        if not matters:
            message = f"the answer to '{question.id}' changes nothing"
            yield error(question.place, "idle-question", message, "use it in a rule or caveat, or do not ask it")


@check
def asked_in_vain(tables: DecisionTables) -> Iterator[Problem]:
    """A question is asked of people for whom no answer to it changes anything that they see.

    Bad: `donor-fat` is asked of everybody, and no rule reads it of those who want no surgery.
    Good: `asked-when` names the areas and the answers for which some choice makes a difference.
    """
    rulebook = tables.rulebook
    for question in rulebook.questions.values():
        if question.id in _routing(rulebook):
            continue
        gates = deciding(rulebook, None, [question.id])
        in_vain = {
            answer_words(answers)
            for answers in combinations(rulebook, None, gates)
            if areas_in_scope(rulebook, answers)
            and is_asked(rulebook, question, answers)
            and not _matters(tables, question.id, answers)
        }
        if in_vain and any(question.id in table.questions for table in _every_table(tables)):
            message = f"no answer to '{question.id}' changes anything for {min(sorted(in_vain), key=len)}"
            advice = "narrow its 'asked-when', or use it there in a rule or caveat"
            yield error(question.place, "asked-in-vain", message, advice)


def _every_table(tables: DecisionTables) -> list[DecisionTable | NoteTable]:
    return [*tables.options.values(), *tables.notes.values()]


def _matters(tables: DecisionTables, question: str, gate: Answers) -> bool:
    """Whether two answers to a question give something else to somebody who answers the questions before it so."""
    rulebook = tables.rulebook
    every: list[DecisionTable | NoteTable] = [tables.notes[area] for area in areas_in_scope(rulebook, gate)]
    every += [tables.options[option] for option in options_in_scope(rulebook, gate)]
    for table in every:
        if question in table.questions:
            fixed = [(n, gate.get(name)) for n, name in enumerate(table.questions) if name in gate]
            rows = {at: row for at, row in table.rows.items() if all(at[n] == choice for n, choice in fixed)}
            if _makes_a_difference(table.questions.index(question), rows):
                return True
    return False


@check
def never_fits(tables: DecisionTables) -> Iterator[Problem]:
    """An option that fits for no answers at all, and no open conflict says why.

    Bad: an option with nothing under `offered`.
    Good: a rule under `offered` that some answers reach, an open conflict, or a line `never-fits: <why>`.
    """
    rulebook = tables.rulebook
    for table in without_clinic(tables).options.values():
        option = rulebook.options[table.option]
        held_back = any(rule.conflict and rulebook.conflicts[rule.conflict].open for rule in option.rules)
        if (
            not held_back
            and not option.never_fits
            and table.rows
            and all(row.verdict != "fits" for row in table.rows.values())
        ):
            message = f"'{option.id}' fits for no answers"
            advice = "offer it for some answers, or name the open conflict that holds it back"
            yield warning(option.place, "never-fits", message, advice)


def _read_choices(rulebook: Rulebook) -> set[tuple[str, str]]:
    conditions = [rule.when for rules in rulebook.rules.values() for rule in rules]
    conditions += [caveat.when for caveat in rulebook.caveats.values()]
    return {(question, choice) for when in conditions for question, choices in when.lines for choice in choices}


def _routing(rulebook: Rulebook) -> set[str]:
    """The questions that decide which areas are in scope and what is asked."""
    conditions = [when for area in rulebook.areas.values() for when in area.in_scope_when]
    conditions += [question.asked_when.condition for question in rulebook.questions.values()]
    return {question for condition in conditions for question in condition.questions}


def _makes_a_difference(position: int, rows: Mapping[Key, object]) -> bool:
    seen: dict[Key, object] = {}
    return any(
        seen.setdefault((*key[:position], None, *key[position + 1 :]), _seen(row)) != _seen(row)
        for key, row in rows.items()
    )


def _seen(row: object) -> object:
    """What of a row a visitor sees; the changes that it names follow from verdicts."""
    return (row.verdict, row.because, row.caveats) if isinstance(row, Row) else row
