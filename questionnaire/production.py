"""What a site for visitors must have before it starts: a key that nobody can guess, its hosts and its proxies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

SHORTEST_KEY = 32
FEWEST_SIGNS = 10
"""Different characters. Of 200,000 random keys of 64 hexadecimal digits none had fewer than 12."""
WELL_KNOWN = (
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",  # Flask's own documentation
    "5f352379324c22463451387a0aec5d2f",  # the same, an earlier edition, in hexadecimal
)
HEX = re.compile(r"[0-9a-fA-F-]+")
WORD = re.compile(r"[A-Z]?[a-z]{4,}|[A-Z]{5,}")
"""What may be a word. Few letters of a random key are in such runs, and few of these are vowels: of 100,000 keys of
`token_urlsafe(32)` none was refused for it."""
ROWS = ((0, 1), (0, 2), (1, 2))
"""Where a row of neighbours may hide: in all characters, and in every other one."""
TELLING = (
    "secret",
    "password",
    "change",
    "example",
    "your-",
    "your_",
    "default",
    "insecure",
    "tests only",
    "test-key",
    "qwert",
)
HOW = "give FLASK_SECRET_KEY what `python -c 'import secrets; print(secrets.token_hex(32))'` prints"


def weakness(key: str) -> str:
    """Why somebody could guess a key; empty where nothing speaks against it."""
    if len(key) < SHORTEST_KEY:
        return f"is shorter than {SHORTEST_KEY} characters"
    if key in WELL_KNOWN or any(word in key.lower() for word in TELLING):
        return "is an example that others know, or says what it is"
    if (key + key).find(key, 1) < len(key):
        return "repeats itself"
    if len(set(key)) < FEWEST_SIGNS or any(2 * _steps(key[first::each]) > len(key) // each for first, each in ROWS):
        return "has too little variety"
    words = "" if HEX.fullmatch(key) else "".join(WORD.findall(key))
    if 5 * len(words) > 4 * sum(map(str.isalpha, key)) and 4 * sum(map(words.lower().count, "aeiou")) > len(words):
        return "is made of words"
    return ""


def _steps(row: str) -> int:
    """How often the next character in a row is the same or its neighbour."""
    return sum(ord(after) - ord(before) in (-1, 0, 1) for before, after in pairwise(row))


def faults(config: Mapping[str, Any], debug: bool, own: str) -> list[str]:
    """What keeps a site from being served to visitors, one line each. `own`: the project's own folder of releases."""
    found = []
    if not config.get("SECRET_KEY"):
        found.append(f"production needs a secret-key that stays the same: {HOW}")
    elif weak := weakness(config["SECRET_KEY"]):
        found.append(f"secret-key {weak}: {HOW}")
    for place, key in enumerate(config.get("OLD_SECRET_KEYS", ()), 1):
        if weak := weakness(key):
            found.append(f"old-secret-keys: number {place} {weak}; leave it out, and its visitors start again")
    if not config.get("ALLOWED_HOSTS"):
        found.append("production needs allowed-hosts: give FLASK_ALLOWED_HOSTS the name that visitors type")
    if config.get("TRUSTED_PROXIES") is None:
        found.append(
            "production needs trusted-proxies: give FLASK_TRUSTED_PROXIES how many proxies stand before it (0 where "
            "the server itself speaks TLS); without it all visitors behind a proxy would share one limit"
        )
    if (releases := config.get("RELEASES")) and releases != own and not Path(releases).is_dir():
        found.append(f"releases: there is no folder {releases}; mount it, or make it if nothing was published yet")
    if debug:
        found.append("production and FLASK_DEBUG don't go together: leave FLASK_DEBUG out")
    return found
