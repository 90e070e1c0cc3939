"""A visitor's outcome as the result page shows it: what to expect, what to do now, and the options in groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..decide.in_force import withdrawn_by
from ..decide.outcome import Outcome, Result, is_leaving
from ..rulebook.model import KINDS, VERDICTS, Caveat, Choice, Option, Question, Rulebook, Verdict
from .result_groups import Group, ResultRow, groups_of
from .served_rulebook import ServedRulebook

JUST_LOOKING = ("hoped-for", "just-looking")


@dataclass(frozen=True)
class AnswerChange:
    """An answer that would change an option's verdict: the question, its choices that would, and to what."""

    question: Question
    choices: tuple[Choice, ...]
    verdict: Verdict


@dataclass(frozen=True)
class ResultPage:
    """What the page shows of an outcome: its groups, the options that are withheld or not offered, and how many of the
    shown ones do not count as reviewed.
    """

    rulebook: Rulebook
    outcome: Outcome
    groups: tuple[Group, ...]
    withheld: list[Option]
    unreviewed: int
    not_offered: list[Result]

    @cached_property
    def rows(self) -> list[ResultRow]:
        """All options that are shown, in the order of the page."""
        return [row for group in self.groups for row in group.rows]

    @cached_property
    def listed(self) -> list[ResultRow]:
        """The options that the answers do not rule out."""
        return [row for row in self.rows if row.result.row.verdict != "ruled-out"]

    @cached_property
    def outlook(self) -> list[Caveat]:
        """The notes that stand above everything: those that the answers bring, and all of an area without an option."""
        empty = {area.id for area in self.outcome.areas} - {group.area.id for group in self.groups}
        return [note for note in self._notes if _is_for_these_answers(note) or not empty.isdisjoint(note.areas)]

    @cached_property
    def standing(self) -> Mapping[str, list[Caveat]]:
        """The notes of each area that stand there for everybody."""
        notes = [note for note in self._notes if not _is_for_these_answers(note)]
        return {area.id: [note for note in notes if area.id in note.areas] for area in self.outcome.areas}

    @cached_property
    def _notes(self) -> list[Caveat]:
        """The notes that are not the clinic's. One for everybody that the answers' notes say already is left out."""
        notes = [note for note in self.outcome.notes if not note.by_clinic]
        told = {claim for note in notes if _is_for_these_answers(note) for claim in note.statement.claims}
        return [
            note
            for note in notes
            if _is_for_these_answers(note) or note.rests_on == "silence" or not told.issuperset(note.statement.claims)
        ]

    @property
    def doctor_first(self) -> list[Caveat]:
        """What the clinic adds for everybody."""
        return [note for note in self.outcome.notes if note.by_clinic and not note.puts_support_first]

    @property
    def support_first(self) -> list[Caveat]:
        """What stands before all else, with the support lines, by the visitor's answer to the clinic's question."""
        return [note for note in self.outcome.notes if note.puts_support_first]

    @cached_property
    def sold(self) -> dict[str, Option]:
        """The options that are shown and that the clinic earns money with, by id."""
        sells = self.rulebook.clinic.sells
        return {row.option.id: row.option for row in self.rows if sells and row.option.id in sells.options}

    @property
    def at_home(self) -> list[ResultRow]:
        """What is listed and can be tried by oneself."""
        return [row for row in self.listed if row.option.kind == "self-care" and not is_leaving(row.option)]

    @property
    def can_leave(self) -> bool:
        """Whether leaving things as they are is shown."""
        return any(is_leaving(row.option) for row in self.listed)

    @property
    def has_treatments(self) -> bool:
        """Whether something is listed that others do."""
        return any(row.option.kind != "self-care" for row in self.listed)

    @property
    def is_just_looking(self) -> bool:
        """Whether the visitor hopes for nothing; then nothing is said about how more could be listed."""
        return JUST_LOOKING in self.outcome.answers.items()


def _is_for_these_answers(note: Caveat) -> bool:
    return note.first or bool(note.when.lines)


def answer_changes(rulebook: Rulebook, result: Result) -> list[AnswerChange]:
    """The single answers that would give an option another verdict, those of one question and verdict together.

    What would make it less cautious comes first.
    """
    choices: dict[tuple[str, Verdict], list[Choice]] = {}
    for change in result.row.would_change:
        choice = rulebook.questions[change.question].choices[change.choice]
        choices.setdefault((change.question, change.verdict), []).append(choice)
    changes = [
        AnswerChange(rulebook.questions[name], tuple(some), verdict) for (name, verdict), some in choices.items()
    ]
    return sorted(changes, key=lambda change: VERDICTS.index(change.verdict))


def result_page(served: ServedRulebook, outcome: Outcome) -> ResultPage:
    """What the result page shows of an outcome, without the options that are withheld where a sign-off is required."""
    unreviewed, withheld = served.unreviewed, served.withheld
    not_offered = [result for result in outcome.results if withdrawn_by(result.row)]
    shown = [result for result in outcome.results if result.option.id not in withheld and result not in not_offered]
    missing = {result.option.id for result in shown} & unreviewed
    marked = missing if len(missing) < len(shown) else frozenset()
    groups: list[Group] = []
    for area in outcome.areas:
        results = [result for result in shown if result.option.area == area.id]
        results.sort(key=lambda result: (VERDICTS.index(result.row.verdict), KINDS.index(result.option.kind)))
        groups += groups_of(served, outcome, area, results, marked)
    hidden = [result.option for result in outcome.results if result.option.id in withheld]
    return ResultPage(served.rulebook, outcome, tuple(groups), hidden, len(missing), not_offered)
