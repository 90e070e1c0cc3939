"""What the desk keeps beside the rule files: people, passkeys, invitations, sessions, ticks, remarks and the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

Role = Literal["reviewer", "editor", "publisher"]
ROLES: tuple[Role, ...] = ("reviewer", "editor", "publisher")
State = Literal["open", "answered", "closed"]


class Base(DeclarativeBase):
    """All tables. Times are in UTC, without a zone."""


class Person(Base):
    """Somebody who may sign in. `ended`: since when they may not any more. `handle`: what passkeys know them by."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    handle: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    since: Mapped[datetime]
    ended: Mapped[datetime | None]


class Passkey(Base):
    """The public half of a passkey: it proves who signed, and signs nothing itself."""

    __tablename__ = "passkey"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    uses: Mapped[int]
    since: Mapped[datetime]
    person: Mapped[Person] = relationship()


class Account(Base):
    """An account of the clinic's OpenID Connect provider, which signs a person in and proves nothing else."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    since: Mapped[datetime]


class Invitation(Base):
    """An address that lets one person in once. The table has the SHA-256 of its secret alone."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(100))
    made: Mapped[datetime]
    expires: Mapped[datetime]
    used: Mapped[datetime | None]


class BrowserSession(Base):
    """What the desk remembers of one browser. The table has the SHA-256 of the cookie alone."""

    __tablename__ = "session"
    cookie_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    began: Mapped[datetime]
    seen: Mapped[datetime]
    values: Mapped[dict[str, Any]] = mapped_column(JSON)


class Tick(Base):
    """That somebody read a statement, in the words of that fingerprint."""

    __tablename__ = "tick"
    __table_args__ = (UniqueConstraint("person_id", "statement", "fingerprint"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    statement: Mapped[str] = mapped_column(String(300))
    fingerprint: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]


class Remark(Base):
    """What somebody says of a statement, and other words that they propose. `words`: what it said then.

    `language`: the one that they stood in; empty for the original, as everywhere.
    """

    __tablename__ = "remark"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit: Mapped[str] = mapped_column(String(130))
    language: Mapped[str] = mapped_column(String(12), default="")
    statement: Mapped[str] = mapped_column(String(300))
    fingerprint: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    proposed: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    person: Mapped[Person] = relationship()
    replies: Mapped[list[Reply]] = relationship(order_by="Reply.id")


class Reply(Base):
    """What was answered to a remark, and the state that it has since."""

    __tablename__ = "reply"
    id: Mapped[int] = mapped_column(primary_key=True)
    remark_id: Mapped[int] = mapped_column(ForeignKey("remark.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    person: Mapped[Person] = relationship()


class Change(Base):
    """That somebody saved a file of a unit: they can't sign it. `after`: the SHA-256 of the file as they left it.

    `language`: the one whose words they changed; they can't sign it in that.
    """

    __tablename__ = "change"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit: Mapped[str] = mapped_column(String(130))
    language: Mapped[str] = mapped_column(String(12), default="")
    file: Mapped[str] = mapped_column(String(200))
    after: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    person: Mapped[Person] = relationship()


class LogEntry(Base):
    """A line of the log, which can only grow: `hash` is over this line and the hash of the one before."""

    __tablename__ = "log"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str] = mapped_column(String(30))
    who: Mapped[str] = mapped_column(String(100))
    what: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(300))
    because: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
