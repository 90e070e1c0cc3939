"""Checks of texts and of the article behind them: does every text rest on a passage, and can it be read?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...decide.build_tables import DecisionTables
from ...rulebook.model import Rulebook, Statement
from ...rulebook.problems import Problem, error, warning


def uncited(tables: DecisionTables) -> Iterator[Problem]:
    """A text rests on nothing: it has neither claims nor the word silent.

    Bad: `because: It works well.` without a line `claims:`.
    Good: `claims: [fat-transfer-method]`, or `claims: silent` where the text says that the article says nothing.
    """
    for statement, what in statements(tables.rulebook):
        if not statement.claims and not statement.silent:
            help = "add 'claims: [...]', or 'claims: silent' if it says that the article says nothing"
            yield error(statement.place, "uncited", f"{what} rests on no claim", help)


def statements(rulebook: Rulebook) -> Iterator[tuple[Statement, str]]:
    """Every text of the rulebook that must rest on the article, with what it is. The clinic's own do not count."""
    for question in rulebook.questions.values():
        yield question.why, f"why we ask '{question.id}'"
    for area in rulebook.areas.values():
        for fact, statement in area.facts.items():
            yield statement, f"'{fact}' of '{area.id}'"
        for common in area.common_questions:
            yield common.answer, f"the answer to '{common.question}'"
    for option in rulebook.options.values():
        yield option.summary, f"the summary of '{option.id}'"
        for rule in option.rules:
            yield rule.because, f"the reason of the rule '{rule.id}'"
        for row, cell in option.grid.items():
            yield cell, f"'{row}' of '{option.id}'"
    for caveat in rulebook.caveats.values():
        if not caveat.by_clinic:
            yield caveat.statement, f"the caveat '{caveat.id}'"


def number(tables: DecisionTables) -> Iterator[Problem]:
    """A text has a number or a length of time that none of its claims has.

    Bad: `text: You may lose 10 to 20 percent.`, resting on a claim that says 30 to 50 percent.
    Good: the numbers of the text are those of its claims.
    """
    claims = tables.rulebook.claims
    for statement, what in statements(tables.rulebook):
        known = {found for claim in statement.claims for found in _numbers(claims[claim].says)}
        for found in _numbers(statement.text):
            if found not in known:
                message = f"{what} says “{found}”, and none of its claims does"
                yield error(statement.place, "number", message, "correct the number, or cite the claim that has it")


_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)?|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) "
    r"(?:percent|minutes?|hours?|days?|weeks?|months?|years?|sessions?)",
    re.I,
)


def _numbers(text: str) -> list[str]:
    return [found.lower() for found in _NUMBER.findall(text)]


def filled_silence(tables: DecisionTables) -> Iterator[Problem]:
    """A cell of the grid has a text although the article is silent there.

    Bad: `risks: {text: There are few risks., claims: silent}`.
    Good: `risks: silent`, which becomes a question to take to the clinic.
    """
    for option in tables.rulebook.options.values():
        for row, cell in option.grid.items():
            if cell.text and cell.silent:
                message = f"'{row}' of '{option.id}' has a text, but the article is silent there"
                yield error(cell.place, "filled-silence", message, f"write '{row}: silent', or cite a claim")


def unused_claim(tables: DecisionTables) -> Iterator[Problem]:
    """A claim that no text rests on.

    Bad: `claim: graft-needs-time`, which stands in no file's `claims`.
    Good: some text cites it, or its sentence is listed under `not-used` with the reason.
    """
    used = {claim for statement, _ in statements(tables.rulebook) for claim in statement.claims}
    for claim in tables.rulebook.claims.values():
        if claim.id not in used:
            help = "cite it where it is said, or list its sentence under 'not-used'"
            yield warning(claim.place, "unused-claim", f"no text rests on the claim '{claim.id}'", help)


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
                    help = "cite it by a claim, or list it under 'not-used' with the reason"
                    yield error(paragraph.place, "sentence", f"the sentence {passage} is not accounted for", help)
    for entry in rulebook.not_used:
        for passage in sorted(cited.intersection(entry.passages)):
            message = f"the sentence {passage} is listed as not used, but a claim cites it"
            yield error(entry.place, "sentence", message, "take it off this list")


def fingerprint(tables: DecisionTables) -> Iterator[Problem]:
    """A claim was written from another version of its paragraph.

    Bad: the paragraph GHD-8 has a new fingerprint, and its claims still have the old one.
    Good: each claim was read again beside the paragraph, and then given the new fingerprint.
    """
    rulebook = tables.rulebook
    now = {p.code: p.fingerprint for document in rulebook.documents.values() for p in document.paragraphs.values()}
    for claim in rulebook.claims.values():
        code = claim.passage.rsplit(".", 1)[0]
        if claim.fingerprint != now[code]:
            message = f"the claim '{claim.id}' was written from another {code} ({claim.fingerprint}, now {now[code]})"
            yield error(
                claim.place, "fingerprint", message, "read the paragraph again, then correct text and fingerprint"
            )
