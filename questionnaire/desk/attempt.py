"""Trying the rules: what some answers give, here and live; and the blind try, where one says first what one expects."""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..decide.outcome import Outcome, decide, questions_to_ask
from ..decide.reference_code import ReferenceCodeError, decode
from ..decide.routing import answered_and_asked, areas_in_scope, kept, next_question
from ..decide.sign_off_units import statement_fingerprint
from ..decide.tables import DecisionTables
from ..review import phrases
from ..rulebook.model import VERDICTS, Answers, Rulebook
from ..rulebook.statements import statements
from ..rulebook.yaml_edit import edited
from ..rulebook.yaml_tree import read_bytes
from . import log, save, trial
from .access import allow, current_person
from .change_page import form_page
from .database import now, writing
from .examples import example
from .models import Remark
from .rulebooks import current, live, rules_folder
from .schema_form import ABSENT, put

blueprint = Blueprint("attempt", __name__)


@blueprint.route("/try", methods=["GET", "POST"])
@allow()
def attempt() -> str:
    """What these answers give: each option's verdict, why, and what is said with it; and where live gives another."""
    tables = current().tables
    rulebook, fault = tables.rulebook, ""
    answers, asked = answered_and_asked(rulebook, request.form)
    if code := request.form.get("code", "").strip():
        try:
            answers, asked = answered_and_asked(rulebook, decode(rulebook, code).answers)
        except ReferenceCodeError as refused:
            fault = str(refused)
    complete = all(question.id in answers for question in asked) and bool(areas_in_scope(rulebook, answers))
    served = live()
    return render_template(
        "desk/try.html",
        asked=asked,
        answers=answers,
        fault=fault,
        outcome=_outcome(tables, answers) if complete else None,
        complete=complete,
        elsewhere=not complete and next_question(rulebook, answers) is None,
        live_verdicts=_verdicts(served[1], answers) if served and complete else {},
        verdicts=phrases.VERDICT,
        ask=lambda result: questions_to_ask(rulebook, result),
    )


@blueprint.get("/blind")
@allow()
def blind() -> str:
    """Answers and an option that the desk picks, and the question what one would expect."""
    rulebook = current().tables.rulebook
    answers: dict[str, str] = {}
    while not areas_in_scope(rulebook, answers):
        answers = _random_answers(rulebook)
    options = [option for area in areas_in_scope(rulebook, answers) for option in rulebook.areas[area].options]
    option = request.args.get("option", "")
    option = option if option in options else secrets.choice(options)
    return _blind_page(answers, option)


@blueprint.post("/blind")
@allow()
def seen() -> str | Response:
    """What the rules give, beside what was expected; a difference becomes a remark with one press."""
    tables, person = current().tables, current_person()
    rulebook = tables.rulebook
    answers = kept(rulebook, request.form)
    option, expected = request.form.get("option", ""), request.form.get("expected", "")
    why = request.form.get("why", "").strip()[:2000]
    in_scope = [name for area in areas_in_scope(rulebook, answers) for name in rulebook.areas[area].options]
    if next_question(rulebook, answers) is not None or option not in in_scope or expected not in VERDICTS:
        flash("The rules changed meanwhile, or nothing was chosen. Here is another.", "wrong")
        return redirect(url_for("attempt.blind"))
    try:
        row = tables.options[option].row(answers)
    except KeyError:
        flash(
            f"No rule of {rulebook.options[option].name} says anything for these answers. An editor has to add one.",
            "wrong",
        )
        return redirect(url_for("attempt.blind"))
    if request.form.get("do") == "example":
        return _as_example(answers, option, expected, why)
    if request.form.get("do") != "remark":
        with writing() as db:
            log.add(db, person.name, "tried blind", option, f"expected {expected}, the rules give {row.verdict}")
        return _blind_page(answers, option, expected, why)
    statement = next(iter(statements(rulebook, "options", option, "summary")))
    words = phrases.answers(rulebook, answers)
    wanted, gives = phrases.VERDICT[expected], phrases.VERDICT[row.verdict]
    text = f"For {words} I would expect “{wanted}”, and the rules give “{gives}”."
    with writing() as db:
        db.add(
            Remark(
                person_id=person.id,
                unit=option,
                statement=statement.id,
                fingerprint=statement_fingerprint(rulebook, statement),
                words=statement.text,
                text=f"{text} {why}".strip(),
                proposed="",
                at=now(),
                state="open",
            )
        )
        log.add(db, person.name, "remarked on", option, "after a blind try")
    flash("Your remark is kept. Here is another one to try.", "done")
    return redirect(url_for("attempt.blind"))


def _as_example(answers: Answers, option: str, expected: str, why: str) -> str:
    """The form for one more example of an option, filled with what was expected, and tried."""
    draft, person = current(), current_person()
    if person.role != "editor":
        abort(403, "This is for editors.")
    file = f"{option}.yaml"
    data = save.content(rules_folder(), file)
    values = read_bytes(data, file).plain()
    path = ("examples", len(values.get("examples", ())))
    name = why.splitlines()[0][:80] if why else f"Tried blind on {now():%Y-%m-%d}, {path[1] + 1}"
    mine = example(draft.tables, option, name, answers, expected)
    tried = trial.attempt(draft, {file: edited(data, put(values, path, mine), file)})
    return form_page(draft, file, path, mine, begun=ABSENT, tried=tried)


def _blind_page(answers: Answers, option: str, expected: str = "", why: str = "") -> str:
    tables = current().tables
    rulebook = tables.rulebook
    return render_template(
        "desk/blind.html",
        answers=[(rulebook.questions[question], choice) for question, choice in answers.items()],
        option=rulebook.options[option],
        expected=expected,
        why=why,
        row=tables.options[option].row(answers) if expected else None,
        verdicts=phrases.VERDICT,
    )


def _outcome(tables: DecisionTables, answers: Answers) -> Outcome | None:
    """What complete answers give; None where no rule of some option says anything for them, as in a draft with gaps."""
    try:
        return decide(tables, answers)
    except KeyError:
        return None


def _random_answers(rulebook: Rulebook) -> dict[str, str]:
    """One way to answer all questions that are asked, each choice as likely as the others."""
    answers: dict[str, str] = {}
    while (question := next_question(rulebook, answers)) is not None:
        answers[question.id] = secrets.choice([*question.choices])
    return answers


def _verdicts(tables: DecisionTables, answers: Answers) -> dict[str, str]:
    """The verdict of each option for these answers in other tables; empty where these can't be answered so."""
    rulebook = tables.rulebook
    if kept(rulebook, answers) != answers or next_question(rulebook, answers) is not None:
        return {}
    outcome = decide(tables, answers)
    return {result.option.id: result.row.verdict for result in outcome.results}
