"""The folder of releases, read: which there are, which is active, and one opened, after every byte was proved."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..decide.build_process import Limits
from ..decide.serialize import OtherFormat, StoredError, from_text
from ..decide.tables import DecisionTables
from . import journal, manifest, rebuild_tables, seals
from .disk import content
from .manifest import NAME, Release, ReleaseError

ACTIVE = "active"
MANIFEST = "manifest.json"
SEAL = "manifest.seal"
"""The publisher's seal over the manifest, where they have a key."""
TABLES = "tables.json"
RULES = rebuild_tables.RULES
MOST_NAMED, MOST_MANIFEST, MOST = 100, 4 * 1024 * 1024, 256 * 1024 * 1024
"""Bytes of the file that names the active release, of a manifest, and of any other file; more is never read."""


def names(folder: Path) -> list[str]:
    """The names of the releases in `folder`, the earliest first; none where there is no such folder.

    Raises ReleaseError for a folder that can't be read: it may well hold releases.
    """
    try:
        releases = [name for name in os.listdir(folder) if NAME.fullmatch(name) and (folder / name).is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as fault:
        raise ReleaseError(f"the folder of releases can't be read ({fault.strerror})") from None
    return sorted(releases, key=number)


def servable(folder: Path, before: str | None = None) -> list[str]:
    """The releases that may be served again, the earliest first: active once, and not withdrawn.

    Only those with a smaller number than `before`, if it is given. Raises ReleaseError.
    """
    was_active, withdrawn = journal.once_active(folder), journal.withdrawals(folder)
    return [
        name
        for name in names(folder)
        if (was_active is None or name in was_active)
        and name not in withdrawn
        and (before is None or number(name) < number(before))
    ]


def not_withdrawn_after(folder: Path, name: str) -> str | None:
    """The latest release after this one that was active once and not withdrawn; None where there is none.

    Going back to an earlier release withdraws all after it. So where there is one, somebody only put an older number
    in the place of a newer one. Raises ReleaseError.
    """
    later = [other for other in servable(folder) if number(other) > number(name)]
    return later[-1] if later and journal.once_active(folder) is not None else None


def number(name: str) -> int:
    """The number of the release of that name."""
    return int(name.partition("-")[0])


def fingerprint(name: str) -> str:
    """The fingerprint of a release's rulebook, which stands in its name."""
    return name.partition("-")[2]


def active(folder: Path) -> str | None:
    """The name of the active release; None where nothing was ever published.

    Raises ReleaseError where the file that names it is damaged, or gone though there are releases that were active.
    """
    try:
        text = content(folder / ACTIVE, MOST_NAMED).decode()
    except (FileNotFoundError, NotADirectoryError):
        was_active = journal.once_active(folder)
        if was_active or (was_active is None and names(folder)):
            raise ReleaseError(f"the file '{ACTIVE}', which names the active release, is missing") from None
        return None
    except (OSError, UnicodeDecodeError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "it is no text"
        raise ReleaseError(f"the file '{ACTIVE}', which names the active release, can't be read ({why})") from None
    if not text.endswith("\n") or not NAME.fullmatch(text[:-1]):
        raise ReleaseError(
            f"the file '{ACTIVE}' is damaged: it names no release; 'flask rules rollback RELEASE' writes it anew"
        )
    return text[:-1]


def active_or_none(folder: Path) -> str | None:
    """The name of the active release; None where nothing was ever published, and where it is not known."""
    try:
        return active(folder)
    except ReleaseError:
        return None


def read(folder: Path, name: str) -> Release:
    """What one release says of itself; nothing else of it is read. Raises ReleaseError."""
    with _naming(name):
        return _read(folder, name)


def prove(folder: Path, name: str, trusted: Collection[str] = ()) -> tuple[Release, dict[str, bytes]]:
    """One release and its files, after the size and SHA-256 of each were proved. Raises ReleaseError.

    Where public keys are `trusted`, one of them must have sealed it.
    """
    with _naming(name):
        return _prove(folder, name, trusted)


def open_release(
    folder: Path, name: str, limits: Limits | None = None, trusted: Collection[str] = ()
) -> tuple[Release, DecisionTables]:
    """One release and its tables, after `prove`.

    Tables in the format of another version of the project are built again from the release's own rule files, within
    `limits`, and kept (rebuild_tables.py).
    Raises ReleaseError for anything that is not exactly as it was published.
    """
    with _naming(name):
        release, files = _prove(folder, name, trusted)
        if release.rulebook != fingerprint(name):
            raise ReleaseError("its manifest belongs to another rulebook")
        try:
            tables = from_text(files[TABLES].decode())
        except OtherFormat:
            tables = rebuild_tables.rebuilt(folder, release, limits)
        except StoredError as fault:
            raise ReleaseError(f"{TABLES}: {fault}") from None
        if tables.rulebook.fingerprint != release.rulebook:
            raise ReleaseError("its tables belong to another rulebook")
        return release, tables


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Whatever goes wrong with a release becomes one error that names it."""
    try:
        yield
    except ReleaseError as fault:
        raise ReleaseError(f"release {name} can't be used: {fault}") from None
    except Exception as fault:
        raise ReleaseError(f"release {name} can't be used: {type(fault).__name__}") from fault


def _read(folder: Path, name: str, trusted: Collection[str] = ()) -> Release:
    try:
        data = content(folder / name / MANIFEST, MOST_MANIFEST)
    except FileNotFoundError:
        missing = MANIFEST if (folder / name).is_dir() else "the folder"
        raise ReleaseError(f"{missing} is missing") from None
    except OSError as fault:
        raise ReleaseError(f"{MANIFEST}: {fault.strerror}") from None
    if trusted:
        _check_seal(folder / name / SEAL, data, trusted)
    release = manifest.from_text(data.decode(errors="replace"))
    if release.name != name:
        raise ReleaseError(f"its manifest is that of {release.name}")
    return release


def _check_seal(path: Path, sealed: bytes, trusted: Collection[str]) -> None:
    try:
        line = content(path, seals.MOST_BYTES)
    except FileNotFoundError:
        raise ReleaseError("it has no publisher's seal, and only sealed releases are trusted here") from None
    except OSError as fault:
        raise ReleaseError(f"{SEAL}: {fault.strerror}") from None
    seals.check_seal(line, seals.RELEASE, sealed, trusted)


def _prove(folder: Path, name: str, trusted: Collection[str]) -> tuple[Release, dict[str, bytes]]:
    release, files = _read(folder, name, trusted), {}
    for path, (sha256, size) in release.files.items():
        try:
            files[path] = content(folder / name / path, min(size, MOST))
        except OSError as fault:
            why = f": {fault.strerror}" if fault.errno else " is not as it was published"
            raise ReleaseError(f"{path}{why}") from None
        if len(files[path]) != size or manifest.sha256(files[path]) != sha256:
            raise ReleaseError(f"{path} is not as it was published")
    return release, files
