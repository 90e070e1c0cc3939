"""The rulebook in another language: the same one, with other texts. Nothing but words can differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from typing import Any, Literal

from .fingerprint import of_text
from .model import CitedText, Rulebook
from .statements import Statement, statements

State = Literal["done", "new", "stale"]


def states(rulebook: Rulebook, language: str) -> dict[str, State]:
    """For each text its state in a language: done, not translated yet, or translated when it said something else.

    Raises KeyError for a language that the rulebook has no file for.
    """
    texts = rulebook.translations[language].texts
    return {statement.id: _state(statement, texts) for statement in statements(rulebook) if statement.text}


def _state(statement: Statement, texts: Mapping[str, Any]) -> State:
    translated = texts.get(statement.id)
    if translated is None or not translated.text:
        return "new"
    return "done" if not translated.mark and translated.of == of_text(statement.text) else "stale"


def complete(rulebook: Rulebook) -> list[str]:
    """The languages that every text is translated to as it says today."""
    return [code for code in rulebook.translations if set(states(rulebook, code).values()) == {"done"}]


def translated(rulebook: Rulebook, language: str) -> Rulebook:
    """The rulebook in a language. A text whose translation is missing or stale stays as it was written.

    Ids, conditions and the fingerprint are the same. Raises KeyError as `states` does.
    """
    texts = rulebook.translations[language].texts
    tree: dict[str, Any] = {}
    for statement in statements(rulebook):
        if statement.text and _state(statement, texts) == "done":
            branch = tree
            for step in statement.path[:-1]:
                branch = branch.setdefault(step, {})
            branch[statement.path[-1]] = texts[statement.id].text
    new: Rulebook = _replaced(rulebook, tree)
    questions = {
        name: replace(
            question,
            worded=(
                name,
                rulebook.questions[name].ask,
                *(part for c in rulebook.questions[name].choices.values() for part in (c.id, c.label)),
            ),
        )
        for name, question in new.questions.items()
    }
    return replace(new, questions=questions)


def _replaced(value: Any, new: Any) -> Any:
    """A part of the rulebook with other texts, which stand in `new` as they do in it."""
    if isinstance(value, CitedText):
        return replace(value, text=new)
    if isinstance(value, str):
        return new
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{name: _replaced(getattr(value, name), part) for name, part in new.items()})
    if isinstance(value, tuple):
        names = [str(getattr(part, "id", number)) for number, part in enumerate(value, 1)]
        return tuple(
            _replaced(part, new[name]) if name in new else part for name, part in zip(names, value, strict=True)
        )
    return {name: _replaced(part, new[name]) if name in new else part for name, part in value.items()}
