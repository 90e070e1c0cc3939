"""Checks of texts and of the article behind them: does every text rest on a passage, and can it be read?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...decide.build_tables import DecisionTables
from ...rulebook.model import Claim, Rulebook
from ...rulebook.problems import Problem, error, warning
from ...rulebook.statements import Statement
from .matching_claims import has_word, is_reason
from .registry import check, statement_check

UNREAD = ("glossary", "claims", "documents", "not_used", "conflicts")
"""Parts of the rulebook in which a word does not need to be explained: they explain it, or stand on /how-it-works."""


@statement_check
def uncited(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A text rests on nothing: it has neither claims nor the word silent.

    Bad: `because: It works well.` without a line `claims:`.
    Good: `claims: [fat-transfer-method]`, or `claims: silent` where the text says that the article says nothing.
    """
    if statement.must_rest and statement.rests_on is None:
        advice = _how_to_rest(statement)
        yield error(statement.place, "uncited", f"'{statement.id}' rests on no claim", advice)


def _how_to_rest(statement: Statement) -> str:
    """What to write so that a text rests on something: a reason and a term can't rest on silence, a note can."""
    if is_reason(statement) or statement.path[0] == "glossary":
        return "add 'claims: [...]', or 'by-clinic: true' if it is the clinic's own"
    return "add 'claims: [...]', or 'claims: silent' if it says that the article says nothing"


@statement_check
def number(rulebook: Rulebook, statement: Statement) -> Iterator[Problem]:
    """A text has a number or a length of time that none of its claims has.

    Bad: `text: You may lose 10 to 20 percent.`, resting on a claim that says 30 to 50 percent.
    Good: the numbers of the text are those of its claims.
    """
    known = {number for claim in statement.claims for number in numbers(rulebook.claims[claim].says)}
    for number in numbers(statement.text) if statement.must_rest or statement.claims else ():
        if number not in known:
            message = f"'{statement.id}' says “{number}”, and none of its claims does"
            yield error(statement.place, "number", message, "correct the number, or cite the claim that has it")


_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)?|"
    r"(?:half an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundred) "
    r"(?:percent|minutes?|hours?|days?|weeks?|months?|years?|sessions?)",
    re.I,
)


def numbers(text: str) -> list[str]:
    """The numbers and lengths of time in a text, in small letters."""
    return [number.lower() for number in _NUMBER.findall(text)]


@check
def unused_term(tables: DecisionTables) -> Iterator[Problem]:
    """The glossary explains a word that stands in no other text.

    Bad: `term: collagen`, and no text says "collagen" or one of the words under `also`.
    Good: the term's name, or a word under its `also`, stands in a text that visitors read.
    """
    rulebook = tables.rulebook
    texts = " ".join(statement.text for statement in tables.statements if statement.path[0] not in UNREAD)
    for term in rulebook.glossary.values():
        if not has_word(texts, (term.name, *term.also)):
            advice = "remove it, or list the word that texts use under 'also'"
            yield error(term.place, "unused-term", f"no text has the word “{term.name}”", advice)


@check
def filled_silence(tables: DecisionTables) -> Iterator[Problem]:
    """A cell of the grid has a text although the article is silent there.

    Bad: `risks: {text: There are few risks., claims: silent}`.
    Good: `risks: silent`, which becomes a question to take to the clinic.
    """
    for cell in tables.statements:
        if cell.path[0] == "options" and cell.path[2] == "grid" and cell.text and cell.silent:
            message = f"'{cell.id}' has a text, but the article is silent there"
            yield error(cell.place, "filled-silence", message, f"write '{cell.path[3]}: silent', or cite a claim")


@check
def unused_claim(tables: DecisionTables) -> Iterator[Problem]:
    """A claim that no text rests on.

    Bad: `claim: graft-needs-time`, which stands in no file's `claims`.
    Good: some text cites it, or its sentence is listed under `not-used` with the reason.
    """
    listed = (statement for statement in tables.statements if statement.path[0] != "conflicts")
    used = {claim for statement in listed for claim in statement.claims}
    for claim in tables.rulebook.claims.values():
        if claim.id not in used:
            advice = "cite it where it is said, or list its sentence under 'not-used'"
            yield warning(claim.place, "unused-claim", f"no text rests on the claim '{claim.id}'", advice)


@check
def sentence(tables: DecisionTables) -> Iterator[Problem]:
    """A sentence of the article is neither cited by a claim nor listed as not used.

    Bad: paragraph GHD-8 has 4 sentences, and nothing names GHD-8.2.
    Good: a claim with `passage: GHD-8.2`, or GHD-8.2 under `not-used` with the reason.
    """
    rulebook = tables.rulebook
    cited = {claim.passage for claim in rulebook.claims.values()}
    left_out = {passage for entry in rulebook.not_used for passage in entry.passages}
    for document in rulebook.documents.values():
        for paragraph in document.paragraphs.values():
            for passage in paragraph.passages:
                if passage not in cited | left_out:
                    advice = "cite it by a claim, or list it under 'not-used' with the reason"
                    yield error(paragraph.place, "sentence", f"the sentence {passage} is not accounted for", advice)
    for entry in rulebook.not_used:
        for passage in sorted(cited.intersection(entry.passages)):
            message = f"the sentence {passage} is listed as not used, but a claim cites it"
            yield error(entry.place, "sentence", message, "take it off this list")


@check
def fingerprint(tables: DecisionTables) -> Iterator[Problem]:
    """Two claims rest on one sentence, but were written from different versions of it.

    Bad: two claims with `passage: GHD-8.3` and different fingerprints.
    Good: both were read again beside the sentence, and have its fingerprint of today.
    """
    first: dict[str, Claim] = {}
    for claim in tables.rulebook.claims.values():
        other = first.setdefault(claim.passage, claim)
        if other.fingerprint != claim.fingerprint:
            message = f"'{claim.id}' was written from another {claim.passage} than '{other.id}'"
            advice = "read the sentence again, then correct texts and fingerprints"
            yield error(claim.place, "fingerprint", message, advice)
