"""Forgeries: what is made of a cookie, a token or a reference code by changing it or signing it with another key."""

from __future__ import annotations

import random
import unicodedata

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode
from servers import SECRET

from questionnaire.decide.reference_code import ALPHABET

SIGNS = "".join(chr(c) for c in range(32, 127) if chr(c) not in ';,"\\ ')
TOUCHING = "\u202e\u200b\ufeff\0\r\n\t\u0130\ufb01\u2460\uff21\U0001d400\u0660\U0001f468\u200d\u00ad\u0301ß%+<>'\"&"
KEYS = ("a wrong key", SECRET.upper(), SECRET)
SALTS = ("cookie-session", "other", "wtf-csrf-token")
LONGEST = 70
"""Signs of a code; the form takes 60."""


def altered(value: str, chance: random.Random, signs: str) -> str:
    """Cut off, a sign changed, put in or taken out, turned round, doubled, or two halves of it swapped."""
    at, other = chance.randrange(len(value)), chance.choice(signs)
    ways = (
        value[:at],
        value[at:],
        value[:at] + other + value[at + 1 :],
        value[:at] + other + value[at:],
        value[:at] + value[at + 1 :],
        value[::-1],
        value + value,
        value[at:] + value[:at],
    )
    return chance.choice(ways)


def elsewhere(data: object, chance: random.Random) -> str:
    """Signed with another key or another salt; with ours, it lacks the time."""
    key, salt = chance.choice(KEYS), chance.choice(SALTS)
    if key == SECRET:
        return str(URLSafeSerializer(key, salt).dumps(data))
    return str(URLSafeTimedSerializer(key, salt).dumps(data))


def forged(cookie: str, chance: random.Random) -> str:
    """What is made of a cookie; never that cookie itself."""
    how = chance.random()
    if how < 0.3:
        return elsewhere({"answers": {"area": "both"}, "csrf_token": "0" * 40, "release": "../../x"}, chance)
    if how < 0.4:
        return "".join(chance.choices(SIGNS, k=chance.randrange(4000)))
    made = altered(cookie, chance, SIGNS)
    return made if made != cookie else cookie[:-2]


def same(one: str, other: str) -> bool:
    """Whether two differ in the spelling of their signature alone: base64 has spare bits and passes over odd signs."""
    (value, _, sign), (value_of_other, _, sign_of_other) = one.rpartition("."), other.rpartition(".")
    try:
        return value == value_of_other and base64_decode(sign) == base64_decode(sign_of_other)
    except BadData:
        return False


def typed(code: str, chance: random.Random) -> str:
    """A reference code as nobody would type it: changed, of any signs at all, of look-alikes, in wide letters."""
    how = chance.randrange(4)
    if how == 0:
        return altered(code, chance, ALPHABET + TOUCHING)
    if how == 1:
        numbers = [
            chance.choice((chance.randrange(0xD800), chance.randrange(0xE000, 0x110000))) for _ in range(LONGEST)
        ]
        return "".join(map(chr, numbers))[: chance.randrange(LONGEST)]
    if how == 2:
        return "".join(chance.choices(ALPHABET + ALPHABET.lower() + TOUCHING, k=chance.randrange(1, LONGEST)))
    wide = "".join(chr(ord(sign) + 0xFEE0) if chance.random() < 0.5 else sign for sign in code)
    return unicodedata.normalize(chance.choice(("NFC", "NFKD")), wide) + chance.choice(TOUCHING)
