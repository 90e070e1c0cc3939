"""A unit as a page of English: each statement beside its passage, the table in few lines, ticks for what was read."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from ..decide.in_force import may_be_withdrawn
from ..decide.sign_off_units import standing, unit_statements, units
from ..review import phrases
from ..review.merge_rows import MergedRow, MergedTable, merged_table
from ..rulebook.model import VERDICTS
from ..rulebook.statements import statements
from . import renamed, rulebooks
from .access import allow, current_person
from .database import now, reading, writing
from .home import STATES
from .languages import all_spoken, asked_language, spoken
from .models import Change, Tick
from .rulebooks import Draft, current
from .units import grouped, lines, name_of, to_read, word_diff

blueprint = Blueprint("read", __name__)
FILES = {"questions": "questions.yaml", "shared": "caveats.yaml", "clinic": "clinic.yaml"}
"""Where an editor begins to change what is no option."""


def checked_unit(unit: str) -> str:
    """The unit of that name, or what it was renamed to since; ends the request with 404 where there is none."""
    known = units(current().tables.rulebook)
    now_called = unit if unit in known else renamed.option_now(known, unit)
    return now_called or abort(404)


@blueprint.get("/units/<path:unit>")
@allow()
def read_unit(unit: str) -> str:
    """All that visitors read of a unit, in the original or in another language beside it."""
    draft, db, today, person = current(), reading(), date.today(), current_person()
    language, unit = asked_language(), checked_unit(unit)
    tables, rulebook = draft.in_languages[language], draft.tables.rulebook
    stands = standing(tables, unit, today)
    shown = list(lines(db, draft, language, stands, rulebooks.passages(draft), person))
    only = request.args.get("show") == "changed"
    here = {line.statement.id for line in shown}
    return render_template(
        "desk/unit.html",
        unit=unit,
        name=name_of(rulebook, unit),
        language=spoken(language) if language else None,
        languages=all_spoken(),
        standing=stands,
        state=STATES[stands.state],
        groups=grouped(line for line in shown if not only or line.changed or not stands.sign_off),
        only_changed=only,
        gone=[one for one in stands.changed if one not in here],
        count=len(shown),
        ticked=sum(line.ticked for line in shown),
        unread=len(to_read(tables, stands, today) - {(x.statement.id, x.fingerprint) for x in shown if x.ticked}),
        reach=draft.reach.get(unit),
        table=option_table(draft, unit),
        beside=_beside(draft, unit),
        changes=db.scalars(
            select(Change).where(Change.unit == unit, Change.language == language).order_by(Change.id.desc()).limit(5)
        ).all(),
        word_diff=word_diff,
        file="" if language else f"{unit}.yaml" if unit in rulebook.options else FILES.get(unit, ""),
        verdicts=phrases.VERDICT,
        held=rulebook.holds.get(unit),
        withdrawn=rulebooks.withdrawn()[0].get(unit),
        optional=may_be_withdrawn(rulebook, unit),
    )


@blueprint.post("/units/<path:unit>")
@allow("reviewer", "editor", "publisher")
def tick(unit: str) -> Response:
    """Keep which statements of those on the page this person has read, in the words that they had there."""
    unit, person, language = checked_unit(unit), current_person(), asked_language()
    texts = {one.id for one in unit_statements(current().tables, unit)}
    shown, read = (
        {(renamed.statement_now(texts, one), fingerprint) for one, fingerprint in _pairs(field)}
        for field in ("shown", "read")
    )
    read &= shown
    with writing() as db:
        known = {
            (one.statement, one.fingerprint): one for one in db.scalars(select(Tick).where(Tick.person_id == person.id))
        }
        for statement, fingerprint in read - known.keys():
            db.add(Tick(person_id=person.id, statement=statement, fingerprint=fingerprint, at=now()))
        for unticked in (shown - read) & known.keys():
            db.delete(known[unticked])
    flash(f"Kept: you have read {len(read)} of the {len(shown)} texts that were on the page.", "done")
    show = request.form.get("show") or None
    return redirect(url_for("read.read_unit", unit=unit, show=show, language=language or None))


def _pairs(field: str) -> set[tuple[str, str]]:
    """The statements of a field, each with the fingerprint that it had on the page."""
    parts = (value.rpartition(" ") for value in request.form.getlist(field))
    return {(statement, fingerprint) for statement, _, fingerprint in parts}


def option_table(draft: Draft, unit: str) -> dict[str, object] | None:
    """An option's table in few lines, for a page."""
    if unit not in draft.tables.options:
        return None
    rulebook = draft.tables.rulebook
    merged: MergedTable = merged_table(draft.tables.options[unit])

    def label(question: str, chosen: frozenset[str | None]) -> str:
        return phrases.choices(rulebook, question, chosen)

    def row(line: MergedRow) -> dict[str, object]:
        because = [rule.because.text for rule in line.because]
        return {"cells": merged.words(line, label), "verdict": line.verdict, "because": because, "rows": line.rows}

    ordered = sorted(merged.lines, key=lambda line: VERDICTS.index(line.verdict))
    head = [rulebook.questions[question].ask for question in merged.columns]
    return {"head": head, "rows": [row(line) for line in ordered], "gaps": len(draft.tables.options[unit].gaps)}


def _beside(draft: Draft, unit: str) -> list[tuple[str, str, str]]:
    """The caveats that stand with an option and are signed with another unit: (unit, when, words)."""
    rulebook = draft.tables.rulebook
    if unit not in rulebook.options:
        return []
    beside = []
    for caveat in rulebook.expect[unit]:
        own = next(iter(statements(rulebook, "caveats", caveat.id)))
        if own.unit != unit:
            beside.append((own.unit, phrases.condition(rulebook, caveat.when), own.text or "The article does not say."))
    return beside
