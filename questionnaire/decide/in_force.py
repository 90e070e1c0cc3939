"""Tables as they are in force: what the clinic adds holds on some days only, and an option can be withdrawn at once.

Tables are fired with every line of the clinic's, whatever its days. Here the rows that hold on a day are made of them,
without the engine: a line that does not hold is left out of what matched, and the most cautious of the rest wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from ..rulebook.fingerprint import of_value
from ..rulebook.model import Added, Caveat, CitedText, Clinic, ClinicAnswer, Condition, Option, Rule, Rulebook
from ..rulebook.problems import Place
from .routing import questions_of
from .rows_from_matches import Matched, conditions_of, more_cautious, rows_of
from .tables import DecisionTable, DecisionTables, Key, NoteTable, Row, key

Keeps = Callable[[Rule | Caveat], bool]
Line = Rule | ClinicAnswer | Caveat
"""What the clinic adds, line by line."""
LEAVE_AS_IS = "leave-as-is"
"""What the option of every area is called that is always listed and always fits."""
WITHDRAWN = "withdrawn"
"""The id of the rule by which a withdrawn option is ruled out."""


def in_force(tables: DecisionTables, day: str, withdrawn: Iterable[Rule] = ()) -> DecisionTables:
    """The tables as they hold on a day (YYYY-MM-DD): with the lines of the clinic's that hold then.

    The clinic's answers stand in the grid where the article is silent. `withdrawn`: a rule for each option that is not
    offered now. The fingerprint stays that of the rulebook where all lines hold and nothing is withdrawn.
    """
    rulebook, clinic = tables.rulebook, tables.rulebook.clinic
    stopped = [rule for rule in withdrawn for option in rule.options if may_be_withdrawn(rulebook, option)]
    left_out = [f"{type(line).__name__} {line.id}" for line, added in dated_lines(rulebook) if not added.holds(day)]
    left_out += [f"option {option}" for rule in stopped for option in rule.options]
    answers = [answer for answer in clinic.answers if answer.added.holds(day)]
    grid = {(option, answer.row): answer.answer for answer in answers for option in answer.options}
    if not left_out and not grid:
        return tables
    new = replace(
        rulebook,
        fingerprint=of_value([rulebook.fingerprint, left_out]) if left_out else rulebook.fingerprint,
        options={name: _answered(option, grid) for name, option in rulebook.options.items()}
        if grid
        else rulebook.options,
        clinic=replace(clinic, rules=(*(r for r in clinic.rules if _holds(r, day)), *stopped), answers=tuple(answers)),
        caveats={name: caveat for name, caveat in rulebook.caveats.items() if _holds(caveat, day)},
    )
    held = _with(tables, new, lambda line: _holds(line, day))
    stops = {option: rule for rule in stopped for option in rule.options}
    if not stops:
        return held
    return replace(held, options={**held.options, **{o: _stopped(held.options[o], r) for o, r in stops.items()}})


def without_clinic(tables: DecisionTables) -> DecisionTables:
    """The tables as they would be without the rules, answers and times to decide of the clinic's.

    Its caveats stay, and its question is still asked.
    """
    rulebook = tables.rulebook
    if rulebook.clinic == Clinic() and all(caveat.added is None for caveat in rulebook.caveats.values()):
        return tables
    caveats = {name: caveat for name, caveat in rulebook.caveats.items() if caveat.added is None}
    return _with(tables, replace(rulebook, clinic=Clinic(), caveats=caveats), lambda line: line.added is None)


def may_be_withdrawn(rulebook: Rulebook, option: str) -> bool:
    """Whether there is such an option, and it is not leaving things as they are, which is always listed."""
    return option in rulebook.options and not option.endswith(f"/{LEAVE_AS_IS}")


def withdrawal(option: str, because: str, since: str) -> Rule:
    """The rule that rules out an option which is not offered now: why, in the clinic's words, and since which day."""
    place, added = Place(WITHDRAWN), Added("", since)
    text = CitedText(because, (), False, place)
    return Rule(WITHDRAWN, "ruled-out", Condition(), text, None, place, True, (option,), added)


def withdrawn_by(row: Row) -> Rule | None:
    """The rule by which a row's option is not offered now; None where it is."""
    return next((rule for rule in row.because if rule.id == WITHDRAWN and rule.added is not None), None)


def first_days(rulebook: Rulebook) -> list[str]:
    """The days on which what is in force changes, in their order."""
    days = {day for _, added in dated_lines(rulebook) for day in (added.since, _after(added.until))}
    return sorted(days - {""})


def holds_until(rulebook: Rulebook, day: str) -> str:
    """The last day on which what is in force on `day` still is; empty where it is for good."""
    later = next((first for first in first_days(rulebook) if first > day), None)
    return (date.fromisoformat(later) - timedelta(days=1)).isoformat() if later else ""


def dated_lines(rulebook: Rulebook) -> Iterator[tuple[Line, Added]]:
    """Every rule, answer and caveat of the clinic's that says where it comes from."""
    clinic = rulebook.clinic
    lines: list[Line] = [*clinic.rules, *clinic.answers, *rulebook.caveats.values()]
    yield from ((line, line.added) for line in lines if line.added is not None)


def _after(day: str) -> str:
    """The day after a day; empty where there is none."""
    end = date.fromisoformat(day) if day else date.max
    return (end + timedelta(days=1)).isoformat() if end < date.max else ""


def _holds(line: Rule | Caveat, day: str) -> bool:
    return line.added is None or line.added.holds(day)


def _answered(option: Option, answers: Mapping[tuple[str, str], CitedText]) -> Option:
    """An option with the clinic's answers in its grid."""
    silent = [row for row, cell in option.grid.items() if cell.silent]
    answered = {row: answers[option.id, row] for row in silent if (option.id, row) in answers}
    return replace(option, grid={**option.grid, **answered}) if answered else option


def _with(tables: DecisionTables, rulebook: Rulebook, keeps: Keeps) -> DecisionTables:
    """The tables of a rulebook that lacks those rules and caveats of theirs that are not kept."""
    return DecisionTables(
        rulebook,
        {name: _option_table(tables, rulebook, table, keeps) for name, table in tables.options.items()},
        {name: _note_table(tables, rulebook, table, keeps) for name, table in tables.notes.items()},
    )


def _option_table(tables: DecisionTables, rulebook: Rulebook, table: DecisionTable, keeps: Keeps) -> DecisionTable:
    before = tables.rulebook
    lines: list[Rule | Caveat] = [*before.rules[table.option], *before.expect[table.option]]
    if all(map(keeps, lines)):
        return table
    questions = questions_of(rulebook, conditions_of(rulebook, table.option))
    order = {rule.id: number for number, rule in enumerate(before.rules[table.option])}
    matched: dict[Key, Matched] = {}
    for row_key, row in table.rows.items():
        rules = sorted(filter(keeps, (*row.because, *row.also)), key=lambda rule: order[rule.id])
        matched[_fewer(table.questions, questions, row_key)] = tuple(rules), tuple(filter(keeps, row.caveats))
    gaps = {key(questions, gap): {q: gap[q] for q in questions if q in gap} for gap in table.gaps}
    return DecisionTable(table.option, questions, rows_of(rulebook, questions, matched), tuple(gaps.values()))


def _note_table(tables: DecisionTables, rulebook: Rulebook, table: NoteTable, keeps: Keeps) -> NoteTable:
    if all(map(keeps, tables.rulebook.notes[table.area])):
        return table
    questions = questions_of(rulebook, [note.when for note in rulebook.notes[table.area]])
    rows = {_fewer(table.questions, questions, at): tuple(filter(keeps, notes)) for at, notes in table.rows.items()}
    return NoteTable(table.area, questions, rows)


def _fewer(questions: tuple[str, ...], fewer: tuple[str, ...], row: Key) -> Key:
    """What a row of a table is looked up by in one that reads fewer questions."""
    answers = dict(zip(questions, row, strict=True))
    return tuple(answers[question] for question in fewer)


def _stopped(table: DecisionTable, rule: Rule) -> DecisionTable:
    """The table of an option that a rule without conditions rules out."""
    return replace(table, rows={at: more_cautious(row, rule) for at, row in table.rows.items()})
