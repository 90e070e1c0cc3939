"""A sign-off as the file that holds it: made here alone, so that no one has to write a fingerprint by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .model import SignOff
from .schema import SIGN_OFFS

HEAD = "# Written by `flask rules sign` and the desk, never by hand: what was read, and by whom.\n"


def file_of(folder: Path, unit: str, language: str = "") -> Path:
    """The file of a unit's sign-off in a folder of rules; `language`: where it is one of a translation."""
    return folder / SIGN_OFFS / language / f"{unit}.yaml"


def as_yaml(sign_off: SignOff) -> str:
    """The sign-off as a whole rule file."""
    return HEAD + "".join(f"{line}\n" for line in _lines(sign_off)) + "...\n"


def _lines(sign_off: SignOff) -> Iterator[str]:
    yield f"by: {_quoted(sign_off.by)}"
    yield f"role: {_quoted(sign_off.role)}"
    yield f"on: {sign_off.on}"
    yield f"until: {sign_off.until}"
    yield f'table: "{sign_off.table}"'
    yield "statements:" if sign_off.statements else "statements: {}"
    for statement, read in sign_off.statements.items():
        yield f"  {_quoted(statement)}:"
        yield f'    fingerprint: "{read.fingerprint}"'
        yield f"    words: {_quoted(read.words)}"
        if read.by:
            yield f"    by: {_quoted(read.by)}"
            yield f"    on: {read.on}"
    if sign_off.signature is not None:
        yield "signature:"
        yield from (f"  {_quoted(key)}: {_quoted(value)}" for key, value in sign_off.signature.items())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
