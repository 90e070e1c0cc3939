"""The log of the desk: who did what when. It can only grow, and each line is chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from .database import now, writing
from .models import LogEntry

FIRST = "0" * 64
"""What the first line has in the place of the hash before it."""


def add(db: Session, who: str, what: str, about: str = "", because: str = "") -> None:
    """Write a line, in the transaction of what it tells: both are kept, or neither is."""
    last = db.scalar(select(LogEntry).order_by(LogEntry.id.desc()).limit(1))
    entry = LogEntry(
        id=(last.id if last else 0) + 1,
        at=f"{now():%Y-%m-%dT%H:%M:%SZ}",
        who=who,
        what=what,
        about=about,
        because=because,
        before=last.hash if last else FIRST,
    )
    entry.hash = _hash(entry)
    db.add(entry)
    db.flush()


@contextmanager
def told(who: str, what: str, about: str = "", because: str = "") -> Iterator[None]:
    """Write a line before files are written, and another one if that fails: a killed process leaves no act untold."""
    with writing() as db:
        add(db, who, what, about, because)
    try:
        yield
    except BaseException as fault:
        with writing() as db:
            add(db, who, f"{what}: failed", about, str(fault) or type(fault).__name__)
        raise


def first_fault(db: Session) -> int | None:
    """The number of the first line that is not as it was written, or that one is missing before; None where all are."""
    before = FIRST
    for number, entry in enumerate(db.scalars(select(LogEntry).order_by(LogEntry.id)), 1):
        if entry.id != number or entry.before != before or entry.hash != _hash(entry):
            return number
        before = entry.hash
    return None


def _hash(entry: LogEntry) -> str:
    fields = [entry.id, entry.at, entry.who, entry.what, entry.about, entry.because, entry.before]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()
