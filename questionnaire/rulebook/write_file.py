"""Rule files put in their places: whole or not at all, whoever reads them meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

LEFT_OVER = ".saving-"
"""What the name of a file that was not whole yet begins with, where a process was killed; it ends in .tmp."""
BEGUN = f"{LEFT_OVER}begun"
"""The file that says which files are being put in place together: {file: [SHA-256 before, after, its new file]}."""


def write_file(path: Path, data: bytes) -> None:
    """Put bytes in a file's place, with the rights that it has. Raises OSError; then the file is as it was."""
    beside = _written_beside(path, data)
    try:
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_files(folder: Path, files: Mapping[str, bytes | None]) -> None:
    """Put files in place, in this order: {path below the folder: bytes, or None for one that goes}.

    All are on the disk before the first takes its place, so that a full disk refuses before anything is other, and
    `finish_writing` can put the rest in place where the process is killed in between. Raises OSError, which has the
    path of the file that could not be written; then every file is as it was.
    """
    beside: dict[str, Path] = {}
    before: dict[str, bytes | None] = {}
    name = ""
    try:
        for name, data in files.items():
            path = folder / name
            before[name] = _bytes(path)
            if data is not None:
                beside[name] = _written_beside(path, data)
        if len(files) > 1:
            begun = {n: (_sha256(before[n]), _sha256(files[n]), beside[n].name if n in beside else "") for n in files}
            write_file(folder / BEGUN, json.dumps(begun).encode())
            _sync(folder)
        for name in files:
            _put(folder / name, beside.get(name))
        (folder / BEGUN).unlink(missing_ok=True)
    except OSError as fault:
        for left in beside.values():
            left.unlink(missing_ok=True)
        for other, old in before.items():
            _back(folder / other, old)
        (folder / BEGUN).unlink(missing_ok=True)
        raise OSError(fault.errno, fault.strerror, name) from fault


def finish_writing(folder: Path) -> None:
    """Put in place what a killed process had left to put there, if nobody touched these files since; tidy up after it.

    Raises OSError.
    """
    path = folder / BEGUN
    try:
        begun = json.loads(path.read_bytes()) if path.is_file() else {}
    except ValueError:
        begun = {}
    now = {name: _sha256(_bytes(folder / name)) for name in begun}
    if all(now[name] in (before, after) for name, (before, after, _) in begun.items()):
        for name, (_, after, beside) in begun.items():
            new = (folder / name).with_name(beside) if beside else None
            if now[name] != after and (new is None or new.is_file()):
                _put(folder / name, new)
    path.unlink(missing_ok=True)
    for left_over in folder.rglob(f"{LEFT_OVER}*.tmp"):
        left_over.unlink(missing_ok=True)


def _put(path: Path, new: Path | None) -> None:
    """Put a file in the place of another, or take that away; on the disk before this returns."""
    if new is None:
        path.unlink(missing_ok=True)
    else:
        os.replace(new, path)
    _sync(path.parent)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _sha256(data: bytes | None) -> str:
    return hashlib.sha256(data).hexdigest() if data is not None else ""


def _back(path: Path, old: bytes | None) -> None:
    if old is None:
        path.unlink(missing_ok=True)
    elif not path.is_file() or path.read_bytes() != old:
        write_file(path, old)


def _sync(folder: Path) -> None:
    """Bring the names in a folder to the disk before this returns. Raises OSError."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _written_beside(path: Path, data: bytes) -> Path:
    """A file on the disk beside another, with its rights, ready to be put in its place. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=LEFT_OVER, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return Path(beside)
