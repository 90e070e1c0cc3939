"""A visitor's way: the start, the questions, the answers, the result. Each view parses, calls a room below, draws."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ..decide.outcome import decide
from ..decide.routing import areas_in_scope
from . import metrics, result
from .blueprint import Page, for_all, pages
from .drawn import page
from .filling import filling, summary_list
from .forms import QuestionForm, problem
from .language import gettext, spoken
from .reference_page import follow_earlier_rules, tell_of_earlier_rules
from .served_rulebook import current_rulebook
from .visit import Visit


def onward(visit: Visit) -> AnyResponse:
    """To the question that is next; with all answered to the answers, or to the end where no area is in scope."""
    if visit.next is not None:
        return redirect(url_for("pages.question", question_id=visit.next.id), 303)
    in_scope = areas_in_scope(current_rulebook().rulebook, visit.answers)
    return redirect(url_for("pages.check" if in_scope else "pages.options"), 303)


@pages.get("/")
def start() -> Page:
    visit = Visit(current_rulebook())
    return for_all(page("start.html", (visit.stands, request.scheme, request.host), visit=visit))


@pages.route("/questions/<question_id>", methods=["GET", "POST"])
def question(question_id: str) -> Page:
    served = current_rulebook()
    asked = served.rulebook.questions.get(question_id)
    if asked is None:
        abort(404)
    visit = Visit(served)
    if not visit.can_answer(asked):
        return onward(visit)
    chosen, fault, code = visit.answers.get(asked.id), "", 200
    if request.method == "POST":
        form = QuestionForm.of(asked)
        if form.validate_on_submit():
            visit.answer(asked, form.answer.data)
            return onward(visit)
        chosen, (fault, code) = form.answer.data, problem(form)
    total, before = visit.total(asked), visit.before(asked)
    shown: dict[str, Any] = {
        "number": visit.asked.index(asked) + 1,
        "total": total,
        "before": before.id if before else "",
        "chosen": chosen if chosen in asked.choices else "",
        "change": visit.complete and "change" in request.args,  # a Change link: Back leads to the answers
        "problem": fault,
    }
    return page("question.html", (asked.id, *shown.values()), question=asked, **shown), code


@pages.get("/check")
def check() -> Page:
    served = current_rulebook()
    visit = Visit(served)
    if visit.next is not None:
        return onward(visit)
    return page("check.html", visit.asked[-1].id, {"answers": summary_list(served, visit)}, visit=visit)


@pages.get("/options")
def options() -> Page:
    follow_earlier_rules()
    served = current_rulebook()
    visit = Visit(served)
    if visit.next is not None:
        return onward(visit)
    outcome = decide(served.tables, visit.answers)
    metrics.shown(outcome)
    if not outcome.areas:
        return page("elsewhere.html", visit.asked[-1].id, {"answers": summary_list(served, visit)}, visit=visit)
    tell_of_earlier_rules()
    shown = result.result_page(served, outcome)
    today = spoken().day(date.today())
    return page(
        "options.html", (request.scheme, request.host, "today" in request.args), filling(served, shown, visit, today)
    )


@pages.get("/options/print.css")
def print_sheet() -> Page:
    """The foot of each printed page. It is the visitor's own, so it can't stand in the sheet that all share."""
    follow_earlier_rules()
    served = current_rulebook()
    visit = Visit(served)
    if visit.next is not None:
        abort(404)
    foot = gettext(
        "%(day)s · rulebook %(fingerprint)s · reference %(code)s",
        day=spoken().day(date.today()),
        fingerprint=served.rulebook.fingerprint,
        code=visit.code,
    )
    escaped = "".join(f"\\{ord(sign):06x}" for sign in foot)
    sheet = f'@page {{ @bottom-left {{ content: "{escaped}"; font: 8pt system-ui, sans-serif; }} }}'
    return Response(sheet, mimetype="text/css")
