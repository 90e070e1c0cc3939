"""What a release says of itself: its rulebook, its date, and the size and SHA-256 of every file; sealed, so that no
damage goes unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

FORMAT = 1
NAME = re.compile(r"([0-9]{4,})-([0-9a-f]{12})")
"""A release's name: its number, and the fingerprint of its rulebook."""


class ReleaseError(Exception):
    """A release that can't be used, or could not be made; says which, why, and what stays in force."""


@dataclass(frozen=True)
class Counts:
    """What a release holds; `reviewed`: options whose sign-off held on the day of publishing."""

    options: int
    reviewed: int
    rows: int


@dataclass(frozen=True)
class Release:
    """One release. `published` is a moment in UTC (YYYY-MM-DDTHH:MM:SSZ); `files`: {path: [SHA-256, bytes]}."""

    name: str
    rulebook: str
    published: str
    note: str
    counts: Counts
    files: Mapping[str, tuple[str, int]]

    @property
    def number(self) -> int:
        """How many releases there were with it, from 1."""
        return int(self.name.partition("-")[0])

    @property
    def day(self) -> str:
        """The day of publishing in UTC (YYYY-MM-DD)."""
        return self.published[:10]


def sha256(data: bytes) -> str:
    """The SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def as_text(release: Release) -> str:
    """The manifest of a release; its last line is the seal over all the others."""
    said = {
        "format": FORMAT,
        "release": release.name,
        "rulebook": release.rulebook,
        "published": release.published,
        "note": release.note,
        "counts": vars(release.counts),
        "files": {path: list(release.files[path]) for path in sorted(release.files)},
    }
    seal = sha256(json.dumps(said).encode())
    return json.dumps({**said, "seal": seal}, indent=1) + "\n"


def from_text(text: str) -> Release:
    """The release that as_text wrote. Raises ReleaseError for anything else, down to a single changed letter."""
    try:
        said: dict[str, Any] = json.loads(text)
        if said["format"] != FORMAT:
            raise ReleaseError(f"its manifest has the format {said['format']}, and this version reads {FORMAT}")
        release = Release(
            name=said["release"],
            rulebook=said["rulebook"],
            published=said["published"],
            note=said["note"],
            counts=Counts(**said["counts"]),
            files={_inside(path): (sha, size) for path, (sha, size) in said["files"].items()},
        )
        whole = as_text(release) == text
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise ReleaseError("its manifest is damaged or cut off")
    return release


def _inside(path: str) -> str:
    """A path that can only lie in the release's own folder, and that any system can have."""
    if not path.isprintable() or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise ValueError(path)
    return path
