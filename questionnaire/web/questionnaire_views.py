"""The pages from start to result, and those beside the way. Each view parses, calls a room below, and renders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from markupsafe import Markup

from ..decide.in_force import withdrawn_by
from ..decide.outcome import decide
from ..decide.routing import most_asked
from ..rulebook.model import Question
from . import metrics
from .forms import QuestionForm
from .language import gettext, spoken
from .language_choice import offered, own_address, proposed
from .option_page import OptionPage
from .page_tables import TableRow
from .result import answer_changes, result_page
from .rulebook_store import rulebook_store
from .served_rulebook import current_rulebook
from .view_helpers import Page, arrive, onward, read_visit_and_rules, render_for_all
from .visit import CHECK, OPTIONS, START, Visit
from .visit_cookie import read_visit, save_visit

pages = Blueprint("pages", __name__)


@pages.get("/")
def start() -> Page:
    """The start page."""
    visit = read_visit_and_rules()
    return render_for_all("start.html", visit, notices=arrive(visit, START))


@pages.post("/start-again")
def start_again() -> Page:
    """Forget all answers."""
    save_visit(read_visit(current_rulebook().rulebook).cleared())
    return redirect(url_for("pages.start"), 303)


@pages.get("/areas")
def areas() -> Page:
    """Both areas side by side."""
    visit = read_visit_and_rules()
    rulebook = current_rulebook().rulebook
    facts = [
        TableRow(row.name, [area.facts[row.id] for area in rulebook.areas.values()]) for row in rulebook.facts.values()
    ]
    return render_for_all("areas.html", visit, facts=facts)


@pages.get("/how-it-works")
def how_it_works() -> Page:
    """How options are chosen, and every passage of the article."""
    visit = read_visit_and_rules()
    rulebook = current_rulebook().rulebook
    options = [rulebook.options[option] for area in rulebook.areas.values() for option in area.options]
    return render_for_all("how-it-works.html", visit, options=options)


@pages.get("/words")
def words() -> Page:
    """The glossary."""
    visit = read_visit_and_rules()
    terms = current_rulebook().rulebook.glossary.values()
    return render_for_all("words.html", visit, terms=sorted(terms, key=lambda term: term.name.lower()))


@pages.get("/privacy")
def privacy() -> Page:
    """What happens to the answers."""
    return render_template("privacy.html", visit=read_visit_and_rules())


@pages.route("/questions/<question_id>", methods=["GET", "POST"])
def question(question_id: str) -> Page:
    """One question; its answer is taken by POST, and then leads on."""
    rulebook = current_rulebook().rulebook
    asked = rulebook.questions.get(question_id)
    if asked is None:
        abort(404)
    visit = read_visit(rulebook)
    if request.method != "POST":
        return _question_page(visit, asked) if visit.can_answer(asked) else onward(visit, *no_answers(visit))
    if not visit.can_answer(asked):
        return onward(visit, *_why_not_taken(visit, asked))
    form = QuestionForm.of(asked, request.form)
    if form.layout.data and form.layout.data != asked.layout_mark:
        changed = gettext(
            "This question has new words since you opened it. Your answer was not taken. Please choose again."
        )
        return _question_page(visit, asked, problem=changed), 409
    if problem := form.problem():
        return _question_page(visit, asked, form.answer.data, problem), 400
    return onward(visit.with_answer(asked, form.answer.data))


def _question_page(visit: Visit, asked: Question, chosen: str | None = None, problem: str = "") -> str:
    """The page of a question. `chosen`: what was just sent; without it, the answer of the visit."""
    chosen = visit.answers.get(asked.id) if chosen is None and not problem else chosen
    shown = {
        "number": visit.asked.index(asked) + 1,
        "total": visit.total(asked),
        "chosen": chosen if chosen in asked.choices else "",
        "change": visit.complete and "change" in request.args,  # a Change link: Back leads to the answers
        "problem": problem,
        "first_visit": not visit.answers,
    }
    decided, before, notices = visit.decided_before(asked), visit.before(asked), arrive(visit, asked.id)
    values = {
        "question": asked,
        "before": before,
        "mark": asked.layout_mark,
        "most": lambda: most_asked(visit.rulebook, decided),
        **shown,
    }
    if notices:
        return render_template("question.html", notices=notices, **values)
    key = (asked.id, before and before.id, *shown.values(), *decided.values(), own_address(), proposed(), *offered())
    return _cached("questions", key, "question.html", **values)


@pages.get("/check")
def check() -> Page:
    """All answers, each with a link to change it."""
    visit = read_visit_and_rules()
    if visit.next is not None:
        return onward(visit, *no_answers(visit))
    return render_template("check.html", visit=visit, notices=arrive(visit, CHECK))


@pages.get("/options")
def options() -> Page:
    """The result. `?today` shows one that a reference code brought back under the rules of now."""
    visit = read_visit_and_rules()
    if visit.next is not None:
        return onward(visit, *no_answers(visit))
    served = current_rulebook()
    outcome = decide(served.tables, visit.answers)
    metrics.count_verdicts(outcome)
    fingerprint = served.rulebook.fingerprint
    if not visit.release:
        if visit.seen not in ("", fingerprint):
            visit = visit.with_notice("new-rules", OPTIONS)
        visit = replace(visit, seen=fingerprint)
    notices = arrive(visit, OPTIONS)
    if not outcome.areas:
        return render_template("elsewhere.html", visit=visit, notices=notices)
    page, shared = result_page(served, outcome), of_result(visit)
    rows = {}
    for row in page.listed:  # the same for all whose answers fall in the same row, and who share as much with its group
        values = {"kept": row.option.id in visit.kept, "today_rules": shared["today_rules"]}
        rows[row.anchor] = _cached("rows", (row.key, *values.values()), "result-row.html", row=row, **values)
    return render_template(
        "options.html",
        page=page,
        html=rows,
        changes={row.anchor: answer_changes(served.rulebook, row.result) for row in page.rows},
        notices=notices,
        **shared,
    )


@pages.get("/options/<area>/<option>")
def option(area: str, option: str) -> Page:
    """One option for this visitor's answers, whole: also one that they rule out."""
    visit = read_visit_and_rules()
    served = current_rulebook()
    known = served.rulebook.options.get(f"{area}/{option}")
    if known is None:
        abort(404)
    if visit.next is not None:
        return onward(visit, *no_answers(visit))
    page = result_page(served, decide(served.tables, visit.answers))
    stopped = next((withdrawn_by(result.row) for result in page.not_offered if result.option is known), None)
    if stopped or known in page.withheld:
        return render_template("withheld.html", option=known, stopped=stopped)
    at = next((index for index, row in enumerate(page.rows) if row.option is known), None)
    if at is None:  # of an area that the answers are not about
        return redirect(url_for("pages.options"), 303)
    return render_template("option.html", page=page, shown=OptionPage.of(served, page, at), **of_result(visit))


def of_result(visit: Visit) -> dict[str, object]:
    """What the result and the page of an option show alike: whose answers, and under the rules of which day."""
    release = current_rulebook().release
    is_earlier = release is not None and current_rulebook() is not rulebook_store().now()
    is_today = "today" in request.args
    return {
        "visit": visit,
        "rules_of": spoken().day(date.fromisoformat(release.day)) if release and is_earlier else "",
        "rules_are_gone": visit.release not in ("", release.name if release else "") and not is_today,
        "today_rules": "" if is_today else None,
    }


def no_answers(visit: Visit) -> tuple[str, ...]:
    """What to tell somebody who opens a page that needs answers."""
    return () if visit.answers or visit.changed else ("no-answers",)


def _why_not_taken(visit: Visit, asked: Question) -> tuple[str, ...]:
    """What to tell somebody whose answer to a question is not taken."""
    if visit.answers:
        return ("too-early",) if asked in visit.asked else ("not-asked",)
    return () if visit.changed else ("lost",)


def _cached(cache: str, key: tuple[object, ...], template: str, **values: object) -> Markup:
    """A page, or a part of one, that many visitors get alike, rendered once for each key.

    Links depend on where the site is mounted.
    """
    served = current_rulebook()
    # translations do not count for the fingerprint, so their release has to be in the key
    words = (spoken().code, served.release.name if served.release and spoken().code != "en" else "")
    key = (served.rulebook.fingerprint, *words, request.root_path, *key)
    return Markup(current_app.extensions["page_caches"][cache].get(key, lambda: render_template(template, **values)))
