"""Checks of what has to go together: a treatment and an area in one claim, and the careful side of a conflict."""

from __future__ import annotations

from collections.abc import Iterator

from ...rulebook.model import Rulebook
from ...rulebook.problems import Problem, error
from ...rulebook.statements import Statement
from .comparing import SENTENCE_END, claims_of, has_word
from .registry import statement_check


@statement_check
def together(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A sentence names a treatment and an area, and none of its claims names both, so that none says it of that area.

    Bad: "Walking makes hip dips show less.", resting on a claim about walking and another about hip dips.
    Good: one of the claims says it of that treatment and that area, or the sentence says that it is not said.
    """
    claims, lexicon = claims_of(rulebook, statement) if statement.cited else [], rulebook.standards.lexicon
    names = {area.name.lower() for area in rulebook.areas.values()}
    of_areas = [words for words in lexicon.treatments if names.intersection(word.lower() for word in words)]
    for sentence in SENTENCE_END.split(statement.text) if claims else ():
        if sentence.endswith("?") or has_word(sentence, lexicon.silences):
            continue
        for area in filter(lambda words: has_word(sentence, words), of_areas):
            for other in lexicon.treatments[: lexicon.treatments.index(of_areas[0])]:
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
