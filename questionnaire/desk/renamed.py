"""What was renamed at the desk goes on under its new name: remarks, ticks, who changed it, and addresses of before."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..review.rename_edits import Renaming, text_ids
from .database import reading
from .models import Change, LogEntry, Remark, Tick

DONE = "renamed"
"""What the log says of it."""
ABOUT = re.compile(r"(option|choice|question|caveat) (\S+) → (\S+)")


def about(renaming: Renaming) -> str:
    """What the log says of a renaming: from it is known later what something was called before."""
    return f"{renaming.kind} {renaming.before} → {renaming.after}"


def note_who_changed(db: Session, renaming: Renaming) -> None:
    """Who changed an option before it was renamed can't sign it under its new name either."""
    for one in db.scalars(select(Change).where(Change.unit == renaming.before)).all():
        of = {"person_id": one.person_id, "language": one.language, "file": one.file, "after": one.after, "at": one.at}
        db.add(Change(unit=renaming.after, **of))


def carry(db: Session, renaming: Renaming) -> None:
    """Put remarks, and ticks of what was read, to the same texts under their new names."""
    before, after = renaming.texts_before, renaming.texts_after
    for remark in db.scalars(select(Remark).where(Remark.statement.startswith(before, autoescape=True))).all():
        remark.statement = after + remark.statement.removeprefix(before)
        remark.unit = renaming.after if remark.unit == renaming.before else remark.unit
    known = {
        (tick.person_id, tick.statement, tick.fingerprint)
        for tick in db.scalars(select(Tick).where(Tick.statement.startswith(after, autoescape=True)))
    }
    for tick in db.scalars(select(Tick).where(Tick.statement.startswith(before, autoescape=True))).all():
        statement = after + tick.statement.removeprefix(before)
        if (tick.person_id, statement, tick.fingerprint) in known:
            db.delete(tick)
        else:
            tick.statement = statement


def option_now(options: Container[str], option: str) -> str:
    """What an option is called by now that there was under this name; empty where that is not known."""
    for kind, before, after in _renamings():
        if kind == "option" and before == option and option not in options:
            option = after
    return option if option in options else ""


def statement_now(statements: Container[str], statement: str) -> str:
    """The id by now of a text that had this one; the same where that is not known."""
    for kind, before, after in _renamings():
        if statement not in statements and statement.startswith(text_ids(kind, before)):
            statement = text_ids(kind, after) + statement.removeprefix(text_ids(kind, before))
    return statement


def _renamings() -> Iterator[tuple[str, str, str]]:
    """Every renaming at this desk, the first one first: (kind, id before, id after)."""
    for told in reading().scalars(select(LogEntry.about).where(LogEntry.what == DONE).order_by(LogEntry.id)):
        if match := ABOUT.fullmatch(told):
            yield match[1], match[2], match[3]
