"""Tables in another language: the same rows, with the rules and caveats of the translated rulebook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..rulebook.translated import translated
from .tables import DecisionTables


def in_language(tables: DecisionTables, language: str, original: Callable[[str], str] = str) -> DecisionTables:
    """The same tables with the texts of a language; `original` makes what stands for a text that it does not have.

    Raises KeyError for a language that the rulebook has no file for.
    """
    rulebook = translated(tables.rulebook, language, original)
    caveats = rulebook.caveats
    options = {}
    for name, table in tables.options.items():
        rules = {rule.id: rule for rule in rulebook.rules[name]}
        rows = {
            at: replace(
                row,
                because=tuple(rules[rule.id] for rule in row.because),
                also=tuple(rules[rule.id] for rule in row.also),
                caveats=tuple(caveats[caveat.id] for caveat in row.caveats),
            )
            for at, row in table.rows.items()
        }
        options[name] = replace(table, rows=rows)
    notes = {
        area: replace(table, rows={at: tuple(caveats[n.id] for n in some) for at, some in table.rows.items()})
        for area, table in tables.notes.items()
    }
    return DecisionTables(rulebook, options, notes)
