"""The key that signs sessions and forms where no setting gives one: made once and kept in the instance folder."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

_not_kept: dict[Path, str] = {}


def secret_key(folder: Path) -> str:
    """The key kept in `folder`, made at first use and readable by its owner alone, so that all workers share it.

    Where the folder can't be written, a key for this process and those forked from it: visitors start again after them.
    """
    path = folder / "secret-key"
    if path in _not_kept:
        return _not_kept[path]
    fresh = secrets.token_hex(32)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f"secret-key.{os.getpid()}.{secrets.token_hex(4)}"
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh)
        try:
            os.link(beside, path)  # whole or not at all, and only one worker wins
        except FileExistsError:
            pass
        finally:
            beside.unlink()
        if kept := path.read_text():
            return kept
        reason = "the file is empty"
    except OSError as fault:
        reason = str(fault.strerror)
    logging.getLogger(__name__).warning(
        "The key for sessions can't be kept in %s (%s). Each start makes another, and visitors lose their answers "
        "then. Set FLASK_SECRET_KEY.",
        path,
        reason,
    )
    return _not_kept.setdefault(path, fresh)
