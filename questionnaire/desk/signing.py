"""Signing a unit by passkey: over all that was read, its language, table, role and day; never by who changed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from ..decide.sign_off_units import standing, unit_statements
from ..decide.tables import DecisionTables
from ..review import signature_proof
from ..review.sign import SignError, authors, new_sign_off, refuse_values
from ..rulebook.model import SignOff
from ..rulebook.sign_off_file import as_yaml, file_of
from . import log, passkeys, reviewers, save
from .access import allow, current_person
from .database import reading
from .languages import UnitIn, asked_language, spoken
from .models import Change, Person, Tick
from .passkeys import PasskeyError
from .read import checked_unit
from .rulebooks import Draft, current, rules_folder
from .save import SaveError
from .units import name_of, to_read

blueprint = Blueprint("sign", __name__)


@blueprint.get("/sign/<path:unit>")
@allow("reviewer")
def ask(unit: str) -> str:
    """What would be signed, or why it can't be yet; and until when, and as what."""
    return _page(checked_unit(unit), asked_language())


@blueprint.post("/sign/<path:unit>")
@allow("reviewer")
def sign(unit: str) -> str | Response:
    """First what is said is shown with the passkey's button; then what the passkey signed is kept."""
    draft, person, language, unit = current(), current_person(), asked_language(), checked_unit(unit)
    role, until = (request.form.get(name, "").strip() for name in ("role", "until"))
    try:
        if refusal := refused(draft, unit, language, person) or wrote(draft, unit, language, person):
            raise SignError(refusal)
        refuse_values(person.name, role, until, date.today())
        sign_off = _sign_off(draft.in_languages[language], unit, person.name, role, until)
        words = signature_proof.challenge(sign_off)
        if not request.form.get("credential"):
            return _page(unit, language, role, until, passkeys.ask(f"sign {unit} {language}", person, words))
        key = passkeys.shown(f"sign {unit} {language}", person, words)
        signed = replace(sign_off, signature=signature_proof.signature_of(request.form["credential"]))
        _keep(signed, person, passkeys.encoded(key.credential))
    except (SignError, PasskeyError, SaveError) as fault:
        flash(str(fault), "wrong")
        return _page(unit, language, role, until)
    flash(f"Signed, until {until}.", "done")
    return redirect(url_for("home.home"))


def _sign_off(tables: DecisionTables, unit: str, by: str, role: str, until: str) -> SignOff:
    """The sign-off of a unit as it is now; what a typed name read before counts as read by this person alone."""
    sign_off = new_sign_off(tables, unit, by, role, until, date.today())
    earlier = tables.rulebook.sign_offs.get(unit)
    if earlier is None or earlier.signature is not None:
        return sign_off
    return replace(sign_off, statements={i: replace(one, by="", on="") for i, one in sign_off.statements.items()})


def refused(draft: Draft, unit: str, language: str, person: Person) -> str:
    """Why this person can't sign a unit in a language as it is now; empty where they can."""
    tables = draft.in_languages[language]
    stands = standing(tables, unit, date.today())
    places = {one.place if language else one.place.file for one in stands.statements}  # a translation is one file
    wrong = [one for one in draft.problems if one.level == "error" and one.check != "sign-off"]
    if any((one.place if language else one.place.file) in places for one in wrong):
        return "The checks find an error in it. An editor has to mend it first."
    db = reading()
    changed = select(Change).where(
        Change.unit == unit, Change.language.in_(("", language)), Change.person_id == person.id
    )
    last = db.scalar(changed.order_by(Change.id.desc()).limit(1))
    if last and (stands.sign_off is None or f"{last.at:%Y-%m-%d}" >= stands.sign_off.on):
        return "You changed it. Somebody else has to sign it."
    ticks = {(tick.statement, tick.fingerprint) for tick in db.scalars(select(Tick).where(Tick.person_id == person.id))}
    if unread := len(to_read(tables, stands, date.today()) - ticks):
        return f"Read and tick all of it first: {unread} of its texts are left."
    return ""


def wrote(draft: Draft, unit: str, language: str, person: Person) -> str:
    """Why they can't sign a unit whose file they changed by hand, as far as git knows; empty where they did not."""
    files = {one.place.file for one in unit_statements(draft.in_languages[language], unit)}
    paths = [rules_folder() / file if (rules_folder() / file).is_file() else Path(file) for file in files]
    if any(person.name.casefold() in authors(path) for path in paths):
        return "By git, the last change of its file is yours. Somebody else has to sign it."
    return ""


def _keep(sign_off: SignOff, person: Person, key_id: str) -> None:
    """Write the sign-off, and its reviewer where they are not written down yet. Raises SaveError."""
    folder = rules_folder()
    file = file_of(folder, sign_off.unit, sign_off.language).relative_to(folder).as_posix()
    what = str(UnitIn(sign_off.unit, sign_off.language))
    # who can prove it comes first: a sign-off of somebody unknown would be an error, were the process to end between
    files = {**reviewers.with_passkey(folder, person, key_id), file: as_yaml(sign_off).encode()}
    if fault := signature_proof.proof_fault(sign_off, reviewers.of(files, folder)):
        raise SaveError(f"This would not prove that you signed: {fault}.")
    read = {name: save.sha256(save.content(folder, name)) for name in files}
    with log.told(person.name, "signed", what, f"as {sign_off.role}, until {sign_off.until}"):
        save.save(folder, save.lock(), files, read, person.name, f"Sign {what}")


def _page(unit: str, language: str, role: str = "", until: str = "", options: str = "") -> str:
    draft, person, today = current(), current_person(), date.today()
    tables = draft.in_languages[language]
    stands = standing(tables, unit, today)
    of_all = [one for tables in draft.in_languages.values() for one in tables.rulebook.sign_offs.values()]
    mine = [one for one in of_all if one.by == person.name]
    return render_template(
        "desk/sign.html",
        unit=unit,
        name=name_of(draft.tables.rulebook, unit),
        standing=stands,
        held=draft.tables.rulebook.holds.get(unit),
        language=spoken(language) if language else None,
        refusal=refused(draft, unit, language, person),
        new=len(to_read(tables, stands, today)),
        role=role or (mine[-1].role if mine else ""),
        until=until or f"{today.year + 1}{today.isoformat()[4:]}",
        options=options,
    )
