"""Pages that are drawn once, with holes for what is a visitor's own, and filled for each visitor."""

from __future__ import annotations

import re
import secrets
from collections.abc import Hashable, Mapping
from typing import Any

from flask import render_template, session

from .guide import guide
from .sessions import token

MARK = secrets.token_hex(8)
"""Nobody who types into a form can know it, so that nobody can make a hole."""

HOLE = re.compile(f"{MARK}-([a-z-]+)-{MARK}")


def hole(name: str) -> str:
    """For templates: the place of something that is the visitor's own. `token` is filled by `page` itself."""
    return f"{MARK}-{name}-{MARK}"


def page(template: str, key: Hashable = None, filling: Mapping[str, str] | None = None, **values: Any) -> str:
    """A page for this visitor: a template with its holes filled. What fills them is HTML, escaped already.

    With a `key`, all but the holes is the same for all visitors with that key, and drawn once. A page that has
    something to tell once (a flashed message) is drawn for that visitor alone.
    """
    parts = guide().parts
    parts.today()

    def draw() -> list[str]:
        return HOLE.split(render_template(template, **values))

    pieces = draw() if key is None or "_flashes" in session else parts.once((template, key), draw)
    if len(pieces) == 1:
        return pieces[0]
    filled = list(pieces)
    for position in range(1, len(pieces), 2):
        name = pieces[position]
        filled[position] = token() if name == "token" or filling is None else filling[name]
    return "".join(filled)
