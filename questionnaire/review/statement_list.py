"""Every text that visitors can read, by the unit that it is signed with: for `flask rules statements`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..decide.build_tables import DecisionTables
from ..decide.signoff import option_fingerprint, shown_statements, standing
from ..rulebook.statements import Statement, statements
from .phrases import rests_on


def signed_statements(tables: DecisionTables, today: date) -> list[tuple[Statement, bool]]:
    """Every statement, and whether it is signed: shown by an option, and each that shows it has a sign-off in force."""
    stands: dict[tuple[str, ...], bool] = {}
    for option in tables.rulebook.options.values():
        fingerprint = option_fingerprint(tables, option.id) if option.review.fingerprint else ""
        reviewed = standing(option.review, fingerprint, today) == "reviewed"
        for statement in shown_statements(tables, option.id):
            stands[statement.path] = stands.get(statement.path, True) and reviewed
    return [(statement, stands.get(statement.path, False)) for statement in statements(tables.rulebook)]


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
    return Path(statement.place.file).resolve().relative_to(folder.resolve()).as_posix()
