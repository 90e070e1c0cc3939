"""Is every sentence of the article used, what for, and are all options told with the same care?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...decide.build_tables import DecisionTables
from ...rulebook.model import VERDICTS, Claim, Option, Rulebook, Verdict
from ...rulebook.statements import Statement, statements
from .sheets import anchor

Use = tuple[str, str]
"""Where the report shows a text: the name of an option, an area or the questions, and its anchor."""


@dataclass(frozen=True)
class Coverage:
    """What is made of each passage: its claims, why it is not used, the conflicts that name it; and for each claim what
    it feeds, where. A passage or claim of which nothing is made has no entry.
    """

    claims: Mapping[str, list[Claim]]
    not_used: Mapping[str, str]
    conflicts: Mapping[str, list[str]]
    uses: Mapping[str, Mapping[Use, list[str]]]


@dataclass(frozen=True)
class Evenness:
    """How much is said of an option, for it and against it. `rules` and `combinations`: how many give each verdict."""

    option: Option
    can_do: int
    limits: int
    silences: int
    rules: Mapping[Verdict, int]
    combinations: Mapping[Verdict, int]


def coverage(rulebook: Rulebook) -> Coverage:
    """What is made of every passage and claim of a rulebook."""
    claims, conflicts = defaultdict(list), defaultdict(list)
    for claim in rulebook.claims.values():
        claims[claim.passage].append(claim)
    for conflict in rulebook.conflicts.values():
        for passage in dict.fromkeys(passage for side in conflict.sides for passage in side.passages):
            conflicts[passage].append(conflict.id)
    uses: dict[str, dict[Use, list[str]]] = {}
    for statement in statements(rulebook):
        for claim_id in statement.claims:
            for use in _uses(rulebook, *statement.entry):
                uses.setdefault(claim_id, {}).setdefault(use, []).append(_label(rulebook, statement))
    not_used = {passage: entry.reason for entry in rulebook.not_used for passage in entry.passages}
    return Coverage(claims, not_used, conflicts, uses)


def _uses(rulebook: Rulebook, part: str, name: str) -> Iterator[Use]:
    """Where the report shows the statements of a part of the rulebook."""
    options, areas = [name] if part == "options" else [], [name] if part == "areas" else []
    if part == "caveats":
        options, areas = [*rulebook.caveats[name].options], [*rulebook.caveats[name].areas]
    for option in (rulebook.options[option_id] for option_id in options):
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
        can_do=rules["fits"] + ("what-it-can-do" in says),
        limits=len(tables.rulebook.expect[option.id]) + ("what-it-cannot-do" in says),
        silences=len(option.grid) - len(says),
        rules={verdict: rules[verdict] for verdict in VERDICTS},
        combinations={verdict: rows[verdict] for verdict in VERDICTS},
    )
