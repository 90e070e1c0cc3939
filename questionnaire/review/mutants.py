"""Does any example or promise notice when a rule is altered? Each alteration is tried, and those unnoticed are told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..decide.build_tables import DecisionTable, DecisionTables, NoteTable, Row, key, note_table, option_table
from ..decide.routing import smallest
from ..rulebook.model import Example, NoteExample
from ..rulebook.problems import Place
from .alterations import Mutant, mutants
from .checks.proofs import example_faults, note_example_faults
from .phrases import count
from .promises import broken_promises

__all__ = ["Mutant", "Result", "Survivor", "as_json", "as_text", "mutants", "survivors"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Survivor:
    """An alteration that nothing notices, and an example that would: it goes into the file of `of`."""

    id: str
    says: str
    place: Place
    of: str
    example: Example | NoteExample


@dataclass(frozen=True)
class Result:
    """How many alterations were tried, how many of these change nothing that a visitor gets, and who survived."""

    tried: int
    equivalent: int
    survivors: tuple[Survivor, ...]

    @property
    def noticed(self) -> int:
        return self.tried - self.equivalent - len(self.survivors)


def survivors(tables: DecisionTables, progress: Progress | None = None) -> Result:
    """Try every mutant against the examples and promises that hold now. Calls progress(done, total) after each."""
    total = sum(1 for _ in mutants(tables.rulebook))
    broken = {problem.place for problem in broken_promises(tables)}
    found, equivalent = [], 0
    for done, mutant in enumerate(mutants(tables.rulebook), 1):
        altered = DecisionTables(
            mutant.rulebook,
            {option: option_table(mutant.rulebook, option) for option in mutant.options},
            {area: note_table(mutant.rulebook, area) for area in mutant.areas},
        )
        missing = next(_missing_examples(tables, altered), None)
        if missing is None:
            equivalent += 1
        elif not _noticed(tables, altered, broken):
            of, example = missing
            found.append(Survivor(mutant.id, mutant.says, mutant.place, of, example))
        if progress:
            progress(done, total)
    return Result(total, equivalent, tuple(found))


def _noticed(tables: DecisionTables, altered: DecisionTables, broken: set[Place]) -> bool:
    """Whether a gap, an example or a promise tells the altered tables from the real ones.

    Examples and promises that fail already (`broken`: the places of such promises) notice nothing.
    """
    for option, table in altered.options.items():
        real = tables.options[option]
        if any(_altered_row(table, real.answers(row)) is None for row in real.rows):  # a gap, which no site starts with
            return True
        for example in tables.rulebook.options[option].examples:
            if any(example_faults(altered, option, example)) and not any(example_faults(tables, option, example)):
                return True
    for area in altered.notes:
        for noted in tables.rulebook.areas[area].examples:
            if any(note_example_faults(altered, area, noted)) and not any(note_example_faults(tables, area, noted)):
                return True
    return any(problem.place not in broken for problem in broken_promises(altered))


def _missing_examples(tables: DecisionTables, altered: DecisionTables) -> Iterator[tuple[str, Example | NoteExample]]:
    """For each option and area that gives something else, the shortest example that shows it."""
    for option, table in altered.options.items():
        if example := _option_example(tables.options[option], table):
            yield option, example
    for area, notes in altered.notes.items():
        if noted := _note_example(tables.notes[area], notes):
            yield area, noted


def _option_example(real: DecisionTable, altered: DecisionTable) -> Example | None:
    rows = [(real.answers(at), row) for at, row in real.rows.items()]

    def differs(answers: Mapping[str, str]) -> bool:
        other = _altered_row(altered, answers)
        return other is None or _seen(other) != _seen(real.row(answers))

    different = [(answers, row) for answers, row in rows if differs(answers)]
    if not different:
        return None
    answers, row = min(different, key=lambda found: len(found[1].because) + len(found[1].caveats))
    name = _name(smallest(answers, (every for every, _ in rows), differs))
    because, caveats = tuple(rule.id for rule in row.because), tuple(caveat.id for caveat in row.caveats)
    return Example(name, answers, row.verdict, because, caveats, Place(real.option))


def _altered_row(altered: DecisionTable, answers: Mapping[str, str]) -> Row | None:
    """The row that real answers fall in; None: a gap. An altered table reads no question that the real one does not."""
    return altered.rows.get(key(altered.questions, answers))


def _seen(row: Row) -> tuple[str, frozenset[str], frozenset[str]]:
    """What an example pins of a row."""
    return row.verdict, frozenset(rule.id for rule in row.because), frozenset(caveat.id for caveat in row.caveats)


def _note_example(real: NoteTable, altered: NoteTable) -> NoteExample | None:
    rows = [{q: c for q, c in zip(real.questions, row, strict=True) if c is not None} for row in real.rows]

    def differs(answers: Mapping[str, str]) -> bool:
        return [note.id for note in altered.row(answers)] != [note.id for note in real.row(answers)]

    different = [answers for answers in rows if differs(answers)]
    if not different:
        return None
    answers = min(different, key=lambda found: len(real.row(found)))
    notes = tuple(note.id for note in real.row(answers))
    return NoteExample(_name(smallest(answers, rows, differs)), answers, notes, Place(real.area))


def _name(special: Mapping[str, str]) -> str:
    """A name to begin with: the answers that make the difference."""
    return "With " + (", ".join(f"{question}={choice}" for question, choice in special.items()) or "any answers")


def as_yaml(example: Example | NoteExample) -> str:
    """An example as it stands in a rule file, ready to paste under `examples`."""
    answers = ", ".join(f"{_word(question)}: {_word(choice)}" for question, choice in example.answers.items())
    lines = [f"example: {example.name}", f"answers: {{{answers}}}"]
    if isinstance(example, Example):
        lines += [f"verdict: {example.verdict}", f"because: [{', '.join(map(_word, example.because))}]"]
        lines.append(f"caveats: [{', '.join(map(_word, example.caveats))}]")
    else:
        lines.append(f"notes: [{', '.join(map(_word, example.notes))}]")
    return "  - " + "\n    ".join(lines)


def _word(id: str) -> str:
    """An id in YAML: in quotation marks where it would be read as a number or as true or false."""
    plain = re.fullmatch(r"[a-z][a-z0-9-]*", id) and id not in (
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
        "y",
        "n",
    )
    return id if plain else json.dumps(id)


def as_text(result: Result) -> str:
    """The result for staff: each survivor with the example that would notice it, then the figures."""
    lines = []
    for survivor in result.survivors:
        place = survivor.place
        home = f"{survivor.of}.yaml" if isinstance(survivor.example, Example) else f"areas.yaml, '{survivor.of}'"
        lines.append(f"{place.file}:{place.line}:{place.column}: {survivor.says}: no example or promise notices.")
        lines += [f"An example that would, for {home}; say in its name what is special:", as_yaml(survivor.example), ""]
    lines.append(
        f"{count(result.tried, 'alteration')}: {result.noticed:,} noticed, {len(result.survivors):,} not noticed, "
        f"{result.equivalent:,} that change nothing for any visitor."
    )
    return "\n".join(lines)


def as_json(result: Result) -> dict[str, Any]:
    """The result as one JSON object."""
    return {
        "tried": result.tried,
        "noticed": result.noticed,
        "equivalent": result.equivalent,
        "survivors": [
            {
                "id": survivor.id,
                "says": survivor.says,
                "file": survivor.place.file,
                "line": survivor.place.line,
                "column": survivor.place.column,
                "of": survivor.of,
                "example": _example_json(survivor.example),
                "yaml": as_yaml(survivor.example),
            }
            for survivor in result.survivors
        ],
    }


def _example_json(example: Example | NoteExample) -> dict[str, Any]:
    said: dict[str, Any] = {"answers": dict(example.answers)}
    if isinstance(example, Example):
        return {**said, "verdict": example.verdict, "because": [*example.because], "caveats": [*example.caveats]}
    return {**said, "notes": [*example.notes]}
