"""The first page: what waits for whoever is signed in, first what most visitors meet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from sqlalchemy import select

from ..decide.sign_off_units import Standing
from ..releases.publishing import differs
from .access import allow, current_person
from .database import reading
from .languages import all_spoken
from .models import Remark, Tick
from .reach import Reach
from .rulebooks import current, live, releases_folder, rules_folder, withdrawn
from .units import in_order, name_of, to_read

blueprint = Blueprint("home", __name__)
STATES = {
    "not-signed": "Not signed",
    "signed": "Signed",
    "changed": "Changed since it was signed",
    "overdue": "To sign again",
}


@dataclass(frozen=True)
class Waiting:
    """A unit with what waits in it for one person: statements to read, of these not yet ticked, and open remarks.

    `reach`: how many meet it; None where all do.
    """

    standing: Standing
    name: str
    reach: Reach | None
    to_read: int
    unread: int
    remarks: int


@blueprint.get("/")
@allow()
def home() -> str:
    """Every unit with where it stands; remarks, problems, and what differs from what visitors are served."""
    draft, db, today = current(), reading(), date.today()
    person = current_person()
    ticks = {(one.statement, one.fingerprint) for one in db.scalars(select(Tick).where(Tick.person_id == person.id))}
    remarks = Counter(
        (language, unit)
        for language, unit in db.execute(select(Remark.language, Remark.unit).where(Remark.state != "closed"))
    )
    waiting: dict[str, list[Waiting]] = {}
    for language, tables in draft.in_languages.items():
        for standing in in_order(draft, language, today):
            wanted = to_read(tables, standing, today) if standing.state != "signed" else set()
            unit = standing.unit
            name, reach = name_of(draft.tables.rulebook, unit), draft.reach.get(unit)
            one = Waiting(standing, name, reach, len(wanted), len(wanted - ticks), remarks[language, unit])
            waiting.setdefault(language, []).append(one)
    served = live()
    folder = releases_folder()
    changed = served is not None and folder is not None and differs(rules_folder(), folder, served[0].name)
    return render_template(
        "desk/home.html",
        draft=draft,
        waiting=[one for one in waiting[""] if one.standing.state != "signed"],
        signed=[one for one in waiting[""] if one.standing.state == "signed"],
        in_languages=[(one, waiting[one.code]) for one in all_spoken()],
        states=STATES,
        served=served[0] if served else None,
        changed=changed,
        remarks=remarks.total(),
        holds=draft.tables.rulebook.holds,
        withdrawn=withdrawn()[0],
        name_of=lambda unit: name_of(draft.tables.rulebook, unit),
    )
