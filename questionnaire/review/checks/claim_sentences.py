"""Checks of a claim beside its own sentence, for which the document has to be at hand (`check --document`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from ...rulebook.fingerprint import of_text
from ...rulebook.model import Claim, Rulebook
from ...rulebook.problems import Problem, error
from ..claims_against_document import sentences_by_passage
from .matching_claims import has_word
from .texts import numbers

SentenceCheck = Callable[[Rulebook, Claim, str], Iterator[Problem]]
SENTENCE_CHECKS: dict[str, SentenceCheck] = {}


def beside_documents(rulebook: Rulebook, texts: Collection[str]) -> Iterator[Problem]:
    """Every claim beside its sentence."""
    by_passage = sentences_by_passage(rulebook, *texts)
    excepted = {(one.check, one.text) for one in rulebook.standards.exceptions}
    for claim in rulebook.claims.values():
        if claim.passage in by_passage:
            for name, check in SENTENCE_CHECKS.items():
                if (name, f"claims.{claim.id}.says") not in excepted:
                    yield from check(rulebook, claim, by_passage[claim.passage])


def sentence_check(function: SentenceCheck) -> SentenceCheck:
    """Register a check of one claim beside its sentence."""
    SENTENCE_CHECKS[function.__name__.replace("_", "-")] = function
    return function


@sentence_check
def claim_fingerprint(rulebook: Rulebook, claim: Claim, sentence: str) -> Iterator[Problem]:
    """A claim was written from another version of its sentence.

    Bad: the sentence GHD-8.3 has changed, and its claim still has the old fingerprint.
    Good: the claim was read again beside the sentence, and then given the new fingerprint.
    """
    if claim.fingerprint != of_text(sentence):
        message = (
            f"the claim '{claim.id}' has the fingerprint {claim.fingerprint}, and its sentence {of_text(sentence)}"
        )
        yield error(claim.place, "claim-fingerprint", message, "read the sentence again, then correct both")


@sentence_check
def claim_number(rulebook: Rulebook, claim: Claim, sentence: str) -> Iterator[Problem]:
    """A claim has a number or a length of time that its sentence does not have.

    Bad: `says: Between 30 and 60 percent may be lost.`, where the sentence has 30 to 50.
    Good: the numbers of the claim are those of its sentence.
    """
    known = numbers(sentence)
    for number in numbers(claim.says):
        if number not in known:
            message = f"the claim '{claim.id}' says “{number}”, and its sentence does not"
            yield error(claim.place, "claim-number", message, "read the sentence again, and correct the number")


HEDGED = ("may", "might", "could", "tends", "usually", "potentially", "can help", "can be")
"""How a sentence is careful in so many words; "can" alone also says what somebody is able to do."""


@sentence_check
def claim_hedge(rulebook: Rulebook, claim: Claim, sentence: str) -> Iterator[Problem]:
    """A sentence is careful ("may", "tends to", "can help"), and its claim is sure, or no claim on it is careful.

    Bad: `says: Emsculpt will help how hip dips look.`, where the sentence says that it potentially does.
    Good: the claim has a careful word too, or leaves the careful part to another claim that has one.
    """
    lexicon = rulebook.standards.lexicon
    careful = has_word(sentence, ("may", "might", "could", "tends", "usually", "potentially", "can"))
    sure = has_word(claim.says, lexicon.sure)
    if careful and sure and not has_word(sentence, [sure]):
        message = f"the claim '{claim.id}' says “{sure}”, and its sentence “{careful}”"
        yield error(claim.place, "claim-hedge", message, f"say it with “{careful}” or a word like it")
        return
    others = [one.says for one in rulebook.claims.values() if one.passage == claim.passage and one.id != claim.id]
    hedged = has_word(sentence, HEDGED) if lexicon.hedges else ""
    if hedged and not any(has_word(says, (*lexicon.hedges, "can")) for says in (claim.says, *others)):
        message = f"the claim '{claim.id}' has no careful word, and its sentence says “{hedged}”"
        yield error(claim.place, "claim-hedge", message, f"say it with “{hedged}” or a word like it")


DENYING = ("don't", "doesn't", "won't", "isn't", "lack", "insufficient", "mistakenly", "misperception", "untreated",
           "overlooked", "resistant", "avoid", "preventing")  # fmt: skip
"""How a sentence denies something, beside the words of standards.yaml."""


@sentence_check
def claim_negation(rulebook: Rulebook, claim: Claim, sentence: str) -> Iterator[Problem]:
    """A claim denies something that its sentence does not deny, or the other way round.

    Bad: `says: Hip dips can be removed completely.`, where the sentence says that they cannot.
    Good: the claim denies what its sentence denies.
    """
    negations = rulebook.standards.lexicon.negations
    denies, denied = has_word(claim.says, negations), has_word(sentence, (*negations, *DENYING))
    if denies and not denied:
        message = f"the claim '{claim.id}' says “{denies}”, and its sentence denies nothing"
        yield error(claim.place, "claim-negation", message, "read the sentence again, and correct the claim")
    elif has_word(sentence, negations) and not denies and _alone(rulebook, claim):
        message = f"the claim '{claim.id}' denies nothing, and its sentence says “{denied}”"
        yield error(claim.place, "claim-negation", message, "read the sentence again, and correct the claim")


@sentence_check
def claim_direction(rulebook: Rulebook, claim: Claim, sentence: str) -> Iterator[Problem]:
    """A claim has the opposite of a word of its sentence.

    Bad: `says: Love handles lie below the hips.`, where the sentence says above.
    Good: the claim goes the same way as its sentence.
    """
    for pair in rulebook.standards.lexicon.opposites:
        for one, other in (pair, pair[::-1]):
            said, meant = has_word(claim.says, one), has_word(sentence, other)
            if said and meant and not has_word(sentence, one) and not has_word(claim.says, other):
                message = f"the claim '{claim.id}' says “{said}”, and its sentence “{meant}”"
                yield error(claim.place, "claim-direction", message, "read the sentence again, and correct the claim")


def _alone(rulebook: Rulebook, claim: Claim) -> bool:
    """Whether no other claim rests on the same sentence, so that this one has to say all of it."""
    return all(other.passage != claim.passage or other.id == claim.id for other in rulebook.claims.values())
