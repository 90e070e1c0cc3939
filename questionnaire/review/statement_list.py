"""Every text that visitors can read, by the unit that it is signed with: for `flask rules statements`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..decide.build_tables import DecisionTables
from ..decide.sign_off_units import every_statement, standings
from ..rulebook.statements import Statement
from .phrases import rests_on


def signed_statements(tables: DecisionTables, today: date) -> list[tuple[Statement, bool]]:
    """Every statement, and whether it is signed: read as it is today, for a sign-off whose day is not past."""
    listed = {}
    for standing in standings(tables, today).values():
        holds = standing.sign_off is not None and standing.sign_off.until >= today.isoformat()
        for statement in standing.statements:
            listed[statement.path] = holds and statement.id not in standing.changed
    return [(statement, listed[statement.path]) for statement in every_statement(tables.rulebook)]


def as_json(listed: Iterable[tuple[Statement, bool]], folder: Path) -> Mapping[str, Any]:
    """The list as one JSON object; files are named as seen from `folder`."""
    return {
        "statements": [
            {
                "id": statement.id,
                "unit": statement.unit,
                "text": statement.text,
                "claims": [*statement.claims],
                "rests-on": statement.rests_on,
                "documents": [*statement.origins],
                "file": _file(statement, folder),
                "line": statement.place.line,
                "signed": signed,
            }
            for statement, signed in listed
        ]
    }


def as_text(listed: Iterable[tuple[Statement, bool]], folder: Path) -> str:
    """The list for reading, unit by unit: each text below its id, what it rests on and where it stands."""
    units: dict[str, list[str]] = {}
    listed = [*listed]
    several = len({title for statement, _ in listed for title in statement.origins}) > 1
    for statement, signed in listed:
        at = f"{_file(statement, folder)}:{statement.place.line}"
        rests = f"[{rests_on(statement, several)}]" if statement.rests_on else ""
        marks = [part for part in (statement.id, rests, at, "signed" if signed else "") if part]
        text = statement.text or "(not said)"
        units.setdefault(statement.unit, []).append(f"  {'  '.join(marks)}\n    {text}")
    return "\n\n".join("\n".join([f"{unit}: {len(lines)} texts", *lines]) for unit, lines in units.items())


def _file(statement: Statement, folder: Path) -> str:
    return Path(os.path.relpath(Path(statement.place.file).resolve(), folder.resolve())).as_posix()
