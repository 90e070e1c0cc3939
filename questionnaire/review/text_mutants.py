"""Does any check, or a sign-off, notice when the meaning of a text is altered? One statement is altered at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..decide.sign_off_units import statement_fingerprint as _fingerprint
from ..rulebook.model import Rulebook
from ..rulebook.page_sentences import UNIT as PAGES
from ..rulebook.page_sentences import page_statements
from ..rulebook.statements import Statement, statements
from .checks.claim_sentences import SENTENCE_CHECKS
from .checks.matching_claims import CLAUSE_END, areas_of, has_word
from .checks.registry import STATEMENT_CHECKS
from .checks.texts import numbers

HARDER = {
    "may or may not": "will",
    "may not": "will not",
    "may be": "is",
    "may": "will",
    "might": "will",
    "could": "will",
    "can help to": "will",
    "can help": "will help",
    "can": "will",
    "tends to be": "is",
    "usually": "always",
    "often": "always",
    "yes and no": "yes",
}
"""A careful word, and what makes the text sure."""

WITHOUT_NOT = {
    "cannot": "can",
    "will not": "will",
    "does not": "does",
    "do not": "do",
    "is not": "is",
    "are not": "are",
    "not": "",
    "no": "some",
    "nothing": "something",
    "never": "always",
    "without": "with",
}
WITH_NOT = {"can": "cannot", "will": "will not", "is": "is not", "are": "are not", "may": "may not", "has": "has no"}
KINDS = (
    "a careful word hardened",
    "a 'not' dropped",
    "a 'not' added",
    "a number changed",
    "a direction turned round",
    "the text of another option",
    "a claim of the other area",
    "a sentence of the pages",
)


@dataclass(frozen=True)
class Alteration:
    """A statement before and after, and the kind of alteration (one of KINDS). All of the pages' sentences are one."""

    before: Statement
    after: Statement
    kind: str

    @property
    def change(self) -> str:
        """What was altered, in words."""
        if self.before.text == self.after.text:
            return f"{self.before.id}: rests on {', '.join(self.after.claims)}"
        return f"{self.before.id}: “{self.after.text}”"


@dataclass(frozen=True)
class TextMutants:
    """Every alteration that was tried, those that no check noticed and no sign-off that is in force, and those that no
    sign-off could notice, were every unit signed.
    """

    tried: tuple[Alteration, ...]
    survivors: tuple[Alteration, ...]
    beyond_sign_off: tuple[Alteration, ...]

    def by_kind(self) -> dict[str, tuple[int, int, int]]:
        """How many of each kind were tried, how many were noticed, and how many would be once every unit is signed."""
        kinds, survivors, beyond = (
            Counter(one.kind for one in some) for some in (self.tried, self.survivors, self.beyond_sign_off)
        )
        return {
            kind: (kinds[kind], kinds[kind] - survivors[kind], kinds[kind] - beyond[kind])
            for kind in KINDS
            if kinds[kind]
        }


def text_mutants(rulebook: Rulebook, sentences: Mapping[str, str] | None = None) -> TextMutants:
    """Alter every statement in every way, and try the checks on it. `sentences`: the documents' own, by passage."""
    tried = tuple(alterations(rulebook))
    unnoticed = [one for one in tried if not _noticed(rulebook, one, sentences or {})]
    voids = {one: _fingerprint(rulebook, one.before) != _fingerprint(rulebook, one.after) for one in unnoticed}
    survivors = tuple(one for one in unnoticed if not (voids[one] and _is_signed(rulebook, one.before)))
    return TextMutants(tried, survivors, tuple(one for one in unnoticed if not voids[one]))


def _is_signed(rulebook: Rulebook, statement: Statement) -> bool:
    """Whether somebody signed a statement as it is."""
    sign_off = rulebook.sign_offs.get(statement.unit)
    read = sign_off.statements.get(statement.id) if sign_off else None
    return read is not None and read.fingerprint == _fingerprint(rulebook, statement)


def _noticed(rulebook: Rulebook, one: Alteration, sentences: Mapping[str, str]) -> bool:
    checks = [check for check in STATEMENT_CHECKS.values() if any(True for _ in check(rulebook, one.after))]
    if checks:
        return True
    part, name = one.before.path[:2]
    if part != "claims" or rulebook.claims[name].passage not in sentences:
        return False
    claim = replace(rulebook.claims[name], says=one.after.text)
    sentence = sentences[claim.passage]
    return any(True for check in SENTENCE_CHECKS.values() for _ in check(rulebook, claim, sentence))


def alterations(rulebook: Rulebook) -> Iterator[Alteration]:
    """Every alteration of every statement, in the order of the rulebook; then of the sentences of the pages."""
    every = [statement for statement in statements(rulebook) if statement.text]
    every += page_statements()
    for statement in every:
        if not _asserts(statement):
            continue
        texts = {
            KINDS[0]: _replaced(statement.text, HARDER),
            KINDS[1]: _replaced(statement.text, WITHOUT_NOT),
            KINDS[2]: _denied(rulebook, statement.text),
            KINDS[3]: [_other_number(statement.text)] if numbers(statement.text) else [],
            KINDS[4]: _turned(rulebook, statement.text),
            KINDS[5]: _of_another_option(every, statement),
        }
        for kind, altered in texts.items():
            for text in altered:
                if text != statement.text:
                    of_pages = statement.unit == PAGES
                    yield Alteration(statement, replace(statement, text=text), KINDS[7] if of_pages else kind)
        if claims := _of_the_other_area(rulebook, statement):
            yield Alteration(statement, replace(statement, claims=claims), KINDS[6])


def _asserts(statement: Statement) -> bool:
    """Whether a statement says something that can be true or not, which a question or a name does not."""
    return not statement.text.endswith("?") and statement.path[-1] not in ("name", "title", "decided_by", "label")


def _replaced(text: str, words: Mapping[str, str]) -> list[str]:
    """The text with the first of these words that it has in another form; none where it has none."""
    word = has_word(text, words)
    if not word:
        return []
    other = words[word.lower()]
    other = other.capitalize() if word[0].isupper() else other
    return [re.sub(r"\s+", " ", re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", other, text, count=1)).strip()]


def _denied(rulebook: Rulebook, text: str) -> list[str]:
    """The text with a "not" in its first part that denies nothing yet and that a "not" can stand in."""
    for part in CLAUSE_END.split(text):
        if part and not has_word(part, rulebook.standards.lexicon.negations) and (other := _replaced(part, WITH_NOT)):
            return [text.replace(part, other[0], 1)]
    return []


def _other_number(text: str) -> str:
    """The text with its first number one higher, or its first length of time ten times as long."""
    if digits := re.search(r"\d+", text):
        return f"{text[: digits.start()]}{int(digits[0]) + 1}{text[digits.end() :]}"
    word = numbers(text)[0]
    return re.sub(re.escape(word), f"twenty {word.split()[-1]}", text, count=1, flags=re.I)


def _turned(rulebook: Rulebook, text: str) -> list[str]:
    """The text with the first word of a pair of opposites replaced by the other side's."""
    for one, other in rulebook.standards.lexicon.opposites:
        for here, there in ((one, other), (other, one)):
            if has_word(text, here):
                return _replaced(text, dict.fromkeys(here, there[0]))
    return []


def _of_another_option(every: list[Statement], statement: Statement) -> list[str]:
    """The text that stands at the same place of the next option which says something else there."""
    if statement.path[0] != "options" or statement.path[2] not in ("summary", "grid"):
        return []
    same = [other for other in every if other.path[0] == "options" and other.path[2:] == statement.path[2:]]
    position = same.index(statement)
    others = (other.text for other in (*same[position + 1 :], *same[:position]))
    return [next((text for text in others if text != statement.text), statement.text)]


def _of_the_other_area(rulebook: Rulebook, statement: Statement) -> tuple[str, ...]:
    """The statement's claims with the first of them replaced by one that speaks of the other area."""
    places = areas_of(rulebook, statement)
    if len(places) != 1 or not statement.claims:
        return ()
    other = next((c for c in rulebook.claims if rulebook.area_of(c) not in (None, *places)), None)
    return (other, *statement.claims[1:]) if other else ()
