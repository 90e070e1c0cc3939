"""Writing a sign-off into an option's file: who, as what, until when, and the fingerprint of what they reviewed."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from ..decide.build_tables import DecisionTables
from ..decide.signoff import option_fingerprint
from ..rulebook.load import load
from .checks import check_folder

MOST_YEARS = 5
"""For how long a sign-off may hold: longer is a slip of the keyboard."""


class SignError(Exception):
    """A sign-off that can't be written; says why and what to do."""


def sign(folder: Path, tables: DecisionTables, option_id: str, by: str, role: str, until: str, today: date) -> Path:
    """Write the sign-off of an option into its file, and return the file.

    `tables` are those of `folder`; `until` is an ISO day after `today`. Raises SignError where the option has an error,
    the signer wrote the last change, or a value can't be taken. Nothing is written then.
    """
    path = folder / f"{option_id}.yaml"
    for name, value in {"by": by, "role": role}.items():
        if not value.strip() or "\n" in value:
            raise SignError(f"--{name} must be one line of text")
    if not _is_day(until) or until <= today.isoformat():
        raise SignError(f"--until must be a day after today, such as {today.year + 1}-01-31, not '{until}'")
    if until > f"{today.year + MOST_YEARS}{today.isoformat()[4:]}":
        raise SignError(f"--until may be {MOST_YEARS} years from today at most, not '{until}'")
    own = [problem for problem in check_folder(folder) if Path(problem.place.file).resolve() == path.resolve()]
    if any(problem.level == "error" and problem.check != "sign-off" for problem in own):
        raise SignError(f"'{option_id}' has errors; mend what `flask rules check` says, then sign")
    if by.strip().casefold() in _authors(path):
        raise SignError(f"{by} wrote the last change of '{option_id}'; somebody else has to sign it")
    review = (
        f"review:\n  status: reviewed\n  by: {_quoted(by)}\n  role: {_quoted(role)}\n  on: {today.isoformat()}\n"
        f'  review-again: {until}\n  fingerprint: "{option_fingerprint(tables, option_id)}"\n'
    )
    text = path.read_text(encoding="utf-8")
    changed, count = re.subn(r"^review:.*?(?=^\S)", lambda _: review, text, count=1, flags=re.S | re.M)
    if not count:
        raise SignError(f"{path} has no line 'review:' to write to")
    _replace(path, changed, folder)
    return path


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _quoted(text: str) -> str:
    escaped = text.strip().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _authors(path: Path) -> set[str]:
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


def _replace(path: Path, text: str, folder: Path) -> None:
    """Put a new text in a file's place, whole or not at all; if the rulebook would not load with it, put it back."""
    before = path.read_bytes()
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".signing-", suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(beside, path.stat().st_mode)
    os.replace(beside, path)
    try:
        load(folder)
    except Exception:
        path.write_bytes(before)
        raise
