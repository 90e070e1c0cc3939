"""Edits of many rule files at once: retire, answer a new question in all examples, accept what examples give, hold.

Each returns the files that would be other and writes nothing (`edits_of_files.write` does). Who has the rulebook or
tables of the folder already gives them, so that they are not built a second time. Renames are in `rename_edits.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..decide.build_tables import DecisionTables, build
from ..decide.in_force import may_be_withdrawn, without_clinic
from ..decide.tables import DecisionTable, NoteTable
from ..rulebook.load import load
from ..rulebook.model import Rulebook
from ..rulebook.schema import SIGN_OFFS
from ..rulebook.yaml_edit import edited
from ..rulebook.yaml_tree import read_bytes
from .edits_of_files import EditError, Files, edited_files, names

HOLDS = "holds.yaml"
NO_HOLDS = b"# Options that a reviewer holds back (`flask rules hold`): no page shows them.\nholds: []\n...\n"


def retire(folder: Path, option: str, rulebook: Rulebook | None = None) -> Files:
    """Take an option out of the rules: its file, its place in its area, and its name wherever others use it.

    What speaks of it alone (a shared caveat, a promise, a rule of the clinic's) goes with it. Raises EditError for an
    option that there is not, or that is always listed.
    """
    rulebook = rulebook or load(folder)
    if option not in rulebook.options:
        raise EditError(f"there is no option '{option}'; known: {', '.join(rulebook.options)}")
    area, _, short = option.partition("/")
    if not may_be_withdrawn(rulebook, option):
        raise EditError("leaving things as they are is always listed; it can't be retired")

    def change(name: str, values: Any) -> Any:
        if name == "areas.yaml":
            for one in values["areas"]:
                if one["area"] == area:
                    one["options"] = [other for other in one["options"] if other != short]
        return _without(values, option)

    gone = {f"{option}.yaml", *(one for one in names(folder, SIGN_OFFS) if one.endswith(f"/{option}.yaml"))}
    files = {name: data for name, data in edited_files(folder, change, short).items() if name not in gone}
    return {**files, **dict.fromkeys(sorted(gone))}


def _without(value: Any, option: str) -> Any:
    """The same values without an option, and without the entries of lists that were about it alone."""
    if isinstance(value, list):
        kept = (_without(part, option) for part in value if part != option and not _about(part, option))
        return [part for part in kept if part is not None]
    if isinstance(value, dict):
        return {key: _without(part, option) for key, part in value.items()}
    return value


def _about(entry: Any, option: str) -> bool:
    if not isinstance(entry, dict):
        return False
    if str(entry.get("text", "")).startswith(f"{option}.") and "check" in entry:  # an exception for one of its texts
        return True
    named = (entry.get("options"), entry.get("for", {}).get("options") if isinstance(entry.get("for"), dict) else None)
    return [option] in named or option in (entry.get("same-verdict-as"), entry.get("hold"))


def answer_all(folder: Path, question: str, choice: str, tables: DecisionTables | None = None) -> Files:
    """Give every example that a question is asked in, and that has no answer to it, this answer.

    What an example then gives is for `accept`. Raises EditError for a question or choice that there is not.
    """
    tables = tables or build(load(folder))
    rulebook = tables.rulebook
    if question not in rulebook.questions or choice not in rulebook.questions[question].choices:
        known = rulebook.questions[question].choices if question in rulebook.questions else rulebook.questions
        raise EditError(f"there is no '{question}={choice}'; known: {', '.join(known)}")

    def filled(example: Any, scope: str) -> Any:
        answers = example["answers"]
        lacks = _lacks(tables.options.get(scope) or tables.notes[scope], question, answers)
        return {**example, "answers": {**answers, question: choice}} if lacks else example

    def change(name: str, values: Any) -> Any:
        for scope, block in _with_examples(name, values, rulebook):
            block["examples"] = [filled(example, scope) for example in block.get("examples", [])]
        return values

    return edited_files(folder, change)


def not_answered(tables: DecisionTables) -> dict[str, int]:
    """{question: in how many examples it is asked and has no answer}, for `answer_all`."""
    rulebook, lacking = tables.rulebook, Counter[str]()

    def count_in(table: DecisionTable | NoteTable, answers: Mapping[str, str]) -> None:
        lacking.update(question for question in table.questions if _lacks(table, question, answers))

    for option in rulebook.options.values():
        for example in option.examples:
            count_in(tables.options[option.id], example.answers)
    for area in rulebook.areas.values():
        for noted in area.examples:
            count_in(tables.notes[area.id], noted.answers)
    return {question: lacking[question] for question in rulebook.questions if lacking[question]}


def _lacks(table: DecisionTable | NoteTable, question: str, answers: Mapping[str, str]) -> bool:
    """Whether answers that lead to no row have none to this question, which the table asks."""
    return question in table.questions and question not in answers and not _leads(table, answers)


def hold(folder: Path, option: str, by: str, because: str, today: date, rulebook: Rulebook | None = None) -> Files:
    """Hold an option back from all pages, whatever signed it: the third outcome of a review.

    Raises EditError for an option that there is not, that is always listed, or that is held back already.
    """
    rulebook = rulebook or load(folder)
    if not may_be_withdrawn(rulebook, option):
        known = ", ".join(name for name in rulebook.options if may_be_withdrawn(rulebook, name))
        raise EditError(f"'{option}' can't be held back; known: {known}")
    if held := rulebook.holds.get(option):
        raise EditError(f"{held.by} holds '{option}' back already, since {held.on}")
    entry = {"hold": option, "by": by, "on": today.isoformat(), "because": because}
    return _with_holds(folder, lambda holds: [*holds, entry])


def lift(folder: Path, option: str, rulebook: Rulebook | None = None) -> Files:
    """Take the hold on an option away. Raises EditError where there is none."""
    holds = (rulebook or load(folder)).holds
    if option not in holds:
        raise EditError(f"nobody holds '{option}' back; held back: {', '.join(holds) or 'none'}")
    return _with_holds(folder, lambda entries: [entry for entry in entries if entry["hold"] != option])


def _with_holds(folder: Path, change: Callable[[list[Any]], list[Any]]) -> Files:
    path = folder / HOLDS
    data = path.read_bytes() if path.is_file() else NO_HOLDS
    values = read_bytes(data, HOLDS).plain()
    holds = change(values["holds"])
    return {HOLDS: edited(data, {"holds": holds}, HOLDS) if holds else None}


def _leads(table: DecisionTable | NoteTable, answers: Mapping[str, str]) -> bool:
    """Whether these answers lead to a row: every question that is asked of who gives them is answered."""
    try:
        table.row(answers)
    except KeyError:
        return False
    return True


def accept(folder: Path, scope: str, tables: DecisionTables | None = None) -> Files:
    """Write what the rules now give into the examples of an option or an area: verdict, reasons, caveats, or notes.

    Raises EditError for what is neither, and where an example's answers lead nowhere.
    """
    tables = without_clinic(tables or build(load(folder)))
    rulebook = tables.rulebook
    if scope not in rulebook.options and scope not in rulebook.areas:
        raise EditError(f"there is no option or area '{scope}'")

    def change(name: str, values: Any) -> Any:
        for one, block in _with_examples(name, values, rulebook):
            if one == scope:
                block["examples"] = [_given(tables, scope, example) for example in block.get("examples", [])]
        return values

    return edited_files(folder, change)


def _given(tables: DecisionTables, scope: str, example: Any) -> Any:
    try:
        if scope in tables.options:
            row = tables.options[scope].row(example["answers"])
            given: dict[str, Any] = {"because": [rule.id for rule in row.because]}
            given |= {"verdict": row.verdict, "caveats": [caveat.id for caveat in row.caveats]}
        else:
            notes = tables.notes[scope].row(example["answers"])
            given = {"notes": [note.id for note in notes]}
            if "first" in example:
                given["first"] = [note.id for note in notes if note.first]
    except KeyError:
        raise EditError(
            f"the example '{example['example']}' of '{scope}' has answers that lead nowhere; mend them first"
        ) from None
    kept = {key: value for key, value in given.items() if key == "verdict" or {*value} != {*example[key]}}
    return {**example, **kept}


def _with_examples(name: str, values: Any, rulebook: Rulebook) -> Iterator[tuple[str, Any]]:
    """The options and areas whose examples a file holds, with their blocks."""
    option = name.removesuffix(".yaml")
    if option in rulebook.options:
        yield option, values
    elif name == "areas.yaml":
        yield from ((area["area"], area) for area in values["areas"])
