"""The pages: each parses a request, calls a room below, and renders a template."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from ..decide.apart import BuildError
from ..decide.asking import areas_in_scope
from ..decide.outcome import decide
from ..decide.reference import ReferenceError, decode, encode
from ..releases.manifest import ReleaseError
from ..rulebook.problems import RulebookError
from . import result
from .drawn import page
from .filling import filling, summary_list
from .forms import QuestionForm, ReferenceForm, StartAgainForm, problem
from .guide import guide
from .guides import answer_from, guides
from .language import gettext, spoken
from .visit import Visit

pages = Blueprint("pages", __name__)
Page = str | tuple[str, int] | AnyResponse


@pages.before_request
def earlier_rules() -> None:
    """A result that a reference code of an earlier release brought back is answered from that release."""
    if request.path.startswith("/options") and "today" not in request.args:
        answer_from(session.get("release"))


def for_all(drawn: str) -> AnyResponse:
    """A page that everybody without a session gets alike: a cache between us and them may keep it for five minutes."""
    response = Response(drawn)
    if not request.cookies and "_flashes" not in session:
        response.headers["Cache-Control"] = "public, max-age=0, s-maxage=300"
    return response


def onward(visit: Visit) -> AnyResponse:
    """To the question that is next; with all answered to the answers, or to the end where no area is in scope."""
    if visit.next is not None:
        return redirect(url_for("pages.question", question_id=visit.next.id), 303)
    in_scope = areas_in_scope(guide().rulebook, visit.answers)
    return redirect(url_for("pages.check" if in_scope else "pages.options"), 303)


@pages.get("/")
def start() -> Page:
    visit = Visit(guide())
    return for_all(page("start.html", (visit.stands, request.host_url), visit=visit))


@pages.route("/questions/<question_id>", methods=["GET", "POST"])
def question(question_id: str) -> Page:
    served = guide()
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
    visit = Visit(guide())
    if visit.next is not None:
        return onward(visit)
    return page("check.html", visit.asked[-1].id, {"answers": summary_list(guide(), visit)}, visit=visit)


@pages.get("/options")
def options() -> Page:
    served = guide()
    visit = Visit(served)
    if visit.next is not None:
        return onward(visit)
    outcome = decide(served.tables, visit.answers)
    code = encode(served.rulebook, visit.answers)
    if not outcome.areas:
        return page("elsewhere.html", visit.asked[-1].id, {"answers": summary_list(guide(), visit)}, visit=visit)
    _tell_of_earlier_rules()
    shown = result.result_page(served, outcome)
    today = spoken().day(date.today())
    return page(
        "options.html", (request.host_url, "today" in request.args), filling(guide(), shown, visit, code, today)
    )


@pages.get("/options/print.css")
def print_sheet() -> Page:
    """The foot of each printed page. It is the visitor's own, so it can't stand in the sheet that all share."""
    visit = Visit(guide())
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


def _tell_of_earlier_rules() -> None:
    """Say on a result that a reference code brought back from which day its rules are, and where those of today are."""
    release = guide().release
    if release is None or guide() is guides().now():
        return
    said = gettext(
        "You see the rules of %(day)s, with which your code was made. They have changed since.",
        day=spoken().day(date.fromisoformat(release.day)),
    )
    today = gettext("See the result under the rules of today")
    flash(Markup('{} <a href="{}">{}</a>').format(said, url_for("pages.options", today=""), today))


@pages.route("/reference", methods=["GET", "POST"])
def reference() -> Page:
    rulebook = guide().rulebook
    visit = Visit(guide())
    own = encode(rulebook, visit.answers) if visit.next is None else ""
    form = ReferenceForm()
    fault, code = ("", 200) if form.validate_on_submit() else problem(form)
    if form.is_submitted() and not fault:
        older = guides().older(form.code.data)
        try:
            found = decode(older.rulebook if older else rulebook, form.code.data)
        except ReferenceError as wrong:
            fault, code = gettext(wrong.text, **wrong.values), 400
        else:
            visit.replace(dict(found.answers))
            now = encode(rulebook, visit.answers)
            if older and older.release:
                session.update(answers=found.answers, release=older.release.name)
                now = encode(older.rulebook, found.answers)
            elif not found.same_rulebook:
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
    return page("reference.html", visit=visit, form=form, own=own, problem=fault), code


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


def _privacy(fault: str = "") -> str:
    visit, kept = Visit(guide()), bool(session.get("answers"))
    return page("privacy.html", (visit.stands, kept, fault), visit=visit, kept=kept, problem=fault)


@pages.get("/healthz")
def healthz() -> Page:
    return Response("up\n", mimetype="text/plain")


@pages.get("/readyz")
def readyz() -> Page:
    try:
        rulebook = guide().rulebook
    except RulebookError as fault:
        return jsonify(ready=False, problems=len(fault.problems)), 503  # type: ignore[return-value]
    except (BuildError, ReleaseError) as fault:
        return jsonify(ready=False, problem=str(fault)), 503  # type: ignore[return-value]
    release, problem = guide().release, guides().problem
    return jsonify(
        ready=True,
        rulebook=rulebook.fingerprint,
        options=len(rulebook.options),
        reviewed=sum(guide().standing(option) == "reviewed" for option in rulebook.options),
        **({"release": release.name} if release else {}),
        **({"problem": problem} if problem else {}),
    )


@pages.app_errorhandler(HTTPException)
def error(fault: HTTPException) -> AnyResponse:
    code = fault.code or 500
    response = Response(render_template("error.html", code=code), code)
    if allowed := dict(fault.get_headers()).get("Allow"):
        response.headers["Allow"] = allowed
    return response
