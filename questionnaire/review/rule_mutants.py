"""Does any example or promise notice when a rule is altered? Each alteration is tried, and those unnoticed are told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..decide.build_tables import DecisionTable, DecisionTables, Key, NoteTable, key, note_table, option_table
from ..decide.in_force import without_clinic
from ..decide.routing import smallest
from ..rulebook.model import Answers, Example, NoteExample, Promise
from ..rulebook.problems import Place
from .checks.examples_and_promises import example_faults, note_example_faults
from .make_mutants import mutants
from .phrases import answer_words, count
from .promises import broken_promises

Progress = Callable[[int, int], None]
Pinned = Mapping[Key, tuple[Collection[str], ...]]
"""What an example pins of each row: the verdict, and the ids of rules, caveats or notes."""
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
    """How many alterations were tried, how many of these change nothing that a visitor gets, and who survived.

    `unbroken`: the promises that no alteration breaks, without those on questions to ask, which no alteration reaches
    (the check `toothless-promise` does).
    """

    tried: int
    no_effect: int
    survivors: tuple[Survivor, ...]
    unbroken: tuple[Promise, ...] = ()

    @property
    def noticed(self) -> int:
        """How many an example or promise noticed."""
        return self.tried - self.no_effect - len(self.survivors)


def survivors(tables: DecisionTables, progress: Progress | None = None) -> MutationResult:
    """Try every mutant against the examples and promises that hold now. Calls progress(done, total) after each."""
    tables = without_clinic(tables)  # examples and promises are about the article's rules
    total = sum(1 for _ in mutants(tables.rulebook))
    broken = {problem.place for problem in broken_promises(tables)}
    unnoticed, no_effect, breakable = [], 0, broken.copy()
    for done, mutant in enumerate(mutants(tables.rulebook), 1):
        altered = DecisionTables(
            mutant.rulebook,
            _twins(tables, mutant.options)
            | {option: option_table(mutant.rulebook, option) for option in mutant.options},
            {area: note_table(mutant.rulebook, area) for area in mutant.areas},
        )
        example = _missing_example(tables, altered)
        breaks = {problem.place for problem in broken_promises(altered)} - broken if example else set()
        breakable |= breaks
        if example is None:
            no_effect += 1
        elif not breaks and not _noticed(tables, altered):
            unnoticed.append(Survivor(mutant.id, mutant.says, mutant.place, example.place.file, example))
        if progress:
            progress(done, total)
    reached = [one for one in tables.rulebook.promises if not one.asks]
    unbroken = [promise for promise in reached if promise.place not in breakable]
    return MutationResult(total, no_effect, tuple(unnoticed), tuple(unbroken))


def _twins(tables: DecisionTables, options: Collection[str]) -> dict[str, DecisionTable]:
    """The tables of the options whose verdict a promise holds against that of one of these, or the other way round."""
    pairs = [{option, one.same_verdict_as} for one in tables.rulebook.promises for option in one.options]
    twins = {name for pair in pairs if "" not in pair and pair.intersection(options) for name in pair}
    return {name: tables.options[name] for name in twins}


def _noticed(tables: DecisionTables, altered: DecisionTables) -> bool:
    """Whether a gap or an example tells the altered tables from the real ones. Examples that fail already do not."""
    rulebook = tables.rulebook
    for option, table in altered.options.items():
        real = tables.options[option]
        if any(key(table.questions, real.answers(row)) not in table.rows for row in real.rows):
            return True  # a gap, which no site starts with
        for example in rulebook.options[option].examples:
            if any(example_faults(altered, option, example)) and not any(example_faults(tables, option, example)):
                return True
    for area in altered.notes:
        for noted in rulebook.areas[area].examples:
            if any(note_example_faults(altered, area, noted)) and not any(note_example_faults(tables, area, noted)):
                return True
    return False


def _missing_example(tables: DecisionTables, altered: DecisionTables) -> Example | NoteExample | None:
    """The shortest example of an option or area (its `place`) that gives something else; None where none does."""
    for option, table in altered.options.items():
        real = tables.options[option]
        if shortest := _shortest(real.questions, _pinned(real), table.questions, _pinned(table)):
            name, answers = shortest
            row = real.row(answers)
            because, caveats = tuple(rule.id for rule in row.because), tuple(caveat.id for caveat in row.caveats)
            return Example(name, answers, row.verdict, because, caveats, Place(option))
    for area, notes in altered.notes.items():
        before = tables.notes[area]
        if shortest := _shortest(before.questions, _pinned_notes(before), notes.questions, _pinned_notes(notes)):
            name, answers = shortest
            return NoteExample(name, answers, tuple(note.id for note in before.row(answers)), Place(area))
    return None


def _pinned(table: DecisionTable) -> Pinned:
    return {
        at: (row.verdict, frozenset(rule.id for rule in row.because), frozenset(caveat.id for caveat in row.caveats))
        for at, row in table.rows.items()
    }


def _pinned_notes(table: NoteTable) -> Pinned:
    return {at: ("", tuple(note.id for note in notes)) for at, notes in table.rows.items()}


def _shortest(
    questions: tuple[str, ...], rows: Pinned, new_questions: tuple[str, ...], new_rows: Pinned
) -> tuple[str, Answers] | None:
    """The answers of the row with the fewest ids that altered rows give otherwise, and a name for them to begin with:
    the answers that make the difference. An altered table reads no question that the real one does not.
    """
    every = [{q: c for q, c in zip(questions, row, strict=True) if c is not None} for row in rows]

    def differs(answers: Answers) -> bool:
        return new_rows.get(key(new_questions, answers)) != rows[key(questions, answers)]

    def length(answers: Answers) -> int:
        return sum(map(len, rows[key(questions, answers)][1:]))

    answers = min(filter(differs, every), key=length, default=None)
    if answers is None:
        return None
    return f"With {answer_words(smallest(answers, every, differs))}", answers


def as_yaml(example: Example | NoteExample) -> str:
    """An example as it stands in a rule file, ready to paste under `examples`."""
    answers = ", ".join(f"{_word(question)}: {_word(choice)}" for question, choice in example.answers.items())
    lines = [f"example: {example.name}", f"answers: {{{answers}}}"]
    if isinstance(example, Example):
        lines += [f"verdict: {example.verdict}", f"because: {_words(example.because)}"]
        lines.append(f"caveats: {_words(example.caveats)}")
    else:
        lines.append(f"notes: {_words(example.notes)}")
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
    for promise in result.unbroken:
        at = f"{promise.place.file}:{promise.place.line}:{promise.place.column}"
        lines.append(f"{at}: no alteration breaks the promise '{promise.id}': is it as strong as it should be?")
    lines.append(
        f"{count(result.tried, 'alteration')}: {result.noticed:,} noticed, {len(result.survivors):,} not noticed, "
        f"{result.no_effect:,} that change nothing for any visitor."
    )
    return "\n".join(lines)


def as_json(result: MutationResult) -> dict[str, Any]:
    """The result as one JSON object."""
    survivors = [
        asdict(one.place) | {"id": one.id, "change": one.change, "of": one.of, "yaml": as_yaml(one.example)}
        for one in result.survivors
    ]
    return {"tried": result.tried, "noticed": result.noticed, "no-effect": result.no_effect, "survivors": survivors}
