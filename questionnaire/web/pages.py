"""The pages: each parses a request, calls a room below, and renders a template."""

from __future__ import annotations

import sys
from datetime import date

from flask import Blueprint, Response, abort, current_app, flash, jsonify, redirect, render_template, session, url_for
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from ..decide.asking import areas_in_scope
from ..decide.outcome import decide
from ..decide.reference import ReferenceError, decode, encode
from ..rulebook.problems import RulebookError
from . import metrics, result
from .forms import QuestionForm, ReferenceForm, StartAgainForm, problem
from .guide import guide
from .language import gettext, spoken
from .visit import Visit

pages = Blueprint("pages", __name__)
Page = str | tuple[str, int] | AnyResponse


def onward(visit: Visit) -> AnyResponse:
    """To the question that is next; with all answered to the answers, or to the end where no area is in scope."""
    if visit.next is not None:
        return redirect(url_for("pages.question", question_id=visit.next.id), 303)
    in_scope = areas_in_scope(guide().rulebook, visit.answers)
    return redirect(url_for("pages.check" if in_scope else "pages.options"), 303)


@pages.get("/")
def start() -> Page:
    return render_template("start.html", visit=Visit(guide().rulebook))


@pages.route("/questions/<question_id>", methods=["GET", "POST"])
def question(question_id: str) -> Page:
    asked = guide().rulebook.questions.get(question_id)
    if asked is None:
        abort(404)
    visit = Visit(guide().rulebook)
    if not visit.can_answer(asked):
        return onward(visit)
    form = QuestionForm.of(asked, visit.answers.get(asked.id))
    if form.validate_on_submit():
        visit.answer(asked, form.answer.data)
        return onward(visit)
    fault, code = problem(form)
    return render_template("question.html", question=asked, form=form, visit=visit, problem=fault), code


@pages.get("/check")
def check() -> Page:
    visit = Visit(guide().rulebook)
    if visit.next is not None:
        return onward(visit)
    return render_template("check.html", visit=visit)


@pages.get("/options")
def options() -> Page:
    visit = Visit(guide().rulebook)
    if visit.next is not None:
        return onward(visit)
    outcome = decide(guide().tables, visit.answers)
    metrics.shown(outcome)
    code = encode(guide().rulebook, visit.answers)
    again = StartAgainForm()
    if not outcome.areas:
        return render_template("elsewhere.html", visit=visit, code=code, again=again)
    page = result.result_page(guide(), outcome)
    today = spoken().day(date.today())
    return render_template("options.html", page=page, visit=visit, code=code, today=today, again=again)


@pages.get("/options/print.css")
def print_sheet() -> Page:
    """The foot of each printed page. It is the visitor's own, so it can't stand in the sheet that all share."""
    visit = Visit(guide().rulebook)
    if visit.next is not None:
        abort(404)
    foot = gettext(
        "%(day)s · rulebook %(fingerprint)s · reference %(code)s",
        day=spoken().day(date.today()),
        fingerprint=guide().rulebook.fingerprint,
        code=encode(guide().rulebook, visit.answers),
    )
    escaped = "".join(f"\\{ord(sign):06x}" for sign in foot)
    sheet = f'@page {{ @bottom-left {{ content: "{escaped}"; font: 8pt system-ui, sans-serif; }} }}'
    return Response(sheet, mimetype="text/css")


@pages.route("/reference", methods=["GET", "POST"])
def reference() -> Page:
    rulebook = guide().rulebook
    visit = Visit(rulebook)
    own = encode(rulebook, visit.answers) if visit.next is None else ""
    form = ReferenceForm()
    fault, code = ("", 200) if form.validate_on_submit() else problem(form)
    if form.is_submitted() and not fault:
        try:
            found = decode(rulebook, form.code.data)
        except ReferenceError as wrong:
            fault, code = gettext(wrong.text, **wrong.values), 400
        else:
            visit.replace(dict(found.answers))
            now = encode(rulebook, visit.answers)
            if not found.same_rulebook:
                flash(
                    gettext(
                        "The rules have changed since the code %(typed)s was made. What you see follows the rules of "
                        "today, so it may differ from what you saw then. The code for what you see now is %(now)s.",
                        typed=form.code.data.strip().upper(),
                        now=now,
                    )
                )
            if own and own != now:
                flash(
                    gettext(
                        "You had other answers in this browser. To see them again, use the code %(own)s.",
                        own=own,
                    )
                )
            return redirect(url_for("pages.options"), 303)
    return render_template("reference.html", visit=visit, form=form, own=own, problem=fault), code


@pages.post("/start-again")
def start_again() -> Page:
    form = StartAgainForm()
    if not form.validate_on_submit():
        fault, code = problem(form)
        return _privacy(form, fault), code
    Visit(guide().rulebook).clear()
    return redirect(url_for("pages.start"), 303)


@pages.get("/areas")
def areas() -> Page:
    rulebook = guide().rulebook
    rows = [(name, [area.facts[fact] for area in rulebook.areas.values()]) for fact, name in rulebook.facts.items()]
    return render_template("areas.html", visit=Visit(rulebook), facts=[("", rows)])


@pages.get("/how-it-works")
def how_it_works() -> Page:
    rulebook = guide().rulebook
    reviewed = sum(guide().standing(option) == "reviewed" for option in rulebook.options)
    return render_template("how-it-works.html", visit=Visit(rulebook), page=guide().places, reviewed=reviewed)


@pages.get("/privacy")
def privacy() -> Page:
    return _privacy(StartAgainForm())


def _privacy(again: StartAgainForm, fault: str = "") -> str:
    visit = Visit(guide().rulebook)
    return render_template("privacy.html", visit=visit, kept=bool(session.get("answers")), again=again, problem=fault)


@pages.get("/healthz")
def healthz() -> Page:
    return Response("up\n", mimetype="text/plain")


@pages.get("/readyz")
def readyz() -> Page:
    try:
        rulebook = guide().rulebook
    except RulebookError as fault:
        return jsonify(ready=False, problems=len(fault.problems)), 503  # type: ignore[return-value]
    reviewed = sum(guide().standing(option) == "reviewed" for option in rulebook.options)
    return jsonify(ready=True, rulebook=rulebook.fingerprint, options=len(rulebook.options), reviewed=reviewed)


@pages.app_errorhandler(HTTPException)
def error(fault: HTTPException) -> AnyResponse:
    code = fault.code or 500
    if isinstance(fault, SecurityError):  # under a name that is not ours no page may be linked to
        return Response(gettext("This site is not served under that name."), code, mimetype="text/plain")
    try:
        response = Response(render_template("error.html", code=code), code)
    except Exception:  # the page that says what went wrong must not go wrong itself
        current_app.log_exception(sys.exc_info())
        return Response(gettext("Something went wrong"), code, mimetype="text/plain")
    response.headers.extend({name: value for name, value in fault.get_headers() if name in ("Allow", "Retry-After")})
    return response
