"""The rulebook in another language: the same one, with other texts. Nothing but words can differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass, replace
from typing import Any, Literal

from .fingerprint import of_text
from .model import CitedText, Rulebook, TranslatedText
from .statements import Statement, statements
from .translation_faults import text_faults

State = Literal["done", "new", "stale", "faulty"]
MOST_ORIGINALS = 10
"""Of how many texts one at most may be shown in the original: with more, the language is not offered."""


def states(rulebook: Rulebook, language: str) -> dict[str, State]:
    """For each text its state in a language: done; not translated yet; translated when it said something else; or
    translated in a way that can't be shown.

    Raises KeyError for a language that the rulebook has no file for.
    """
    texts = rulebook.translations[language].texts
    return {
        statement.id: _state(rulebook, language, statement, texts.get(statement.id))
        for statement in statements(rulebook)
        if statement.text
    }


def _state(rulebook: Rulebook, language: str, statement: Statement, translated: TranslatedText | None) -> State:
    if translated is None or not translated.text or translated.mark == "new":
        return "new"
    if translated.mark or translated.of != of_text(statement.text):
        return "stale"
    return "faulty" if text_faults(language, statement.text, translated.text, rulebook.standards) else "done"


def offered(rulebook: Rulebook) -> list[str]:
    """The languages that visitors are offered: those that were complete once, while nearly every text is theirs."""
    return [
        code for code in rulebook.translations if is_offered(rulebook, code, Counter(states(rulebook, code).values()))
    ]


def is_offered(rulebook: Rulebook, language: str, count: Mapping[State, int]) -> bool:
    """Whether a language of which this many texts are in each state is offered."""
    total = sum(count.values())
    was_complete = bool(rulebook.translations[language].complete) or not count.get("new", 0)
    return was_complete and (total - count.get("done", 0)) * MOST_ORIGINALS <= total


def translated(rulebook: Rulebook, language: str, original: Callable[[str], str] = str) -> Rulebook:
    """The rulebook in a language. A text that has no translation which may be shown stays as it was written:
    `original` makes of it what stands there.

    Ids, conditions and the fingerprint are the same; sign-offs are those of the language. Raises KeyError as `states`.
    """
    translation, state = rulebook.translations[language], states(rulebook, language)
    originals: dict[str, str] = {}
    tree: dict[str, Any] = {}
    for statement in statements(rulebook):
        if statement.text:
            branch = tree
            for step in statement.path[:-1]:
                branch = branch.setdefault(step, {})
            done = state[statement.id] == "done"
            branch[statement.path[-1]] = translation.texts[statement.id].text if done else original(statement.text)
            originals[statement.id] = of_text(statement.text)
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
    return replace(new, questions=questions, language=language, originals=originals, sign_offs=translation.sign_offs)


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
