"""Is every sentence of the article used, what for, and are all options told with the same care?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...decide.build_tables import DecisionTables
from ...rulebook.model import VERDICTS, Claim, Option, Rulebook, Verdict
from ...rulebook.statements import Statement, statements
from .sheets import anchor
from .sources import Sources


@dataclass(frozen=True)
class Use:
    """What a claim feeds in one place: an option, an area or the questions. `anchor`: where the report shows it."""

    where: str
    anchor: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class CitedClaim:
    """A claim, and what it feeds."""

    claim: Claim
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Covered:
    """A passage of the article. `reason`: why it is not used. `conflicts`: those that name it."""

    passage: str
    sentence: str
    claims: tuple[CitedClaim, ...]
    reason: str
    conflicts: tuple[str, ...]


@dataclass(frozen=True)
class CoveredHeading:
    """A heading of a document with its passages."""

    code: str
    name: str
    passages: tuple[Covered, ...]


@dataclass(frozen=True)
class Evenness:
    """How much is said of an option, for it and against it. `rules` and `combinations`: how many give each verdict."""

    option: Option
    anchor: str
    can_do: int
    limits: int
    silences: int
    rules: Mapping[Verdict, int]
    combinations: Mapping[Verdict, int]


def coverage(sources: Sources) -> tuple[CoveredHeading, ...]:
    """Every passage of every document under its heading, in the document's order."""
    rulebook = sources.rulebook
    uses = _uses(rulebook)
    cited: dict[str, list[CitedClaim]] = {}
    for claim in rulebook.claims.values():
        feeds = tuple(Use(*where, tuple(what)) for where, what in uses.get(claim.id, {}).items())
        cited.setdefault(claim.passage, []).append(CitedClaim(claim, feeds))
    reasons = {passage: entry.reason for entry in rulebook.not_used for passage in entry.passages}
    named: dict[str, list[str]] = {}
    for conflict in rulebook.conflicts.values():
        for passage in dict.fromkeys(passage for side in conflict.sides for passage in side.passages):
            named.setdefault(passage, []).append(conflict.id)
    return tuple(
        CoveredHeading(
            heading.code,
            heading.name,
            tuple(
                Covered(
                    passage,
                    sources.sentences.get(passage, ""),
                    tuple(cited.get(passage, ())),
                    reasons.get(passage, ""),
                    tuple(named.get(passage, ())),
                )
                for paragraph in document.paragraphs.values()
                if paragraph.code.rsplit("-", 1)[0] == heading.code
                for passage in paragraph.passages
            ),
        )
        for document in rulebook.documents.values()
        for heading in document.headings.values()
    )


def _uses(rulebook: Rulebook) -> dict[str, dict[tuple[str, str], list[str]]]:
    """{claim: {(where, anchor): [what]}}, each use once."""
    uses: dict[str, dict[tuple[str, str], list[str]]] = {}
    for statement in statements(rulebook):
        for claim in statement.claims:
            for where in _shown_at(rulebook, *statement.entry):
                uses.setdefault(claim, {}).setdefault(where, []).append(_label(rulebook, statement))
    return uses


def _shown_at(rulebook: Rulebook, part: str, name: str) -> Iterator[tuple[str, str]]:
    """Where the report shows the statements of a part of the rulebook: (where, its anchor)."""
    options, areas = [name] if part == "options" else [], [name] if part == "areas" else []
    if part == "caveats":
        options, areas = [*rulebook.caveats[name].options], [*rulebook.caveats[name].areas]
    for option in (rulebook.options[id] for id in options):
        yield f"{rulebook.areas[option.area].name}: {option.name}", anchor(option.id)
    for area in areas:
        yield f"{rulebook.areas[area].name}: the area", f"area-{area}"
    if part == "questions":
        yield "Questions", "questions"


def _label(rulebook: Rulebook, statement: Statement) -> str:
    """What a statement is in its place: “Cost”, rule open-to-surgery, caveat graft-loss, tolerance why."""
    part, name, *rest = statement.path
    if part in ("options", "areas"):
        if rest[0] in ("grid", "facts"):
            return f"“{(rulebook.grid if rest[0] == 'grid' else rulebook.facts)[rest[1]].name}”"
        return f"rule {rest[1]}" if rest[0] == "rules" else " ".join(rest).replace("_", " ")
    return f"caveat {name}" if part == "caveats" else " ".join([name, *rest])


def evenness(tables: DecisionTables) -> tuple[Evenness, ...]:
    """One line for each option, in the order in which the areas show them."""
    rulebook = tables.rulebook
    return tuple(_even(tables, rulebook.options[option]) for area in rulebook.areas.values() for option in area.options)


def _even(tables: DecisionTables, option: Option) -> Evenness:
    rules = Counter(rule.verdict for rule in option.rules)
    rows = Counter(row.verdict for row in tables.options[option.id].rows.values())
    says = {row for row, cell in option.grid.items() if not cell.silent}
    return Evenness(
        option=option,
        anchor=anchor(option.id),
        can_do=rules["fits"] + ("what-it-can-do" in says),
        limits=len(tables.rulebook.expect[option.id]) + ("what-it-cannot-do" in says),
        silences=sum(cell.silent for cell in option.grid.values()),
        rules={verdict: rules[verdict] for verdict in VERDICTS},
        combinations={verdict: rows[verdict] for verdict in VERDICTS},
    )
