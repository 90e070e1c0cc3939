"""The HTTP API, off unless `FLASK_API` is true: questions and routing, decide, options, statements (docs/api.md).

It reads and never writes: answers come by POST, never in an address, and nothing of them is stored or logged. Faults
are problem+json (https://www.rfc-editor.org/rfc/rfc9457).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, UnprocessableEntity

from ..decide.given_answers import AnswersError, complete_answers, known_answers
from ..decide.in_force import withdrawn_by
from ..decide.outcome import decide
from ..decide.outcome_json import caveat_json, outcome_json
from ..decide.routing import answered_and_asked, areas_in_scope, next_question
from ..rulebook.model import Option
from ..rulebook.statements import statements
from . import api_document as shapes
from .api_document import Operation, Schema
from .served_rulebook import ServedRulebook, current_rulebook

PREFIX = "/api/v1"
LONGEST_DETAIL = 500
"""Characters: a detail may name what was sent."""
OPERATIONS: list[Operation] = []
View = Callable[..., Schema]

api = Blueprint("api", __name__, url_prefix=PREFIX)


def answers_to(method: str, path: str, summary: str, returns: Schema, takes: str = "") -> Callable[[View], View]:
    """Register a view and its description. What it returns is sent as JSON, with the rulebook's fingerprint first."""

    def register(view: View) -> View:
        OPERATIONS.append(Operation(method, path, view.__name__, summary, returns, takes))

        def respond(**values: str) -> Response:
            content = {"rulebook": current_rulebook().rulebook.fingerprint, **view(**values)}
            return Response(json.dumps(content, ensure_ascii=False) + "\n", mimetype="application/json")

        api.add_url_rule(path, view.__name__, respond, methods=[method])
        return view

    return register


@api.get("/openapi.json")
def description() -> Response:
    """The description of all that follows."""
    content = shapes.document(current_rulebook().rulebook, OPERATIONS, request.root_path + PREFIX)
    return Response(json.dumps(content, ensure_ascii=False, indent=1) + "\n", mimetype="application/json")


@answers_to("GET", "/questions", "Every question, in the order of asking", shapes.QUESTIONS)
def questions() -> Schema:
    """All questions; /routing says which of them are asked."""
    return {
        "questions": [
            {
                "question": one.id,
                "by-clinic": one.by_clinic,
                "ask": one.ask,
                "hint": one.hint,
                "why": one.why.text,
                "choices": [
                    {"choice": choice.id, "label": choice.label, "hint": choice.hint} for choice in one.choices.values()
                ],
            }
            for one in current_rulebook().rulebook.questions.values()
        ]
    }


@answers_to("POST", "/routing", "What is asked after these answers", shapes.ROUTING, takes="any")
def routing() -> Schema:
    """The questions that are asked, the next one without an answer (null: none), and the areas in scope."""
    rulebook, given = current_rulebook().rulebook, _given()
    answers = _checked(known_answers, given)
    following = next_question(rulebook, answers)
    return {
        "answers": answers,
        "left-out": [question for question in given if question not in answers],
        "asked": [question.id for question in answered_and_asked(rulebook, answers)[1]],
        "next": following.id if following else None,
        "areas": list(areas_in_scope(rulebook, answers)),
    }


@answers_to("POST", "/decide", "The options for complete answers", shapes.DECISION, takes="complete")
def decision() -> Schema:
    """What `flask rules decide --json` gives. Options that no clinician signed are withheld where the site says so."""
    served, given = current_rulebook(), _given()
    answers, withheld = _checked(complete_answers, given), served.withheld
    outcome = decide(served.tables, answers)
    shown = tuple(result for result in outcome.results if result.option.id not in withheld)
    return {
        **outcome_json(served.rulebook, replace(outcome, results=shown)),
        "left-out": [question for question in given if question not in answers],
        "withheld": [result.option.id for result in outcome.results if result.option.id in withheld],
    }


@answers_to("GET", "/options", "Every option", shapes.OPTIONS)
def options() -> Schema:
    """All options, whatever the answers."""
    served = current_rulebook()
    withheld = served.withheld
    shown = [option for option in served.rulebook.options.values() if option.id not in withheld]
    return {"options": [_option(served, option) for option in shown], "withheld": sorted(withheld)}


@answers_to("GET", "/options/<area>/<name>", "One option", shapes.block(rulebook=shapes.TEXT, option=shapes.OPTION))
def option(area: str, name: str) -> Schema:
    """An option with every caveat that it may carry."""
    served = current_rulebook()
    known = served.rulebook.options.get(f"{area}/{name}")
    if known is None or known.id in served.withheld:
        raise NotFound("There is no such option, or it is withheld. /options lists all that are shown.")
    return {"option": _option(served, known)}


@answers_to("GET", "/statements", "Every text that visitors can read", shapes.STATEMENTS)
def all_statements() -> Schema:
    """Texts with what they rest on; those of withheld options are left out."""
    served = current_rulebook()
    withheld = served.withheld
    return {
        "statements": [
            {
                "id": one.id,
                "unit": one.unit,
                "text": one.text,
                "claims": list(one.claims),
                "rests-on": one.rests_on,
                "documents": list(one.origins),
            }
            for one in statements(served.rulebook)
            if one.unit not in withheld
        ]
    }


def problem(fault: HTTPException) -> Response:
    """The response of a fault, for a program."""
    detail = (fault.description or "")[:LONGEST_DETAIL]
    content = {"type": "about:blank", "title": fault.name, "status": fault.code, "detail": detail}
    response = Response(json.dumps(content) + "\n", fault.code, mimetype=shapes.PROBLEM)
    response.headers.extend({name: value for name, value in fault.get_headers() if name in ("Allow", "Retry-After")})
    return response


def _option(served: ServedRulebook, option: Option) -> Schema:
    rulebook, rows = served.rulebook, served.tables.options[option.id].rows.values()
    return {
        "option": option.id,
        "area": option.area,
        "kind": option.kind,
        "name": option.name,
        "summary": option.summary.text,
        "reviewed": option.id not in served.unreviewed,
        "not-offered": next((stop.because.text for row in rows if (stop := withdrawn_by(row))), None),
        "grid": {
            row: {"text": cell.text or None, "by-clinic": cell.added is not None} for row, cell in option.grid.items()
        },
        "caveats": {caveat.id: caveat_json(rulebook, caveat) for caveat in rulebook.expect[option.id]},
    }


def _given() -> dict[str, str]:
    """The answers of the request's body. Raises BadRequest and UnprocessableEntity."""
    try:
        body = json.loads(request.get_data(), object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError):
        _refuse(BadRequest, 'The body has to be JSON, such as {"answers": {"area": "both"}}, with no name twice.')
    if not isinstance(body, dict) or list(body) != ["answers"] or not isinstance(body["answers"], dict):
        _refuse(UnprocessableEntity, 'The body has to be {"answers": {question: choice}} and nothing more.')
    answers: dict[str, Any] = body["answers"]
    if not all(isinstance(choice, str) for choice in answers.values()):
        _refuse(UnprocessableEntity, "A choice has to be a text.")
    return answers


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _checked(check: Callable[..., dict[str, str]], given: Mapping[str, str]) -> dict[str, str]:
    try:
        return check(current_rulebook().rulebook, given)
    except AnswersError as fault:
        _refuse(UnprocessableEntity, f"{str(fault)[:1].upper()}{str(fault)[1:]}.")


def _refuse(kind: type[HTTPException], detail: str) -> NoReturn:
    g.refused = "answers"
    raise kind(detail)
