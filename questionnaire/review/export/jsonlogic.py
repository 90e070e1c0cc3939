"""The rulebook as JSON Logic (https://jsonlogic.com): one file of expressions over the answers, and one of texts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ...decide.tables import DecisionTables
from ...rulebook.model import VERDICTS, Condition
from .collect import ASKED, SCOPE, CollectTable, Line, collect_tables

TITLE = "JSON Logic"
HOW = """\
`logic.json` holds expressions over one visitor's answers, an object such as `{"area": "hip-dips", "timing": "soon"}`.
A question that was not asked is left out. Apply `areas` to get the areas in scope, and `asked` to get the questions
that are asked (an answer to any other question has to be taken away first). For each option of these areas apply
`verdict`, `because` (the ids of the rules that gave it) and `caveats`; for each area `notes`, of several areas each
once, those that are `first` in `texts.json` before all others. `texts.json` has the words of every id. Who shows a
text whose `rests-on` is `clinic` has to say that the clinic adds it, and that it is not from the article."""
LEAVES_OUT = (
    "the side-by-side grid, facts about the areas, common questions and the glossary",
    "which single answer would give an option another verdict",
    "claims, passages and sign-offs",
)


def files(tables: DecisionTables) -> dict[str, str]:
    """The files of the export, by name. Raises ExportError."""
    written = {"logic.json": logic(tables), "texts.json": texts(tables)}
    return {name: json.dumps(value, ensure_ascii=False, indent=1) + "\n" for name, value in written.items()}


def logic(tables: DecisionTables) -> dict[str, Any]:
    """Every decision as an expression."""
    collected = {table.name: table for table in collect_tables(tables)}
    rulebook = tables.rulebook
    return {
        "rulebook": rulebook.fingerprint,
        "areas": _once(collected[SCOPE]),
        "asked": _once(collected[ASKED]),
        "notes": {area: _added(collected[f"notes/{area}"].lines) for area in rulebook.areas},
        "options": {option: _option(collected[option]) for option in rulebook.options},
    }


def texts(tables: DecisionTables) -> dict[str, Any]:
    """The words of every id that the expressions give."""
    rulebook = tables.rulebook
    collected = {table.name: table for table in collect_tables(tables)}
    return {
        "rulebook": rulebook.fingerprint,
        "questions": {
            question.id: {
                "ask": question.ask,
                "hint": question.hint,
                "why": question.why.text,
                "choices": {
                    choice.id: {"label": choice.label, "hint": choice.hint} for choice in question.choices.values()
                },
            }
            for question in rulebook.questions.values()
        },
        "areas": {area.id: {"name": area.name, "options": list(area.options)} for area in rulebook.areas.values()},
        "options": {
            option.id: {
                "name": option.name,
                "kind": option.kind,
                "summary": option.summary.text,
                "rules": {
                    line.adds: {"text": line.text, "rests-on": line.rests_on}
                    for line in collected[option.id].lines
                    if line.verdict
                },
            }
            for option in rulebook.options.values()
        },
        "caveats": {
            caveat.id: {"text": caveat.statement.text, "rests-on": caveat.rests_on, "first": caveat.first}
            for caveat in rulebook.caveats.values()
        },
    }


def holds(when: Condition) -> Any:
    """An expression that is true where a condition holds."""
    lines = [{"in": [{"var": question}, list(choices)]} for question, choices in when.lines]
    return {"and": lines} if lines else True


def any_of(conditions: Iterable[Condition]) -> Any:
    """An expression that is true where any of these conditions holds."""
    return {"or": [False, *map(holds, conditions)]}


def _once(table: CollectTable) -> Any:
    """The ids that a table adds, each once, though several of its lines may add the same."""
    conditions: dict[str, list[Condition]] = {}
    for line in table.lines:
        conditions.setdefault(line.adds, []).append(line.when)
    return {"merge": [{"if": [any_of(some), [name], []]} for name, some in conditions.items()]}


def _added(lines: Iterable[Line]) -> Any:
    return {"merge": [{"if": [holds(line.when), [line.adds], []]} for line in lines]}


def _option(table: CollectTable) -> dict[str, Any]:
    """The most cautious verdict is asked first, so it wins."""
    rules = [(verdict, [line for line in table.lines if line.verdict == verdict]) for verdict in reversed(VERDICTS)]
    gives = [(verdict, any_of(line.when for line in lines), _added(lines)) for verdict, lines in rules]
    return {
        "verdict": {"if": [part for verdict, given, _ in gives for part in (given, verdict)] + [None]},
        "because": {"if": [part for _, given, because in gives for part in (given, because)] + [[]]},
        "caveats": _added(line for line in table.lines if line.verdict is None),
    }
