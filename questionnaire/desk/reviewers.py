"""`rules/reviewers.yaml`, as the desk writes it: the public half of the passkeys that prove sign-offs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..rulebook.model import Passkey as KnownPasskey
from ..rulebook.model import Reviewer
from ..rulebook.problems import Place
from ..rulebook.yaml_tree import read_bytes
from . import passkeys, save
from .database import reading
from .models import Person
from .people import passkeys_of

FILE = "reviewers.yaml"
HEAD = (
    "# Written by the desk: with these passkeys it is proved who signed (docs/desk.md). They sign nothing themselves.\n"
)


def with_passkey(folder: Path, person: Person, key_id: str) -> dict[str, bytes]:
    """The file with this passkey of a person in it, as {name: bytes}; empty where it has it already."""
    entries = _entries(save.content(folder, FILE))
    entry = next((one for one in entries if one["reviewer"] == person.name), None)
    if entry and any(key["passkey"] == key_id for key in entry["passkeys"]):
        return {}
    keys = {passkeys.encoded(key.credential): key.public_key for key in passkeys_of(reading(), person)}
    key = {"passkey": key_id, "public-key": passkeys.encoded(keys[key_id])}
    if entry:
        entry["passkeys"].append(key)
    else:
        today = date.today().isoformat()
        new = {"reviewer": person.name, "since": today, "address": passkeys.origin(), "passkeys": [key]}
        entries.append(new)
    return {FILE: _as_yaml(entries)}


def without(folder: Path, name: str, revoke: bool) -> dict[str, bytes]:
    """The file with somebody's access ended today; with `revoke`, nothing that they ever signed counts any more."""
    entries, today = _entries(save.content(folder, FILE)), date.today().isoformat()
    for entry in entries:
        if entry["reviewer"] == name:
            entry["left"] = today
            for key in entry["passkeys"] if revoke else ():
                key["revoked"] = today
            return {FILE: _as_yaml(entries)}
    return {}


def of(files: Mapping[str, bytes], folder: Path) -> dict[str, Reviewer]:
    """The reviewers of the file as it would be written, or as it stands in the folder."""
    return {
        entry["reviewer"]: Reviewer(
            entry["reviewer"],
            entry["since"],
            entry.get("left", ""),
            entry["address"],
            tuple(KnownPasskey(key["passkey"], key["public-key"], key.get("revoked", "")) for key in entry["passkeys"]),
            Place(FILE),
        )
        for entry in _entries(files.get(FILE) or save.content(folder, FILE))
    }


def _entries(data: bytes) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = read_bytes(data, FILE).plain()["reviewers"] if data else []
    return entries


def _as_yaml(entries: list[dict[str, Any]]) -> bytes:
    lines = ["reviewers:"]
    for entry in entries:
        dash = "  - "
        for name in ("reviewer", "since", "left", "address"):
            if name in entry:
                value = entry[name] if name in ("since", "left") else json.dumps(entry[name], ensure_ascii=False)
                lines.append(f"{dash}{name}: {value}")
                dash = "    "
        lines.append("    passkeys:")
        for key in entry["passkeys"]:
            lines.append(f'      - passkey: "{key["passkey"]}"')
            lines.append(f'        public-key: "{key["public-key"]}"')
            lines += [f"        revoked: {key['revoked']}"] if "revoked" in key else []
    return (HEAD + "\n".join(lines) + "\n...\n").encode()
