"""Pages that are drawn once, with holes for what is a visitor's own, and filled for each visitor."""

from __future__ import annotations

import re
import secrets
from collections.abc import Hashable, Mapping
from typing import Any

from flask import render_template, session
from flask.sessions import SessionMixin

from .served_rulebook import current_rulebook
from .sessions import token

MARK = secrets.token_hex(8)
"""Nobody who types into a form can know it, so that nobody can make a hole."""

HOLE = re.compile(f"{MARK}-([a-z-]+)-{MARK}")


def hole(name: str) -> str:
    """For templates: the place of something that is the visitor's own. `token` is filled by `page` itself."""
    return f"{MARK}-{name}-{MARK}"


def page(template: str, key: Hashable = None, filling: Mapping[str, bytes] | None = None, **values: Any) -> bytes:
    """A page for this visitor, as it is sent (UTF-8): a template with its holes filled. What fills them is HTML.

    With a `key`, all but the holes is the same for all visitors with that key, and drawn once. A page that has
    something to tell once (a flashed message) is drawn for that visitor alone.
    """
    parts = current_rulebook().parts
    parts.today()

    def draw() -> list[tuple[bytes, str]]:
        pieces = [*HOLE.split(render_template(template, **values)), ""]
        return [(text.encode(), name) for text, name in zip(pieces[::2], pieces[1::2], strict=True)]

    visitor: SessionMixin = session._get_current_object()  # type: ignore[attr-defined]
    pieces = draw() if key is None or "_flashes" in visitor else parts.once((template, key), draw)
    filled = []
    for text, name in pieces:
        filled.append(text)
        if name:
            filled.append(token(visitor).encode() if name == "token" or filling is None else filling[name])
    return b"".join(filled)
