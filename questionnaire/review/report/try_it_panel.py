"""The data of the report's try-it panel: questions, areas and every row of every table, as JSON for a page."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ...decide.build_tables import DecisionTables, Key
from ..merge_rows import MergedTable
from .sheets import anchor


def panel_json(tables: DecisionTables, merged: Mapping[str, MergedTable]) -> str:
    """Questions in the order of asking, areas with their conditions, and for each option its rows.

    A row is [verdict, rule ids, caveat ids, the number of its line in the merged table], by `row_name`. The JSON can
    stand inside a script element: no `<` is left in it.
    """
    rulebook = tables.rulebook
    panel = {
        "questions": [
            {"id": question.id, "areas": question.asked_when.areas, "when": question.asked_when.condition.lines}
            for question in rulebook.questions.values()
        ],
        "areas": [
            {
                "id": area.id,
                "name": area.name,
                "when": [when.lines for when in area.in_scope_when],
                "options": area.options,
                "notes": {
                    "questions": tables.notes[area.id].questions,
                    "rows": {row_name(key): [n.id for n in notes] for key, notes in tables.notes[area.id].rows.items()},
                },
            }
            for area in rulebook.areas.values()
        ],
        "caveats": {one.id: [one.statement.text, one.first, one.by_clinic] for one in rulebook.caveats.values()},
        "options": {
            option.id: {
                "name": option.name,
                "anchor": anchor(option.id),
                "questions": tables.options[option.id].questions,
                "rules": {rule.id: rule.because.text for rule in rulebook.rules[option.id]},
                "rows": {
                    row_name(key): [
                        row.verdict,
                        [rule.id for rule in row.because],
                        [caveat.id for caveat in row.caveats],
                        merged[option.id].line_of(key),
                    ]
                    for key, row in tables.options[option.id].rows.items()
                },
            }
            for option in rulebook.options.values()
        },
    }
    return json.dumps(panel, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def row_name(key: Key) -> str:
    """A row's choices in one text, as the panel's script joins them; a question that is not asked leaves a gap."""
    return "|".join(choice or "" for choice in key)
