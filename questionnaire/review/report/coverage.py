"""Is every sentence of the article used, what for, and are all options told with the same care?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...decide.build_tables import DecisionTables
from ...rulebook.model import VERDICTS, Claim, Option, Rulebook, Statement, Verdict
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
        found = tuple(Use(*place, tuple(what)) for place, what in uses.get(claim.id, {}).items())
        cited.setdefault(claim.passage, []).append(CitedClaim(claim, found))
    reasons = {passage: entry.reason for entry in rulebook.not_used for passage in entry.passages}
    named = {
        passage: [c.id for c in rulebook.conflicts.values() if any(passage in side.passages for side in c.sides)]
        for passage in _passages(rulebook)
    }
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
                    tuple(named[passage]),
                )
                for paragraph in document.paragraphs.values()
                if paragraph.code.rsplit("-", 1)[0] == heading.code
                for passage in paragraph.passages
            ),
        )
        for document in rulebook.documents.values()
        for heading in document.headings.values()
    )


def _passages(rulebook: Rulebook) -> Iterator[str]:
    for document in rulebook.documents.values():
        for paragraph in document.paragraphs.values():
            yield from paragraph.passages


def _uses(rulebook: Rulebook) -> dict[str, dict[tuple[str, str], list[str]]]:
    """{claim: {(where, anchor): [what]}}, each use once."""
    found: dict[str, dict[tuple[str, str], list[str]]] = {}
    for where, link, what, statement in _statements(rulebook):
        for claim in statement.claims:
            listed = found.setdefault(claim, {}).setdefault((where, link), [])
            if what not in listed:
                listed.append(what)
    return found


def _statements(rulebook: Rulebook) -> Iterator[tuple[str, str, str, Statement]]:
    """Every text that rests on claims: (where, its anchor in the report, what it is there, statement)."""
    for area in rulebook.areas.values():
        for option in (rulebook.options[option_id] for option_id in area.options):
            where = f"{area.name}: {option.name}", anchor(option.id)
            yield *where, "summary", option.summary
            for rule in option.rules:
                yield *where, f"rule {rule.id}", rule.because
            for caveat in rulebook.expect[option.id]:
                yield *where, f"caveat {caveat.id}", caveat.statement
            for row, cell in option.grid.items():
                yield *where, f"“{rulebook.grid[row].name}”", cell
    for area in rulebook.areas.values():
        where = f"{area.name}: the area", f"area-{area.id}"
        for fact, statement in area.facts.items():
            yield *where, f"“{rulebook.facts[fact]}”", statement
        for note in rulebook.notes[area.id]:
            yield *where, f"note {note.id}", note.statement
        for common in area.common_questions:
            yield *where, f"“{common.question}”", common.answer
    for question in rulebook.questions.values():
        yield "Questions", "questions", f"why we ask {question.id}", question.why


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
