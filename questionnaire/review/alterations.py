"""Every single alteration of a rulebook's rules and caveats that could change what a visitor gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..rulebook.model import VERDICTS, Caveat, Condition, Option, Rule, Rulebook
from ..rulebook.problems import Place


@dataclass(frozen=True)
class Mutant:
    """A rulebook with one alteration. `says` tells it as a sentence without its full stop; only the tables of
    `options` and `areas` can differ. The rulebook's fingerprint is still that of the original.
    """

    id: str
    says: str
    place: Place
    options: tuple[str, ...]
    areas: tuple[str, ...]
    rulebook: Rulebook


def mutants(rulebook: Rulebook) -> Iterator[Mutant]:
    """Each rule: a choice more or less on a line, a line dropped, another verdict, dropped. Each caveat: the same but
    for the verdict, and an option or area off its list. One is made at a time, so that memory stays flat.
    """
    for option in rulebook.options.values():
        for rule in option.rules:
            yield from _of_rule(rulebook, option, rule)
    for caveat in rulebook.caveats.values():
        yield from _of_caveat(rulebook, caveat)


def _of_rule(rulebook: Rulebook, option: Option, rule: Rule) -> Iterator[Mutant]:
    name, says = f"{option.id}:{rule.id}", f"The rule '{rule.id}' of '{option.id}'"

    def mutant(how: str, what: str, new: tuple[Rule, ...]) -> Mutant:
        rules = [altered for other in option.rules for altered in (new if other is rule else (other,))]
        # The loader puts rules in the order of their sections, so one that moved stands where it would after loading.
        rules.sort(key=lambda other: VERDICTS.index(other.verdict))
        options = {**rulebook.options, option.id: replace(option, rules=tuple(rules))}
        changed = replace(rulebook, options=options)
        return Mutant(f"{name}:{how}", f"{says} {what}", rule.place, (option.id,), (), changed)

    for how, what, when in _conditions(rulebook, rule.when):
        yield mutant(how, what, (replace(rule, when=when),))
    for verdict in VERDICTS:
        if verdict != rule.verdict:
            yield mutant(f"gives-{verdict}", f"gives {verdict}, not {rule.verdict}", (replace(rule, verdict=verdict),))
    yield mutant("dropped", "is taken out", ())


def _of_caveat(rulebook: Rulebook, caveat: Caveat) -> Iterator[Mutant]:
    on = [f"'{name}'" for name in (*caveat.options, *caveat.areas)]
    says = f"The caveat '{caveat.id}'" + (f" of {on[0]}" if len(on) == 1 else "")

    def mutant(how: str, what: str, new: Caveat | None, options: tuple[str, ...], areas: tuple[str, ...]) -> Mutant:
        changed = _with_caveat(rulebook, caveat, new)
        return Mutant(f"{caveat.id}:{how}", f"{says} {what}", caveat.place, options, areas, changed)

    for how, what, when in _conditions(rulebook, caveat.when):
        yield mutant(how, what, replace(caveat, when=when), caveat.options, caveat.areas)
    if on:
        yield mutant("dropped", "is taken out", None, caveat.options, caveat.areas)
    if len(on) > 1:
        for option in caveat.options:
            fewer = tuple(other for other in caveat.options if other != option)
            yield mutant(f"off-{option}", f"is taken off '{option}'", replace(caveat, options=fewer), (option,), ())
        for area in caveat.areas:
            fewer = tuple(other for other in caveat.areas if other != area)
            what = f"is taken off the notes of '{area}'"
            yield mutant(f"off-{area}", what, replace(caveat, areas=fewer), (), (area,))


def _with_caveat(rulebook: Rulebook, old: Caveat, new: Caveat | None) -> Rulebook:
    """The rulebook with another caveat in place of `old`, or none."""
    replaced = ((id, new if id == old.id else caveat) for id, caveat in rulebook.caveats.items())
    return replace(rulebook, caveats={id: caveat for id, caveat in replaced if caveat is not None})


def _conditions(rulebook: Rulebook, when: Condition) -> Iterator[tuple[str, str, Condition]]:
    """Every single alteration of a condition: (id, what it does, the condition)."""
    for position, (question, chosen) in enumerate(when.lines):
        before, after = when.lines[:position], when.lines[position + 1 :]
        for choice in rulebook.questions[question].choices:
            if choice not in chosen:
                more = Condition((*before, (question, (*chosen, choice)), *after))
                yield f"also-{question}={choice}", f"also holds for {question}={choice}", more
            elif fewer := tuple(other for other in chosen if other != choice):
                # Without its last choice a line never holds, which is the same as a rule or caveat taken out.
                less = Condition((*before, (question, fewer), *after))
                yield f"not-{question}={choice}", f"no longer holds for {question}={choice}", less
        yield f"without-{question}", f"no longer looks at {question}", Condition((*before, *after))
