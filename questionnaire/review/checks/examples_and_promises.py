"""Checks of what must hold: examples, promises, conflicts and required caveats."""

from __future__ import annotations

from collections.abc import Iterator

from ...decide.build_tables import DecisionTables
from ...decide.in_force import without_clinic
from ...rulebook.model import Example, NoteExample
from ...rulebook.problems import Problem, error
from ..phrases import answer_words
from ..promises import broken_promises, empty_promises
from ..toothless_promises import toothless_promises
from .registry import check


@check
def promise(tables: DecisionTables) -> Iterator[Problem]:
    """A promise does not hold for some combination of answers.

    Bad: fat transfer fits with `donor-fat: not-enough`, though a promise says it is never shown then.
    Good: a rule under not-offered says `when: {donor-fat: not-enough}`.
    """
    yield from broken_promises(without_clinic(tables))


@check
def empty_promise(tables: DecisionTables) -> Iterator[Problem]:
    """A promise speaks of no option, or of answers that nobody can give for what it speaks of.

    Bad: `for: {areas: [love-handles], kinds: [injection]}`, where there is no such option.
    Good: at least one option or area, and answers that somebody can give there.
    """
    yield from empty_promises(tables)


@check
def toothless_promise(tables: DecisionTables) -> Iterator[Problem]:
    """A promise can't be broken: it holds whatever verdicts, reasons, caveats, notes and questions its options have.

    Bad: `going-further` along a question that none of its options reads; or `lacks` a caveat of other options.
    Good: it says what some rule, caveat or cell of the grid could bring about or take away.
    """
    yield from toothless_promises(without_clinic(tables))


@check
def example(tables: DecisionTables) -> Iterator[Problem]:
    """An example does not give what it says.

    Bad: `verdict: fits`, where the table gives ask; or caveats that leave one out.
    Good: verdict, because and caveats are exactly those of the row.
    """
    tables = without_clinic(tables)
    for option in tables.rulebook.options.values():
        for written in option.examples:
            for fault, advice in example_faults(tables, option.id, written):
                yield error(written.place, "example", f"the example '{written.name}' {fault}", advice)
    for area in tables.rulebook.areas.values():
        for noted in area.examples:
            for fault, advice in note_example_faults(tables, area.id, noted):
                yield error(noted.place, "example", f"the example '{noted.name}' {fault}", advice)


def example_faults(tables: DecisionTables, option_id: str, written: Example) -> Iterator[tuple[str, str]]:
    """What is wrong with an example of an option: (fault, what to do)."""
    table = tables.options[option_id]
    try:
        row = table.row(written.answers)
    except KeyError:
        left_out = [question for question in table.questions if question not in written.answers]
        if left_out:
            yield f"has no answer to {', '.join(left_out)}", "answer every question that the option reads"
        else:
            yield "has answers that match no rule, or that nobody can give together", "correct its answers or the rules"
        return
    if row.verdict != written.verdict:
        yield f"gives '{row.verdict}', not '{written.verdict}'", "correct the rules, or the example"
    for name, real, listed in (
        ("because", {rule.id for rule in row.because}, set(written.because)),
        ("caveats", {caveat.id for caveat in row.caveats}, set(written.caveats)),
    ):
        if missing := ", ".join(sorted(real - listed)):
            yield f"leaves out of its {name}: {missing}", "add what is missing, or correct the rules"
        if wrong := ", ".join(sorted(listed - real)):
            yield f"has in its {name} what it does not give: {wrong}", "remove it, or correct the rules"


def note_example_faults(tables: DecisionTables, area: str, written: NoteExample) -> Iterator[tuple[str, str]]:
    """What is wrong with an example of an area's notes: (fault, what to do)."""
    try:
        shown = tables.notes[area].row(written.answers)
    except KeyError:
        yield "has answers that leave a question open, or that nobody can give together", "correct its answers"
        return
    notes, first = [note.id for note in shown], [note.id for note in shown if note.first]
    if notes != list(written.notes):
        yield f"gives the notes {', '.join(notes) or 'none'}", "correct the notes, or the example"
    if written.first is not None and first != list(written.first):
        yield f"has the first notes {', '.join(first) or 'none'}", "correct the 'first' of the notes, or the example"


@check
def rule_without_example(tables: DecisionTables) -> Iterator[Problem]:
    """A rule that decides no example, so that nobody would notice if it were lost.

    Bad: a rule for `donor-fat: not-sure`, and no example with that answer.
    Good: an example that names the rule under `because`.
    """
    for option in tables.rulebook.options.values():
        decide_one = {rule for written in option.examples for rule in written.because}
        for rule in option.rules:
            if rule.id not in decide_one:
                message = f"the rule '{rule.id}' decides no example of '{option.id}'"
                yield error(rule.place, "rule-without-example", message, "add an example for the answers it is about")


@check
def no_caveat(tables: DecisionTables) -> Iterator[Problem]:
    """An option is shown without any realistic-expectation statement.

    Bad: an option with an empty `expect` that no shared caveat reaches.
    Good: at least one caveat without a `when`, or one for every combination of answers.
    """
    for table in without_clinic(tables).options.values():
        bare = [key for key, row in table.rows.items() if not row.caveats]
        if bare:
            answers = answer_words(table.answers(bare[0]))
            message = f"'{table.option}' has no caveat for {answers}"
            advice = "say under 'expect' what to realistically expect"
            yield error(tables.rulebook.options[table.option].place, "no-caveat", message, advice)


@check
def required_caveat(tables: DecisionTables) -> Iterator[Problem]:
    """An option lacks a caveat that every option of its kind must carry (standards.yaml).

    Bad: an injection that carries `clinic-time-to-decide` only `when: {timing: soon}`.
    Good: the caveat's `kinds` name the kind, and it has no `when`.
    """
    for table in tables.options.values():
        option = tables.rulebook.options[table.option]
        for caveat in tables.rulebook.standards.required.get(option.kind, ()):
            bare = [key for key, row in table.rows.items() if caveat not in [carried.id for carried in row.caveats]]
            if bare:
                answers = answer_words(table.answers(bare[0]))
                message = f"'{option.id}' must carry '{caveat}' and does not for {answers}"
                advice = f"let the caveat reach every option of kind '{option.kind}', without a 'when'"
                yield error(option.place, "required-caveat", message, advice)


@check
def conflict(tables: DecisionTables) -> Iterator[Problem]:
    """An open conflict touches an option, and the option can be more than worth asking about, or does not say so.

    Bad: an open conflict lists hip-dips/coolsculpting, which still fits for some answers.
    Good: under ask-first a rule with `conflict: <its id>` and `when: always`.
    """
    tables = without_clinic(tables)
    rulebook = tables.rulebook
    for disagreement in rulebook.conflicts.values():
        if not disagreement.open:
            continue
        for option_id in disagreement.touches:
            option = rulebook.options[option_id]
            honoured = [r for r in option.rules if r.conflict == disagreement.id and r.verdict == "ask"]
            fitting = [key for key, row in tables.options[option_id].rows.items() if row.verdict == "fits"]
            advice = f"add under 'ask-first' a rule with 'conflict: {disagreement.id}' and 'when: always'"
            if not honoured:
                message = f"no rule of '{option_id}' names the open conflict '{disagreement.id}'"
                yield error(option.place, "conflict", message, advice)
            if fitting:
                answers = answer_words(tables.options[option_id].answers(fitting[0]))
                message = f"'{option_id}' fits for {answers}, though the conflict '{disagreement.id}' is open"
                yield error(option.place, "conflict", message, advice)
    for option in rulebook.options.values():
        for rule in option.rules:
            if rule.conflict and option.id not in rulebook.conflicts[rule.conflict].touches:
                message = (
                    f"the rule '{rule.id}' names the conflict '{rule.conflict}', which does not touch '{option.id}'"
                )
                yield error(rule.place, "conflict", message, "list the option under the conflict's 'touches'")
