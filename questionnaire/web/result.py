"""A visitor's outcome as the result page shows it: options by area and verdict, and what those of a group share."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from ..decide.in_force import LEAVE_AS_IS, withdrawn_by
from ..decide.outcome import Outcome, Result, questions_to_ask
from ..decide.tables import key
from ..rulebook.model import KINDS, VERDICTS, Area, Caveat, Choice, CitedText, Kind, Option, Question, Rulebook, Verdict
from .served_rulebook import ServedRulebook

WHEN = "when-you-would-see-a-change"
"""The row of the grid that the result shows of each option."""
JUST_LOOKING = ("hoped-for", "just-looking")
SETS: Mapping[str, Collection[Kind]] = {
    "all": KINDS,
    "treatments": KINDS[1:],
    "invasive": KINDS[2:],
    "device": ["device"],
    "injection": ["injection"],
    "surgery": ["surgery"],
}
"""Kinds of options that may share a caveat, the most first. Leaving things as they are shares none."""


@dataclass(frozen=True)
class AnswerChange:
    """An answer that would change an option's verdict: the question, its choices that would, and to what."""

    question: Question
    choices: tuple[Choice, ...]
    verdict: Verdict


@dataclass(frozen=True)
class ToAsk:
    """A question for the clinic, and the options about which it is left open; none where it is about the area.

    `all_treatments`: they are all that are listed and not done by oneself.
    """

    question: str
    options: list[Option]
    all_treatments: bool


@dataclass(frozen=True)
class ResultRow:
    """An option in the result: `caveats` are those that no note above says of it and of others.

    `when`: when a change would show; None where a note above says so, or where nobody would ask it of this option.
    `unreviewed`: no clinician has signed it, and no line above says so of all. `key`: what it depends on.
    """

    result: Result
    caveats: tuple[Caveat, ...]
    when: CitedText | None
    unreviewed: bool
    key: tuple[Hashable, ...]

    @property
    def option(self) -> Option:
        """The option."""
        return self.result.option

    @property
    def anchor(self) -> str:
        """The option's name within a page."""
        return anchor(self.option)


@dataclass(frozen=True)
class SharedNote:
    """What all listed options of a set (of SETS) in an area share, said once above the first; `when` as in a row."""

    of: str
    caveats: tuple[Caveat, ...]
    when: CitedText | None


@dataclass(frozen=True)
class Part:
    """A list of options, and the notes above it."""

    notes: list[SharedNote]
    rows: list[ResultRow]


@dataclass(frozen=True)
class Group:
    """The options of one area under one verdict."""

    area: Area
    verdict: Verdict
    parts: list[Part]

    @property
    def rows(self) -> list[ResultRow]:
        """Its options, in their order."""
        return [row for part in self.parts for row in part.rows]


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
        """The notes that stand above everything: those that the answers bring, and all of a single area."""
        standing = {note for notes in self.standing.values() for note in notes}
        return [note for note in self._notes if note not in standing]

    @cached_property
    def standing(self) -> Mapping[str, list[Caveat]]:
        """Where there are several areas, the notes of each that stand there for everybody."""
        areas = self.outcome.areas
        notes = [note for note in self._notes if not note.when.lines and not note.first]
        return {area.id: [note for note in notes if area.id in note.areas and len(areas) > 1] for area in areas}

    @cached_property
    def _notes(self) -> list[Caveat]:
        """The notes that are not the clinic's. One that says no more than a note that stands first is left out."""
        notes = [note for note in self.outcome.notes if not note.by_clinic]
        told = {claim for note in notes if note.first for claim in note.statement.claims}
        return [n for n in notes if n.first or n.rests_on == "silence" or not told.issuperset(n.statement.claims)]

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

    @cached_property
    def to_ask(self) -> list[ToAsk]:
        """The questions that are left open about what is listed, those of the most options first."""
        treatments = [row.option for row in self.listed if row.option.kind != "self-care"]
        options: dict[str, list[Option]] = {note.question: [] for note in self.outcome.notes if note.question}
        for row in self.listed:
            for question in questions_to_ask(self.rulebook, row.result):
                options.setdefault(question, []).append(row.option)
        return [
            ToAsk(question, some, len(some) > 1 and some == treatments)
            for question, some in sorted(options.items(), key=lambda item: -len(item[1]))
        ]


def anchor(option: Option) -> str:
    """An option's name within a page: hip-dips/exercise is hip-dips-exercise."""
    return option.id.replace("/", "-")


def is_leaving(option: Option) -> bool:
    """Whether an option is to leave things as they are."""
    return option.id.endswith(f"/{LEAVE_AS_IS}")


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
        groups += _groups(served, outcome, area, results, marked)
    hidden = [result.option for result in outcome.results if result.option.id in withheld]
    return ResultPage(served.rulebook, outcome, tuple(groups), hidden, len(missing), not_offered)


def _groups(
    served: ServedRulebook, outcome: Outcome, area: Area, results: Sequence[Result], marked: Set[str]
) -> Iterator[Group]:
    """The options of an area under each verdict. What several of those listed share is taken out of them into notes."""
    listed = [index for index, result in enumerate(results) if result.row.verdict != "ruled-out"]
    whens = [_when(served.rulebook, result) for result in results]
    own = [result.row.caveats for result in results]
    notes: dict[int, list[SharedNote]] = {}
    members = {name: [i for i in listed if _is_in(results[i].option, kinds)] for name, kinds in SETS.items()}
    for some in members.values():
        shared = tuple(caveat for caveat in own[some[0]] if all(caveat in own[i] for i in some)) if some[1:] else ()
        texts = {when and when.text for when in (whens[i] for i in some)}
        when = whens[some[0]] if some[1:] and len(texts) == 1 else None
        if shared or when:
            name = [name for name, others in members.items() if others == some][-1]
            notes.setdefault(some[0], []).append(SharedNote(name, shared, when))
        for i in some:
            own[i] = tuple(caveat for caveat in own[i] if caveat not in shared)
            whens[i] = None if when else whens[i]
    for verdict in VERDICTS:
        parts: list[Part] = []
        for i, result in enumerate(results):
            if result.row.verdict == verdict:
                if i in notes or not parts:
                    parts.append(Part(notes.get(i, []), []))
                parts[-1].rows.append(_row(served, outcome, result, own[i], whens[i], marked))
        if parts:
            yield Group(area, verdict, parts)


def _row(
    served: ServedRulebook,
    outcome: Outcome,
    result: Result,
    caveats: tuple[Caveat, ...],
    when: CitedText | None,
    marked: Set[str],
) -> ResultRow:
    option = result.option
    table_key = key(served.tables.options[option.id].questions, outcome.answers)
    is_marked = option.id in marked
    row_key = (option.id, table_key, tuple(caveat.id for caveat in caveats), when is None, is_marked)
    return ResultRow(result, caveats, when, is_marked, row_key)


def _is_in(option: Option, kinds: Collection[Kind]) -> bool:
    return option.kind in kinds and not is_leaving(option)


def _when(rulebook: Rulebook, result: Result) -> CitedText | None:
    """When a change would show. None where nobody would ask it of this option, or where its caveats say so already."""
    row, cell = rulebook.grid[WHEN], result.option.grid[WHEN]
    if cell.silent:
        told = any(caveat.question == row.question for caveat in result.row.caveats)
        return None if told or result.option.kind not in row.ask_about else cell
    claims = {claim for caveat in result.row.caveats for claim in caveat.statement.claims}
    return None if claims.issuperset(cell.claims) else cell
