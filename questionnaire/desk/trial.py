"""A change before it is saved: the rulebook as it would be, its problems, and what would be other for visitors."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app

from ..decide.sign_off_units import standings, unit_fingerprints
from ..decide.tables import DecisionTables
from ..review.diff import diff, sections
from ..rulebook.problems import Problem, RulebookError
from ..rulebook.schema import TRANSLATIONS
from ..rulebook.yaml_tree import Node, read_bytes
from .languages import UnitIn
from .rulebooks import Draft, Drafts, draft_of, live, patience, rules_folder

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Trial:
    """What a change would make. `draft`: None where the rule files could not be read with it.

    `problems`: all that the checks find then, each with the way to its field in a changed file, or None for others.
    `new`: those of them that are not there now. `visitors`: what would be other for them, against `against`.
    `fallen`: the units whose sign-off would not hold any more. `changed`: those that would be others, and that whoever
    saves it can't sign.
    """

    draft: Draft | None
    problems: tuple[tuple[Problem, Path_ | None], ...]
    new: frozenset[Problem]
    visitors: Mapping[str, list[str]]
    against: str
    fallen: tuple[UnitIn, ...]
    changed: tuple[UnitIn, ...]

    @property
    def can_be_saved(self) -> bool:
        """Whether the rule files can be read with it; checks may still find something, as in any draft."""
        return self.draft is not None


def attempt(before: Draft, files: Mapping[str, bytes]) -> Trial:
    """What becomes of the rules with these bytes in these files; one of none is gone. Raises BuildError, Building."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "rules"
        shutil.copytree(rules_folder(), folder, ignore=shutil.ignore_patterns(".*"))
        for file, data in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data) if data else (folder / file).unlink(missing_ok=True)
        try:
            after: Draft | None = draft_of(folder, copy=True)
            problems = after.problems if after else ()
        except RulebookError as fault:
            after, problems = None, tuple(fault.problems)
    trees = {file: _tree(data, file) for file, data in files.items()}
    known = {(problem.check, problem.message) for problem in before.problems}
    served = live()
    old = served[1] if served else before.tables
    languages = {"", *map(language_of, files)}
    visitors, fallen, changed = _compared(before, after, languages, old, served[0].name if served else "")
    return Trial(
        draft=after,
        problems=tuple((one, _field(trees.get(one.place.file), one)) for one in problems),
        new=frozenset(one for one in problems if (one.check, one.message) not in known),
        visitors=visitors,
        against=f"release {served[0].name}, which is live" if served else "the rule files as they are",
        fallen=fallen,
        changed=changed,
    )


def language_of(file: str) -> str:
    """The language whose words a rule file holds; empty for a file of the original."""
    folder, _, name = file.rpartition("/")
    return name.removesuffix(".yaml") if folder == TRANSLATIONS else ""


Compared = tuple[Mapping[str, list[str]], tuple[UnitIn, ...], tuple[UnitIn, ...]]


def _compared(
    before: Draft, after: Draft | None, languages: Collection[str], old: DecisionTables, served: str
) -> Compared:
    """What would be other for visitors, which sign-offs would fall, and which units would be others."""
    if after is None:
        return {}, (), ()
    then = after

    def compare() -> Compared:
        changed = [one for language in languages for one in _changed(before, then, language)]
        return sections(diff(old, then.tables)), tuple(_fallen(before, then)), tuple(changed)

    drafts: Drafts = current_app.extensions["desk_drafts"]
    key = (before.digest, after.digest, served)
    return drafts.compared(key, compare, patience())


def _tree(data: bytes, file: str) -> Node | None:
    try:
        return read_bytes(data, file, bool(language_of(file))) if data else None
    except RulebookError:
        return None


def _field(tree: Node | None, problem: Problem) -> Path_ | None:
    """The way to the field of a file that a problem stands at: the last that begins before it; None without a file."""
    if tree is None:
        return None
    here = (problem.place.line, problem.place.column)
    begun = [(start, len(path), path) for start, path in _starts(tree, ()) if start <= here]
    return max(begun, key=lambda one: one[:2])[2] if begun else ()


def _starts(node: Node, path: Path_) -> Iterator[tuple[tuple[int, int], Path_]]:
    yield (node.place.line, node.place.column), path
    parts: Any = node.value.items() if isinstance(node.value, dict) else ()
    parts = enumerate(node.value) if isinstance(node.value, list) else parts
    for step, part in parts:
        if isinstance(node.value, dict):
            yield (node.keys[step].line, node.keys[step].column), (*path, step)
        yield from _starts(part, (*path, step))


def _fallen(before: Draft, after: Draft) -> Iterator[UnitIn]:
    """The units whose sign-off holds now and would not hold any more, in each language."""
    for language, tables in before.in_languages.items():
        now = standings(tables, date.today())
        then = standings(after.in_languages[language], date.today()) if language in after.in_languages else {}
        for unit, standing in now.items():
            if standing.state == "signed" and (unit not in then or then[unit].state != "signed"):
                yield UnitIn(unit, language)


def _changed(before: Draft, after: Draft, language: str) -> Iterator[UnitIn]:
    """The units that would be others in a language: whoever makes the change can't sign these."""
    tables = [draft.in_languages.get(language) for draft in (before, after)]
    was, then = (unit_fingerprints(one) if one else {} for one in tables)
    return (UnitIn(unit, language) for unit, fingerprint in then.items() if was.get(unit) != fingerprint)


def field_with(tree: Node, text: str, line: int) -> Path_ | None:
    """The way to the one field that holds a text, at or below a line; None where there is none, or more than one."""
    holding = [
        (start[0], path)
        for start, path in _starts(tree, ())
        if path and tree.node(*path).value == text and start[0] >= line and tree.node(*path).place.line == start[0]
    ]
    ways = dict.fromkeys(path for _, path in sorted(holding, key=lambda one: one[0]))
    first = next(iter(ways), None)
    return first if first is not None and (len(ways) == 1 or holding[0][0] == line) else None
