"""Remarks that staff made at the desk, as `flask desk remarks --json` writes them."""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, fields


@dataclass(frozen=True)
class Remark:
    """What somebody said of one statement (its id), and other words that they propose, or empty.

    `stale`: the text is another since. `state`: open, answered or closed. `language`: the one that the words stand in;
    empty for the original.
    """

    statement: str
    by: str
    on: str
    state: str
    remark: str
    proposed: str
    stale: bool
    language: str = ""


FIELDS = tuple(field.name for field in fields(Remark) if field.default is MISSING)


def read_remarks(text: str) -> tuple[Remark, ...]:
    """The remarks that nobody closed. Raises ValueError, saying what is wrong, for a text that is not in their form."""
    try:
        entries = json.loads(text)["remarks"]
        listed = [
            Remark(**{name: entry[name] for name in FIELDS}, language=entry.get("language", "")) for entry in entries
        ]
    except (ValueError, TypeError, KeyError) as fault:
        raise ValueError(f"it is not what `flask desk remarks --json` writes ({fault!r})") from None
    return tuple(one for one in listed if one.state != "closed")
