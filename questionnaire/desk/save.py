"""Writing rule files: whole or not at all, never over what somebody else wrote meanwhile, and each save a commit.

One writer at a time, also across processes. Where the folder lies in a git checkout, a save is a commit by whoever
saved.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dulwich.errors import NotGitRepository
from dulwich.repo import Repo
from flask import current_app

from ..releases.disk import locked
from ..releases.manifest import ReleaseError
from ..rulebook.write_file import finish_writing, write_files
from .rulebooks import digest_of, rules_folder

PATIENCE = 10.0
"""Seconds that a save waits for another one."""
NO_COMMIT = " It could not be committed to git: tell whoever looks after this machine."
log = logging.getLogger(__name__)


class SaveError(Exception):
    """A save that could not be made; nothing was written. Says why, for people."""


class Conflict(SaveError):
    """Files that somebody else changed since they were read."""

    def __init__(self, files: list[str]) -> None:
        self.files = files
        super().__init__(f"Somebody else changed {', '.join(files)} meanwhile. Nothing was written.")


def sha256(data: bytes) -> str:
    """What tells whether a file is still as it was read; empty bytes for a file that is not there."""
    return hashlib.sha256(data).hexdigest()


def content(folder: Path, file: str) -> bytes:
    """The bytes of a rule file; none where it is not there. Raises OSError."""
    path = folder / file
    return path.read_bytes() if path.is_file() else b""


def lock() -> Path:
    """The file that whoever saves at this desk holds meanwhile."""
    return Path(current_app.config["DESK_DATABASE"]).with_suffix(".lock")


def finish() -> None:
    """Put in place what a process that was killed had left of a save; a folder that can't be written is told of."""
    try:
        if rules_folder().is_dir():
            with alone(lock()):
                finish_writing(rules_folder())
    except (OSError, SaveError) as fault:
        log.warning("What a killed process may have left in %s was not looked at: %s", rules_folder(), fault)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Nobody else saves meanwhile, in any process that has the same lock. Raises SaveError."""
    try:
        with locked(lock, PATIENCE, "Somebody else is saving. Please try again."):
            yield
    except ReleaseError as fault:
        raise SaveError(str(fault)) from None


def save(
    folder: Path, lock: Path, files: Mapping[str, bytes], read: Mapping[str, str], who: str, why: str, digest: str = ""
) -> bool:
    """Write these files ({path in the folder: bytes}), in this order, and commit them; says whether that is done.

    `read`: the SHA-256 of each file as it was when the change was begun. `digest`: that of all rule files then, where
    the change looked at all of them. A file of no bytes is removed. Raises SaveError; then all is as before.
    """
    with alone(lock):
        finish_writing(folder)  # of somebody whose power failed, say
        before = {file: content(folder, file) for file in files}
        if others := [file for file, data in before.items() if sha256(data) != read[file]]:
            raise Conflict(others)
        if digest and digest_of(folder) != digest:
            raise Conflict(["another rule file"])
        try:
            write_files(folder, {file: data or None for file, data in files.items()})
        except OSError as fault:
            raise SaveError(
                f"The disk refused to write {fault.filename} ({fault.strerror}). Nothing was saved."
            ) from None
        return commit(folder, [*files], who, why)


def commit(folder: Path, files: list[str], who: str, why: str) -> bool:
    """Commit these files in the git checkout that the folder lies in, in the name of who saved.

    False where that failed; nothing has to be done where it lies in none.
    """
    try:
        repo = Repo.discover(str(folder.resolve()))
    except NotGitRepository:
        return True
    try:
        with repo:
            tree, top = repo.get_worktree(), Path(repo.path).resolve()
            paths = [(folder.resolve() / file).relative_to(top).as_posix() for file in files]
            author = f"{''.join(sign for sign in who if sign not in '<>')} <desk@localhost>".encode()
            tree.stage(paths)
            tree.commit(message=why.encode(), author=author, committer=author)
    except Exception as fault:  # the files are saved; git is beside the point
        log.warning("A save could not be committed: %s: %s", type(fault).__name__, fault)
        return False
    return True
