"""The peers: each is given a Translation and says which of its conditions hold for the rows of a visit.

All rules are built from the rulebook when a peer is made, never while a visitor is answered. Where an engine offers
several ways, the fastest that we measured is taken: the comment says which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import compress

import clips
import rule_engine
import zen
from jsonlogic import JSONLogicExpression
from jsonlogic.evaluation import EvaluationContext
from jsonlogic.operators import operator_registry
from peers_translation import Fire, Held, Selection, Translation

from questionnaire.decide import engine
from questionnaire.rulebook.model import Answers, Condition

Rows = Sequence[tuple[Selection, Answers]]


def plain_loop(translation: Translation) -> Fire:
    """A plain Python loop. A condition is looked at only when the verdict depends on it."""
    every = [condition.lines for condition in translation.conditions]

    def holds(answers: Answers, number: int) -> bool:
        for question, choices in every[number]:  # noqa: SIM110 (faster than `all`)
            if answers.get(question) not in choices:
                return False
        return True

    return lambda rows: [partial(holds, answers) for _, answers in rows]


def _names(translation: Translation) -> dict[str, str]:
    """Names of questions without hyphens, which zen-engine and rule-engine would read as minus."""
    return {question: f"q{position}" for position, question in enumerate(translation.rulebook.questions)}


def _infix(condition: Condition, names: dict[str, str]) -> str:
    """A condition as zen-engine and rule-engine both read it. `or` was faster in both than `in [...]`."""
    lines = []
    for question, choices in condition.lines:
        tests = " or ".join(f"{names[question]} == '{choice}'" for choice in choices)
        lines.append(f"({tests})")
    return " and ".join(lines) or "true"


def zen_engine(translation: Translation) -> Fire:
    """One compiled expression for each selection, a list of truth values. (A decision table was 20 times slower.)"""
    names = _names(translation)
    compiled = {}
    for scope in translation.scopes.values():
        for selection in scope.selections.values():
            conditions = [_infix(translation.conditions[number], names) for number in selection.conditions]
            expression = zen.compile_expression(f"[{', '.join(conditions)}]")
            compiled[selection.areas, selection.asks] = expression, selection.conditions

    def held(selection: Selection, answers: Answers) -> Held:
        expression, numbers = compiled[selection.areas, selection.asks]
        truths = expression.evaluate({names[question]: choice for question, choice in answers.items()})
        return frozenset(compress(numbers, truths)).__contains__

    return lambda rows: [held(*row) for row in rows]


def rule_engine_rules(translation: Translation) -> Fire:
    """One compiled Rule for each condition, matched only when the verdict depends on it."""
    names = _names(translation)
    context = rule_engine.Context(default_value=None)  # a question that was not asked
    rules = [rule_engine.Rule(_infix(condition, names), context=context) for condition in translation.conditions]

    def held(answers: Answers) -> Held:
        named = {names[question]: choice for question, choice in answers.items()}
        return lambda number: rules[number].matches(named)

    return lambda rows: [held(answers) for _, answers in rows]


def json_logic(translation: Translation) -> Fire:
    """python-jsonlogic: one operator tree for each condition. It has no `and`, `or` or `in`, so they are `if`s."""

    def line(question: str, choices: Sequence[str]) -> dict[str, object]:
        tests = [{"==": [{"var": [f"/{question}", ""]}, choice]} for choice in choices]
        *earlier, last = tests
        return {"if": [part for test in earlier for part in (test, True)] + [last]} if earlier else last

    def written(condition: Condition) -> object:
        *earlier, last = [line(*each) for each in condition.lines] or [{"==": ["", ""]}]
        for each in reversed(earlier):
            last = {"if": [each, last, False]}
        return last

    trees = [
        JSONLogicExpression.from_json(written(condition)).as_operator_tree(operator_registry)
        for condition in translation.conditions
    ]

    def held(answers: Answers) -> Held:
        context = EvaluationContext(answers)
        return lambda number: trees[number].evaluate(context)

    return lambda rows: [held(answers) for _, answers in rows]


def clipspy(translation: Translation) -> Fire:
    """One fact for each row of a visit, all run at once; what fires is noted in a CLIPS string, read once.

    (For a full Outcome a Python function called from each rule was slower; in a small trial so was a multifield.)
    """
    rulebook = translation.rulebook
    environment = clips.Environment()
    slots = ["id", "asks", *(f"in-{area}" for area in rulebook.areas), *(f"q-{name}" for name in rulebook.questions)]
    environment.build(f"(deftemplate row {' '.join(f'(slot {slot} (default none))' for slot in slots)})")
    environment.build('(defglobal ?*held* = "")')
    asked_by: dict[int, set[tuple[str, str]]] = defaultdict(set)
    owner: dict[int, str] = {}
    for scope in translation.scopes.values():
        for selection in scope.selections.values():
            for part, numbers in selection.parts.items():
                for number in numbers:
                    asked_by[number].add(selection.asks)
                    owner[number] = part if part in rulebook.areas else rulebook.options[part].area
    for number, condition in enumerate(translation.conditions):
        lines = "".join(f" (q-{question} {'|'.join(choices)})" for question, choices in condition.lines)
        row = f"(row (id ?id) (asks {'|'.join(sorted(asked_by[number]))}) (in-{owner[number]} yes){lines})"
        environment.build(f'(defrule r{number} {row} => (bind ?*held* (str-cat ?*held* ?id " {number} ")))')

    def fire(rows: Rows) -> list[Held]:
        environment.reset()
        for position, (selection, answers) in enumerate(rows):
            areas = "".join(f"(in-{area} yes)" for area in selection.areas)
            given = "".join(f"(q-{question} {choice})" for question, choice in answers.items())
            environment.assert_string(f"(row (id {position}) (asks {selection.asks}) {areas}{given})")
        environment.run()
        words = iter(map(int, environment.eval("?*held*").split()))
        held: list[set[int]] = [set() for _ in rows]
        for position, number in zip(words, words, strict=True):
            held[position].add(number)
        return [each.__contains__ for each in held]

    return fire


def durable_registered_once(translation: Translation) -> Fire:
    """durable_rules on our engine's rails, with a ruleset for each option (and area) that stays registered.

    `engine.fire` deletes its ruleset when it is done, so this keeps one by way of the engine's own parts: still one
    lock, one fixed session, `delete_state` after every row, and every row proved to have fired whole.
    """

    def register(conditions: Sequence[Condition]) -> Callable[[Sequence[Answers]], list[frozenset[int]]]:
        names, fired, host = engine._Names(), [], engine._Host()
        host.register_rulesets({engine._RULESET: engine._ruleset(conditions, names, fired)})

        def fire_rows(rows: Sequence[Answers]) -> list[frozenset[int]]:
            with engine._LOCK:
                return [engine._fire_row(host, names.fact(row), fired) for row in rows]

        return fire_rows

    parts = {
        part for scope in translation.scopes.values() for each in scope.selections.values() for part in _parts(each)
    }
    registered = {part: register([translation.conditions[number] for number in part]) for part in parts}
    return partial(_by_part, translation, lambda part, rows: registered[part](rows))


def durable_each_visit(translation: Translation) -> Fire:
    """durable_rules by `engine.fire` as it is: every visit registers and deletes the rulesets that it needs."""
    return partial(
        _by_part, translation, lambda part, rows: engine.fire([translation.conditions[n] for n in part], rows)
    )


def _parts(selection: Selection) -> list[tuple[int, ...]]:
    return [part for part in selection.parts.values() if part]


def _by_part(
    translation: Translation,
    fire_part: Callable[[tuple[int, ...], Sequence[Answers]], list[frozenset[int]]],
    rows: Rows,
) -> list[Held]:
    """Fire each part (an option's conditions) once for all the rows that need it, with the answers that it reads."""
    wanted: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for position, (selection, _) in enumerate(rows):
        for part in _parts(selection):
            wanted[part].append(position)
    held: list[set[int]] = [set() for _ in rows]
    for part, positions in wanted.items():
        reads = frozenset().union(*(translation.conditions[number].questions for number in part))
        answers = [{q: choice for q, choice in rows[at][1].items() if q in reads} for at in positions]
        for at, fired in zip(positions, fire_part(part, answers), strict=True):
            held[at].update(part[position] for position in fired)
    return [each.__contains__ for each in held]


PEERS: dict[str, tuple[str, Callable[[Translation], Fire]]] = {
    "plain Python loop": ("", plain_loop),
    "zen-engine": ("zen-engine", zen_engine),
    "clipspy": ("clipspy", clipspy),
    "rule-engine": ("rule-engine", rule_engine_rules),
    "json-logic": ("python-jsonlogic", json_logic),
    "durable (kept)": ("durable-rules", durable_registered_once),
    "durable (each visit)": ("durable-rules", durable_each_visit),
}
"""{name: (distribution, how it is made)}. `kept`: rulesets registered once; `each visit`: registered every time."""
