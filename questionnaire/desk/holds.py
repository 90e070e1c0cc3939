"""Holding an option back, the third outcome of a review beside signing and remarking, and lifting that again.

A reviewer or a publisher holds back: to show less is never the wrong side to err on. A hold is lifted by a reviewer
who did not change the option since, or by who placed it: nobody who publishes overrules who reviewed.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from ..decide.in_force import may_be_withdrawn
from ..review import guided_edits
from ..review.edits_of_files import EditError
from ..rulebook.model import Hold
from . import guided
from .access import allow, current_person
from .database import reading
from .guided import Edit, Shown
from .keep import Act
from .models import Change, Person
from .read import checked_unit
from .rulebooks import Draft, current, rules_folder
from .units import name_of

blueprint = Blueprint("holds", __name__)
LONGEST_REASON = 300


@blueprint.route("/hold/<path:option>", methods=["GET", "POST"])
@allow("reviewer", "publisher")
def hold(option: str) -> str | Response:
    """The form that holds an option back, or lifts the hold on it."""
    option, rulebook = checked_unit(option), current().tables.rulebook
    if option not in rulebook.options:
        abort(404)
    person, held = current_person(), rulebook.holds.get(option)
    because = " ".join(request.form.get("why", "").split())
    refusal = refused(option, person, held)
    if not refusal and not may_be_withdrawn(rulebook, option):
        refusal = "Leaving things as they are is always listed: it can't be held back."
    wants = "lift" if held else "hold"

    def make(draft: Draft) -> Edit:
        if refusal:
            raise EditError(refusal)
        if request.form.get("wants", wants) != wants:
            raise EditError("Somebody else was first: look at how it stands now")
        if not 1 <= len(because) <= LONGEST_REASON:
            raise EditError(f"Say why, in at most {LONGEST_REASON} characters")
        return _edit(draft, option, because, person, bool(held))

    shown = guided.made(make) if request.method == "POST" else Shown()
    if isinstance(shown, Response):
        return shown
    return render_template(
        "desk/hold.html",
        shown=shown,
        why=request.form.get("why", ""),
        option=option,
        name=name_of(rulebook, option),
        held=held,
        wants=wants,
        refusal=refusal,
    )


def refused(option: str, person: Person, held: Hold | None) -> str:
    """Why this person can't lift the hold on an option; empty where they can, or nobody holds it back."""
    if held is None or held.by == person.name:
        return ""
    if person.role != "reviewer":
        return f"{held.by} holds it back. A reviewer can lift that, or {held.by}."
    changed = select(Change.at).where(Change.unit == option, Change.person_id == person.id)
    last = reading().scalar(changed.order_by(Change.at.desc()).limit(1))
    if last and f"{last:%Y-%m-%d}" >= held.on:
        return "You changed it since it is held back. Somebody else has to lift that."
    return ""


def _edit(draft: Draft, option: str, because: str, person: Person, lift: bool) -> Edit:
    rulebook, then = draft.tables.rulebook, url_for("read.read_unit", unit=option)
    if lift:
        act = Act("lifted the hold on", option, f"Lift the hold on {option} at the desk", because)
        return Edit(guided_edits.lift(rules_folder(), option, rulebook), act, then)
    act = Act("held back", option, f"Hold {option} back at the desk", because)
    files = guided_edits.hold(rules_folder(), option, person.name, because, date.today(), rulebook)
    return Edit(files, act, then)
