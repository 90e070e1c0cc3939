"""The pages beside a visitor's way: both areas, how it works, privacy, and starting again."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for

from .journey import Page, read_visit_and_rules, render_for_all
from .result import TableGroup, TableRow
from .served_rulebook import current_rulebook
from .visit_cookie import read_visit, save_visit

about = Blueprint("about", __name__)


@about.post("/start-again")
def start_again() -> Page:
    """Forget all answers."""
    save_visit(read_visit(current_rulebook().rulebook).cleared())
    return redirect(url_for("pages.start"), 303)


@about.get("/areas")
def areas() -> Page:
    """Both areas side by side."""
    visit = read_visit_and_rules()
    rulebook = current_rulebook().rulebook
    areas = rulebook.areas.values()
    facts = [TableRow(row.name, [area.facts[fact] for area in areas]) for fact, row in rulebook.facts.items()]
    return render_for_all("areas.html", visit, facts=[TableGroup("", facts)])


@about.get("/how-it-works")
def how_it_works() -> Page:
    """How options are chosen, and every passage of the article."""
    visit = read_visit_and_rules()
    served = current_rulebook()
    return render_for_all("how-it-works.html", visit, links=served.source_links, reviewed=served.reviewed)


@about.get("/privacy")
def privacy() -> Page:
    """What happens to the answers."""
    return render_template("privacy.html", visit=read_visit_and_rules())
