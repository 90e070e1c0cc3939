"""What visitors keep of their result: which options are on their list, and the pages that are made from it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for

from ..decide.outcome import decide
from .journey import Page, arrive, onward, read_visit_and_rules, save_choice
from .result import result_page
from .served_rulebook import current_rulebook
from .visit import OPTIONS

keeping = Blueprint("keeping", __name__)

PAGES = {"options": "pages.options", "compare": "keeping.compare", "sheet": "keeping.sheet"}
"""Where the form of what to keep leads to, by the value of its button."""


@keeping.post("/keep")
def keep() -> Page:
    """Set which of the `shown` options are kept (`keep`), and those that are to be compared `first`; lead on to `then`.

    Without `then`, as keep.js sends it, there is no page to lead to.
    """
    visit = read_visit_and_rules()
    if not visit.complete:
        return onward(visit, "no-answers")
    shown, ticked, first = (request.form.getlist(name) for name in ("shown", "keep", "first"))
    stay = (option for option in visit.kept if option in ticked or option not in shown)
    save_choice(visit.with_kept([*first, *stay, *ticked]))
    then = request.form.get("then")
    if then is None:
        return "", 204
    if then == "option" and len(shown) == 1 and shown[0] in visit.rulebook.options:
        return redirect(f"{url_for('pages.options')}/{shown[0]}", 303)
    return redirect(url_for(PAGES.get(then, "pages.options")), 303)


@keeping.get("/compare")
def compare() -> Page:
    """The kept options side by side."""
    visit = read_visit_and_rules()
    if not visit.complete:
        return onward(visit, "no-answers")
    served = current_rulebook()
    page = result_page(served, decide(served.tables, visit.answers))
    return render_template("compare.html", visit=visit, page=page, notices=arrive(visit, OPTIONS))


@keeping.get("/sheet")
def sheet() -> Page:
    """One page to take along; not there yet."""
    return redirect(url_for("keeping.compare"), 303)


@keeping.get("/matters")
def matters() -> Page:
    """What matters to the visitor; not there yet."""
    return redirect(url_for("keeping.compare"), 303)
