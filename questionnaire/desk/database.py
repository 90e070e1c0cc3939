"""The desk's SQLite file: opened, brought up to date by migrations, read and written in short transactions."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from flask import Flask, current_app, g
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 15_000
"""Milliseconds that a writer waits for one of another process."""


def now() -> datetime:
    """This moment in UTC, without a zone, as the tables have it."""
    return datetime.now(UTC).replace(tzinfo=None)


def open_database(path: Path) -> Engine:
    """The database in this file, which is made where there is none, with the tables of this version of the desk.

    Raises OSError where the folder can't be made, and SQLAlchemy's errors where the file can't be used.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    # a connection for whoever asks: a pool of 15 let the 16th of 20 people wait 30 seconds for nothing
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say so, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={PATIENCE}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # a writer takes the lock at once: one that read before it wrote would be refused where another wrote meanwhile
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return engine


def install(app: Flask) -> None:
    """Open the database that the setting desk-database names, and close each request's session at its end."""
    app.extensions["desk_writers"] = threading.Lock()
    app.extensions["desk_database"] = open_database(Path(app.config["DESK_DATABASE"]))

    @app.teardown_appcontext
    def close(_: BaseException | None) -> None:
        if session := g.pop("desk_reading", None):
            session.close()


def reading() -> Session:
    """The session in which this request reads; it sees the database as it was at its first question."""
    if "desk_reading" not in g:
        g.desk_reading = Session(current_app.extensions["desk_database"])
    session: Session = g.desk_reading
    return session


@contextmanager
def writing() -> Iterator[Session]:
    """A session that writes alone, and commits at the end of the `with`; keep it short. An exception takes all back."""
    engine: Engine = current_app.extensions["desk_database"]
    # threads queue here: SQLite lets them try again and again, and some of 20 people would not come through
    queue: threading.Lock = current_app.extensions["desk_writers"]
    with queue, Session(engine.execution_options(writes=True), expire_on_commit=False) as session, session.begin():
        yield session
    if old := g.pop("desk_reading", None):  # what is read from here on is what was written
        old.close()
