"""The same rulebook in other rule engines: an Outcome worked out anew for each visitor from the conditions that hold.

Every rule, caveat and note is one condition, as written. All are compiled before anything is timed; an engine only
says which conditions hold for some answers. What follows from them is the same few lines of Python for each engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import TypeVar

import zen

from questionnaire.decide.build_tables import Change, Row
from questionnaire.decide.outcome import Outcome, Result
from questionnaire.decide.routing import answered_and_asked, areas_in_scope
from questionnaire.rulebook.model import VERDICTS, Answers, Caveat, Condition, Option, Rule, Rulebook, Verdict

T = TypeVar("T", Rule, Caveat)
Holds = Callable[[int], bool]
"""Whether the condition of this number holds for the answers that it was asked about."""
Engine = Callable[[Rulebook, Sequence[Condition]], Callable[[Answers], Holds]]


def plain_loop(_: Rulebook, conditions: Sequence[Condition]) -> Callable[[Answers], Holds]:
    """A plain Python loop, which looks at a condition only when the verdict depends on it."""
    every = [condition.lines for condition in conditions]

    def fire(answers: Answers) -> Holds:
        def holds(number: int) -> bool:
            for question, choices in every[number]:  # noqa: SIM110 (faster than `all`)
                if answers.get(question) not in choices:
                    return False
            return True

        return holds

    return fire


def zen_engine(rulebook: Rulebook, conditions: Sequence[Condition]) -> Callable[[Answers], Holds]:
    """One compiled expression, a list of truth values. (A decision table was slower, and so was `in [...]`.)"""
    names = {question: f"q{position}" for position, question in enumerate(rulebook.questions)}
    written = []
    for condition in conditions:
        lines = [" or ".join(f"{names[q]} == '{choice}'" for choice in choices) for q, choices in condition.lines]
        written.append(" and ".join(f"({line})" for line in lines) or "true")
    expression = zen.compile_expression(f"[{', '.join(written)}]")

    def fire(answers: Answers) -> Holds:
        truths: list[bool] = expression.evaluate({names[question]: choice for question, choice in answers.items()})
        return truths.__getitem__

    return fire


ENGINES: dict[str, Engine] = {"plain Python loop": plain_loop, "zen-engine": zen_engine}


class Selection:
    """The rules of some options, and, with notes, their caveats too, compiled by an engine."""

    def __init__(
        self, rulebook: Rulebook, engine: Engine, options: Iterable[Option], notes: Sequence[Caveat] | None = None
    ) -> None:
        conditions: list[Condition] = []

        def numbered(items: Sequence[T]) -> list[tuple[int, T]]:
            first = len(conditions)
            conditions.extend(item.when for item in items)
            return list(enumerate(items, first))

        self.rules, self.caveats = {}, {}
        for option in options:
            self.rules[option.id] = numbered(sorted(option.rules, key=lambda rule: -VERDICTS.index(rule.verdict)))
            self.caveats[option.id] = [] if notes is None else numbered(rulebook.expect[option.id])
        self.notes = numbered(notes or ())
        self.fire = engine(rulebook, conditions)

    def verdicts(self, holds: Holds) -> dict[str, Verdict]:
        """The verdict of each option: that of its most cautious rule that holds."""
        verdicts = {}
        for option, rules in self.rules.items():
            for number, rule in rules:
                if holds(number):
                    verdicts[option] = rule.verdict
                    break
        return verdicts


class Peer:
    """Verdicts and whole Outcomes by way of an engine, the same as `questionnaire.decide.outcome.decide` gives."""

    def __init__(self, rulebook: Rulebook, engine: Engine, scopes: Iterable[tuple[str, ...]]) -> None:
        self.rulebook = rulebook
        self.whole: dict[tuple[str, ...], Selection] = {}
        self.rules: dict[tuple[str, ...], Selection] = {}
        self.readers: dict[tuple[str, ...], dict[str, Selection]] = {}
        self.gates = {q for question in rulebook.questions.values() for q in question.asked_when.condition.questions}
        for areas in scopes:
            options = [rulebook.options[option] for area in areas for option in rulebook.areas[area].options]
            notes = [note for area in areas for note in rulebook.notes[area]]
            self.whole[areas] = Selection(rulebook, engine, options, notes)
            self.rules[areas] = Selection(rulebook, engine, options)
            self.readers[areas] = {}
            for question in rulebook.questions:
                reading = [o for o in options if any(question in rule.when.questions for rule in o.rules)]
                if reading:
                    self.readers[areas][question] = Selection(rulebook, engine, reading)

    def verdicts(self, answers: Answers) -> dict[str, Verdict]:
        """Each option's verdict alone."""
        selection = self.rules[areas_in_scope(self.rulebook, answers)]
        return selection.verdicts(selection.fire(answers))

    def _with(self, answers: Answers, question: str, choice: str) -> list[Answers]:
        """The answers with another choice, and with every answer to the questions that it brings."""
        changed = {**answers, question: choice}
        if question not in self.gates:
            return [changed]
        counting, asked = answered_and_asked(self.rulebook, changed)
        new = [question for question in asked if question.id not in counting]
        return [
            {**counting, **dict(zip([q.id for q in new], choices, strict=True))}
            for choices in product(*[q.choices for q in new])
        ]

    def outcome(self, answers: Answers) -> Outcome:
        """The verdicts, their reasons, caveats, notes, and each single answer that would change a verdict."""
        areas = areas_in_scope(self.rulebook, answers)
        selection = self.whole[areas]
        holds = selection.fire(answers)
        verdicts = selection.verdicts(holds)
        changes: dict[str, list[Change]] = defaultdict(list)
        for question, readers in self.readers[areas].items():
            for choice in self.rulebook.questions[question].choices if question in answers else ():
                if choice != answers[question]:
                    possible: dict[str, set[Verdict]] = defaultdict(set)
                    for other in self._with(answers, question, choice):
                        for option, verdict in readers.verdicts(readers.fire(other)).items():
                            possible[option].add(verdict)
                    for option, every in possible.items():
                        verdict = every.pop() if len(every) == 1 else "ask"
                        if verdict != verdicts[option]:
                            changes[option].append(Change(question, choice, verdict))
        results = []
        for option, verdict in verdicts.items():
            because = tuple(r for number, r in selection.rules[option] if r.verdict == verdict and holds(number))
            caveats = tuple(caveat for number, caveat in selection.caveats[option] if holds(number))
            also = tuple(rule for number, rule in selection.rules[option] if rule.verdict != verdict and holds(number))
            row = Row(verdict, because, caveats, tuple(changes[option]), also)
            results.append(Result(self.rulebook.options[option], row))
        notes = {note.id: note for number, note in selection.notes if holds(number)}
        in_order = tuple(sorted(notes.values(), key=lambda note: not note.first))
        return Outcome(answers, tuple(self.rulebook.areas[area] for area in areas), tuple(results), in_order)
