"""Checks of what has to go together: a treatment and an area in one claim, and the careful side of a conflict."""

from __future__ import annotations

from collections.abc import Iterator

from ...rulebook.model import Rulebook
from ...rulebook.problems import Problem, error
from ...rulebook.statements import Statement
from .matching_claims import SENTENCE_END, claims_of, has_word
from .registry import statement_check

Names = tuple[str, ...]


def _treatments_and_areas(rulebook: Rulebook) -> tuple[list[Names], list[Names]]:
    """The names of standards.yaml that stand above those of the areas, and those of the areas."""
    lines = list(rulebook.standards.lexicon.treatments)
    names = {area.name.lower() for area in rulebook.areas.values()}
    areas = [line for line in lines if names.intersection(word.lower() for word in line)]
    return lines[: lines.index(areas[0])] if areas else lines, areas


@statement_check
def together(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A sentence names a treatment and an area, and none of its claims names both, so that none says it of that area.

    Bad: "Walking makes hip dips show less.", resting on a claim about walking and another about hip dips.
    Good: one of the claims says it of that treatment and that area, or the sentence says that it is not said.
    """
    claims, lexicon = claims_of(rulebook, statement) if statement.cited else [], rulebook.standards.lexicon
    treatments, of_areas = _treatments_and_areas(rulebook)
    for sentence in SENTENCE_END.split(statement.text) if claims else ():
        if sentence.endswith("?") or has_word(sentence, lexicon.silences):
            continue
        for area in filter(lambda words: has_word(sentence, words), of_areas):
            for other in treatments:
                named = has_word(sentence, other)
                if named and not any(has_word(says, other) and has_word(says, area) for says in claims):
                    message = f"no claim of '{statement.id}' names both “{named}” and “{has_word(sentence, area)}”"
                    advice = "cite the claim that says it, or make two sentences of it"
                    yield error(statement.place, "together", message, advice)


@statement_check
def careful_side(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A decided conflict does not follow a side that denies something ("cannot", "no guarantee").

    Bad: of "ways to be rid of both for good" and "hip dips cannot be removed", the first is followed.
    Good: `follows` has a passage of each side that denies, or standards.yaml says why not.
    """
    if statement.path[0] != "conflicts" or "sides" not in statement.path:
        return
    conflict = rulebook.conflicts[statement.path[1]]
    side = conflict.sides[int(statement.path[3]) - 1]
    denies = has_word(side.says, set(rulebook.standards.lexicon.negations) - {"without"})
    if denies and not conflict.open and not set(side.passages).intersection(conflict.follows):
        message = f"the conflict '{conflict.id}' does not follow {', '.join(side.passages)}, which says “{denies}”"
        yield error(
            conflict.place, "careful-side", message, "follow the more careful side, or say in standards.yaml why not"
        )


@statement_check
def own_treatment(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A summary names the treatment of another option and not its own; or a caveat of several options that of one.

    Bad: the summary of implants says "Synthetic filler is placed by surgery"; or a caveat of all devices "suction".
    Good: a summary names what its option's name does, or no treatment; what is so of one option stands in its own file.
    """
    lines, _ = _treatments_and_areas(rulebook)
    if statement.path[0] == "options" and statement.path[2:] == ("summary",):
        own = rulebook.options[statement.path[1]].name
        others = [option.name for option in rulebook.options.values() if option.name != own]
        named = [line for line in lines if has_word(statement.text, line)]
        strange = [line for line in named if not has_word(own, line) and any(has_word(name, line) for name in others)]
        if strange and any(has_word(own, line) for line in lines) and not any(has_word(own, line) for line in named):
            message = f"'{statement.id}' names “{has_word(statement.text, strange[0])}”, and not what '{own}' is"
            yield error(statement.place, "own-treatment", message, "say what this option is")
    elif statement.path[0] == "caveats":
        names = [rulebook.options[option].name for option in rulebook.caveats[statement.path[1]].options]
        for line in lines:
            of = [name for name in names if has_word(name, line)]
            if of and len(of) < len(names) and has_word(statement.text, line):
                message = (
                    f"'{statement.id}' names “{has_word(statement.text, line)}”, which of its options '{of[0]}' is"
                )
                yield error(statement.place, "own-treatment", message, "say it in that option's own file")


CAN, CANNOT = "what-it-can-do", "what-it-cannot-do"
FIRST_WORDS = 4
"""Where a text says whether it denies: after that it may say of something else what that did not do."""


@statement_check
def can_and_cannot(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """What an option cannot do denies nothing, or what it can do is denied, or said without "can" or "may".

    Bad: the texts of `what-it-can-do` and `what-it-cannot-do` are exchanged, each with its claims.
    Good: `what-it-cannot-do` says "cannot", "will not" or the like, and `what-it-can-do` says "can" or "may".
    """
    lexicon = rulebook.standards.lexicon
    if statement.path[0] != "options" or statement.path[2] != "grid" or not statement.text or not lexicon.negations:
        return
    row, begins = statement.path[3], " ".join(statement.text.split()[:FIRST_WORDS])
    if row == CANNOT and not has_word(statement.text, lexicon.negations):
        yield error(statement.place, "can-and-cannot", f"'{statement.id}' denies nothing", "say what it cannot do")
    elif row == CAN and (denies := has_word(begins, lexicon.negations)):
        message = f"'{statement.id}' says “{denies}”"
        yield error(statement.place, "can-and-cannot", message, f"say what it can do; '{CANNOT}' is for the rest")
    elif row == CAN and not has_word(statement.text, ("can", *lexicon.hedges)):
        message = f"'{statement.id}' says what it does, not what it can do"
        yield error(statement.place, "can-and-cannot", message, "say it with “can” or “may”")
