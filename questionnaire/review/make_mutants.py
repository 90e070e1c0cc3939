"""Every single alteration of a rulebook's rules and caveats that could change what a visitor gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..rulebook.model import VERDICTS, Caveat, Condition, Rule, Rulebook
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
            says = f"The rule '{rule.id}' of '{option.id}'"
            for how, what, altered in _rules(rulebook, rule):
                rules = [altered if other is rule else other for other in option.rules]
                # The loader puts rules in the order of their sections: one that moved stands where it would then.
                in_order = sorted(filter(None, rules), key=lambda other: VERDICTS.index(other.verdict))
                options = {**rulebook.options, option.id: replace(option, rules=tuple(in_order))}
                changed = replace(rulebook, options=options)
                yield Mutant(f"{option.id}:{rule.id}:{how}", f"{says} {what}", rule.place, (option.id,), (), changed)
    for caveat in rulebook.caveats.values():
        owners = [f"'{name}'" for name in (*caveat.options, *caveat.areas)]
        says = f"The caveat '{caveat.id}'" + (f" of {owners[0]}" if len(owners) == 1 else "")
        for how, what, new, touched, areas in _caveats(rulebook, caveat):
            caveats = {**rulebook.caveats, caveat.id: new}
            changed = replace(rulebook, caveats={name: one for name, one in caveats.items() if one is not None})
            yield Mutant(f"{caveat.id}:{how}", f"{says} {what}", caveat.place, touched, areas, changed)


def _rules(rulebook: Rulebook, rule: Rule) -> Iterator[tuple[str, str, Rule | None]]:
    """Every alteration of a rule: (id, what it does, the rule; None: taken out)."""
    for how, what, when in _conditions(rulebook, rule.when):
        yield how, what, replace(rule, when=when)
    for verdict in VERDICTS:
        if verdict != rule.verdict:
            yield f"gives-{verdict}", f"gives {verdict}, not {rule.verdict}", replace(rule, verdict=verdict)
    yield "dropped", "is taken out", None


def _caveats(
    rulebook: Rulebook, caveat: Caveat
) -> Iterator[tuple[str, str, Caveat | None, tuple[str, ...], tuple[str, ...]]]:
    """Every alteration of a caveat: (id, what it does, the caveat, the options and the areas whose tables change)."""
    options, areas = caveat.options, caveat.areas
    for how, what, when in _conditions(rulebook, caveat.when):
        yield how, what, replace(caveat, when=when), options, areas
    if options or areas:
        yield "dropped", "is taken out", None, options, areas
    if len(options) + len(areas) > 1:
        for name in options:
            fewer = tuple(other for other in options if other != name)
            yield f"off-{name}", f"is taken off '{name}'", replace(caveat, options=fewer), (name,), ()
        for name in areas:
            fewer = tuple(other for other in areas if other != name)
            yield f"off-{name}", f"is taken off the notes of '{name}'", replace(caveat, areas=fewer), (), (name,)


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
