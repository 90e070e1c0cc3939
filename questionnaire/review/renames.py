"""Options, questions, choices and caveats that have another id in a new version, and the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import replace

from ..rulebook.model import Condition, Question, Rulebook
from ..rulebook.statements import statements

Names = Mapping[tuple[str, str], str]
"""{(what, old id): new id} of all that was renamed. Choices are `question=choice`, their question by its new id."""


def renames(old: Rulebook, new: Rulebook) -> Names:
    """Pair what only one version has with what only the other has, where all words are the same and nothing else's."""
    options, questions, caveats = (
        _pairs(_words(old, part), _words(new, part)) for part in ("options", "questions", "caveats")
    )
    choices: dict[str, str] = {}
    for name, question in old.questions.items():
        new_id = questions.get(name, name)
        if new_id in new.questions:
            choices |= _pairs(_labels(question, new_id), _labels(new.questions[new_id], new_id))
    kinds = {"option": options, "question": questions, "choice": choices, "caveat": caveats}
    return {(what, old_id): new_id for what, pairs in kinds.items() for old_id, new_id in pairs.items()}


def _words(rulebook: Rulebook, part: str) -> dict[str, tuple[str, ...]]:
    """All words of each option, question or caveat; those of an option begin with its area, as it can't be renamed."""
    words: dict[str, tuple[str, ...]] = {}
    for statement in statements(rulebook, part):
        name = statement.path[1]
        words[name] = (*words.get(name, (name.split("/")[0] if part == "options" else "",)), statement.text)
    return words


def _labels(question: Question, question_id: str) -> dict[str, tuple[str, str]]:
    return {f"{question_id}={choice.id}": (choice.label, choice.hint) for choice in question.choices.values()}


def _pairs(old: Mapping[str, Hashable], new: Mapping[str, Hashable]) -> dict[str, str]:
    """{old id: new id} where one id alone went and one alone came with the same words."""
    gone = {name: words for name, words in old.items() if name not in new}
    come = {name: words for name, words in new.items() if name not in old}
    times = Counter(gone.values()), Counter(come.values())
    by_words = {words: name for name, words in come.items()}
    return {name: by_words[words] for name, words in gone.items() if times[0][words] == times[1][words] == 1}


def in_new_names(old: Rulebook, names: Names) -> Rulebook:
    """The old rulebook with the new ids in all that decides what visitors get; not in its promises and examples."""

    def new(what: str, name: str) -> str:
        return names.get((what, name), name)

    def choice(question: str, name: str) -> str:
        return new("choice", f"{question}={name}").removeprefix(f"{question}=")

    def condition(when: Condition) -> Condition:
        lines = [(new("question", question), choices) for question, choices in when.lines]
        return Condition(tuple((q, tuple(choice(q, name) for name in choices)) for q, choices in lines))

    def options(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new("option", name) for name in names)

    questions, areas, of_areas, caveats = {}, {}, {}, {}
    for question in old.questions.values():
        name = new("question", question.id)
        choices = [replace(one, id=choice(name, one.id)) for one in question.choices.values()]
        asked = replace(question.asked_when, condition=condition(question.asked_when.condition))
        by_id = {one.id: one for one in choices}
        questions[name] = replace(question, id=name, choices=by_id, asked_when=asked)
    for area in old.areas.values():
        scope = tuple(map(condition, area.in_scope_when))
        areas[area.id] = replace(area, in_scope_when=scope, options=options(area.options))
    for option in old.options.values():
        name = new("option", option.id)
        rules = tuple(replace(rule, when=condition(rule.when)) for rule in option.rules)
        of_areas[name] = replace(option, id=name, rules=rules)
    for caveat in old.caveats.values():
        name = new("caveat", caveat.id)
        caveats[name] = replace(caveat, id=name, when=condition(caveat.when), options=options(caveat.options))
    holds = {new("option", name): hold for name, hold in old.holds.items()}
    return replace(old, questions=questions, areas=areas, options=of_areas, caveats=caveats, holds=holds)
