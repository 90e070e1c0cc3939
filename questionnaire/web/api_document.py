"""The description of the HTTP API (OpenAPI 3.1), made from its operations and from the questions that are served."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..decide.routing import answered_and_asked, combinations, deciding
from ..rulebook.model import KINDS, VERDICTS, Rulebook

Schema = dict[str, Any]
MOST_WAYS = 500
"""Ways through the gates that are described at most; with more, it is not said which answers are complete."""
PROBLEM = "application/problem+json"
PARAMETER = r"<(\w+)>"
"""What Flask writes for a part of an address that may be any."""


def block(**properties: Schema) -> Schema:
    """An object that has exactly these; `_` in a name is `-`."""
    named = {name.replace("_", "-"): schema for name, schema in properties.items()}
    return {"type": "object", "properties": named, "required": list(named), "additionalProperties": False}


def and_clinic(shape: Schema) -> Schema:
    """A block that also says where it comes from, if the clinic adds it, and on which days it holds."""
    added = {"rests-on": RESTS_ON, **dict.fromkeys(("source", "dated", "from", "until"), TEXT)}
    return {**shape, "properties": {**added, **shape["properties"]}}


def listed(schema: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": schema}


def by_id(schema: Schema) -> Schema:
    """An object with any ids as names."""
    return {"type": "object", "additionalProperties": schema}


def one_of(words: Iterable[str]) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(words)}


TEXT: Schema = {"type": "string"}
TEXT_OR_NONE: Schema = {"type": ["string", "null"]}
YES_OR_NO: Schema = {"type": "boolean"}
CHOICES = by_id(TEXT)
RESTS_ON = one_of(["article", "silence", "clinic"])
RESTS_ON_OR_NOT: Schema = {"enum": [*RESTS_ON["enum"], None]}
DOCUMENTS = listed(TEXT)
CAVEAT = and_clinic(
    block(text=TEXT, claims=listed(TEXT), passages=listed(TEXT), rests_on=RESTS_ON, documents=DOCUMENTS)
)
CHOICE = block(choice=TEXT, label=TEXT, hint=TEXT)
QUESTION = block(question=TEXT, by_clinic=YES_OR_NO, ask=TEXT, hint=TEXT, why=TEXT, choices=listed(CHOICE))
QUESTIONS = block(rulebook=TEXT, questions=listed(QUESTION))
ROUTING = block(
    rulebook=TEXT,
    answers=CHOICES,
    left_out=listed(TEXT),
    asked=listed(TEXT),
    next=TEXT_OR_NONE,
    areas=listed(TEXT),
)
OPTION = block(
    option=TEXT,
    area=TEXT,
    kind=one_of(KINDS),
    name=TEXT,
    summary=TEXT,
    reviewed=YES_OR_NO,
    not_offered=TEXT_OR_NONE,
    grid=by_id(block(text=TEXT_OR_NONE, by_clinic=YES_OR_NO)),
    caveats=by_id(CAVEAT),
)
OPTIONS = block(rulebook=TEXT, options=listed(OPTION), withheld=listed(TEXT))
RESULT = block(
    option=TEXT,
    kind=one_of(KINDS),
    verdict=one_of(VERDICTS),
    because=listed(and_clinic(block(rule=TEXT, text=TEXT))),
    caveats=listed(TEXT),
    ask=listed(TEXT),
    would_change=listed(by_id(TEXT)),
)
DECISION = block(
    rulebook=TEXT,
    answers=CHOICES,
    left_out=listed(TEXT),
    areas=listed(TEXT),
    reference=TEXT,
    options=listed(RESULT),
    withheld=listed(TEXT),
    caveats=by_id(CAVEAT),
    notes=listed(TEXT),
)
STATEMENT = block(id=TEXT, unit=TEXT, text=TEXT, claims=listed(TEXT), rests_on=RESTS_ON_OR_NOT, documents=DOCUMENTS)
STATEMENTS = block(rulebook=TEXT, statements=listed(STATEMENT))
FAULT = block(type=TEXT, title=TEXT, status={"type": "integer"}, detail=TEXT)


@dataclass(frozen=True)
class Operation:
    """One request that the API answers. `takes`: its body is `{"answers": {question: choice}}`, `any` or `complete`."""

    method: str
    path: str
    name: str
    summary: str
    returns: Schema
    takes: str = ""


def document(rulebook: Rulebook, operations: Iterable[Operation], address: str) -> Schema:
    """The whole description. `address`: where the API is served."""
    paths: dict[str, Schema] = {}
    for operation in operations:
        path = re.sub(PARAMETER, r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _described(rulebook, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Options guide",
            "version": "1",
            "description": f"Read only; nothing is stored. Not medical advice. Rulebook {rulebook.fingerprint}.",
        },
        "servers": [{"url": address}],
        "paths": paths,
    }


def _described(rulebook: Rulebook, operation: Operation) -> Schema:
    problem = {"description": "What is wrong", "content": {PROBLEM: {"schema": FAULT}}}
    responses = {
        "200": {"description": "OK", "content": {"application/json": {"schema": operation.returns}}},
        **({"422": problem} if operation.takes else {}),
        "default": problem,
    }
    described: Schema = {"operationId": operation.name, "summary": operation.summary, "responses": responses}
    if operation.takes:
        body = block(answers=_answers(rulebook, operation.takes == "complete"))
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if names := re.findall(PARAMETER, operation.path):
        ids = {"area": list(rulebook.areas), "name": sorted({one.split("/")[1] for one in rulebook.options})}
        described["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": one_of(ids[name])} for name in names
        ]
    return described


def _answers(rulebook: Rulebook, complete: bool) -> Schema:
    """Answers to some questions; where they have to be complete, to all that are asked on any way through the gates."""
    choices = {name: one_of(question.choices) for name, question in rulebook.questions.items()}
    shape: Schema = {"type": "object", "properties": choices, "additionalProperties": False}
    if complete:
        every = combinations(rulebook, None, deciding(rulebook, None, rulebook.questions))
        ways = list(islice(every, MOST_WAYS + 1))
        if len(ways) <= MOST_WAYS:
            shape["anyOf"] = [
                {
                    "properties": {question: {"const": choice} for question, choice in way.items()},
                    "required": [question.id for question in answered_and_asked(rulebook, way)[1]],
                }
                for way in ways
            ]
    return shape
