"""The pages beside a visitor's way: both areas, how it works, privacy, and starting again."""

from __future__ import annotations

from flask import flash, redirect, session, url_for

from .addresses import Page, for_all, pages
from .drawn import page
from .forms import StartAgainForm, problem
from .guide import guide
from .language import gettext
from .visit import Visit


@pages.post("/start-again")
def start_again() -> Page:
    form = StartAgainForm()
    if not form.validate_on_submit():
        fault, code = problem(form)
        return _privacy(fault), code
    Visit(guide()).clear()
    flash(gettext("Your answers are cleared."))
    return redirect(url_for("pages.start"), 303)


@pages.get("/areas")
def areas() -> Page:
    rulebook = guide().rulebook
    rows = [(name, [area.facts[fact] for area in rulebook.areas.values()]) for fact, name in rulebook.facts.items()]
    visit = Visit(guide())
    return for_all(page("areas.html", visit.stands, visit=visit, facts=[("", rows)]))


@pages.get("/how-it-works")
def how_it_works() -> Page:
    rulebook = guide().rulebook
    reviewed = sum(guide().standing(option) == "reviewed" for option in rulebook.options)
    visit = Visit(guide())
    return for_all(page("how-it-works.html", visit.stands, visit=visit, page=guide().places, reviewed=reviewed))


@pages.get("/privacy")
def privacy() -> Page:
    return _privacy()


def _privacy(fault: str = "") -> bytes:
    visit, kept = Visit(guide()), bool(session.get("answers"))
    return page("privacy.html", (visit.stands, kept, fault), visit=visit, kept=kept, problem=fault)
