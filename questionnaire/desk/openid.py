"""Signing in by the clinic's own accounts (OpenID Connect), where that is set; who is who is said by people themselves.

An account lets nobody in until somebody who was invited has tied it to themselves, with their passkey. It signs them
in and no more: signing, publishing and changing people ask for the passkey as ever.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, session, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from . import log, passkeys
from .access import allow, allow_anybody, current_person
from .database import now, reading, writing
from .models import Account, Person
from .passkeys import PasskeyError

blueprint = Blueprint("openid", __name__)
SECONDS = 10
"""How long the provider may take to answer."""


def install(app: Flask) -> None:
    """Make the provider of the settings known; without one, Authlib is not loaded."""
    app.jinja_env.globals["openid"] = app.config.get("DESK_OPENID")
    if not app.config.get("DESK_OPENID"):
        return
    from authlib.integrations.flask_client import OAuth

    secret = app.config.get("DESK_OPENID_SECRET")
    oauth = OAuth(app)
    oauth.register(
        "clinic",
        client_id=app.config.get("DESK_OPENID_CLIENT", "desk"),
        client_secret=secret.read_text(encoding="utf-8").strip() if secret else None,
        server_metadata_url=f"{app.config['DESK_OPENID'].rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": SECONDS},
    )
    app.extensions["desk_openid"] = oauth.clinic


@blueprint.get("/openid")
@allow_anybody
def begin() -> Response:
    """Send the browser to the provider."""
    back = f"{passkeys.origin()}{url_for('openid.back')}"
    answer: Response = _provider().authorize_redirect(back)
    return answer


@blueprint.get("/openid/back")
@allow_anybody
def back() -> str | Response | tuple[str, int]:
    """What the provider says of who came back: tie the account to who asked for that, or sign in whose it is."""
    provider, tying = _provider(), session.pop("tie-account", None)
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        said = provider.authorize_access_token()["userinfo"]
        issuer, subject = said["iss"], said["sub"]
    except (AuthlibBaseError, JoseError, RequestException, KeyError, ValueError) as fault:
        current_app.logger.warning("The provider's answer was not taken: %s", fault)
        with writing() as db:
            log.add(db, "somebody", "failed to sign in", because="by an account of the clinic")
        flash("The answer of your clinic's account was not taken. Please try again, or use your passkey.", "wrong")
        return redirect(url_for("sign_in.sign_in"))
    with writing() as db:
        known = _account(db, issuer, subject)
        if tying is not None and tying == session.person_id:  # type: ignore[attr-defined]
            person = db.get_one(Person, tying)
            if known is None:
                db.add(Account(person_id=person.id, issuer=issuer, subject=subject, since=now()))
                log.add(db, person.name, "tied an account of the clinic")
            flash(_tied(known, person), "done" if known is None or known.person_id == tying else "wrong")
            return redirect(url_for("sign_in.my_passkeys"))
        owner = db.get(Person, known.person_id) if known else None
        if owner is None or owner.ended:
            log.add(db, "somebody", "failed to sign in", because="by an account of the clinic that is nobody's here")
            return render_template("desk/no-account.html"), 403
        log.add(db, owner.name, "signed in", because="by an account of the clinic")
        session.sign_in(owner.id)  # type: ignore[attr-defined]
    return redirect(url_for("home.home"))


@blueprint.post("/my-account")
@allow()
def tie() -> str | Response:
    """Begin to tie an account to oneself, or untie all of one's own; by passkey."""
    _provider()
    person = current_person()
    try:
        passkeys.shown("account", person)
    except PasskeyError as fault:
        flash(str(fault), "wrong")
        return redirect(url_for("sign_in.my_passkeys"))
    session["tie-account"] = person.id
    return render_template("desk/tie-account.html")


def accounts_of(db: Session, person: Person) -> int:
    """How many accounts of the clinic a person has tied to themselves."""
    return len(db.scalars(select(Account.id).where(Account.person_id == person.id)).all())


def accounts() -> int:
    """How many accounts whoever is signed in has tied."""
    return accounts_of(reading(), current_person())


def _account(db: Session, issuer: str, subject: str) -> Account | None:
    return db.scalar(select(Account).where(Account.issuer == issuer, Account.subject == subject))


def _tied(known: Account | None, person: Person) -> str:
    if known is not None and known.person_id != person.id:
        return "This account is somebody else's at this desk."
    return "From now on you can sign in by this account of your clinic."


def _provider() -> Any:
    """The provider of the settings; ends the request with 404 where none is set."""
    return current_app.extensions.get("desk_openid") or abort(404)
