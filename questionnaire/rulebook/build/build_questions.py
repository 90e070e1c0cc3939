"""questions.yaml and areas.yaml to questions and areas."""

from __future__ import annotations

from .. import schema
from ..model import Area, AskedWhen, Choice, CommonQuestion, NoteExample, Question
from ..yaml_tree import Node
from .build_basics import cell_text, cited_text, claims_of, condition_of


def build_question(q: schema.QuestionShape, tree: Node, step: int, areas: tuple[str, ...]) -> Question:
    """A question of questions.yaml."""
    asked = AskedWhen()
    if isinstance(q.asked_when, schema.AskedWhenShape):
        scope, answers = q.asked_when.in_scope or (), q.asked_when.answers or {}
        wanted = (scope,) if isinstance(scope, str) else tuple(scope)
        asked = AskedWhen(areas if "any" in wanted else wanted, condition_of(answers))
    return Question(
        id=q.question,
        ask=q.ask,
        hint=q.hint or "",
        why=cited_text(q.why, q.claims, tree.at("questions", step, "why")),
        choices={
            c.choice: Choice(
                c.choice, c.label, c.hint or "", tree.at("questions", step, "choices", n), claims_of(c.claims)
            )
            for n, c in enumerate(q.choices)
        },
        asked_when=asked,
        place=tree.at("questions", step),
    )


def build_area(area: schema.AreaShape, tree: Node, step: int, facts: list[str]) -> Area:
    """An area of areas.yaml; `facts`: those that each area has."""
    at = ("areas", step)
    return Area(
        id=area.area,
        name=area.name,
        in_scope_when=tuple(condition_of(lines) for lines in area.in_scope_when),
        options=tuple(f"{area.area}/{option}" for option in area.options),
        facts={fact: cell_text(area.facts[fact], tree.at(*at, "facts", fact)) for fact in facts},
        common_questions=tuple(
            CommonQuestion(
                c.question, cited_text(c.answer, c.claims, place := tree.at(*at, "common-questions", n)), place
            )
            for n, c in enumerate(area.common_questions)
        ),
        examples=tuple(
            NoteExample(
                name=e.example,
                answers=e.answers,
                notes=tuple(e.notes),
                place=tree.at(*at, "examples", n),
                first=None if e.first is None else tuple(e.first),
            )
            for n, e in enumerate(area.examples)
        ),
        place=tree.at(*at),
    )
