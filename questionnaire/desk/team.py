"""Pages on people, for publishers, and the log, for all: invite, change a role, end somebody's access."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from . import log, passkeys, people, reviewers, save
from .access import allow, current_person
from .database import now, reading, writing
from .models import ROLES, Invitation, LogEntry, Person
from .passkeys import PasskeyError
from .people import PeopleError
from .rulebooks import rules_folder
from .save import SaveError

blueprint = Blueprint("team", __name__)
SHOWN = 200
"""Lines of the log on one page."""


@blueprint.get("/people")
@allow("publisher")
def all_people(address: str = "") -> str:
    """Everybody who may sign in, who was invited, and the forms to change that."""
    db = reading()
    return render_template(
        "desk/people.html",
        people=db.scalars(select(Person).order_by(Person.name)).all(),
        invited=db.scalars(select(Invitation).where(Invitation.used.is_(None), Invitation.expires > now())).all(),
        roles=ROLES,
        address=address,
        options=passkeys.ask("people", current_person()),
    )


@blueprint.post("/people")
@allow("publisher")
def change() -> Response | str:
    """Invite somebody, or change the role or end the access of somebody else; by passkey."""
    by, do = current_person(), request.form.get("do")
    try:
        passkeys.shown("people", by)
        if do == "invite":
            with writing() as db:
                secret = people.invite(db, request.form.get("name", ""), request.form.get("role", ""), by.name)
            return all_people(f"{passkeys.origin()}{url_for('sign_in.invitation', secret=secret)}")
        with writing() as db:
            person = db.get(Person, request.form.get("person", type=int) or 0)
            if person is None:
                raise PeopleError("Choose somebody of the list.")
            if do not in ("end", "revoke", "role"):
                abort(400)
            if do != "role":
                people.end(db, person, by)
                _end_as_reviewer(person.name, by.name, revoke=do == "revoke")
            else:
                people.change_role(db, person, request.form.get("role", ""), by)
        flash(f"Done: {person.name}.", "done")
    except (PasskeyError, PeopleError, SaveError) as fault:
        flash(str(fault), "wrong")
    return redirect(url_for("team.all_people"))


def _end_as_reviewer(name: str, by: str, revoke: bool) -> None:
    """Write down that somebody's sign-offs of from now on, or all of them, count no more. Raises SaveError."""
    folder = rules_folder()
    if files := reviewers.without(folder, name, revoke):
        read = {file: save.sha256(save.content(folder, file)) for file in files}
        save.save(folder, save.lock(), files, read, by, f"{'Revoke' if revoke else 'End'} the sign-offs of {name}")


@blueprint.get("/log")
@allow()
def show_log() -> str:
    """The latest lines of the log, and whether it is whole."""
    db = reading()
    lines = db.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(SHOWN)).all()
    return render_template("desk/log.html", lines=lines, fault=log.first_fault(db), shown=SHOWN)
