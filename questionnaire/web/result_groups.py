"""The options of an area as the result lists them: a row each, under their verdicts, and what several of them share."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from ..decide.outcome import Outcome, Result, is_asked_of, is_leaving
from ..decide.tables import key
from ..rulebook.model import KINDS, VERDICTS, Area, Caveat, CitedText, Kind, Option, Rulebook, Verdict
from .served_rulebook import ServedRulebook

WHEN = "when-you-would-see-a-change"
"""The row of the grid that the result shows of each option."""
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


def anchor(option: Option) -> str:
    """An option's name within a page: hip-dips/exercise is hip-dips-exercise."""
    return option.id.replace("/", "-")


def groups_of(
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
        return None if told or not is_asked_of(row, result.option) else cell
    claims = {claim for caveat in result.row.caveats for claim in caveat.statement.claims}
    return None if claims.issuperset(cell.claims) else cell
