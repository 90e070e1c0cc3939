"""The shape of what staff keep beside the rules: sign-offs, reviewers.yaml, holds.yaml and translations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from .basic_shapes import Day, Encoded, Fingerprint, Shape, Text


class HoldShape(Shape):
    """An option that a reviewer holds back: no page shows it until somebody takes the hold away."""

    hold: str
    by: Text
    on: Day
    because: Text


class HoldsFile(Shape):
    """`rules/holds.yaml`: the options that reviewers hold back. A folder may do without this file."""

    holds: list[HoldShape]


class ReadShape(Shape):
    """A statement as it was when it was read."""

    fingerprint: Fingerprint
    words: Annotated[str, StringConstraints(max_length=2000)]
    by: Text | None = None
    on: Day | None = None


class SignOffFile(Shape):
    """`rules/sign-offs/<unit>.yaml`: who read a unit, until when that holds, and what they read; never by hand."""

    by: Text
    role: Text
    on: Day
    until: Day
    table: Fingerprint
    statements: dict[str, ReadShape]
    signature: dict[str, str] | None = None


class PasskeyShape(Shape):
    """The public half of a passkey; `revoked`: nothing that it signed counts any more."""

    passkey: Encoded
    public_key: Encoded
    revoked: Day | None = None


class ReviewerShape(Shape):
    """Somebody whose sign-offs can be proved; `left`: the last day on which they could sign."""

    reviewer: Text
    since: Day
    left: Day | None = None
    address: Text
    passkeys: list[PasskeyShape] = Field(min_length=1)


class ReviewersFile(Shape):
    """`rules/reviewers.yaml`: with which passkeys whose sign-offs are proved; written by the desk."""

    reviewers: list[ReviewerShape]


class TranslatedShape(Shape):
    """One text in another language: what it translates, and the fingerprint of that."""

    original: Text
    of: Fingerprint
    text: Text | None = None
    mark: Literal["new", "stale", "left-over"] | None = None


class TranslationFile(Shape):
    """`rules/translations/<language>.yaml`: the texts of the rulebook in another language, by their ids."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]
    complete: Day | None = None
    texts: dict[str, TranslatedShape]
