"""Checks of meaning: does a text say what its claims say, of the same area, as carefully, and of the same treatment?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...decide.build_tables import DecisionTables
from ...rulebook.model import Rulebook
from ...rulebook.problems import Problem, error, warning
from ...rulebook.statements import Statement
from .claim_sentences import SENTENCE_CHECKS
from .matching_claims import (
    CLAUSE_END,
    SENTENCE_END,
    areas_of,
    claims_of,
    has_word,
    is_reason,
    nearest_claims,
    stems,
    without,
)
from .registry import CHECKS, check, statement_check

EXPLAINED_BESIDE = ("claims", "conflicts", "not_used", "glossary")
"""Parts of the rulebook whose plain texts stand beside the passage or the sentence that they rest on."""

ATTRIBUTED = re.compile(r"\bthe article (?:\w+ )?(?:says|calls|names)\b", re.I)
"""How a text leaves something to the article."""


@statement_check
def area(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A text about one area rests on a claim about the other.

    Bad: `how-long-it-lasts` of a love-handle option cites device-follow-up, which speaks of hip dips.
    Good: the claims of a text are about its own area, or about both.
    """
    places = areas_of(rulebook, statement)
    for claim in statement.claims:
        other = rulebook.area_of(claim)
        if places and other and other not in places:
            message = f"'{statement.id}' rests on '{claim}', which speaks of {other}"
            yield error(statement.place, "area", message, "cite a claim about this area, or say it there")


@statement_check
def hedge(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """All claims of a text, or the one that a sentence of it takes up, are careful ("may", "usually"), and it is not.

    Bad: `text: 30 to 50 percent of the moved fat is lost.`, resting on a claim that says "may be lost".
    Good: the text has a careful word too.
    """
    lexicon = rulebook.standards.lexicon
    for text, claims in nearest_claims(rulebook, statement, SENTENCE_END):
        careful = [has_word(says, lexicon.hedges) for says in claims]
        if all(careful) and not has_word(text, (*lexicon.hedges, *lexicon.softeners)):
            message = f"“{text}” of '{statement.id}' has no careful word, and its claim says “{careful[0]}”"
            yield error(statement.place, "hedge", message, f"say it with “{careful[0]}” or a word like it")
            return


@statement_check
def hardened(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A text is sure of something ("will", "always") that none of its claims is sure of.

    Bad: `text: This will make hip dips show less.`, resting on a claim that says "can".
    Good: the words that make a text sure stand in its claims.
    """
    sure = rulebook.standards.lexicon.sure if statement.cited and statement.claims else ()
    for word in _unbacked(rulebook, statement, sure):
        message = f"'{statement.id}' says “{word}”, and none of its claims does"
        yield error(statement.place, "hardened", message, "say it as carefully as the claims do")


def _unbacked(rulebook: Rulebook, statement: Statement, words: Iterable[str]) -> Iterator[str]:
    """Those of these words that stand in a statement and in none of its claims."""
    claims = claims_of(rulebook, statement)
    for word in words:
        if has_word(statement.text, [word]) and not any(has_word(says, [word]) for says in claims):
            yield word


@statement_check
def negation(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """All claims of a text deny something and the text does not, or the text does and none of its claims.

    Bad: `text: Hip dips can be removed completely.`, resting on a claim that says "cannot".
    Good: the text has a "not", "no", "cannot" or a word like it where its claims have one, and nowhere else.
    """
    lexicon = rulebook.standards.lexicon
    for text, claims in nearest_claims(rulebook, statement, CLAUSE_END):
        denied = [has_word(says, lexicon.negations) for says in claims]
        denies = has_word(without(text, lexicon.silences), lexicon.negations)
        if all(denied) and not denies:
            message = f"“{text}” of '{statement.id}' denies nothing, and its claim says “{denied[0]}”"
            yield error(statement.place, "negation", message, "deny it as the claim does, or cite another claim")
            return
        if denies and not any(denied) and not is_reason(statement):
            message = f"“{text}” of '{statement.id}' says “{denies}”, and its claim denies nothing"
            yield error(
                statement.place, "negation", message, "say it as the claim does, or cite the claim that denies it"
            )
            return


@statement_check
def direction(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A text has the opposite of a word of its claims: more for less, above for below.

    Bad: `text: This makes hip dips show more.`, resting on a claim that says "show less".
    Good: the text goes the same way as its claims (the pairs are in standards.yaml).
    """
    claims = "" if is_reason(statement) or not statement.cited else " ".join(claims_of(rulebook, statement))
    for pair in rulebook.standards.lexicon.opposites:
        for one, other in (pair, pair[::-1]):
            if claims and has_word(statement.text, one) and has_word(claims, other) and not has_word(claims, one):
                message = (
                    f"'{statement.id}' says “{has_word(statement.text, one)}” where its claims say "
                    f"“{has_word(claims, other)}”"
                )
                yield error(statement.place, "direction", message, "say it as the claims do")


@statement_check
def treatment(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A text names a treatment that none of its claims names.

    Bad: a summary that says "ultrasound", resting on a claim about radiofrequency.
    Good: the treatments that a text names are those of its claims (their names are in standards.yaml).
    """
    claims = claims_of(rulebook, statement)
    for names in rulebook.standards.lexicon.treatments if claims else ():
        named = has_word(statement.text, names)
        if named and not any(has_word(says, names) for says in claims):
            message = f"'{statement.id}' names “{named}”, and none of its claims does"
            yield error(statement.place, "treatment", message, "cite the claim that names it, or say another")


@statement_check
def unrelated(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A text has no word in common with the claims that it rests on. Tried where standards.yaml names treatments.

    Bad: the texts of two options are exchanged, and each still cites its own claims.
    Good: a text speaks of what its claims speak of.
    """
    if not rulebook.standards.lexicon.treatments or not statement.cited or not statement.claims or not statement.text:
        return
    said = {stem for says in claims_of(rulebook, statement) for stem in stems(says)}
    if not said.intersection(stems(statement.text)):
        message = f"'{statement.id}' has no word in common with its claims"
        yield error(statement.place, "unrelated", message, "cite the claims that it rests on")


@statement_check
def backed_word(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A text has a word that only the article may stand for, such as safe or effective, and no claim of it has it.

    Bad: `text: This is a safe and quick treatment.`
    Good: the claims of the text have the word, or the text does without.
    """
    if statement.path[0] in ("claims", "conflicts"):
        return
    for word in _unbacked(rulebook, statement, rulebook.standards.lexicon.backed):
        message = f"'{statement.id}' says “{word}”, and none of its claims does"
        yield error(statement.place, "backed-word", message, "leave the word out")


CONCLUDING = (
    "that means",
    "this means",
    "which means",
    "so there are no",
    "so there is no",
    ", as",
    "because",
    "since",
    "few",
)
"""How a text draws a conclusion; from silence there is none to draw."""
ASK = "add 'question: ...', so that visitors can take it to the clinic"


@statement_check
def silence(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A text that rests on silence does not say so, or a text leaves something open and asks no question.

    Bad: `text: There are few risks.` with `claims: silent`; or "How long is not said." without `also-ask: true`.
    Good: the text says that it is not said, and has `also-ask: true` in the grid, or a `question` elsewhere.
    """
    silences = rulebook.standards.lexicon.silences
    says_so = has_word(statement.text, silences)
    if statement.silent and (concludes := has_word(statement.text, CONCLUDING)):
        message = f"'{statement.id}' rests on silence, and concludes “{concludes}” from it"
        yield error(statement.place, "silence", message, "say that it is not said, and what to ask")
    if silences and statement.silent and statement.text and not says_so:
        advice = f"say it, for example with “{silences[0]}”"
        yield error(statement.place, "silence", f"'{statement.id}' rests on silence, but does not say so", advice)
    part, name = statement.path[:2]
    option = rulebook.options.get(name) if part == "options" else None
    if not says_so:
        asks = part == "caveats" and rulebook.caveats[name].question and statement.cited
        if silences and asks:
            message = f"'{statement.id}' has a question, and leaves nothing open"
            yield error(statement.place, "silence", message, "say what is not said, or take the question away")
        return
    message = f"'{statement.id}' leaves something open, and no question follows"
    asked_by = rulebook.caveats[name].question if part == "caveats" else option.question if option else ""
    if (part == "caveats" or statement.path[2:] == ("summary",)) and not asked_by:
        yield error(statement.place, "silence", message, ASK)
    elif option and statement.path[2] == "grid" and not option.grid[statement.path[3]].also_ask:
        yield error(statement.place, "silence", message, "add 'also-ask: true', so that the row's question is asked")
    elif is_reason(statement):
        message = f"'{statement.id}' is a reason, and a reason can't rest on what is not said"
        yield error(statement.place, "silence", message, "rest it on a claim, and say what to ask in a caveat")


@statement_check
def reason(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A rule's reason contradicts its verdict or its condition, by the word lists of standards.yaml, or has no claim.

    Bad: under not-offered, `because: You would consider surgery.`; or "you do not have enough" for `donor-fat: enough`.
    Good: the reason says what the condition says.
    """
    if not is_reason(statement):
        return
    if statement.silent:
        message = f"'{statement.id}' rests on silence, which is no reason"
        yield error(statement.place, "reason", message, "cite the claim that it rests on")
    rule = next(rule for rule in rulebook.options[statement.path[1]].rules if rule.id == statement.path[3])
    given = {(question, choices[0]) for question, choices in rule.when.lines if len(choices) == 1}
    for listed in rulebook.standards.lexicon.reasons:
        answers = {(question, choice) for question, choices in listed.answers.lines for choice in choices}
        applies = listed.verdict in (None, rule.verdict) and (not answers or answers & given)
        if applies and (words := has_word(statement.text, listed.never)):
            message = f"'{statement.id}' says “{words}”, which its verdict or its condition denies"
            yield error(statement.place, "reason", message, "let the reason say what the condition says")
        if applies and listed.needs and not has_word(statement.text, listed.needs):
            message = f"'{statement.id}' has none of “{'”, “'.join(listed.needs)}”"
            yield error(statement.place, "reason", message, "let the reason say what the condition says")


@statement_check
def choice(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """The label or hint of a choice says something else than its id, by the word lists of standards.yaml.

    Bad: the labels of `enough` and `not-enough` are exchanged, so that every answer means its opposite.
    Good: the label of `not-enough` has a "not", and that of `enough` has none.
    """
    if statement.path[0] != "questions" or statement.path[2:3] != ("choices",):
        return
    answer = (statement.path[1], statement.path[3])
    chosen = rulebook.questions[answer[0]].choices[answer[1]]
    for listed in rulebook.standards.lexicon.choices:
        if answer not in {(question, one) for question, choices in listed.answers.lines for one in choices}:
            continue
        if words := has_word(statement.text, listed.never):
            message = f"'{statement.id}' says “{words}”, which is not what '{answer[1]}' means"
            yield error(statement.place, "choice", message, "let the label say what the choice means")
        own = statement.text if statement.path[4] == "hint" else chosen.label
        both = f"{own} {chosen.hint if statement.path[4] == 'label' else chosen.label}"
        if listed.needs and not has_word(both, listed.needs):
            message = f"'{statement.id}' has none of “{'”, “'.join(listed.needs)}”"
            yield error(statement.place, "choice", message, "let the label or the hint say what the choice means")


@statement_check
def doubt(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A text rests on a claim that a clinician may doubt, and does not leave it to the article.

    Bad: `text: PLLA is a synthetic sugar.`, where source.yaml lists that claim under `doubts`.
    Good: "which the article calls a synthetic sugar".
    """
    for claim in {doubt.claim for doubt in rulebook.doubts.values()}.intersection(statement.claims):
        if statement.path[0] != "conflicts" and not ATTRIBUTED.search(statement.text):
            message = f"'{statement.id}' says as its own what is doubted: '{claim}'"
            yield error(statement.place, "doubt", message, "say that the article says it")


@statement_check
def unclaimed(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A label, a hint, a name or a heading says something of a body or a treatment and rests on nothing.

    Bad: `hint: "A machine that melts fat."` of a choice without `claims`; or `name: Painless laser` of an option.
    Good: the choice or question cites the claim, the option's summary does, or the text asserts nothing.
    """
    is_question = statement.text.endswith("?")
    if statement.cited or statement.by_clinic or statement.path[0] in EXPLAINED_BESIDE or is_question:
        return
    claims = claims_of(rulebook, statement)
    for word in rulebook.standards.lexicon.asserting if not statement.claims else ():
        if has_word(statement.text, [word]) and not any(has_word(says, [word]) for says in claims):
            message = f"'{statement.id}' says “{word}” and rests on no claim"
            yield error(statement.place, "unclaimed", message, "add 'claims: [...]', or say it without")
            return


@check
def exception(tables: DecisionTables) -> Iterator[Problem]:
    """An exception in standards.yaml names a check or a text that does not exist.

    Bad: `{check: hedges, text: hip-dips/exercise.summary, because: ...}` (the check is called hedge).
    Good: the id of a check, and that of a statement as `flask rules statements` lists it.
    """
    ids = {statement.id for statement in tables.statements}
    for one in tables.rulebook.standards.exceptions:
        if one.check not in CHECKS | SENTENCE_CHECKS:
            yield error(one.place, "exception", f"there is no check '{one.check}'", "see docs/checks.md for their ids")
        if one.text not in ids:
            message = f"there is no text '{one.text}'"
            yield warning(one.place, "exception", message, "see `flask rules statements`, or remove the exception")
