"""A rulebook as plain lines that other programs can hold: a condition, and what it adds where it holds.

Each table is proved while it is made: its lines, read alone, give every row of the decision table that visitors are
served. What they do not give (a rule that is more than a condition on answers) is an ExportError that names the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...decide.routing import areas_in_scope, combinations, is_asked, questions_of
from ...decide.tables import DecisionTables, Row
from ...rulebook.model import VERDICTS, Answers, AskedWhen, Caveat, Condition, RestsOn, Rule, Rulebook, Verdict

SCOPE, ASKED = "areas-in-scope", "questions-asked"
"""The names of the two tables that say which areas are in scope and which questions are asked."""


class ExportError(ValueError):
    """A rulebook that a format can't express, or a folder that can't be written to; the message says which and why."""


@dataclass(frozen=True)
class Line:
    """What is added where the condition holds: a rule's verdict and reason, a caveat, a note, an area or a question.

    `rests_on`: what stands behind the text; None where that is the visitor's own answer.
    """

    when: Condition
    adds: str
    text: str = ""
    verdict: Verdict | None = None
    rests_on: RestsOn | None = None


@dataclass(frozen=True)
class CollectTable:
    """All lines whose conditions hold count. `name`: an option, `notes/<area>`, SCOPE or ASKED."""

    name: str
    title: str
    questions: tuple[str, ...]
    lines: tuple[Line, ...]

    def matched(self, answers: Answers) -> list[Line]:
        """The lines whose conditions hold for these answers."""
        return [line for line in self.lines if line.when.holds(answers)]


def collect_tables(tables: DecisionTables) -> tuple[CollectTable, ...]:
    """The areas in scope, the questions asked, the notes of each area and every option. Raises ExportError."""
    rulebook = tables.rulebook
    return (
        _scope_table(rulebook),
        _asked_table(rulebook),
        *(_note_table(tables, area) for area in rulebook.areas),
        *(_option_table(tables, option) for option in rulebook.options),
    )


def verdict_and_reasons(lines: Iterable[Line]) -> tuple[Verdict | None, list[str]]:
    """What the rules among matched lines give: the most cautious verdict, and the rules that gave it."""
    rules = [line for line in lines if line.verdict is not None]
    winning = max((line.verdict for line in rules if line.verdict), key=VERDICTS.index, default=None)
    return winning, [line.adds for line in rules if line.verdict == winning]


def asked_conditions(rulebook: Rulebook, asked_when: AskedWhen) -> Iterator[Condition]:
    """Conditions of which any must hold for a question to be asked, without mention of areas."""
    if not asked_when.areas:
        yield asked_when.condition
    for area in asked_when.areas:
        for in_scope in rulebook.areas[area].in_scope_when:
            if both := _both(in_scope, asked_when.condition):
                yield both


def _both(one: Condition, other: Condition) -> Condition | None:
    """A condition that holds where both do; None where no answers can meet both."""
    lines = dict(one.lines)
    for question, choices in other.lines:
        lines[question] = tuple(choice for choice in lines.get(question, choices) if choice in choices)
    return Condition(tuple(lines.items())) if all(lines.values()) else None


def _table(rulebook: Rulebook, name: str, title: str, lines: Iterable[Line]) -> CollectTable:
    lines = tuple(lines)
    return CollectTable(name, title, questions_of(rulebook, [line.when for line in lines]), lines)


def _scope_table(rulebook: Rulebook) -> CollectTable:
    areas = rulebook.areas.values()
    table = _table(
        rulebook, SCOPE, "", (Line(when, area.id, area.name) for area in areas for when in area.in_scope_when)
    )
    for answers in combinations(rulebook, None, table.questions):
        added = tuple(dict.fromkeys(line.adds for line in table.matched(answers)))
        if added != areas_in_scope(rulebook, answers):
            raise ExportError(f"the areas in scope for {_words(answers)} do not follow from their conditions alone")
    return table


def _asked_table(rulebook: Rulebook) -> CollectTable:
    table = _table(
        rulebook,
        ASKED,
        "",
        (
            Line(when, question.id, question.ask)
            for question in rulebook.questions.values()
            for when in asked_conditions(rulebook, question.asked_when)
        ),
    )
    for answers in combinations(rulebook, None, table.questions):
        added = {line.adds for line in table.matched(answers)}
        for question in rulebook.questions.values():
            if (question.id in added) != is_asked(rulebook, question, answers):
                raise ExportError(f"whether '{question.id}' is asked does not follow from its conditions alone")
    return table


def _note_table(tables: DecisionTables, area: str) -> CollectTable:
    rulebook = tables.rulebook
    notes = sorted(rulebook.notes[area], key=lambda note: not note.first)
    table = _table(rulebook, f"notes/{area}", rulebook.areas[area].name, map(_caveat_line, notes))
    for of, shown in tables.notes[area].rows.items():
        answers = dict(zip(tables.notes[area].questions, of, strict=True))
        _compare(table, {q: choice for q, choice in answers.items() if choice}, None, (), shown)
    return table


def _option_table(tables: DecisionTables, option_id: str) -> CollectTable:
    rulebook, served = tables.rulebook, tables.options[option_id]
    option = rulebook.options[option_id]
    lines = [*map(_rule_line, rulebook.rules[option_id]), *map(_caveat_line, rulebook.expect[option_id])]
    table = _table(rulebook, option_id, option.name, lines)
    for of, row in served.rows.items():
        _compare(table, served.answers(of), row, row.because, row.caveats)
    return table


def _rule_line(rule: Rule) -> Line:
    claimed: RestsOn | None = "silence" if rule.because.silent else "article" if rule.because.claims else None
    return Line(rule.when, rule.id, rule.because.text, rule.verdict, "clinic" if rule.by_clinic else claimed)


def _caveat_line(caveat: Caveat) -> Line:
    return Line(caveat.when, caveat.id, caveat.statement.text, rests_on=caveat.rests_on)


def _compare(
    table: CollectTable, answers: Answers, row: Row | None, because: Iterable[Rule], caveats: Iterable[Caveat]
) -> None:
    matched = table.matched(answers)
    served = (row.verdict if row else None, sorted(rule.id for rule in because))
    verdict, reasons = verdict_and_reasons(matched)
    added = [line.adds for line in matched if line.verdict is None]
    differing = {*reasons} ^ {*served[1]} or {*added} ^ {caveat.id for caveat in caveats}
    if differing or verdict != served[0] or added != [caveat.id for caveat in caveats]:
        what = ", ".join(f"'{name}'" for name in sorted(differing)) or "the order of its lines"
        raise ExportError(f"{table.name}: {what} can't be said as a condition on answers ({_words(answers)})")


def _words(answers: Answers) -> str:
    return ", ".join(f"{question}={choice}" for question, choice in answers.items()) or "no answers"
