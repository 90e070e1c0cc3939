"""The pages beside a visitor's way: both areas, how it works, privacy, and starting again."""

from __future__ import annotations

from flask import flash, redirect, session, url_for

from .blueprint import Page, for_all, pages
from .drawn import page
from .forms import StartAgainForm, problem
from .language import gettext
from .served_rulebook import current_rulebook
from .visit import Visit


@pages.post("/start-again")
def start_again() -> Page:
    form = StartAgainForm()
    if not form.validate_on_submit():
        fault, code = problem(form)
        return _privacy(fault), code
    Visit(current_rulebook()).clear()
    flash(gettext("Your answers are cleared."))
    return redirect(url_for("pages.start"), 303)


@pages.get("/areas")
def areas() -> Page:
    rulebook = current_rulebook().rulebook
    rows = [(row.name, [area.facts[fact] for area in rulebook.areas.values()]) for fact, row in rulebook.facts.items()]
    visit = Visit(current_rulebook())
    return for_all(page("areas.html", visit.stands, visit=visit, facts=[("", rows)]))


@pages.get("/how-it-works")
def how_it_works() -> Page:
    rulebook = current_rulebook().rulebook
    reviewed = sum(current_rulebook().standing(option) == "reviewed" for option in rulebook.options)
    visit = Visit(current_rulebook())
    return for_all(
        page("how-it-works.html", visit.stands, visit=visit, page=current_rulebook().places, reviewed=reviewed)
    )


@pages.get("/privacy")
def privacy() -> Page:
    return _privacy()


def _privacy(fault: str = "") -> bytes:
    visit, kept = Visit(current_rulebook()), bool(session.get("answers"))
    return page("privacy.html", (visit.stands, kept, fault), visit=visit, kept=kept, problem=fault)
