"""Questions that wait for each other would never be asked: the check of asked-when for cycles and order."""

from __future__ import annotations

from collections.abc import Iterator

from .problems import Problem, error
from .schema import AreasFile, AskedWhenShape, QuestionsFile
from .yaml_tree import Node


def waits_for(questions: QuestionsFile, areas: AreasFile) -> dict[str, set[str]]:
    """For each question the questions whose answers decide whether it is asked."""
    scope = {area.area: {q for lines in area.in_scope_when for q in lines} for area in areas.areas}
    waits: dict[str, set[str]] = {}
    for question in questions.questions:
        when = question.asked_when if isinstance(question.asked_when, AskedWhenShape) else AskedWhenShape()
        wanted = [when.in_scope] if isinstance(when.in_scope, str) else when.in_scope or []
        chosen = scope.values() if "any" in wanted else [scope[area] for area in wanted if area in scope]
        waits[question.question] = set(when.answers or ()).union(*chosen)
    return waits


def wrong_order(tree: Node, questions: QuestionsFile, areas: AreasFile) -> Iterator[Problem]:
    """A problem for each cycle in asked-when, and for each question that stands before one it waits for."""
    waits = waits_for(questions, areas)
    order = [question.question for question in questions.questions]
    in_cycle: set[str] = set()
    for step, name in enumerate(order):
        place = tree.at("questions", step, "asked-when")
        if name not in in_cycle and (cycle := _cycle(name, waits)):
            in_cycle.update(cycle)
            chain = " waits for ".join(f"'{question}'" for question in [*cycle, cycle[0]])
            yield error(place, "cycle", f"these questions wait for each other: {chain}", "ask one of them always")
        elif not in_cycle.intersection(waits[name]):
            for later in sorted(waits[name].intersection(order[step + 1 :])):
                message = f"'{name}' stands before '{later}', which decides whether it is asked"
                yield error(place, "asking-order", message, f"move '{name}' below '{later}'")


def _cycle(start: str, waits: dict[str, set[str]]) -> list[str]:
    """The questions on a way from `start` back to itself, or none."""
    paths = [[start]]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        for following in sorted(waits.get(path[-1], ())):
            if following == start:
                return path
            if following not in seen:
                seen.add(following)
                paths.append([*path, following])
    return []
