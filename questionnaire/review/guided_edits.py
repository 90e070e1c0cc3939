"""Edits of many rule files at once: rename, retire, answer a new question in all examples, accept what examples give.

Each returns the files that would be other and writes nothing; `write` puts them in place, all or none. Comments, order
and quotes around what differs stay. Who has the folder's rulebook or tables already gives them, so that they are not
built a second time.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..decide.build_tables import DecisionTables, build
from ..decide.in_force import may_be_withdrawn, without_clinic
from ..decide.tables import DecisionTable, NoteTable
from ..rulebook.load import load
from ..rulebook.model import Rulebook
from ..rulebook.rule_files import rule_files
from ..rulebook.schema import SIGN_OFFS, TRANSLATIONS
from ..rulebook.write_file import write_files
from ..rulebook.yaml_edit import edited
from ..rulebook.yaml_tree import read_bytes
from .diff import diff, sections

Files = Mapping[str, bytes | None]
"""{path below the folder: what it is to hold, or None for a file that goes}."""
Change = Callable[[str, Any], Any]
"""A file's path below the folder and its values; gives the values that it is to have."""
CONDITIONS = {"when", "answers", "in-scope-when"}
CAVEATS = {"caveat", "caveats", "notes", "no-notes", "notes-begin-with", "first", "carries", "lacks"}
HOLDS = "holds.yaml"
NO_HOLDS = b"# Options that a reviewer holds back (`flask rules hold`): no page shows them.\nholds: []\n...\n"
LONGEST_ID = 60
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class EditError(Exception):
    """An edit that can't be made; nothing was written. Says why and what to do."""


@dataclass(frozen=True)
class Renaming:
    """What a rename makes of an option, a choice, a question or a caveat.

    `kind`: which of these; `before`, `after`: its whole id; `files`: those that would be other. The ids of its texts
    begin with `texts_before`, and then with `texts_after`.
    """

    kind: str
    before: str
    after: str
    files: Files

    @property
    def texts_before(self) -> str:
        """What the ids of its texts begin with now."""
        return text_ids(self.kind, self.before)

    @property
    def texts_after(self) -> str:
        """What they begin with then."""
        return text_ids(self.kind, self.after)


def rename(folder: Path, old: str, new: str = "", called: str = "") -> Files:
    """Give something another id (`renaming`), after trying that nothing but names would be other."""
    rulebook = load(folder)
    files = renaming(folder, rulebook, old, new, called).files
    if new:
        with _tried(folder, renaming(folder, rulebook, old, new).files) as there:
            refuse_more_than_names(old, build(rulebook), build(load(there)))
    return files


def refuse_more_than_names(old: str, before: DecisionTables, after: DecisionTables) -> None:
    """Raise EditError where anything but the id of `old` differs between tables before and after it was renamed."""
    told = sections(diff(before, after))
    if set(told) - {"Renamed"}:
        more = "; ".join(line for title, lines in told.items() if title != "Renamed" for line in lines[:3])
        raise EditError(f"renaming '{old}' would change more than a name ({more}); rename it by hand")


def renaming(folder: Path, rulebook: Rulebook, old: str, new: str = "", called: str = "") -> Renaming:
    """Give an option (area/name), a choice (question=choice), a question or a caveat another id, wherever it stands.

    `new` is the last part of the id alone: the name of an option in its area, of a choice in its question. `called`:
    what visitors read in its place from then on (an option's name, a question as it is asked, a choice's label).
    Either may be left empty. Raises EditError where nothing has the old id or something has the new one.
    """
    if new and not (ID.fullmatch(new) and len(new) <= LONGEST_ID):
        raise EditError(
            f"'{new}' can't be an id: small letters, digits and single hyphens, such as moved-fat, {LONGEST_ID} at most"
        )
    if new and old in rulebook.options and not may_be_withdrawn(rulebook, old):
        raise EditError("leaving things as they are keeps its id: by that it is known to be always listed")
    if not new and not called:
        raise EditError("give another id, or other words")
    kind, before, after, change = _renaming(rulebook, old, new)
    if called and kind == "caveat":
        raise EditError("visitors read no name of a caveat; change its text where it stands")
    worded = _words_changed(kind, before, called) if called else lambda _, values: values
    short = before.rpartition("/" if kind == "option" else "=")[2]
    files = _edited(
        folder, lambda name, values: change(name, worded(name, values)) if new else worded(name, values), short
    )
    if kind == "option" and new:
        files = {**files, f"{after}.yaml": files.get(f"{before}.yaml") or (folder / f"{before}.yaml").read_bytes()}
        files |= {f"{before}.yaml": None}
        files |= {name: None for name in _names(folder, SIGN_OFFS) if name.endswith(f"/{before}.yaml")}
    return Renaming(kind, before, after if new else before, files)


def text_ids(kind: str, name: str) -> str:
    """What the ids of the texts of an option, a choice, a question or a caveat begin with."""
    question, _, choice = name.partition("=")
    return {
        "option": f"{name}.",
        "choice": f"questions.{question}.choices.{choice}.",
        "question": f"questions.{name}.",
        "caveat": f"caveats.{name}.",
    }[kind]


def _words_changed(kind: str, thing: str, called: str) -> Change:
    """Other words for visitors in the place of an option's name, a question, or a choice's label."""
    question, _, choice = thing.partition("=")

    def change(name: str, values: Any) -> Any:
        if kind == "option" and name == f"{thing}.yaml":
            values["name"] = called
        for one in _declared(name, values):
            if kind != "option" and one["question"] == question:
                for part in one["choices"] if kind == "choice" else ():
                    part |= {"label": called} if part["choice"] == choice else {}
                one |= {"ask": called} if kind == "question" else {}
        return values

    return change


def _renaming(rulebook: Rulebook, old: str, new: str) -> tuple[str, str, str, Change]:
    """What is renamed, its whole id before and after, and the change. Raises EditError."""
    question, equals, choice = old.partition("=")
    if old in rulebook.options:
        area, _, short = old.partition("/")
        kind, before, after, taken = "option", old, f"{area}/{new}", f"{area}/{new}" in rulebook.options
        change = _option_renamed(area, short, new)
    elif equals and question in rulebook.questions and choice in rulebook.questions[question].choices:
        kind, before, after, taken = "choice", old, f"{question}={new}", new in rulebook.questions[question].choices
        change = _choice_renamed(question, choice, new)
    elif (old in rulebook.questions) == (old in rulebook.caveats):
        known = (
            "a question and a caveat have" if old in rulebook.questions else "no option, question, choice or caveat has"
        )
        raise EditError(f"{known} the id '{old}'; give area/option, question=choice, a question or a caveat")
    elif old in rulebook.questions:
        kind, before, after, taken = "question", old, new, new in rulebook.questions
        change = _question_renamed(old, new)
    else:
        kind, before, after, taken = "caveat", old, new, new in rulebook.caveats
        change = _caveat_renamed(old, new)
    if taken:
        raise EditError(f"'{after}' is there already; choose another id")
    return kind, before, after, change


def _option_renamed(area: str, short: str, new: str) -> Change:
    before, after = f"{area}/{short}", f"{area}/{new}"

    def change(name: str, values: Any) -> Any:
        values = _mapped(values, lambda _, word: after if word == before else word)
        if name == "areas.yaml":
            for one in values["areas"]:
                if one["area"] == area:
                    one["options"] = [new if option == short else option for option in one["options"]]
        return _texts_renamed(name, values, text_ids("option", before), text_ids("option", after))

    return change


def _caveat_renamed(old: str, new: str) -> Change:
    def change(name: str, values: Any) -> Any:
        values = _mapped(values, lambda keys, word: new if word == old and CAVEATS.intersection(keys) else word)
        return _texts_renamed(name, values, text_ids("caveat", old), text_ids("caveat", new))

    return change


def _question_renamed(old: str, new: str) -> Change:
    def change(name: str, values: Any) -> Any:
        values = _conditions(values, lambda lines: {new if key == old else key: part for key, part in lines.items()})
        for one in _declared(name, values):
            if one["question"] == old:
                one["question"] = new
        for promise in values.get("promises", []) if name == "promises.yaml" else []:
            if promise.get("going-further", {}).get("question") == old:
                promise["going-further"]["question"] = new
        return _texts_renamed(name, values, text_ids("question", old), text_ids("question", new))

    return change


def _choice_renamed(question: str, old: str, new: str) -> Change:
    def other(value: Any) -> Any:
        return (
            [new if one == old else one for one in value] if isinstance(value, list) else new if value == old else value
        )

    def change(name: str, values: Any) -> Any:
        values = _conditions(
            values, lambda lines: {key: other(part) if key == question else part for key, part in lines.items()}
        )
        for one in _declared(name, values):
            if one["question"] == question:
                for choice in one["choices"]:
                    choice["choice"] = other(choice["choice"])
                for part in ("support-first", "hold-at-ask"):
                    if part in one:
                        one[part]["choices"] = other(one[part]["choices"])
        for promise in values.get("promises", []) if name == "promises.yaml" else []:
            if promise.get("going-further", {}).get("question") == question:
                promise["going-further"]["order"] = other(promise["going-further"]["order"])
        before, after = (text_ids("choice", f"{question}={choice}") for choice in (old, new))
        return _texts_renamed(name, values, before, after)

    return change


def _declared(name: str, values: Any) -> list[Any]:
    """The questions that a file gives."""
    if name == "questions.yaml":
        return [*values["questions"]]
    return [values["question"]] if name == "clinic.yaml" and "question" in values else []


def _texts_renamed(name: str, values: Any, before: str, after: str) -> Any:
    """Translations and exceptions go by the ids of texts, which begin with the id of what they are texts of."""

    def renamed(text: str) -> str:
        return after + text.removeprefix(before) if text.startswith(before) else text

    if name.startswith(f"{TRANSLATIONS}/"):
        return {**values, "texts": {renamed(key): text for key, text in values["texts"].items()}}
    for one in values.get("exceptions", []) if name == "standards.yaml" else []:
        one["text"] = renamed(one["text"])
    return values


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

    gone = {f"{option}.yaml", *(one for one in _names(folder, SIGN_OFFS) if one.endswith(f"/{option}.yaml"))}
    files = {name: data for name, data in _edited(folder, change, short).items() if name not in gone}
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

    return _edited(folder, change)


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

    return _edited(folder, change)


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


def _mapped(value: Any, word: Callable[[tuple[str, ...], str], str], keys: tuple[str, ...] = ()) -> Any:
    """The same values with other words: `word` takes the keys above a word, and the word."""
    if isinstance(value, dict):
        return {key: _mapped(part, word, (*keys, key)) for key, part in value.items()}
    if isinstance(value, list):
        return [_mapped(part, word, keys) for part in value]
    return word(keys[-2:], value) if isinstance(value, str) else value


def _conditions(value: Any, lines: Callable[[dict[str, Any]], dict[str, Any]], key: str = "") -> Any:
    """The same values with other conditions and answers."""
    if isinstance(value, dict):
        if key in CONDITIONS and not any(isinstance(part, dict) for part in value.values()):
            return lines(value)
        return {name: _conditions(part, lines, name) for name, part in value.items()}
    return [_conditions(part, lines, key) for part in value] if isinstance(value, list) else value


def _names(folder: Path, below: str = "") -> list[str]:
    start = folder / below
    return [path.relative_to(folder).as_posix() for path in rule_files(start)] if start.is_dir() else []


def _edited(folder: Path, change: Change, word: str = "") -> dict[str, bytes | None]:
    """The files that a change makes others, of those that hold a word: to parse all of many takes long."""
    files: dict[str, bytes | None] = {}
    for name in _names(folder):
        data = (folder / name).read_bytes()
        if not name.startswith(f"{SIGN_OFFS}/") and word.encode() in data:
            translated = name.startswith(f"{TRANSLATIONS}/")
            tree = read_bytes(data, name, translated)
            values, new = tree.plain(), change(name, tree.plain())
            if new != values:
                files[name] = edited(data, new, name, translated)
    return files


@contextmanager
def _tried(folder: Path, files: Files) -> Iterator[Path]:
    """A copy of a folder with these files in it, to look at what they would make."""
    with tempfile.TemporaryDirectory(prefix="rules-") as beside:
        there = Path(shutil.copytree(folder, Path(beside) / "rules"))
        write_files(there, files)
        yield there


def write(folder: Path, files: Files) -> None:
    """Put these files in place, if the rulebook can be read with them; else nothing changes.

    Raises RulebookError for what could not be read then, OSError where the disk refuses.
    """
    with _tried(folder, files) as there:
        load(there)
    write_files(folder, files)
