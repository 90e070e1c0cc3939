"""Signing a unit: who read it, as what, until when, and what they read; nobody signs what they wrote themselves."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

from ..decide.build_tables import DecisionTables
from ..decide.sign_off_units import statement_fingerprint, table_fingerprint, unit_statements
from ..rulebook.load import load
from ..rulebook.model import ReadStatement, SignOff
from ..rulebook.problems import Place
from ..rulebook.sign_off_file import as_yaml, file_of
from ..rulebook.write_file import write_file
from .checks import check_folder

MOST_YEARS = 5
"""For how long a sign-off may hold: longer is a slip of the keyboard."""


class SignError(Exception):
    """A sign-off that can't be written; says why and what to do."""


def sign(
    folder: Path, tables: DecisionTables, unit: str, by: str, role: str, until: str, today: date
) -> tuple[Path, SignOff]:
    """Write the sign-off of a unit into its file; return the file, and what stands in it.

    `tables` are those of `folder`, or the same in a language (in_language.py). `until` is an ISO day after `today`.
    Raises SignError where the unit has an error, the signer wrote the last change, or a value can't be taken; KeyError
    for no unit. Nothing is written then.
    """
    refuse(folder, tables, unit, by, role, until, today)
    sign_off = new_sign_off(tables, unit, by, role, until, today)
    return write_sign_off(folder, sign_off), sign_off


def refuse(folder: Path, tables: DecisionTables, unit: str, by: str, role: str, until: str, today: date) -> None:
    """Raise SignError where `sign` would, and write nothing."""
    refuse_values(by, role, until, today)
    statements, language = unit_statements(tables, unit), tables.rulebook.language
    files = {Path(statement.place.file).resolve() for statement in statements}
    own = [problem for problem in check_folder(folder) if Path(problem.place.file).resolve() in files]
    if language:  # all of its texts stand in one file
        lines = {statement.place for statement in statements}
        own = [problem for problem in own if problem.place in lines]
    if any(problem.level == "error" and problem.check != "sign-off" for problem in own):
        raise SignError(f"'{unit}' has errors; mend what `flask rules check` says, then sign")
    if any(by.strip().casefold() in authors(path) for path in files):
        raise SignError(f"{by} wrote the last change of '{unit}'; somebody else has to sign it")


def refuse_values(by: str, role: str, until: str, today: date) -> None:
    """Raise SignError for a name, a role or a day that can't be taken."""
    for name, value in {"by": by, "role": role}.items():
        if not value.strip() or "\n" in value:
            raise SignError(f"--{name} must be one line of text")
    if not _is_day(until) or until <= today.isoformat():
        raise SignError(f"--until must be a day after today, such as {today.year + 1}-01-31, not '{until}'")
    if until > f"{today.year + MOST_YEARS}{today.isoformat()[4:]}":
        raise SignError(f"--until may be {MOST_YEARS} years from today at most, not '{until}'")


def new_sign_off(tables: DecisionTables, unit: str, by: str, role: str, until: str, today: date) -> SignOff:
    """The sign-off of a unit as it is today. Texts that were read for one which still holds on this day, and have not
    changed since, keep who read them and when.
    """
    earlier, statements = tables.rulebook.sign_offs.get(unit), {}
    kept = earlier.statements if earlier and earlier.until >= today.isoformat() else {}
    by, role, on = by.strip(), role.strip(), today.isoformat()
    for statement in unit_statements(tables, unit):
        fingerprint = statement_fingerprint(tables.rulebook, statement)
        read = kept.get(statement.id)
        if earlier and read and read.fingerprint == fingerprint:
            reader = (read.by or earlier.by, read.on or earlier.on)
            statements[statement.id] = ReadStatement(fingerprint, statement.text, *reader)
        else:
            statements[statement.id] = ReadStatement(fingerprint, statement.text)
    table = table_fingerprint(tables, unit)
    return SignOff(unit, by, role, on, until, table, statements, Place(""), language=tables.rulebook.language)


def write_sign_off(folder: Path, sign_off: SignOff) -> Path:
    """Write a sign-off into its unit's file, which is returned; if the rulebook would not load with it, put it back.

    Raises OSError, and RulebookError where the rulebook does not load.
    """
    path = file_of(folder, sign_off.unit, sign_off.language)
    before = path.read_bytes() if path.exists() else None
    write_file(path, as_yaml(sign_off).encode())
    try:
        load(folder)
    except Exception:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
        raise
    return path


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def authors(path: Path) -> set[str]:
    """Who wrote the last change of a file, by name and address, as far as git knows; also whoever changed it since."""

    def git(*words: str) -> str:
        try:
            done = subprocess.run(["git", *words], cwd=path.parent, capture_output=True, text=True, check=False)
        except OSError:
            return ""
        return done.stdout.strip() if done.returncode == 0 else ""

    names = git("log", "-1", "--format=%an%n%ae", "--", path.name).splitlines()
    if git("status", "--porcelain", "--", path.name):
        names += [git("config", "user.name"), git("config", "user.email")]
    return {name.casefold() for name in names if name}
