"""A text that the visitor's language does not have stands in the original, and the page says which language that is."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import SupportsIndex

from flask import current_app
from markupsafe import Markup, escape

SPAN = re.compile(r"</?span[^>]*>")


class InOriginal(str):
    """A text in the language that it was written in. Templates write it in an element with `lang` and `dir`; within an
    attribute or a title, where no element can stand, the filter `untagged` leaves that out.
    """

    code: str
    direction: str

    def __new__(cls, text: str, code: str, direction: str) -> InOriginal:
        """The text, which is in the language of this code and direction."""
        new = super().__new__(cls, text)
        new.code, new.direction = code, direction
        return new

    @classmethod
    def of_rules(cls, text: str, languages: Collection[str]) -> InOriginal:
        """A text of rules that are offered in these languages too: they are written in the site's own, or in English
        where that is one of these.
        """
        site = current_app.extensions["language"]
        return cls(text, "en", "ltr") if site.code in languages else cls(text, site.code, site.direction)

    def __html__(self) -> Markup:
        """The text as HTML: what templates write of it, and gettext of its placeholders."""
        span = Markup('<span lang="{}" dir="{}">{}</span>')
        return span.format(self.code, self.direction, str(self)) if self else Markup()

    def __str__(self) -> str:
        """The text alone."""
        return str.__str__(self)

    def __getitem__(self, part: SupportsIndex | slice) -> InOriginal:
        """A piece of it is in the original too, where words in it are explained."""
        return InOriginal(super().__getitem__(part), self.code, self.direction)

    def split(self, *separator: object) -> list[str]:
        """So are the items of a list in it."""
        return [InOriginal(part, self.code, self.direction) for part in super().split(*separator)]  # type: ignore[arg-type]


def untagged(text: str) -> Markup:
    """A text for an attribute or a title: no element can stand there."""
    return Markup(SPAN.sub("", escape(text)))
