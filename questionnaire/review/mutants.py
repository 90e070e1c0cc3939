"""Does any example or promise notice when a rule is altered? Each alteration is tried, and those unnoticed are told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..decide.build_tables import DecisionTable, DecisionTables, NoteTable, Row, key, note_table, option_table
from ..decide.routing import smallest
from ..rulebook.model import Example, NoteExample
from ..rulebook.problems import Place
from .alterations import mutants
from .checks.proofs import example_faults, note_example_faults
from .phrases import answer_words, count
from .promises import broken_promises

Progress = Callable[[int, int], None]
YAML_WORDS = ("yes", "no", "on", "off", "true", "false", "null", "y", "n")
"""Words that YAML reads as something else than a text."""


@dataclass(frozen=True)
class Survivor:
    """An alteration that nothing notices, and an example that would: it goes into the file of `of`."""

    id: str
    change: str
    place: Place
    of: str
    example: Example | NoteExample


@dataclass(frozen=True)
class MutationResult:
    """How many alterations were tried, how many of these change nothing that a visitor gets, and who survived."""

    tried: int
    no_effect: int
    survivors: tuple[Survivor, ...]

    @property
    def noticed(self) -> int:
        """How many an example or promise noticed."""
        return self.tried - self.no_effect - len(self.survivors)


def survivors(tables: DecisionTables, progress: Progress | None = None) -> MutationResult:
    """Try every mutant against the examples and promises that hold now. Calls progress(done, total) after each."""
    total = sum(1 for _ in mutants(tables.rulebook))
    broken = {problem.place for problem in broken_promises(tables)}
    unnoticed, no_effect = [], 0
    for done, mutant in enumerate(mutants(tables.rulebook), 1):
        altered = DecisionTables(
            mutant.rulebook,
            {option: option_table(mutant.rulebook, option) for option in mutant.options},
            {area: note_table(mutant.rulebook, area) for area in mutant.areas},
        )
        example = _missing_example(tables, altered)
        if example is None:
            no_effect += 1
        elif not _noticed(tables, altered, broken):
            unnoticed.append(Survivor(mutant.id, mutant.says, mutant.place, example.place.file, example))
        if progress:
            progress(done, total)
    return MutationResult(total, no_effect, tuple(unnoticed))


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


def _missing_example(tables: DecisionTables, altered: DecisionTables) -> Example | NoteExample | None:
    """The shortest example of an option or area (its `place`) that gives something else; None where none does."""
    options = (_option_example(tables.options[option], table) for option, table in altered.options.items())
    notes = (_note_example(tables.notes[area], table) for area, table in altered.notes.items())
    return next((example for examples in (options, notes) for example in examples if example), None)


def _option_example(real: DecisionTable, altered: DecisionTable) -> Example | None:
    every = [real.answers(at) for at in real.rows]

    def differs(answers: Mapping[str, str]) -> bool:
        other = _altered_row(altered, answers)
        return other is None or _pinned(other) != _pinned(real.row(answers))

    def length(answers: Mapping[str, str]) -> int:
        return len(real.row(answers).because) + len(real.row(answers).caveats)

    answers = min(filter(differs, every), key=length, default=None)
    if answers is None:
        return None
    row, name = real.row(answers), _name(smallest(answers, every, differs))
    because, caveats = tuple(rule.id for rule in row.because), tuple(caveat.id for caveat in row.caveats)
    return Example(name, answers, row.verdict, because, caveats, Place(real.option))


def _altered_row(altered: DecisionTable, answers: Mapping[str, str]) -> Row | None:
    """The row that real answers fall in; None: a gap. An altered table reads no question that the real one does not."""
    return altered.rows.get(key(altered.questions, answers))


def _pinned(row: Row) -> tuple[str, frozenset[str], frozenset[str]]:
    """What an example pins of a row."""
    return row.verdict, frozenset(rule.id for rule in row.because), frozenset(caveat.id for caveat in row.caveats)


def _note_example(real: NoteTable, altered: NoteTable) -> NoteExample | None:
    every = [{q: c for q, c in zip(real.questions, row, strict=True) if c is not None} for row in real.rows]

    def differs(answers: Mapping[str, str]) -> bool:
        return [note.id for note in altered.row(answers)] != [note.id for note in real.row(answers)]

    answers = min(filter(differs, every), key=lambda answers: len(real.row(answers)), default=None)
    if answers is None:
        return None
    notes = tuple(note.id for note in real.row(answers))
    return NoteExample(_name(smallest(answers, every, differs)), answers, notes, Place(real.area))


def _name(special: Mapping[str, str]) -> str:
    """A name to begin with: the answers that make the difference."""
    return f"With {answer_words(special)}"


def as_yaml(example: Example | NoteExample) -> str:
    """An example as it stands in a rule file, ready to paste under `examples`."""
    answers = ", ".join(f"{_word(question)}: {_word(choice)}" for question, choice in example.answers.items())
    lines = [f"example: {example.name}", f"answers: {{{answers}}}"]
    if isinstance(example, Example):
        lines += [f"verdict: {example.verdict}", f"because: {_words(example.because)}"]
    lines.append(
        f"caveats: {_words(example.caveats)}" if isinstance(example, Example) else f"notes: {_words(example.notes)}"
    )
    return "  - " + "\n    ".join(lines)


def _words(ids: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_word, ids))}]"


def _word(name: str) -> str:
    """An id in YAML: in quotation marks where it would be read as a number or as true or false."""
    return name if re.fullmatch(r"[a-z][a-z0-9-]*", name) and name not in YAML_WORDS else json.dumps(name)


def as_text(result: MutationResult) -> str:
    """The result for staff: each survivor with the example that would notice it, then the figures."""
    lines = []
    for survivor in result.survivors:
        place = survivor.place
        home = f"{survivor.of}.yaml" if isinstance(survivor.example, Example) else f"areas.yaml, '{survivor.of}'"
        lines.append(f"{place.file}:{place.line}:{place.column}: {survivor.change}: no example or promise notices.")
        lines += [f"An example that would, for {home}; say in its name what is special:", as_yaml(survivor.example), ""]
    lines.append(
        f"{count(result.tried, 'alteration')}: {result.noticed:,} noticed, {len(result.survivors):,} not noticed, "
        f"{result.no_effect:,} that change nothing for any visitor."
    )
    return "\n".join(lines)


def as_json(result: MutationResult) -> dict[str, Any]:
    """The result as one JSON object."""
    survivors = [
        {
            **asdict(survivor.place),
            "id": survivor.id,
            "change": survivor.change,
            "of": survivor.of,
            "yaml": as_yaml(survivor.example),
        }
        for survivor in result.survivors
    ]
    return {"tried": result.tried, "noticed": result.noticed, "no-effect": result.no_effect, "survivors": survivors}
