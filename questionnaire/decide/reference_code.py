"""The reference code: short enough to type, it holds the answers, what was kept and part of the rulebook's fingerprint.

Ten characters of an alphabet of 31 without 0, O, 1, I and L, in two groups: three for the rulebook, two for the layout
of its questions, four for the answers, and a check character. 31 is a prime, so the weighted sum notices every single
wrong character and every two that changed places. Options that were kept make the number of the answers larger, and
the code up to three characters longer. Nothing is stored anywhere: the code is the result.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from ..rulebook.model import Answers, Rulebook
from .routing import answered_and_asked, is_asked, options_in_scope

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RULEBOOK, LAYOUT, LEAST_ANSWERS = 3, 2, 4
BASE = len(ALPHABET)


class ReferenceCodeError(Exception):
    """A code that can't be read; the message says what is wrong and what to do.

    `text` is the message with placeholders for `values`, so that pages in another language can look it up.
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values)
        self.text = text
        self.values = values


@dataclass(frozen=True)
class Reference:
    """What a code holds. `same_rulebook` is False where the rules have changed since it was made.

    `kept`: the options that were kept, in the order of the files; none where the rules have other options by now.
    """

    answers: Answers
    same_rulebook: bool
    kept: tuple[str, ...] = ()


def encode(rulebook: Rulebook, answers: Answers, kept: Collection[str] = ()) -> str:
    """The code of complete answers and of the options that were kept, in two groups such as `K7MPX-4RT92`."""
    number, scale = 0, 1
    for question in answered_and_asked(rulebook, answers)[1]:
        number += list(question.choices).index(answers[question.id]) * scale
        scale *= len(question.choices)
    number += scale * _list_number(options_in_scope(rulebook, answers), kept)
    body = _part(rulebook.fingerprint, RULEBOOK) + _part(rulebook.layout, LAYOUT) + _digits(number)
    code = body + _check(body)
    return f"{code[:5]}-{code[5:]}"


def decode(rulebook: Rulebook, typed: str) -> Reference:
    """Read a code as somebody typed or pasted it: small letters, spaces, hyphens and other signs are fine.

    Raises ReferenceCodeError for a code that is mistyped, or made with questions that are asked no longer.
    """
    code = _clean(typed)
    wrong = next((character for character in code if character not in ALPHABET), None)
    if not code:
        raise ReferenceCodeError("Enter a reference code. It has at least ten letters and digits, such as K7MPX-4RT92.")
    if wrong is not None:
        raise ReferenceCodeError(
            "A reference code never has the character “%(character)s”. It has no 0, 1, I, L or O. "
            "Please check the code.",
            character=wrong,
        )
    least = RULEBOOK + LAYOUT + LEAST_ANSWERS + 1
    if len(code) > 4 * least:
        raise ReferenceCodeError(
            "This code has %(number)s letters and digits, which is too many. Please check it.", number=len(code)
        )
    if len(code) < least:
        raise ReferenceCodeError(
            "This code has %(number)s letters and digits. It should have at least %(right)s. Please check it.",
            number=len(code),
            right=least,
        )
    if code[-1] != _check(code[:-1]) and len(code) > least:  # as with an option that was kept, or a letter too many
        raise ReferenceCodeError(
            "Something in this code is not right. It has %(number)s letters and digits: one of them is wrong, "
            "or there is one too many. Please check it and type it again.",
            number=len(code),
        )
    if code[-1] != _check(code[:-1]):
        raise ReferenceCodeError(
            "One or more characters of this code are not right. Please check it and type it again."
        )
    if code[RULEBOOK : RULEBOOK + LAYOUT] != _part(rulebook.layout, LAYOUT):
        raise ReferenceCodeError(
            "This code was made with earlier questions, or is not one of ours. "
            "Please check it, or answer the questions again."
        )
    digits = code[RULEBOOK + LAYOUT : -1]
    number = _number(digits)
    if _digits(number) != digits:
        raise ReferenceCodeError(
            "This code has %(number)s letters and digits, which is too many. Please check it.", number=len(code)
        )
    answers: dict[str, str] = {}
    for question in rulebook.questions.values():
        if is_asked(rulebook, question, answers):
            number, choice = divmod(number, len(question.choices))
            answers[question.id] = list(question.choices)[choice]
    same_rulebook = code[:RULEBOOK] == _part(rulebook.fingerprint, RULEBOOK)
    options = options_in_scope(rulebook, answers)
    kept = tuple(option for position, option in enumerate(options) if number >> position & 1)
    if number != _list_number(options, kept):
        if same_rulebook:
            raise ReferenceCodeError("This code does not belong to any answers. Please check it and type it again.")
        kept = ()  # of options that there were then
    return Reference(answers, same_rulebook, kept)


def made_from(fingerprint: str, typed: str) -> bool:
    """Whether a code, as somebody typed it, names the rulebook of this fingerprint. False for what is no code."""
    code = _clean(typed)
    readable = len(code) > RULEBOOK and set(ALPHABET).issuperset(code) and code[-1] == _check(code[:-1])
    return readable and code[:RULEBOOK] == _part(fingerprint, RULEBOOK)


def _list_number(options: tuple[str, ...], kept: Collection[str]) -> int:
    """Which of these options were kept: one bit for each, and above them a mark of the list; 0 where none was."""
    bits = sum(1 << position for position, option in enumerate(options) if option in kept)
    mark = hashlib.sha256("\0".join((*options, str(bits))).encode()).digest()[0] % BASE
    return bits + (mark << len(options)) if bits else 0


def _clean(typed: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum())


@lru_cache(maxsize=64)
def _part(fingerprint: str, length: int) -> str:
    number = int(fingerprint, 16)
    return "".join(ALPHABET[number // BASE**position % BASE] for position in range(length))


def _digits(number: int) -> str:
    digits = ""
    while number or len(digits) < LEAST_ANSWERS:
        number, digit = divmod(number, BASE)
        digits += ALPHABET[digit]
    return digits


def _number(digits: str) -> int:
    return sum(ALPHABET.index(digit) * BASE**position for position, digit in enumerate(digits))


def _check(body: str) -> str:
    return ALPHABET[sum(weight * ALPHABET.index(c) for weight, c in enumerate(body, 1)) % BASE]
