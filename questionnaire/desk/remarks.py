"""Remarks on statements, with other words proposed: made, answered, closed, and stale once the text is another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from ..decide.sign_off_units import every_statement, statement_fingerprint, unit_statements, units
from . import log, renamed
from .access import allow, current_person
from .database import now, reading, writing
from .languages import UnitIn, all_spoken, asked_language, spoken
from .models import Remark, Reply
from .read import checked_unit
from .rulebooks import Draft, current
from .units import name_of, word_diff

blueprint = Blueprint("remarks", __name__)
MOST_CHARACTERS = 4000
STATES = {"answer": "answered", "close": "closed", "open": "open"}
"""What a remark is after each thing that can be done with it."""


@blueprint.route("/remark/<path:unit>", methods=["GET", "POST"])
@allow()
def remark(unit: str) -> str | Response:
    """The form for a remark on one statement, and keeping it."""
    draft, language, unit = current(), asked_language(), checked_unit(unit)
    tables = draft.in_languages[language]
    texts = {one.id: one for one in unit_statements(tables, unit)}
    wanted = renamed.statement_now(texts, request.values.get("statement", ""))
    if wanted not in texts:
        abort(404)
    statement, person = texts[wanted], current_person()
    text, proposed = (request.form.get(name, "").strip() for name in ("text", "proposed"))
    if proposed == statement.text:
        proposed = ""
    fault = ""
    if request.method == "POST":
        if not text and not proposed:
            fault = "Say what you would remark, or propose other words."
        elif len(text) > MOST_CHARACTERS or len(proposed) > MOST_CHARACTERS:
            fault = f"A remark has at most {MOST_CHARACTERS:,} characters."
        else:
            with writing() as db:
                made = Remark(
                    person_id=person.id,
                    unit=unit,
                    language=language,
                    statement=statement.id,
                    fingerprint=statement_fingerprint(tables.rulebook, statement),
                    words=statement.text,
                    text=text,
                    proposed=proposed,
                    at=now(),
                    state="open",
                )
                db.add(made)
                log.add(db, person.name, "remarked on", str(UnitIn(statement.id, language)))
            flash("Your remark is kept.", "done")
            return redirect(url_for("read.read_unit", unit=unit, language=language or None) + f"#{statement.id}")
    return render_template(
        "desk/remark.html",
        unit=unit,
        name=name_of(draft.tables.rulebook, unit),
        language=spoken(language) if language else None,
        original=next(one.text for one in unit_statements(draft.tables, unit) if one.id == wanted),
        statement=statement,
        text=text,
        proposed=proposed or statement.text,
        fault=fault,
    )


@blueprint.get("/remarks")
@allow()
def all_remarks() -> str:
    """Every remark, the open ones first."""
    draft = current()
    listed = reading().scalars(select(Remark).order_by(Remark.id.desc())).all()
    prints = fingerprints(draft)
    order = {"open": 0, "answered": 1, "closed": 2}
    return render_template(
        "desk/remarks.html",
        remarks=sorted(listed, key=lambda one: order[one.state]),
        known=units(draft.tables.rulebook),
        stale={one.id for one in listed if prints.get((one.language, one.statement)) != one.fingerprint},
        languages={one.code: one for one in all_spoken()},
        word_diff=word_diff,
        name_of=lambda unit: name_of(draft.tables.rulebook, unit),
    )


@blueprint.post("/remarks/<int:number>")
@allow()
def reply(number: int) -> Response:
    """Answer a remark, close it, or open it again; a remark is closed by who made it or by an editor."""
    person, text, do = current_person(), request.form.get("text", "").strip(), request.form.get("do")
    if do not in STATES:
        abort(400)
    with writing() as db:
        answered = db.get(Remark, number)
        if answered is None:
            abort(404)
        if do == "close" and person.role != "editor" and person.id != answered.person_id:
            abort(403, "A remark is closed by who made it, or by an editor.")
        if do == "answer" and not text:
            flash("Write an answer.", "wrong")
        else:
            state = answered.state = STATES[do]
            db.add(Reply(remark_id=number, person_id=person.id, text=text[:MOST_CHARACTERS], state=state, at=now()))
            log.add(db, person.name, f"{state} the remark", answered.statement, text[:200])
            flash("Kept.", "done")
    return redirect(url_for("remarks.all_remarks") + f"#remark-{number}")


def fingerprints(draft: Draft) -> dict[tuple[str, str], str]:
    """The fingerprint of every statement as it is now, by its language and id."""
    books = {language: tables.rulebook for language, tables in draft.in_languages.items()}
    return {
        (language, one.id): statement_fingerprint(book, one)
        for language, book in books.items()
        for one in every_statement(book)
    }


def as_json(listed: Iterable[Remark], now_prints: Mapping[tuple[str, str], str]) -> list[dict[str, Any]]:
    """Remarks for programs: who said what of which words, what was answered, and whether the text is another since."""
    return [
        {
            "id": one.id,
            "unit": one.unit,
            "language": one.language,
            "statement": one.statement,
            "by": one.person.name,
            "on": f"{one.at:%Y-%m-%d}",
            "state": one.state,
            "stale": now_prints.get((one.language, one.statement)) != one.fingerprint,
            "words": one.words,
            "remark": one.text,
            "proposed": one.proposed,
            "replies": [
                {"by": reply.person.name, "on": f"{reply.at:%Y-%m-%d}", "text": reply.text} for reply in one.replies
            ],
        }
        for one in listed
    ]
