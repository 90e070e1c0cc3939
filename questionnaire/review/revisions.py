"""A version of the rules by its name: a folder, or a git revision whose rules are unpacked for as long as needed."""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..rulebook.file_format import FormatError, upgrade
from ..rulebook.problems import RulebookError
from ..rulebook.schema import FILES


class VersionError(Exception):
    """A version that can't be opened; the message says what is wrong and what to do."""


@contextmanager
def open_version(name: str, folder: Path) -> Iterator[Path]:
    """The folder of the version `name`: itself a folder shaped like rules/, or a git revision of the rules in `folder`.

    A revision is unpacked to a temporary folder, which is gone after the `with`, and brought up to today's format.
    Raises VersionError.
    """
    if any((Path(name) / file).is_file() for file in FILES):
        yield Path(name)
        return
    with tempfile.TemporaryDirectory() as unpacked:
        yield _unpack(name, folder, Path(unpacked))


def _unpack(name: str, folder: Path, to: Path) -> Path:
    here = folder.resolve()
    what = "is a folder without rule files" if Path(name).is_dir() else "is no folder"
    neither = f"'{name}' {what}, and no git revision either; give a folder of rule files, or a revision such as HEAD~1"
    top = Path(_git(here, "rev-parse", "--show-toplevel", fault=neither).decode().rstrip("\n"))
    revision = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    commit = _git(top, *revision, fault=neither).decode().strip()
    path = here.relative_to(top.resolve())
    absent = f"the revision '{name}' has no folder '{path}'; give one that has it, or a folder of rule files"
    archive = _git(top, "archive", "--format=zip", commit, "--", path.as_posix(), fault=absent)
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            files.extractall(to)  # links come out as plain files, and nothing outside of `to`
    except (zipfile.BadZipFile, OSError) as fault:
        raise VersionError(f"the revision '{name}' can't be unpacked ({fault})") from None
    try:
        upgrade(to / path)
    except (FormatError, RulebookError, OSError) as fault:
        raise VersionError(f"the revision '{name}' can't be brought up to today's format ({fault})") from None
    return to / path


def _git(at: Path, *words: str, fault: str) -> bytes:
    """What git answers. Raises VersionError with `fault` where it refuses, with its own words if it has any."""
    # Inside a hook git names its repository in these; the one that `at` lies in is meant.
    own = {
        name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
    }
    try:
        done = subprocess.run(["git", "-C", str(at), *words], capture_output=True, env=own, check=False)
    except FileNotFoundError:
        raise VersionError(f"{fault} (git is not installed)") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        if lines and "safe.directory" in " ".join(lines):  # git's own remedy stands lines below its fault
            whose = "git does not read a repository of another user; run this as its owner, or tell git"
            raise VersionError(f"{whose}: {lines[-1].strip()}")
        raise VersionError(f"{fault} (git says: {lines[0]})" if lines else fault)
    return done.stdout
