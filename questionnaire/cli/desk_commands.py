"""`flask desk ...`: the first invitation, invitations, people, and the log of the desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from .common import Fault

if TYPE_CHECKING:
    from flask import Flask


@contextmanager
def at_the_desk() -> Iterator[Flask]:
    """The desk's own application, for as long as the `with` lasts; the site's commands load it for nothing else."""
    from ..desk import create_app

    app = create_app()
    with app.app_context():
        yield app


@click.command("welcome")
def welcome_command() -> None:
    """Print a one-time address for the first publisher; where there is a publisher, only where the desk is."""
    from ..desk import database, people

    with at_the_desk() as app:
        address = app.config["DESK_ADDRESS"]
        with database.writing() as db:
            secret = people.first_invitation(db)
    click.echo(f"The desk: {address}  (stop with Ctrl-C)")
    if secret:
        click.echo("Nobody is there yet. The first publisher makes a passkey here; this address works once:")
        click.echo(f"  {address}/invitations/{secret}")


@click.command("invite")
@click.argument("name")
@click.option("--role", type=click.Choice(["reviewer", "editor", "publisher"]), required=True)
def invite_command(name: str, role: str) -> None:
    """Print a one-time address with which NAME makes a passkey and becomes a reviewer, editor or publisher.

    It works once, for three days. Nothing is sent by mail: give it to them by a way that only they read.
    """
    from ..desk import database, people

    with at_the_desk() as app:
        try:
            with database.writing() as db:
                secret = people.invite(db, name, role, "whoever has the command line")
        except people.PeopleError as fault:
            raise Fault(str(fault), 2) from None
        click.echo(f"{app.config['DESK_ADDRESS']}/invitations/{secret}")


@click.command("log")
def log_command() -> None:
    """Print the whole log, the earliest line first. Exit code 1 where a line is not as it was written."""
    from sqlalchemy import select

    from ..desk import database, log
    from ..desk.models import LogEntry

    with at_the_desk():
        db = database.reading()
        for line in db.scalars(select(LogEntry).order_by(LogEntry.id)):
            click.echo("\t".join([str(line.id), line.at, line.who, line.what, line.about, line.because]))
        fault = log.first_fault(db)
    if fault is not None:
        raise Fault(f"from line {fault} on, the log is not as it was written", 1)


@click.command("remarks")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def remarks_command(as_json: bool) -> None:
    """Print every remark: who made it on which text, other words that are proposed, and what became of it."""
    from sqlalchemy import select

    from ..desk import database, remarks, rulebooks
    from ..desk.models import Remark
    from ..rulebook.problems import RulebookError

    with at_the_desk():
        try:
            now = remarks.fingerprints(rulebooks.current())
        except RulebookError as fault:
            raise Fault(f"the rule files can't be used:\n{fault}", 1) from None
        entries = remarks.as_json(database.reading().scalars(select(Remark).order_by(Remark.id)), now)
    if as_json:
        click.echo(json.dumps({"remarks": entries}, ensure_ascii=False))
        return
    for one in entries:
        state = f"{one['state']}, of an older text" if one["stale"] else one["state"]
        proposed = f" Proposes: {one['proposed']}" if one["proposed"] else ""
        statement = f"{one['statement']} in {one['language']}" if one["language"] else one["statement"]
        click.echo(f"{one['by']} on {statement} ({state}): {one['remark']}{proposed}")
