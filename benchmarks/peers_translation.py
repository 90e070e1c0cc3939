"""Our rulebook as numbered conditions, and an Outcome from those that a peer says hold.

Every rule, caveat and note is one condition, as written: none is joined, shared or left out. A peer only says which of
them hold for some answers. What follows (the most cautious verdict wins, all its reasons, the caveats, the single
answers that would change a verdict) is the same few lines of Python for every peer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from questionnaire.decide.build_tables import Change, Row
from questionnaire.decide.outcome import Outcome, Result
from questionnaire.decide.routing import areas_in_scope, deciding
from questionnaire.rulebook.model import VERDICTS, Answers, Caveat, Condition, Option, Rule, Rulebook, Verdict

Held = Callable[[int], bool]
"""Whether the condition of this number holds for the answers it was asked about."""


@dataclass(frozen=True)
class Selection:
    """The conditions that matter for one row: those of the options in scope, in parts (one an option, one an area).

    `asks` is "all", "verdicts" (rules alone) or a question (the rules of the options whose rules read it).
    """

    areas: tuple[str, ...]
    asks: str
    parts: Mapping[str, tuple[int, ...]]

    @property
    def conditions(self) -> tuple[int, ...]:
        return tuple(number for part in self.parts.values() for number in part)


Fire = Callable[[Sequence[tuple[Selection, Answers]]], Sequence[Held]]
"""What a peer does: for each row of a visit (the answers, then each answer changed), which conditions hold."""


@dataclass(frozen=True)
class Numbered:
    """An option with the numbers of its conditions; its rules stand from the most to the least cautious."""

    option: Option
    rules: tuple[tuple[int, Rule], ...]
    caveats: tuple[tuple[int, Caveat], ...]

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(rule.when.questions for _, rule in self.rules))

    def verdict(self, held: Held) -> Verdict:
        for number, rule in self.rules:
            if held(number):
                return rule.verdict
        raise LookupError(f"no rule of {self.option.id} holds")


@dataclass
class Scope:
    """What a visitor with these areas in scope is answered from."""

    options: list[Numbered]
    notes: list[tuple[int, Caveat]]
    selections: dict[str, Selection] = field(default_factory=dict)
    readers: dict[str, list[Numbered]] = field(default_factory=dict)


class Translation:
    """The rulebook's conditions by number, and the scopes that there can be."""

    def __init__(self, rulebook: Rulebook, scopes: set[tuple[str, ...]]) -> None:
        self.rulebook = rulebook
        self.conditions: list[Condition] = []
        options = {option.id: self._numbered(option) for option in rulebook.options.values()}
        notes = {area: [(self._number(note.when), note) for note in rulebook.notes[area]] for area in rulebook.areas}
        self.scopes = {areas: self._scope(areas, options, notes) for areas in scopes}

    def _number(self, condition: Condition) -> int:
        self.conditions.append(condition)
        return len(self.conditions) - 1

    def _numbered(self, option: Option) -> Numbered:
        rules = [(self._number(rule.when), rule) for rule in option.rules]
        rules.sort(key=lambda numbered: -VERDICTS.index(numbered[1].verdict))
        caveats = [(self._number(caveat.when), caveat) for caveat in self.rulebook.expect[option.id]]
        numbered = Numbered(option, tuple(rules), tuple(caveats))
        if numbered.reads & deciding(self.rulebook, option.area, numbered.reads):
            sys.exit(f"{option.id} reads a question that decides what is asked; this benchmark can't change its answer")
        return numbered

    def _scope(
        self, areas: tuple[str, ...], options: Mapping[str, Numbered], notes: Mapping[str, list[tuple[int, Caveat]]]
    ) -> Scope:
        inside = [options[option] for area in areas for option in self.rulebook.areas[area].options]
        scope = Scope(inside, [note for area in areas for note in notes[area]])
        rules = {n.option.id: tuple(number for number, _ in n.rules) for n in inside}
        caveats = {n.option.id: tuple(number for number, _ in n.caveats) for n in inside}
        everything = {option: rules[option] + caveats[option] for option in rules}
        everything |= {area: tuple(number for number, _ in notes[area]) for area in areas}
        scope.selections["all"] = Selection(areas, "all", everything)
        scope.selections["verdicts"] = Selection(areas, "verdicts", rules)
        for question in self.rulebook.questions:
            if readers := [n for n in inside if question in n.reads]:
                scope.readers[question] = readers
                parts = {n.option.id: rules[n.option.id] for n in readers}
                scope.selections[question] = Selection(areas, question, parts)
        return scope


class Decider:
    """Outcomes by way of a peer: the same as `questionnaire.decide.outcome.decide` gives, computed anew each time."""

    def __init__(self, translation: Translation, fire: Fire) -> None:
        self.translation, self.fire = translation, fire

    def _in_scope(self, answers: Answers) -> tuple[tuple[str, ...], Scope]:
        areas = areas_in_scope(self.translation.rulebook, answers)
        return areas, self.translation.scopes[areas]

    def verdicts(self, answers: Answers) -> dict[str, Verdict]:
        _, scope = self._in_scope(answers)
        (held,) = self.fire([(scope.selections["verdicts"], answers)])
        return {numbered.option.id: numbered.verdict(held) for numbered in scope.options}

    def outcome(self, answers: Answers) -> Outcome:
        return self._outcome(answers, would_change=True)

    def without_changes(self, answers: Answers) -> Outcome:
        return self._outcome(answers, would_change=False)

    def _outcome(self, answers: Answers, would_change: bool) -> Outcome:
        rulebook = self.translation.rulebook
        areas, scope = self._in_scope(answers)
        others = [
            (question, choice)
            for question in (scope.readers if would_change else ())
            if question in answers
            for choice in rulebook.questions[question].choices
            if choice != answers[question]
        ]
        rows = [(scope.selections["all"], answers)]
        rows += [(scope.selections[question], {**answers, question: choice}) for question, choice in others]
        held, *elsewhere = self.fire(rows)
        verdicts = {numbered.option.id: numbered.verdict(held) for numbered in scope.options}
        changes: dict[str, list[Change]] = {option: [] for option in verdicts}
        for (question, choice), there in zip(others, elsewhere, strict=True):
            for numbered in scope.readers[question]:
                verdict = numbered.verdict(there)
                if verdict != verdicts[numbered.option.id]:
                    changes[numbered.option.id].append(Change(question, choice, verdict))
        results = []
        for numbered in scope.options:
            verdict = verdicts[numbered.option.id]
            because = tuple(rule for number, rule in numbered.rules if rule.verdict == verdict and held(number))
            caveats = tuple(caveat for number, caveat in numbered.caveats if held(number))
            results.append(Result(numbered.option, Row(verdict, because, caveats, tuple(changes[numbered.option.id]))))
        notes = {note.id: note for number, note in scope.notes if held(number)}
        return Outcome(
            answers=answers,
            areas=tuple(rulebook.areas[area] for area in areas),
            results=tuple(results),
            notes=tuple(sorted(notes.values(), key=lambda note: not note.first)),
        )
