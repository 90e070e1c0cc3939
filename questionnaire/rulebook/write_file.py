"""A rule file put in its place: whole or not at all, whoever reads it meanwhile."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

LEFT_OVER = ".saving-"
"""What the name of a file that was not whole yet begins with, where a process was killed; it ends in .tmp."""


def write_file(path: Path, data: bytes) -> None:
    """Put bytes in a file's place, with the rights that it has. Raises OSError; then the file is as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=LEFT_OVER, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
