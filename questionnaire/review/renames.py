"""Options, questions, choices and caveats that have another id in a new version, and the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..rulebook.model import Condition, Rulebook
from ..rulebook.statements import statements

Names = Mapping[str, str]


@dataclass(frozen=True)
class Renames:
    """The new id of everything that was renamed, by its old id. Choices are pairs of question (new id) and choice."""

    options: Names
    questions: Names
    choices: Mapping[tuple[str, str], str]
    caveats: Names

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """Each rename as (what, old, new)."""
        yield from (("option", *pair) for pair in self.options.items())
        yield from (("question", *pair) for pair in self.questions.items())
        yield from (("choice", f"{q}={old}", f"{q}={new}") for (q, old), new in self.choices.items())
        yield from (("caveat", *pair) for pair in self.caveats.items())

    def condition(self, when: Condition) -> Condition:
        """An old condition in the new names."""
        lines = ((self.questions.get(question, question), choices) for question, choices in when.lines)
        return Condition(tuple((q, tuple(self.choices.get((q, c), c) for c in choices)) for q, choices in lines))


def renames(old: Rulebook, new: Rulebook) -> Renames:
    """Pair what only one version has with what only the other has, where all words are the same and nothing else's."""
    questions = _pairs(_words(old, "questions"), _words(new, "questions"))
    choices: dict[tuple[str, str], str] = {}
    for id, question in old.questions.items():
        new_id = questions.get(id, id)
        if new_id in new.questions:
            labels = [{c.id: (c.label, c.hint) for c in q.choices.values()} for q in (question, new.questions[new_id])]
            choices |= {(new_id, gone): come for gone, come in _pairs(*labels).items()}
    options, caveats = (_pairs(_words(old, part), _words(new, part)) for part in ("options", "caveats"))
    return Renames(options, questions, choices, caveats)


def _words(rulebook: Rulebook, part: str) -> dict[str, tuple[str, ...]]:
    """All words of each option, question or caveat; those of an option begin with its area, as it can't be renamed."""
    words: dict[str, tuple[str, ...]] = {}
    for statement in statements(rulebook, part):
        id = statement.path[1]
        words[id] = (*words.get(id, (id.split("/")[0] if part == "options" else "",)), statement.text)
    return words


def _pairs(old: Mapping[str, Hashable], new: Mapping[str, Hashable]) -> Names:
    """{old id: new id} where one id alone went and one alone came with the same words."""
    gone = {id: words for id, words in old.items() if id not in new}
    come = {id: words for id, words in new.items() if id not in old}
    times = Counter(gone.values()), Counter(come.values())
    by_words = {words: id for id, words in come.items()}
    return {id: by_words[words] for id, words in gone.items() if times[0][words] == times[1][words] == 1}


def in_new_names(old: Rulebook, names: Renames) -> Rulebook:
    """The old rulebook with the new ids in all that decides what visitors get; not in its promises and examples."""

    def option(id: str) -> str:
        return names.options.get(id, id)

    questions = {}
    for id, question in old.questions.items():
        new_id = names.questions.get(id, id)
        choices = {names.choices.get((new_id, c), c): choice for c, choice in question.choices.items()}
        questions[new_id] = replace(
            question,
            id=new_id,
            choices={c: replace(choice, id=c) for c, choice in choices.items()},
            asked_when=replace(question.asked_when, condition=names.condition(question.asked_when.condition)),
        )
    caveats = [
        replace(
            caveat,
            id=names.caveats.get(caveat.id, caveat.id),
            when=names.condition(caveat.when),
            options=tuple(map(option, caveat.options)),
        )
        for caveat in old.caveats.values()
    ]
    return replace(
        old,
        questions=questions,
        areas={
            area.id: replace(
                area,
                in_scope_when=tuple(map(names.condition, area.in_scope_when)),
                options=tuple(map(option, area.options)),
            )
            for area in old.areas.values()
        },
        options={
            option(one.id): replace(
                one, id=option(one.id), rules=tuple(replace(r, when=names.condition(r.when)) for r in one.rules)
            )
            for one in old.options.values()
        },
        caveats={caveat.id: caveat for caveat in caveats},
    )
