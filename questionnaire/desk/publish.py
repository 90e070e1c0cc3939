"""Publishing, withdrawing and going back: who, when and why; by passkey, and never by who changed or signed it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from ..decide.build_process import BuildError
from ..decide.sign_off_units import standings
from ..releases import journal
from ..releases.folder import RULES, active, active_or_none, names, read
from ..releases.manifest import ReleaseError
from ..releases.publishing import differs, drafting, roll_back, withdraw
from ..review.diff import diff, sections
from ..rulebook.problems import RulebookError
from . import log, passkeys
from .access import allow, current_person
from .database import reading, writing
from .languages import UnitIn, all_spoken
from .models import Change, Person
from .passkeys import PasskeyError
from .rulebooks import Draft, current, digest_of, live, releases_folder, rules_folder, trusted_keys

blueprint = Blueprint("publish", __name__)
LONGEST_REASON = 300


class PublishError(Exception):
    """Something that can't be published, withdrawn or gone back to; says why, for people."""


@blueprint.get("/releases")
@allow()
def releases() -> str:
    """What would be published, against what is live; and every release, with forms for who may use them."""
    draft, served, folder, person = current(), live(), releases_folder(), current_person()
    publisher = person.role == "publisher"
    today = date.today()
    stand = [(code, one) for code, tables in draft.in_languages.items() for one in standings(tables, today).values()]
    return render_template(
        "desk/releases.html",
        draft=draft,
        served=served[0] if served else None,
        same=bool(served and folder and not differs(rules_folder(), folder, served[0].name)),
        changes=sections(diff(served[1], draft.tables)) if served else {},
        edits=_edits(served[0].published if served else ""),
        signed=sorted({one.sign_off.by for _, one in stand if one.sign_off and one.state == "signed"}),
        unsigned=[one.unit for code, one in stand if one.state != "signed" and not code],
        in_languages=[
            (language, sum(code == language.code and one.state != "signed" for code, one in stand))
            for language in all_spoken()
        ],
        in_words=UnitIn,
        refusal=_refusal(draft, person) if publisher else "",
        listed=_listed(folder),
        options=passkeys.ask("releases", person) if publisher and folder else "",
        folder=folder,
    )


@blueprint.post("/releases")
@allow("publisher")
def change() -> Response:
    """Publish the draft, withdraw a release, or go back to one."""
    person, do, because = current_person(), request.form.get("do"), " ".join(request.form.get("because", "").split())
    try:
        passkeys.shown("releases", person)
        folder = releases_folder()
        if folder is None:
            raise PublishError("The site is set to serve no releases.")
        if not 1 <= len(because) <= LONGEST_REASON:
            raise PublishError(f"Say why, in at most {LONGEST_REASON} characters.")
        flash(_do(folder, person, do, request.form.get("release", ""), because), "done")
    except (PasskeyError, PublishError, ReleaseError, BuildError) as fault:
        flash(str(fault), "wrong")
    return redirect(url_for("publish.releases"))


def _do(folder: Path, person: Person, do: str | None, name: str, because: str) -> str:
    """Do what was asked for, and say what was done. Raises PublishError, ReleaseError and BuildError."""
    if do == "publish":
        if refusal := _refusal(current(), person):
            raise PublishError(refusal)
        with log.told(person.name, "began to publish", because=because):
            name = _publish(folder, person, because)
        with writing() as db:
            log.add(db, person.name, "published", name, because)
        return f"Visitors are served release {name} from their next page on."
    if name not in names(folder):
        raise PublishError("Choose a release of the list.")
    if do not in ("withdraw", "back"):
        raise PublishError("Choose what to do.")
    told = f"{because} ({person.name}, at the desk)"
    if do == "withdraw":
        with log.told(person.name, "withdrew", name, because):
            now = withdraw(folder, name, told, trusted_keys())
        return f"Release {name} is withdrawn. Served now: {now.name if now else 'none'}."
    with log.told(person.name, "went back to", name, because):
        roll_back(folder, name, "even_withdrawn" in request.form, told, trusted_keys())
    return f"Visitors are served release {name} from their next page on."


def _publish(folder: Path, person: Person, because: str) -> str:
    """Make a release of the rule files, if they are still what the publisher saw. Raises PublishError, ReleaseError."""
    seen = current()
    if request.form.get("digest") != seen.digest:
        raise PublishError("The rule files changed since you looked. Look again at what would be published.")
    with drafting(rules_folder(), folder) as draft:
        if digest_of(draft.folder / RULES) != seen.digest:
            raise PublishError("The rule files changed just now. Look again at what would be published.")
        try:
            told = f"{because} (published by {person.name}, at the desk)"
            return draft.publish(told, person.name, current_app.config.get("RELEASE_KEY"), trusted_keys()).name
        except RulebookError as fault:
            first = fault.problems[0]
            raise PublishError(f"The checks keep it from visitors: {first.message} ({first.place.file})") from None


def _refusal(draft: Draft, person: Person) -> str:
    """Why this person may not publish this draft; empty where they may."""
    if draft.errors:
        return "The checks find errors; what visitors are served must have none."
    books = [tables.rulebook for tables in draft.in_languages.values()]
    by = {sign_off.by for book in books for sign_off in book.sign_offs.values() if sign_off.signature}
    served = live()
    if person.name in by:
        return "You signed a part of this draft. Somebody else has to publish it."
    if any(edit.person_id == person.id for edit in _edits(served[0].published if served else "")):
        return "You changed a part of this draft. Somebody else has to publish it."
    return ""


def _edits(since: str) -> list[Change]:
    """The changes made at the desk after a moment (as manifests have it; empty: ever), the latest first."""
    after = datetime.fromisoformat(since).replace(tzinfo=None) if since else datetime.min
    return list(reading().scalars(select(Change).where(Change.at >= after).order_by(Change.id.desc())))


def _listed(folder: Path | None) -> list[dict[str, Any]]:
    """Every release, the latest first, and what became of it."""
    if folder is None:
        return []
    listed = []
    try:
        withdrawn, was_active, now = journal.withdrawals(folder), journal.once_active(folder), active_or_none(folder)
        active(folder)
    except ReleaseError:
        withdrawn, was_active, now = {}, None, None
    for name in reversed(names(folder)):
        entry: dict[str, Any] = {"name": name, "active": name == now, "withdrawn": withdrawn.get(name)}
        try:
            entry["release"] = read(folder, name)
        except ReleaseError as fault:
            entry["fault"] = str(fault)
        entry["never"] = was_active is not None and name not in was_active and name != now
        listed.append(entry)
    return listed
