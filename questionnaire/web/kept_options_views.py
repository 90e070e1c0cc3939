"""What visitors keep of their result: which options are on their list, and the pages that are made from it."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request, url_for

from ..decide.outcome import decide
from ..decide.routing import areas_in_scope
from .comparison import MOST, comparisons, kept_rows
from .questionnaire_views import no_answers, of_result
from .result import ResultPage, result_page
from .served_rulebook import current_rulebook
from .sheet import qr_code, sheet_of
from .view_helpers import Page, arrive, onward, read_visit_and_rules, save_choice
from .visit import OPTIONS, Visit, known_matters
from .what_matters import mattering

keeping = Blueprint("keeping", __name__)

PAGES = {"options": "pages.options", "compare": "keeping.compare", "sheet": "keeping.sheet"}
"""Where the form of what to keep leads to, by the value of its button."""


@keeping.post("/keep")
def keep() -> Page:
    """Set which of the `shown` options are kept (`keep`), and those that are to be compared `first`; lead on to `then`.

    Without `then`, as keep.js sends it, the reply is the reference code of now.
    """
    visit = read_visit_and_rules()
    if not visit.complete:
        return onward(visit, *no_answers(visit))
    shown, ticked, first = (request.form.getlist(name) for name in ("shown", "keep", "first"))
    stay = (option for option in visit.kept if option in ticked or option not in shown)
    visit = visit.with_kept([*first, *stay, *ticked])
    save_choice(visit)
    then = request.form.get("then")
    if then is None:
        return Response(visit.reference, mimetype="text/plain")
    if then == "option" and len(shown) == 1 and shown[0] in visit.rulebook.options:
        return redirect(f"{url_for('pages.options')}/{shown[0]}", 303)
    return redirect(url_for(PAGES.get(then, "pages.options")), 303)


@keeping.get("/compare")
def compare() -> Page:
    """The kept options side by side."""
    visit = read_visit_and_rules()
    if not _has_options(visit):
        return onward(visit, *no_answers(visit))
    page = _result(visit)
    return _render("compare.html", visit, page, comparisons=comparisons(page, visit), most=MOST)


@keeping.get("/sheet")
def sheet() -> Page:
    """One page to take along."""
    visit = read_visit_and_rules()
    if not _has_options(visit):
        return onward(visit, *no_answers(visit))
    page = _result(visit)
    return _render("sheet.html", visit, page, sheet=sheet_of(page, visit), code=qr_code(visit.reference))


@keeping.route("/matters", methods=["GET", "POST"])
def matters() -> Page:
    """What matters to the visitor, and what is said about it."""
    visit = read_visit_and_rules()
    rulebook = visit.rulebook
    if not (rulebook.matters and _has_options(visit)):
        return onward(visit, *no_answers(visit))
    if request.method == "POST":
        save_choice(replace(visit, matters=known_matters(rulebook, request.form)))
        return redirect(f"{url_for('keeping.matters')}#said", 303)
    page = _result(visit)
    kept = kept_rows(page, visit)
    no = [name for name, answer in visit.matters.items() if answer == "no"]
    shown = mattering(rulebook, visit, kept or page.listed)
    return _render("matters.html", visit, page, kept=kept, mattering=shown, no=no)


def _has_options(visit: Visit) -> bool:
    """Whether there is a result with options in it."""
    return visit.complete and bool(areas_in_scope(visit.rulebook, visit.answers))


def _result(visit: Visit) -> ResultPage:
    """What is shown of the result of complete answers."""
    served = current_rulebook()
    return result_page(served, decide(served.tables, visit.answers))


def _render(template: str, visit: Visit, page: ResultPage, **values: object) -> str:
    return render_template(template, page=page, notices=arrive(visit, OPTIONS), **of_result(visit), **values)
