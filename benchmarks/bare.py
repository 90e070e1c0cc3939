"""The peer of our pages: a bare Flask application that returns fixed strings, as long as BARE_LENGTHS says.

`/` is the first of them; `/NUMBER` is the one of that length.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from flask import Flask


def fixed(text: str) -> Callable[[], str]:
    return lambda: text


app = Flask(__name__)
lengths = [int(length) for length in os.environ.get("BARE_LENGTHS", "2").split(",")]
for length in dict.fromkeys(lengths):
    app.add_url_rule(f"/{length}", str(length), fixed("x" * length))
app.add_url_rule("/", "first", fixed("x" * lengths[0]))
