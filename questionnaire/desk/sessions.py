"""Sessions that live on the server, and end: a browser has a random cookie, and the database its hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.datastructures import CallbackDict

from .database import now, reading, writing
from .models import BrowserSession

IDLE, LONGEST, NOBODYS = timedelta(minutes=30), timedelta(hours=12), timedelta(minutes=15)
"""A session ends so long after its last page, so long after its begin, and so long after it began with nobody in it."""
SEEN_EVERY = timedelta(minutes=1)


def hashed(secret: str) -> str:
    """What the database has in the place of a secret: of random ones a plain SHA-256 can't be undone."""
    return hashlib.sha256(secret.encode()).hexdigest()


class DeskSession(CallbackDict[str, Any], SessionMixin):
    """One browser's session. `person_id`: who is signed in."""

    def __init__(self, values: dict[str, Any], cookie: str | None, row: BrowserSession | None) -> None:
        super().__init__(values, lambda changed: setattr(changed, "modified", True))
        self.modified = False
        self.cookie = cookie
        self.person_id = row.person_id if row else None
        self.began = row.began if row else now()
        self.seen = row.seen if row else now()
        self.ended_cookie: str | None = None

    def sign_in(self, person_id: int) -> None:
        """Begin anew, under another cookie, as a session of this person who has just shown their passkey."""
        self.sign_out()
        self.person_id, self.began = person_id, now()

    def sign_out(self) -> None:
        """End the session: nothing is left of it, on the server either."""
        self.ended_cookie, self.cookie, self.person_id = self.cookie, None, None
        self.clear()
        self.modified = True


class Sessions(SessionInterface):
    """Reads and writes the sessions of an application."""

    def cookie_name(self, app: Flask) -> str:
        """Its name; over TLS with the prefix that binds it to this host (RFC 6265bis)."""
        return "__Host-desk" if app.config["SESSION_COOKIE_SECURE"] else "desk"

    def open_session(self, app: Flask, request: Request) -> DeskSession:
        """The session of the request's cookie, or a new one where there is none or it has ended."""
        cookie = request.cookies.get(self.cookie_name(app))
        row = reading().get(BrowserSession, hashed(cookie)) if cookie else None
        if row is None or has_ended(row, now()):
            return DeskSession({}, None, None)
        return DeskSession(dict(row.values), cookie, row)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep the session where it changed or was not seen for a minute; one that holds nothing is not kept."""
        assert isinstance(session, DeskSession)
        response.vary.add("Cookie")
        name, moment = self.cookie_name(app), now()
        if not session.modified and (session.cookie is None or moment - session.seen < SEEN_EVERY):
            return
        try:
            self._keep(app, session, response, name, moment)
        except OperationalError as fault:
            if session.ended_cookie:
                raise  # nobody may believe that they signed out
            app.logger.error("A session could not be kept: %s", fault)  # the page that says so is worth more

    def _keep(self, app: Flask, session: DeskSession, response: Response, name: str, moment: datetime) -> None:
        with writing() as db:
            if session.ended_cookie:
                db.execute(delete(BrowserSession).where(BrowserSession.cookie_hash == hashed(session.ended_cookie)))
            _remove_ended(db, moment)
            if session.person_id is None and not session:
                response.delete_cookie(name, secure=app.config["SESSION_COOKIE_SECURE"], httponly=True)
                return
            session.cookie = session.cookie or secrets.token_urlsafe(32)
            row = BrowserSession(
                cookie_hash=hashed(session.cookie),
                person_id=session.person_id,
                began=session.began,
                seen=moment,
                values=dict(session),
            )
            db.merge(row)
        response.set_cookie(
            name, session.cookie, secure=app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax", path="/"
        )


def has_ended(row: BrowserSession, moment: datetime) -> bool:
    """Whether a session is over at this moment."""
    if row.person_id is None:
        return moment - row.began > NOBODYS
    return moment - row.seen > IDLE or moment - row.began > LONGEST


def _remove_ended(db: Session, moment: datetime) -> None:
    old = BrowserSession.began < moment - LONGEST
    idle = BrowserSession.seen < moment - IDLE
    nobodys = BrowserSession.person_id.is_(None) & (BrowserSession.began < moment - NOBODYS)
    db.execute(delete(BrowserSession).where(old | idle | nobodys))
