"""What releases do with files: read no more than they may hold, bring them to the disk, keep others out meanwhile."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .manifest import ReleaseError

TRY_AGAIN = 0.05
"""Seconds between two tries to take a lock."""


def content(path: Path, most: int) -> bytes:
    """The bytes of a regular file. Raises OSError, also for what is no such file or holds more than `most` bytes."""
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would wait for somebody who writes
    try:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(None, "it is no file")
        if status.st_size > most:
            raise OSError(None, f"it is larger than {most:,} bytes")
        with open(opened, "rb", closefd=False) as file:
            return file.read(most + 1)
    finally:
        os.close(opened)


def write_new(path: Path, data: bytes) -> None:
    """A new file, readable by all and writable by nobody, on the disk before this returns. Raises OSError."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, data: bytes) -> None:
    """Put a file with these bytes in the place of another, if there is one, in one step. Raises OSError."""
    beside = path.with_name(f".{path.name}")
    beside.unlink(missing_ok=True)
    try:
        write_new(beside, data)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk before this returns. Raises OSError."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def file_stamp(path: Path) -> tuple[int, int] | None:
    """What differs after a file was put in the place of another; None where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that it holds, if it is there. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def locked(path: Path, seconds: float, refusal: str) -> Iterator[None]:
    """Nobody else locks this folder, or this file, which is made, meanwhile. Raises OSError and ReleaseError.

    It tries again for so many seconds rather than waits in the lock, so that a worker that serves others in the same
    thread goes on.
    """
    until = time.monotonic() + seconds
    lock = os.open(path, os.O_RDONLY | (0 if path.is_dir() else os.O_CREAT), 0o644)
    try:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise ReleaseError(refusal) from None
                time.sleep(TRY_AGAIN)
        yield
    finally:
        os.close(lock)
