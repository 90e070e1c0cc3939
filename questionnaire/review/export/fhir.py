"""The questions as a FHIR R4 Questionnaire, and given answers as a QuestionnaireResponse (https://hl7.org/fhir/R4).

Who is asked what stands in plain `enableWhen`, which every renderer knows. Where several things must hold together, and
each may hold in several ways, all but the last stand on groups around the question.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any

from ...decide.tables import DecisionTables
from ...rulebook.model import Added, Answers, Question, Rulebook
from .collect import ExportError, collect_tables

TITLE = "FHIR R4 Questionnaire"
HOW = """\
`questionnaire.json` is a Questionnaire: every question with its choices, its hint, why it is asked, and whom it is
asked of (`enableWhen`). The `linkId` of a question and the code of a choice are our ids. A question that waits for
several things stands in groups without a text. With answers given, `questionnaire-response.json` is a
QuestionnaireResponse of them."""
LEAVES_OUT = (
    "options, verdicts, reasons, caveats and notes: a Questionnaire asks, and does not decide",
    "facts about the areas, the grid and the glossary",
    "claims, passages and sign-offs; `status` is always draft",
)
CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
DESIGN_NOTE = "http://hl7.org/fhir/StructureDefinition/designNote"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
MOST_CLAUSES = 100
"""Of one question: each is a group around it, within the one before."""
Clause = frozenset[tuple[str, str]]
"""Answers of which any must be given: (question, choice)."""


def files(tables: DecisionTables, answers: Answers | None = None) -> dict[str, str]:
    """The files of the export, by name, with a response where answers are given. Raises ExportError."""
    collect_tables(tables)  # proves that who is asked what follows from conditions on answers
    written = {"questionnaire.json": questionnaire(tables.rulebook)}
    if answers is not None:
        written["questionnaire-response.json"] = response(tables.rulebook, answers)
    return {name: json.dumps(value, ensure_ascii=False, indent=1) + "\n" for name, value in written.items()}


def questionnaire(rulebook: Rulebook) -> dict[str, Any]:
    """The Questionnaire, as plain data."""
    return {
        "resourceType": "Questionnaire",
        "url": _address(rulebook),
        "version": rulebook.fingerprint,
        "name": "OptionsGuide",
        "title": ", ".join(area.name for area in rulebook.areas.values()),
        "status": "draft",
        "description": f"Rulebook {rulebook.fingerprint}. Left out: {'; '.join(LEAVES_OUT)}.",
        "item": [_grouped(rulebook, question) for question in rulebook.questions.values()],
    }


def response(rulebook: Rulebook, answers: Answers) -> dict[str, Any]:
    """The QuestionnaireResponse of complete answers, as plain data."""
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{_address(rulebook)}|{rulebook.fingerprint}",
        "status": "completed",
        "item": [_answered(rulebook, rulebook.questions[name], choice) for name, choice in answers.items()],
    }


def _address(rulebook: Rulebook) -> str:
    return f"urn:options-guide:{rulebook.fingerprint}"


def _grouped(rulebook: Rulebook, question: Question) -> dict[str, Any]:
    outer, inner = _group_names(rulebook, question), list(_clauses(rulebook, question))
    item: dict[str, Any] = {
        "linkId": question.id,
        "text": question.ask,
        "type": "choice",
        **(_clinics_own(question.added) if question.added else {}),
        **(_enabled(inner[-1]) if inner else {}),
        "required": True,
        "answerOption": [
            {"valueCoding": {"code": choice.id, "display": choice.label}} for choice in question.choices.values()
        ],
        "item": list(_helps(question)),
    }
    for name, clause in zip(reversed(outer), reversed(inner[:-1]), strict=True):
        item = {"linkId": name, "type": "group", **_enabled(clause), "item": [item]}
    return item


def _clinics_own(added: Added) -> dict[str, Any]:
    note = f"Added by the clinic, not from the article: {added.source}, {added.dated}"
    return {"extension": [{"url": DESIGN_NOTE, "valueMarkdown": note}]}


def _answered(rulebook: Rulebook, question: Question, choice: str) -> dict[str, Any]:
    coding = {"code": choice, "display": question.choices[choice].label}
    item: dict[str, Any] = {"linkId": question.id, "text": question.ask, "answer": [{"valueCoding": coding}]}
    for name in reversed(_group_names(rulebook, question)):
        item = {"linkId": name, "item": [item]}
    return item


def _group_names(rulebook: Rulebook, question: Question) -> list[str]:
    return [f"{question.id}.if-{number}" for number in range(1, len(list(_clauses(rulebook, question))))]


def _helps(question: Question) -> Iterator[dict[str, Any]]:
    """The hint, why it is asked, and the hints of choices, as texts that a renderer shows as help."""
    hints = {
        f"choice-{choice.id}": f"{choice.label}: {choice.hint}" for choice in question.choices.values() if choice.hint
    }
    for name, text in {"hint": question.hint, "why": question.why.text, **hints}.items():
        if text:
            control = {"coding": [{"system": CONTROLS, "code": "help"}]}
            yield {
                "linkId": f"{question.id}.{name}",
                "extension": [{"url": CONTROL, "valueCodeableConcept": control}],
                "text": text,
                "type": "display",
            }


def _enabled(clause: Clause) -> dict[str, Any]:
    conditions = [
        {"question": question, "operator": "=", "answerCoding": {"code": choice}} for question, choice in sorted(clause)
    ]
    return {"enableWhen": conditions, **({"enableBehavior": "any"} if len(conditions) > 1 else {})}


def _clauses(rulebook: Rulebook, question: Question) -> Iterator[Clause]:
    """What must all hold for a question to be asked. An area is in scope by any of its conditions, each of several
    lines: as clauses, every way to take one line of each. Raises ExportError where these are too many.
    """
    asked_when = question.asked_when
    scopes = [when.lines for area in asked_when.areas for when in rulebook.areas[area].in_scope_when]
    clauses: list[Clause] = []
    if (number := prod(len(lines) for lines in scopes)) > MOST_CLAUSES:
        raise ExportError(
            f"question '{question.id}' would stand in {number:,} groups, which no form shows: so many ways its areas "
            f"({', '.join(asked_when.areas)}) are in scope; give them fewer conditions, or each fewer lines"
        )
    if asked_when.areas and all(scopes):  # a scope without a line holds always
        clauses += [frozenset(_literals(chosen)) for chosen in product(*scopes)]
    clauses += [frozenset(_literals([line])) for line in asked_when.condition.lines]
    for position, clause in enumerate(clauses):
        others = [*clauses[:position], *(other for other in clauses[position + 1 :] if other != clause)]
        if not any(other <= clause for other in others):  # a clause that another one says already
            yield clause


def _literals(lines: Any) -> Iterator[tuple[str, str]]:
    for question, choices in lines:
        for choice in choices:
            yield question, choice
