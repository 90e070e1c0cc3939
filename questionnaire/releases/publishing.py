"""Releases made and activated: written beside, proved, renamed; whatever fails on the way changes nothing."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from ..decide.build_process import Child
from ..decide.serialize import as_text
from ..decide.signoff import option_fingerprint, standing
from ..decide.tables import DecisionTables
from . import manifest
from .folder import ACTIVE, MANIFEST, RULES, TABLES, active, content, names, number, open_release, read
from .manifest import Counts, Release, ReleaseError

DRAFT = ".new-"
LOCK = ".lock"
MOST_RULES = 1024 * 1024
"""Bytes of a rule file that are copied at all; the reader takes far fewer, and says where one is too large."""


@dataclass(frozen=True)
class Draft:
    """A copy of rule files that is no release yet; `files`: {path in the draft: [SHA-256, bytes]}."""

    releases: Path
    folder: Path
    files: Mapping[str, tuple[str, int]]

    @cached_property
    def tables(self) -> DecisionTables:
        """The tables of the copied files, built apart. Raises RulebookError and BuildError."""
        return Child(Path(RULES), at=self.folder).tables()

    def publish(self, note: str) -> Release:
        """Make a release of the draft and activate it. Raises ReleaseError; then the active release is as before."""
        earlier = names(self.releases)
        fingerprint = self.tables.rulebook.fingerprint
        name = f"{number(earlier[-1]) + 1 if earlier else 1:04}-{fingerprint}"
        tables = as_text(self.tables).encode()
        release = Release(
            name=name,
            rulebook=fingerprint,
            published=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            note=note,
            counts=_counts(self.tables),
            files={**self.files, TABLES: (manifest.sha256(tables), len(tables))},
        )
        with _whole(self.releases):
            _write(self.folder / TABLES, tables)
            _write(self.folder / MANIFEST, manifest.as_text(release).encode())
            for folder, _, _ in os.walk(self.folder, topdown=False):
                _sync(Path(folder))
            os.rename(self.folder, self.releases / name)
            try:
                _sync(self.releases)
                open_release(self.releases, name)  # read back as a server will
                _activate(self.releases, name)
            except BaseException:
                if _now(self.releases) != name:
                    shutil.rmtree(self.releases / name, ignore_errors=True)
                raise
        return release


@contextmanager
def drafting(rules: Path, releases: Path) -> Iterator[Draft]:
    """A draft of the rule files in `rules`, for as long as the `with` lasts, in which nobody else can publish.

    Raises ReleaseError where it can't be written.
    """
    with _alone(releases):
        folder = releases / f"{DRAFT}{os.getpid()}"
        try:
            with _whole(releases):
                for left_over in releases.glob(f"{DRAFT}*"):  # of somebody whose power failed, say
                    if left_over.is_dir() and not left_over.is_symlink():
                        shutil.rmtree(left_over)
                    else:
                        left_over.unlink()
                folder.mkdir()
                files = dict(_copy(rules, folder))
            yield Draft(releases, folder, files)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def activate(releases: Path, name: str) -> Release:
    """Make an earlier release the active one. Raises ReleaseError where it is not as it was published."""
    with _alone(releases), _whole(releases):
        release, _ = open_release(releases, name)
        _activate(releases, name)
    return release


def resolve(releases: Path, word: str | None) -> str:
    """The name of the release that is meant: by name, number or fingerprint; without a word, the one before the active.

    Raises ReleaseError, naming those that there are.
    """
    known = names(releases)
    if word is None:
        try:
            now = active(releases)
        except ReleaseError as fault:
            raise ReleaseError(f"{fault}. Say which release is meant: flask rules rollback NUMBER") from None
        before = [name for name in known if now is not None and number(name) < number(now)]
        if not before:
            raise ReleaseError("there is no release before the active one" if now else "nothing was published yet")
        return before[-1]
    meant = [name for name in known if word in (name, name.partition("-")[2]) or word.lstrip("0") == str(number(name))]
    if not meant:
        raise ReleaseError(f"there is no release '{word}'; known: {', '.join(known) or 'none yet'}")
    return meant[-1]


def differs(rules: Path, releases: Path, name: str) -> bool:
    """Whether the rule files in `rules` are others than those of a release. Raises ReleaseError, OSError."""
    published = {path: seal[0] for path, seal in read(releases, name).files.items() if path.startswith(f"{RULES}/")}
    return published != {f"{RULES}/{path}": manifest.sha256(data) for path, data in _rule_files(rules)}


def _counts(tables: DecisionTables) -> Counts:
    today = date.today()
    options = tables.rulebook.options.values()
    signed = [option for option in options if option.review.fingerprint]
    held = [standing(option.review, option_fingerprint(tables, option.id), today) for option in signed]
    rows = sum(len(table.rows) for table in tables.options.values())
    return Counts(len(tables.options), held.count("reviewed"), rows)


def _copy(rules: Path, draft: Path) -> Iterator[tuple[str, tuple[str, int]]]:
    """Copy every rule file into the draft; its path there, its SHA-256 and its size."""
    for path, data in _rule_files(rules):
        to = draft / RULES / path
        to.parent.mkdir(parents=True, exist_ok=True)
        _write(to, data)
        yield f"{RULES}/{path}", (manifest.sha256(data), len(data))


def _rule_files(rules: Path) -> Iterator[tuple[str, bytes]]:
    """Every rule file below a folder: its path there, and its bytes. Raises ReleaseError for one that can't be read."""
    for path in sorted(rules.rglob("*")):
        if path.suffix in (".yaml", ".yml") and path.is_file():
            try:
                data = content(path, MOST_RULES)
            except OSError as fault:
                raise ReleaseError(f"{path} can't be read ({fault.strerror})") from None
            yield path.relative_to(rules).as_posix(), data


def _activate(releases: Path, name: str) -> None:
    beside = releases / f".{ACTIVE}"
    beside.unlink(missing_ok=True)
    try:
        _write(beside, f"{name}\n".encode())
        os.replace(beside, releases / ACTIVE)
    finally:
        beside.unlink(missing_ok=True)
    _sync(releases)


def _write(path: Path, data: bytes) -> None:
    """A new file, readable by all and writable by nobody, on the disk before this returns."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """The names in a folder, on the disk before this returns."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _whole(releases: Path) -> Iterator[None]:
    """Whatever the disk refuses becomes one clear error, which says what is active now."""
    try:
        yield
    except OSError as fault:
        what = f"{fault.strerror}: {fault.filename}" if fault.filename else fault.strerror
        raise ReleaseError(f"{releases} can't be written ({what}); active is {_now(releases) or 'none'}") from None


def _not_for_another(releases: Path) -> None:
    """Raises ReleaseError where root would leave files in a folder of somebody else, who could not use it any more."""
    there = next(folder for folder in (releases.absolute(), *releases.absolute().parents) if folder.exists())
    if os.geteuid() == 0 and (owner := there.stat().st_uid):
        raise ReleaseError(f"{there} belongs to {_name(owner)}; do this as that user: sudo -u {_name(owner)} ...")


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"#{user}"


def _now(releases: Path) -> str | None:
    try:
        return active(releases)
    except ReleaseError:
        return None


@contextmanager
def _alone(releases: Path) -> Iterator[None]:
    """Nobody else publishes or rolls back meanwhile, in any process."""
    with _whole(releases):
        _not_for_another(releases)
        releases.mkdir(parents=True, exist_ok=True)
        lock = os.open(releases / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ReleaseError("somebody else is publishing or rolling back; try again when that has ended") from None
    else:
        yield
    finally:
        os.close(lock)
