"""What staff keep beside the rules: sign-offs, who may give them, options held back, and translations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..problems import Place


@dataclass(frozen=True)
class ReadStatement:
    """A statement as it was when it was read: its fingerprint and its words, so that old and new can be shown.

    `by` and `on` are given where it was read for an earlier sign-off and has not changed since.
    """

    fingerprint: str
    words: str
    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class SignOff:
    """Who read a unit, as what, on which day and until when that holds (ISO days), and what they read.

    `table` is the fingerprint of the unit's table, `statements` those of its texts by id (decide/sign_off_units.py).
    `signature`: what a desk adds to prove who signed; None where a terminal wrote it. `language`: the one in which the
    unit was read; empty for the one of the rules.
    """

    unit: str
    by: str
    role: str
    on: str
    until: str
    table: str
    statements: Mapping[str, ReadStatement]
    place: Place
    signature: Mapping[str, str] | None = None
    language: str = ""


@dataclass(frozen=True)
class Hold:
    """An option that a reviewer holds back: who, since when (ISO day), and why, for staff."""

    option: str
    by: str
    on: str
    because: str
    place: Place


@dataclass(frozen=True)
class Passkey:
    """The public half of a passkey, in base64url as browsers send it; `revoked`: since when it counts for nothing."""

    id: str
    public_key: str
    revoked: str


@dataclass(frozen=True)
class Reviewer:
    """Somebody whose sign-offs are proved by a passkey that was shown at this address; ISO days, empty where not."""

    name: str
    since: str
    left: str
    address: str
    passkeys: tuple[Passkey, ...]
    place: Place


@dataclass(frozen=True)
class TranslatedText:
    """A text in another language. `of`: the fingerprint of what it translates; `mark`: why it does not count."""

    text: str
    of: str
    mark: str
    place: Place


@dataclass(frozen=True)
class Translation:
    """The texts of the rulebook in another language, by the ids of statements.

    `complete`: the ISO day on which every text was first translated; empty until then. `sign_offs`: who read which unit
    in this language.
    """

    language: str
    texts: Mapping[str, TranslatedText]
    place: Place
    complete: str = ""
    sign_offs: Mapping[str, SignOff] = field(default_factory=dict)
