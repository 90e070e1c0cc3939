"""Tables of a release that another version of the project published: built once, one at a time, kept on the disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ..decide.build_process import BuildError, Child, Limits
from ..decide.serialize import StoredError, as_text, from_text, layout
from ..decide.tables import DecisionTables
from ..rulebook.problems import Problem, RulebookError
from .disk import locked
from .manifest import Release, ReleaseError, sha256

RULES = "rules"
KEPT = ".rebuilt"
"""The folder beside the releases in which rebuilt tables are kept: a line with their SHA-256, then the tables."""
REBUILD = "questionnaire.releases.rebuild_tables:build_upgraded"


def rebuilt(folder: Path, release: Release, limits: Limits | None = None) -> DecisionTables:
    """The tables of a release in today's format, from what was kept or from its own rule files, within `limits`.

    Whoever waits for another's turn waits no longer than a build may take. Raises ReleaseError.
    """
    limits = limits or Limits()
    kept = folder / KEPT / f"{release.name}.{layout()}.json"
    tables = _kept(kept, release)
    if tables is None:
        with locked(folder, limits.seconds, "other earlier releases are being built; try again later"):
            tables = _kept(kept, release)
            if tables is None:
                tables = _build(folder / release.name / RULES, release, limits)
                _keep(kept, tables)
    return tables


def build_upgraded(folder: Path) -> tuple[DecisionTables, tuple[Problem, ...]]:
    """In the child: the tables of the rules in `folder`, a copy, which is brought up to today's format first.

    Raises RulebookError, FormatError, OSError.
    """
    from ..decide.build_tables import build
    from ..rulebook.file_format import upgrade
    from ..rulebook.load import load

    upgrade(folder)
    return build(load(folder)), ()


def _build(rules: Path, release: Release, limits: Limits) -> DecisionTables:
    """The child brings a copy of the rules up to today's format first; the release stays as it is."""
    try:
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(rules, Path(copy) / RULES, copy_function=shutil.copyfile)
            tables = Child(Path(RULES), limits, at=Path(copy), build=REBUILD).result().tables
    except (RulebookError, BuildError, OSError, shutil.Error) as fault:
        why = str(fault).split("\n")[0]
        raise ReleaseError(
            f"another version of this project published it, and this one can't build its rules ({why})"
        ) from None
    # An upgrade may change what the files say, and so their fingerprint; codes and names still hold the old one.
    return replace(tables, rulebook=replace(tables.rulebook, fingerprint=release.rulebook))


def _kept(path: Path, release: Release) -> DecisionTables | None:
    try:
        seal, _, text = path.read_text(encoding="utf-8").partition("\n")
        tables = from_text(text) if sha256(text.encode()) == seal else None
    except (OSError, ValueError, StoredError):
        return None
    return tables if tables is not None and tables.rulebook.fingerprint == release.rulebook else None


def _keep(path: Path, tables: DecisionTables) -> None:
    """Write the tables where they can be written; the next who needs them builds them again otherwise."""
    text = as_text(tables)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(OSError):
        if os.geteuid() == 0 and path.parent.parent.stat().st_uid:
            return  # root would leave files that the site's own user can't replace
        path.parent.mkdir(exist_ok=True)
        beside.write_text(f"{sha256(text.encode())}\n{text}", encoding="utf-8")
        os.replace(beside, path)
