"""Signing in by passkey, taking up an invitation with a new one, adding another, and signing out."""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from . import log, openid, passkeys, people
from .access import allow, allow_anybody, current_person
from .database import now, reading, writing
from .models import BrowserSession, Person
from .passkeys import PasskeyError
from .people import PeopleError
from .sessions import has_ended, hashed

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
@allow_anybody
def sign_in() -> str:
    """The page on which a passkey is shown."""
    return render_template("desk/sign-in.html", options=passkeys.ask("sign-in"), to=_local(request.args.get("to", "")))


@blueprint.post("/sign-in")
@allow_anybody
def signed_in() -> Response | tuple[str, int]:
    """Begin a session of whoever shows a passkey of this desk."""
    to = _local(request.form.get("to", ""))
    try:
        key = passkeys.shown("sign-in")
    except PasskeyError as fault:
        with writing() as db:
            log.add(db, "somebody", "failed to sign in")
        flash(str(fault), "wrong")
        return render_template("desk/sign-in.html", options=passkeys.ask("sign-in"), to=to), 403
    with writing() as db:
        person = db.get_one(Person, key.person_id)
        log.add(db, person.name, "signed in")
    session.sign_in(key.person_id)  # type: ignore[attr-defined]
    return redirect(to or url_for("home.home"))


@blueprint.post("/sign-out")
@allow()
def sign_out() -> Response:
    """End the session."""
    session.sign_out()  # type: ignore[attr-defined]
    return redirect(url_for("sign_in.sign_in"))


@blueprint.route("/invitations/<secret>", methods=["GET", "POST"])
@allow_anybody
def invitation(secret: str) -> str | Response | tuple[str, int]:
    """Who is invited as what, and the button that makes their passkey; once made, they are signed in."""
    invited = people.invitation(reading(), secret)
    if invited is None:
        return render_template("desk/no-invitation.html"), 404
    if request.method == "POST":
        try:
            made = passkeys.made(f"invitation {invited.id}")
            handle = bytes.fromhex(session.pop("handle", "")) or secrets.token_bytes(32)
            with writing() as db:
                person_id = people.accept(db, secret, request.form.get("name", ""), handle, made).id
            session.sign_in(person_id)  # type: ignore[attr-defined]
            return redirect(url_for("home.home"))
        except (PasskeyError, PeopleError) as fault:
            flash(str(fault), "wrong")
    handle = secrets.token_bytes(32)
    session["handle"] = handle.hex()
    first = invited.by == people.STARTER
    options = passkeys.new_passkey(f"invitation {invited.id}", invited.name, handle)
    return render_template("desk/invitation.html", invited=invited, first=first, options=options)


@blueprint.route("/my-passkeys", methods=["GET", "POST"])
@allow()
def my_passkeys() -> str | Response:
    """One's own passkeys: one more for another device, after one that is known was shown."""
    person = current_person()
    if request.method == "POST":
        step = request.form.get("step")
        try:
            if step == "show":
                passkeys.shown("my-passkeys", person)
                options = passkeys.new_passkey("another passkey", person.name, person.handle)
                keys = people.passkeys_of(reading(), person)
                return render_template("desk/my-passkeys.html", person=person, keys=keys, new=options)
            if step == "end":
                passkeys.shown("end sessions", person)
                with writing() as db:
                    ended = people.end_sessions(db, person, hashed(session.cookie))  # type: ignore[attr-defined]
                    log.add(db, person.name, "ended their other sessions", because=f"{ended} of them")
                flash(f"Ended: {ended} other sessions.", "done")
                return redirect(url_for("sign_in.my_passkeys"))
            if step != "make":
                abort(400)
            made = passkeys.made("another passkey")
            with writing() as db:
                people.add_passkey(db, person, made)
                log.add(db, person.name, "added a passkey")
            flash("The new passkey can be used from now on.", "done")
        except PasskeyError as fault:
            flash(str(fault), "wrong")
        return redirect(url_for("sign_in.my_passkeys"))
    show, keys = passkeys.ask("my-passkeys", person), people.passkeys_of(reading(), person)
    ending = passkeys.ask("end sessions", person)
    return render_template(
        "desk/my-passkeys.html",
        person=person,
        keys=keys,
        show=show,
        ending=ending,
        sessions=_sessions(person),
        accounts=openid.accounts(),
        tying=passkeys.ask("account", person),
    )


def _sessions(person: Person) -> int:
    """How many sessions somebody has that have not ended."""
    moment, found = now(), select(BrowserSession).where(BrowserSession.person_id == person.id)
    return sum(not has_ended(row, moment) for row in reading().scalars(found))


def _local(path: str) -> str:
    """A path of this desk to go on to; empty for anything else."""
    return path if path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() else ""
