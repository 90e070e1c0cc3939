"""Units, where the sign-off of each stands, and which options are reviewed by that.

A unit is what is signed as one: its texts, and a table of what follows from answers. Every text that a visitor can read
belongs to one unit, and every change of what answers lead to makes the table of one unit another:

- an option: its name, summary, reasons, grid and own caveats. Table: its kind and, for each row of its decision table,
  the verdict, the rules that decide or hold beside them, and the caveats of all files that it carries.
- an area: its name, facts, common questions and notes. Table: the notes of each row in their order, and the order
  of its options.
- `questions`: questions, hints, choices. Table: the order of questions and choices, and what is asked of whom
  (`asked-when`, `in-scope-when`).
- `shared`: claims, documents, the rows of the grid and of facts, conflicts, doubts, words explained, what may
  matter to visitors, what is not used, and caveats that several options or areas have. Table: the order of the rows, of
  which kinds of option their questions are asked, the passages, decision and options of conflicts, which claims are
  doubted, other forms of the explained words, and of which rows each thing that may matter is.
- `clinic`: what the clinic adds (clinic.yaml). Table: from when and until when each line holds, what its answers are
  for, and what it earns money with; to whom its rules and caveats apply stands in the tables of options and areas.
- `pages`: the sentences of the pages themselves. No table.

A statement's fingerprint covers its words, the names of its claims in their order, and what else is shown for it: that
the article is silent, that its question is left open, that the clinic says it. It does not cover the words of the
claims: these are statements of `shared`, without which no option counts, and one that changed is read once and not once
for each text that rests on it. A claim's own fingerprint covers its passage and that sentence's fingerprint.

What is signed is the rulebook as it was written, with every line of the clinic's whatever its days (in_force.py).

Each language has sign-offs of its own: all of this holds for the tables of `in_language` too. A statement's
fingerprint covers the translated words and their original: a translation may stay as it is where its original changed.

What pages may say: "reviewed" of an option in `reviewed_options`, and of the facts of an area in `reviewed_areas`; of
nothing else. Where a sign-off is required, the options of `may_be_shown` alone are shown; caveats and notes always are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from ..rulebook.fingerprint import of_value
from ..rulebook.model import Area, Condition, Rulebook, SignOff
from ..rulebook.page_sentences import UNIT as PAGES
from ..rulebook.page_sentences import page_statements, translated_page_statements
from ..rulebook.statements import Statement, statements
from .in_force import LEAVE_AS_IS, dated_lines
from .tables import DecisionTables

State = Literal["not-signed", "signed", "changed", "overdue"]
OF_ALL = ("questions", "shared", "clinic", PAGES)
"""The units that every option needs beside its own and its area's."""


@dataclass(frozen=True)
class Standing:
    """Where the sign-off of a unit stands: nobody signed, it holds, what it was given for changed, or its day is past.

    `statements`: those of today. `changed`: the ids of what nobody read as it is today, and of what is gone since;
    all where nobody signed.
    """

    unit: str
    state: State
    sign_off: SignOff | None
    statements: tuple[Statement, ...]
    changed: tuple[str, ...]
    table_changed: bool


def units(rulebook: Rulebook) -> tuple[str, ...]:
    """What can be signed: options, areas, then what all of them need; no unit without a text, as `clinic` may be."""
    return tuple(_by_unit(rulebook, statements(rulebook)))


def unit_statements(tables: DecisionTables, unit: str) -> tuple[Statement, ...]:
    """Every text of a unit. Raises KeyError for a unit that there is not."""
    return tuple(_by_unit(tables.rulebook, tables.statements)[unit])


def every_statement(rulebook: Rulebook) -> list[Statement]:
    """Every text that visitors can read, those of the rule files first, then those of the pages.

    In another language each stands where its translation does.
    """
    return _with_pages(rulebook, statements(rulebook))


def _with_pages(rulebook: Rulebook, of_rules: Iterable[Statement]) -> list[Statement]:
    if not rulebook.language:
        return [*of_rules, *page_statements()]
    texts = rulebook.translations[rulebook.language].texts
    ours = (replace(one, place=texts[one.id].place if one.id in texts else one.place) for one in of_rules)
    return [*ours, *translated_page_statements(rulebook.language)]


def _by_unit(rulebook: Rulebook, of_rules: Iterable[Statement]) -> dict[str, list[Statement]]:
    by_unit: dict[str, list[Statement]] = {unit: [] for unit in (*rulebook.options, *rulebook.areas, *OF_ALL)}
    for statement in _with_pages(rulebook, of_rules):
        by_unit[statement.unit].append(statement)
    return {unit: texts for unit, texts in by_unit.items() if texts}


def statement_fingerprint(rulebook: Rulebook, statement: Statement) -> str:
    """The fingerprint of what a visitor reads of a statement, and of what it rests on."""
    flags = [statement.silent, statement.also_ask, statement.by_clinic]
    claim = rulebook.claims[statement.path[1]] if statement.path[0] == "claims" else None
    rests_on = [claim.passage, claim.fingerprint] if claim else []
    of_language = [rulebook.language, rulebook.originals.get(statement.id, "")] if rulebook.language else []
    return of_value([statement.text, statement.claims, flags, rests_on, *of_language])


def table_fingerprint(tables: DecisionTables, unit: str) -> str:
    """The fingerprint of a unit's table. Raises KeyError for a unit that there is not."""
    rulebook = tables.rulebook
    if unit in rulebook.options:
        return of_value(_option_table(tables, unit))
    if unit in rulebook.areas:
        rows = [[key, [note.id for note in notes]] for key, notes in tables.notes[unit].rows.items()]
        return of_value([tables.notes[unit].questions, rows, rulebook.areas[unit].options])
    return of_value({"questions": _routing, "shared": _shared, "clinic": _clinic}.get(unit, lambda _: None)(rulebook))


def _option_table(tables: DecisionTables, option_id: str) -> Any:
    table = tables.options[option_id]
    rows = [
        [key, row.verdict, *([part.id for part in parts] for parts in (row.because, row.also, row.caveats))]
        for key, row in table.rows.items()
    ]
    return [tables.rulebook.options[option_id].kind, table.questions, rows]


def _routing(rulebook: Rulebook) -> Any:
    def lines(conditions: Iterable[Condition]) -> Any:
        return [[[question, sorted(choices)] for question, choices in sorted(when.lines)] for when in conditions]

    return [
        [
            [question.id, [*question.choices], question.asked_when.areas, lines([question.asked_when.condition])]
            for question in rulebook.questions.values()
        ],
        [[area.id, lines(area.in_scope_when)] for area in rulebook.areas.values()],
    ]


def _shared(rulebook: Rulebook) -> Any:
    conflicts = rulebook.conflicts.values()
    return [
        [[row.id, row.ask_about] for row in rulebook.grid.values()],
        [*rulebook.facts],
        [[c.id, [side.passages for side in c.sides], c.follows, c.open, c.touches] for c in conflicts],
        [[doubt.id, doubt.claim] for doubt in rulebook.doubts.values()],
        [[term.id, term.also] for term in rulebook.glossary.values()],
        [[matter.id, matter.rows] for matter in rulebook.matters.values()],
    ]


def _clinic(rulebook: Rulebook) -> Any:
    clinic = rulebook.clinic
    return [
        [
            [type(line).__name__, line.id, added.dated, added.since, added.until]
            for line, added in dated_lines(rulebook)
        ],
        [[answer.id, answer.options, answer.row] for answer in clinic.answers],
        [clinic.sells.options, clinic.sells.added.dated] if clinic.sells else [],
    ]


def unit_fingerprints(tables: DecisionTables) -> dict[str, str]:
    """For each unit one fingerprint of all that is signed of it; texts are walked once for all of them."""
    return {
        unit: _unit_fingerprint(tables, unit, texts)
        for unit, texts in _by_unit(tables.rulebook, tables.statements).items()
    }


def unit_fingerprint(tables: DecisionTables, unit: str) -> str:
    """The fingerprint of one unit. Raises KeyError for a unit that there is not."""
    return _unit_fingerprint(tables, unit, unit_statements(tables, unit))


def _unit_fingerprint(tables: DecisionTables, unit: str, texts: Iterable[Statement]) -> str:
    prints = {one.id: statement_fingerprint(tables.rulebook, one) for one in texts}
    return of_value([table_fingerprint(tables, unit), prints])


def standing(tables: DecisionTables, unit: str, today: date) -> Standing:
    """Where the sign-off of a unit stands on a day. Raises KeyError for a unit that there is not."""
    return _standing(tables, unit, unit_statements(tables, unit), today)


def standings(tables: DecisionTables, today: date) -> dict[str, Standing]:
    """Where the sign-off of every unit stands on a day."""
    return {
        unit: _standing(tables, unit, texts, today)
        for unit, texts in _by_unit(tables.rulebook, tables.statements).items()
    }


def _standing(tables: DecisionTables, unit: str, texts: Iterable[Statement], today: date) -> Standing:
    now, sign_off = {statement.id: statement for statement in texts}, tables.rulebook.sign_offs.get(unit)
    if sign_off is None:
        return Standing(unit, "not-signed", None, tuple(now.values()), tuple(now), True)
    prints = {name: statement_fingerprint(tables.rulebook, statement) for name, statement in now.items()}
    read = {name: statement.fingerprint for name, statement in sign_off.statements.items()}
    changed = [name for name, fingerprint in prints.items() if read.get(name) != fingerprint]
    changed += [name for name in read if name not in prints]
    table_changed = sign_off.table != table_fingerprint(tables, unit)
    state: State = "overdue" if sign_off.until < today.isoformat() else "signed"
    if changed or table_changed:
        state = "changed"
    return Standing(unit, state, sign_off, tuple(now.values()), tuple(changed), table_changed)


def units_needed(rulebook: Rulebook, option_id: str) -> tuple[str, ...]:
    """The units whose sign-offs must all hold for an option to count as reviewed."""
    return (option_id, rulebook.options[option_id].area, *OF_ALL)


def units_in_force(tables: DecisionTables, today: date) -> frozenset[str]:
    """The units whose sign-off holds on a day, and those of OF_ALL that have no text, so nothing that could be read."""
    if not tables.rulebook.sign_offs:
        return frozenset()
    stand = standings(tables, today)
    return frozenset(unit for unit in (*stand, *OF_ALL) if unit not in stand or stand[unit].state == "signed")


def reviewed(tables: DecisionTables, option_id: str, today: date) -> bool:
    """Whether an option counts as reviewed on a day; one that is held back never does.

    Raises KeyError for an option that does not exist.
    """
    needed = units_needed(tables.rulebook, option_id)
    return option_id not in tables.rulebook.holds and units_in_force(tables, today).issuperset(needed)


def reviewed_options(tables: DecisionTables, today: date) -> frozenset[str]:
    """The options that count as reviewed on a day."""
    in_force, rulebook = units_in_force(tables, today), tables.rulebook
    may_be = rulebook.options.keys() - rulebook.holds
    return frozenset(option for option in may_be if in_force.issuperset(units_needed(rulebook, option)))


def reviewed_areas(tables: DecisionTables, today: date) -> frozenset[str]:
    """The areas whose facts and common questions count as reviewed on a day: no question has a part in these."""
    in_force = units_in_force(tables, today)
    return frozenset(area for area in tables.rulebook.areas if in_force >= {area, "shared", "clinic", PAGES})


def may_be_shown(rulebook: Rulebook, reviewed: Collection[str]) -> frozenset[str]:
    """The options that are shown where a sign-off is required: the reviewed ones, but none of an area where leaving
    things as they are is not one of them, so that no treatment ever stands there without it.
    """
    areas = [area for area in rulebook.areas.values() if leaving_of(area) not in {*area.options} - {*reviewed}]
    return frozenset(option for area in areas for option in area.options if option in reviewed)


def held_back(rulebook: Rulebook, reviewed: Collection[str]) -> dict[str, int]:
    """{leaving things as they are: how many reviewed options of its area are not shown, as it is not reviewed}."""
    hidden = set(reviewed) - may_be_shown(rulebook, reviewed)
    areas = {leaving_of(area): len(hidden.intersection(area.options)) for area in rulebook.areas.values()}
    return {leaving: count for leaving, count in areas.items() if count}


def leaving_of(area: Area) -> str:
    """The id that leaving things as they are has among the options of an area."""
    return f"{area.id}/{LEAVE_AS_IS}"
