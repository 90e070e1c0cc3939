"""What a site for visitors must have before it starts: a key that nobody can guess, its hosts, and no debugging."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

SHORTEST_KEY = 32
FEWEST_SIGNS = 10
"""Different characters. Of 200,000 random keys of 64 hexadecimal digits none had fewer than 12."""
WELL_KNOWN = (
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",  # Flask's own documentation
    "5f352379324c22463451387a0aec5d2f",  # the same, an earlier edition, in hexadecimal
)
TELLING = ("secret", "password", "change", "example", "your-", "your_", "default", "insecure", "tests only", "test-key")
HOW = "give FLASK_SECRET_KEY what `python -c 'import secrets; print(secrets.token_hex(32))'` prints"


def weakness(key: str) -> str:
    """Why somebody could guess a key; empty where nothing speaks against it."""
    if len(key) < SHORTEST_KEY:
        return f"is shorter than {SHORTEST_KEY} characters"
    if key in WELL_KNOWN or any(word in key.lower() for word in TELLING):
        return "is an example that others know, or says what it is"
    if (key + key).find(key, 1) < len(key):
        return "repeats itself"
    steps = sum(ord(after) - ord(before) in (-1, 0, 1) for before, after in pairwise(key))
    if len(set(key)) < FEWEST_SIGNS or 2 * steps > len(key):
        return "has too little variety"
    return ""


def faults(config: Mapping[str, Any], debug: bool) -> list[str]:
    """What keeps a site from being served to visitors, one line each."""
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
    if debug:
        found.append("production and FLASK_DEBUG don't go together: leave FLASK_DEBUG out")
    return found
