"""Rule files put in their places: whole or not at all, whoever reads them meanwhile."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

LEFT_OVER = ".saving-"
"""What the name of a file that was not whole yet begins with, where a process was killed; it ends in .tmp."""


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

    All are on the disk before the first takes its place, so that a full disk refuses before anything is other. Raises
    OSError, which has the path of the file that could not be written; then every file is as it was.
    """
    beside: dict[str, Path] = {}
    before: dict[str, bytes | None] = {}
    name = ""
    try:
        for name, data in files.items():
            if data is not None:
                beside[name] = _written_beside(folder / name, data)
        for name in files:
            path = folder / name
            before[name] = path.read_bytes() if path.is_file() else None
            if name in beside:
                os.replace(beside[name], path)
            else:
                path.unlink(missing_ok=True)
            _sync(path.parent)
    except OSError as fault:
        for left in beside.values():
            left.unlink(missing_ok=True)
        for other, old in reversed(before.items()):
            _back(folder / other, old)
        raise OSError(fault.errno, fault.strerror, name) from fault


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
