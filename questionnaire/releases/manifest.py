"""What a release says of itself: its rulebook, its date, and the size and SHA-256 of every file; sealed, so that no
damage goes unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

FORMAT = 1
NAME = re.compile(r"([0-9]{4,})-([0-9a-f]{12})")
"""A release's name: its number, and the fingerprint of its rulebook."""


class ReleaseError(Exception):
    """A release that can't be used, or could not be made; says which, why, and what stays in force."""


@dataclass(frozen=True)
class Counts:
    """What a release holds; `reviewed`: options that counted as reviewed on the day of publishing."""

    options: int
    reviewed: int
    rows: int


@dataclass(frozen=True)
class Release:
    """One release. `published` is a moment in UTC (YYYY-MM-DDTHH:MM:SSZ); `files`: {path: [SHA-256, bytes]}.

    `holds_until`: the last day on which what the clinic adds is what it was on the day of publishing; empty: for good.
    `publisher`: who published it, as they named themselves; empty where they did not.
    """

    name: str
    rulebook: str
    published: str
    note: str
    counts: Counts
    files: Mapping[str, tuple[str, int]]
    holds_until: str = ""
    publisher: str = ""

    @property
    def day(self) -> str:
        """The day of publishing in UTC (YYYY-MM-DD)."""
        return self.published[:10]


def sha256(data: bytes) -> str:
    """The SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def as_text(release: Release) -> str:
    """The manifest of a release; its last line is the seal over all the others."""
    fields = asdict(release)
    for later in ("holds_until", "publisher"):  # as manifests were before there was such a day, or such a name
        if not fields[later]:
            del fields[later]
    fields = {"format": FORMAT, "release": fields.pop("name"), **fields}
    seal = sha256(json.dumps(fields).encode())
    return json.dumps({**fields, "seal": seal}, indent=1) + "\n"


def from_text(text: str) -> Release:
    """The release that as_text wrote. Raises ReleaseError for anything else, down to a single changed letter."""
    try:
        fields: dict[str, Any] = json.loads(text)
        if (version := fields.pop("format")) != FORMAT:
            raise ReleaseError(f"its manifest has the format {version}, and this version reads {FORMAT}")
        del fields["seal"]
        files = {_inside(path): (sha, size) for path, (sha, size) in fields.pop("files").items()}
        release = Release(fields.pop("release"), counts=Counts(**fields.pop("counts")), files=files, **fields)
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
