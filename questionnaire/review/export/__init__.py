"""The rulebook in the forms of other programs: what a folder of files holds, and writing it whole or not at all."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from ...decide.tables import DecisionTables
from ...rulebook.fingerprint import of_text
from ...rulebook.model import Answers
from . import dmn, fhir, jdm, jsonlogic
from .collect import ExportError

__all__ = ["FORMATS", "ExportError", "described", "export", "files_of"]

FORMATS: Mapping[str, ModuleType] = {"dmn": dmn, "fhir": fhir, "jdm": jdm, "jsonlogic": jsonlogic}
"""Each has TITLE, HOW (how to read it), LEAVES_OUT and `files`, which gives texts by their file's name."""
MANIFEST, README = "manifest.json", "README.md"


def files_of(tables: DecisionTables, form: str, answers: Answers | None = None, until: str = "") -> dict[str, str]:
    """All files of an export, the manifest and the README too. `answers`: for fhir, those of a response. `until`: the
    last day (YYYY-MM-DD) on which the rules hold as they are; empty where there is none.

    The same rulebook gives the same files, byte for byte. Raises ExportError.
    """
    module = FORMATS[form]
    files: dict[str, str] = module.files(tables, answers) if form == "fhir" else module.files(tables)
    return described(files, form, module, tables.rulebook.fingerprint, until)


def described(
    files: Mapping[str, str], form: str, module: ModuleType, fingerprint: str, until: str = ""
) -> dict[str, str]:
    """These files of a module of FORMATS, or of one like them, with the manifest and the README."""
    left_out = "\n".join(f"- {what}" for what in module.LEAVES_OUT)
    title, rulebook = f"# Options guide as {module.TITLE}", f"Rulebook {fingerprint}."
    if until:
        rulebook += f" It holds until {until}: then a line of the clinic's begins or ends, so export again."
    readme = "\n\n".join((title, rulebook, module.HOW, "## What is left out", left_out)) + "\n"
    files = {**files, README: readme}
    manifest = {
        "export": form,
        "rulebook": fingerprint,
        **({"holds-until": until} if until else {}),
        "leaves-out": list(module.LEAVES_OUT),
        "files": {name: of_text(text) for name, text in sorted(files.items())},
    }
    return {**files, MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"}


def export(files: Mapping[str, str], folder: Path) -> None:
    """Write these files as a folder, all of them or none. An earlier export in its place goes.

    Raises ExportError for a folder that holds anything else, and OSError.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ExportError(f"{folder} is not a folder; name another one")
    if not folder.absolute().parent.is_dir():
        raise ExportError(f"there is no folder {folder.absolute().parent} to write it into; make it first")
    if folder.exists() and (foreign := _not_of_an_export(folder)):
        raise ExportError(f"{folder} holds {foreign}, which is of no export; name another folder, or an empty one")
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.absolute().parent) as temporary:
        made, old = Path(temporary, "new"), Path(temporary, "old")
        made.mkdir()
        for name, text in files.items():
            (made / name).write_text(text, encoding="utf-8", newline="\n")
        if folder.exists():
            folder.rename(old)
        try:
            made.rename(folder)
        except OSError:
            with suppress(OSError):
                old.rename(folder)
            raise


def _not_of_an_export(folder: Path) -> str:
    """The name of something in a folder that no export of ours wrote there; empty where there is none."""
    try:
        known = {MANIFEST, *json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]}
    except (OSError, ValueError, LookupError, TypeError):
        known = set()
    return next((f"'{path.name}'" for path in sorted(folder.iterdir()) if path.name not in known), "")
