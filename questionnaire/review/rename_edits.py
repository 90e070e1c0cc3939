"""Another id, or other words for visitors, for an option, question, choice or caveat, in every file that has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..decide.build_tables import DecisionTables, build
from ..decide.in_force import may_be_withdrawn
from ..rulebook.load import load
from ..rulebook.model import Rulebook
from ..rulebook.schema import SIGN_OFFS, TRANSLATIONS
from .diff import diff, sections
from .edits_of_files import Change, EditError, Files, edited_files, names, tried

CONDITIONS = {"when", "answers", "in-scope-when"}
CAVEATS = {"caveat", "caveats", "notes", "no-notes", "notes-begin-with", "first", "carries", "lacks"}
LONGEST_ID = 60
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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
        with tried(folder, renaming(folder, rulebook, old, new).files) as there:
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
    files = edited_files(
        folder, lambda name, values: change(name, worded(name, values)) if new else worded(name, values), short
    )
    if kind == "option" and new:
        files = {**files, f"{after}.yaml": files.get(f"{before}.yaml") or (folder / f"{before}.yaml").read_bytes()}
        files |= {f"{before}.yaml": None}
        files |= {name: None for name in names(folder, SIGN_OFFS) if name.endswith(f"/{before}.yaml")}
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
