"""Who may sign in: invited under a name, with one role; nobody changes their own, and no name is given twice."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..rulebook.characters import comparable, faults
from . import log
from .database import now
from .models import ROLES, BrowserSession, Invitation, Passkey, Person
from .passkeys import MadePasskey
from .sessions import hashed

INVITATION_LASTS = timedelta(days=3)
LONGEST_NAME = 100
FIRST, STARTER = "First publisher", "whoever started the desk"
"""Under which name the first one is invited, who says their own then, and by whom."""


class PeopleError(Exception):
    """Something that can't be done with a person or an invitation; says why, for people."""


def invite(db: Session, name: str, role: str, by: str) -> str:
    """The secret of a new invitation, which is nowhere else: its address is shown once. Raises PeopleError."""
    name = " ".join(name.split())
    _check_name(name)
    if name.startswith(FIRST) and by != STARTER:
        raise PeopleError(f"Nobody is invited as “{FIRST}”: give the name of the person.")
    if role not in ROLES:
        raise PeopleError(f"A role is one of {', '.join(ROLES)}.")
    if _is_known(db, name):
        raise PeopleError(
            f"“{name}” is, or was, somebody at this desk. What they signed stays theirs, so a name is given once. "
            "For a new device of theirs, they add a passkey themselves; if they lost it, invite them under a new name."
        )
    db.execute(delete(Invitation).where(Invitation.name == name, Invitation.used.is_(None)))
    secret, moment = secrets.token_urlsafe(32), now()
    expires = moment + INVITATION_LASTS
    db.add(Invitation(secret_hash=hashed(secret), name=name, role=role, by=by, made=moment, expires=expires))
    log.add(db, by, "invited", name, f"as {role}")
    return secret


def _check_name(name: str) -> None:
    """Refuse what could be taken for another name: what nobody sees, and letters that look like others."""
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise PeopleError(f"A name is one line of at most {LONGEST_NAME} characters.")
    for _, what, advice in faults(name):
        raise PeopleError(f"In this name, {what}; {advice}.")


def _is_known(db: Session, name: str) -> bool:
    return any(comparable(name) == comparable(known) for known in db.scalars(select(Person.name)))


def first_invitation(db: Session) -> str | None:
    """The secret of an invitation for the first publisher; None where there is a publisher already."""
    if db.scalar(select(Person).where(Person.role == "publisher", Person.ended.is_(None)).limit(1)):
        return None
    name, number = FIRST, 1
    while db.scalar(select(Person).where(Person.name == name)):
        number += 1
        name = f"{FIRST} {number}"
    return invite(db, name, "publisher", STARTER)


def invitation(db: Session, secret: str) -> Invitation | None:
    """The invitation of that secret, if it can still be used."""
    found = db.scalar(select(Invitation).where(Invitation.secret_hash == hashed(secret)))
    return found if found and found.used is None and found.expires > now() else None


def accept(db: Session, secret: str, name: str, handle: bytes, made: MadePasskey) -> Person:
    """The person who took up an invitation with a passkey. Raises PeopleError where it can't be used any more."""
    used = invitation(db, secret)
    if used is None:
        raise PeopleError("This invitation was used, or is too old. Ask for a new one.")
    name = " ".join(name.split()) if used.by == STARTER else used.name
    _check_name(name)
    if _is_known(db, name):
        raise PeopleError("Somebody has this name already.")
    used.used = now()
    person = Person(name=name, role=used.role, handle=handle, since=now())
    db.add(person)
    db.flush()
    add_passkey(db, person, made)
    log.add(db, name, "took up the invitation", used.name, f"as {used.role}, invited by {used.by}")
    return person


def add_passkey(db: Session, person: Person, made: MadePasskey) -> None:
    """Keep the public half of a passkey of this person."""
    key = Passkey(
        person_id=person.id,
        credential=made.credential_id,
        public_key=made.credential_public_key,
        uses=made.sign_count,
        since=now(),
    )
    db.add(key)


def passkeys_of(db: Session, person: Person) -> Sequence[Passkey]:
    """The passkeys of a person, the oldest first."""
    return db.scalars(select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.id)).all()


def change_role(db: Session, person: Person, role: str, by: Person) -> None:
    """Give somebody else another role; their sessions end. Raises PeopleError."""
    _not_oneself(person, by)
    if role not in ROLES:
        raise PeopleError(f"A role is one of {', '.join(ROLES)}.")
    log.add(db, by.name, "changed the role of", person.name, f"from {person.role} to {role}")
    person.role = role
    end_sessions(db, person)


def end(db: Session, person: Person, by: Person) -> None:
    """Let somebody else in no more; their sessions end. Raises PeopleError."""
    _not_oneself(person, by)
    person.ended = now()
    end_sessions(db, person)
    log.add(db, by.name, "ended the access of", person.name)


def _not_oneself(person: Person, by: Person) -> None:
    if person.id == by.id:
        raise PeopleError("Nobody changes their own role or access. Ask another publisher.")


def end_sessions(db: Session, person: Person, but: str = "") -> int:
    """End the sessions of a person, but the one whose cookie has this hash, and say how many."""
    of_person = (BrowserSession.person_id == person.id) & (BrowserSession.cookie_hash != but)
    rows = db.scalars(select(BrowserSession).where(of_person)).all()
    for row in rows:
        db.delete(row)
    return len(rows)
