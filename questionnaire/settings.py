"""The settings that a clinic may give, in the environment or in instance/settings.toml, checked at the start."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .rulebook.problems import nearest

PICTURES = (".svg", ".png")
LARGEST_PICTURE = 100 * 1024
"""Bytes of a logo: it is on every page."""


class SettingError(ValueError):
    """Settings that can't be taken; one line for each, which says what it may be."""


@dataclass(frozen=True)
class Setting:
    """One setting: `name` as in the file (FLASK_... in the environment), what it does, and what reads its value.

    `read` takes what was given (a str, or what TOML has for it) and raises ValueError saying what it may be.
    """

    name: str
    does: str
    read: Callable[[Any], Any]

    @property
    def variable(self) -> str:
        """Its name in the environment: clinic-name is FLASK_CLINIC_NAME."""
        return f"FLASK_{self.key}"

    @property
    def key(self) -> str:
        """Its name in the application's config."""
        return self.name.replace("-", "_").upper()


def _text(given: Any) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > 200 or "\n" in given.strip():
        raise ValueError("it may be one line of at most 200 characters")
    return given.strip()


def _lines(given: Any) -> tuple[str, ...]:
    lines = given.split("|") if isinstance(given, str) else given
    if not isinstance(lines, list) or not 1 <= len(lines) <= 5:
        raise ValueError("it may be one to five lines, in the environment with | between them")
    return tuple(_text(line) for line in lines)


def _yes(given: Any) -> bool:
    word = str(given).strip().lower()
    if word not in ("true", "yes", "1", "false", "no", "0"):
        raise ValueError("it may be true or false")
    return word in ("true", "yes", "1")


def _secret(given: Any) -> str:
    if not isinstance(given, str) or len(given) < 16:
        raise ValueError("it is too short; give at least 16 characters that nobody can guess")
    return given


def _address(given: Any) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"(https?://|mailto:|tel:)[^\s\"'<>]{1,300}", given):
        raise ValueError("it may be an address that begins with https://, http://, mailto: or tel:")
    return given


def _colour(given: Any) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", given):
        raise ValueError("it may be a colour such as #1f5f5b")
    return given.lower()


def _picture(given: Any) -> Path:
    path = Path(str(given))
    if path.suffix.lower() not in PICTURES or not path.is_file() or path.stat().st_size > LARGEST_PICTURE:
        raise ValueError(f"it may be a file that is there, {' or '.join(PICTURES)}, of at most 100 kB")
    return path


def _language(given: Any) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?", given):
        raise ValueError("it may be a language such as de or pt-BR")
    return given.replace("_", "-")


def _releases(given: Any) -> str:
    return "" if given == "none" else str(given)


SETTINGS = (
    Setting("rules", "another folder of rule files", str),
    Setting(
        "releases",
        "another folder of releases than `instance/releases`; `none`: serve the rule files, whatever was published",
        _releases,
    ),
    Setting(
        "require-sign-off", "`true`: options that no clinician has signed are withheld, and the page says so", _yes
    ),
    Setting("secret-key", "signs the sessions; without one a key is made and kept in `instance/`", _secret),
    Setting("clinic-name", "the clinic that offers this guide, named at the top of each page", _text),
    Setting("clinic-contact", "one line at the foot of each page and in print: how to reach the clinic", _text),
    Setting(
        "clinic-booking", "address behind “Talk to the clinic” on the result page (https:, mailto: or tel:)", _address
    ),
    Setting(
        "clinic-support", "up to five lines on whom to call when worries are heavy or urgent, with `|` between", _lines
    ),
    Setting("clinic-logo", "an SVG or PNG file of at most 100 kB, shown beside the name", _picture),
    Setting("clinic-accent", "colour of links and buttons, such as `#1f5f5b`; refused where it can't be read", _colour),
    Setting("clinic-accent-dark", "the same for dark mode; if left out, a lighter tone of the accent", _colour),
    Setting("language", "language of the pages, with a catalogue in `translations/` (docs/translating.md)", _language),
    Setting("translations", "another folder of catalogues", str),
)


def settings(environment: Mapping[str, str], file: Path | None = None) -> dict[str, Any]:
    """The settings of the environment (FLASK_...), which win over those of the file, by their names in the config.

    Raises SettingError naming every one that can't be taken.
    """
    known = {setting.name: setting for setting in SETTINGS}
    faults: list[str] = []
    given: dict[str, tuple[str, Any]] = {}
    for name, value in _of_file(file, faults).items():
        if name in known:
            given[name] = (f"{name} in {file}", value)
        else:
            faults.append(f"{name} in {file} is no setting; {nearest(name, known)}")
    for setting in SETTINGS:
        if value := environment.get(setting.variable):
            given[setting.name] = (setting.variable, value)
    found = {}
    for name, (where, value) in given.items():
        try:
            found[known[name].key] = known[name].read(value)
        except ValueError as fault:
            shown = "" if name == "secret-key" else f" is {str(value)[:60]!r}"
            faults.append(f"{where}{shown}: {fault}")
    if faults:
        raise SettingError("\n".join(faults))
    return found


def _of_file(file: Path | None, faults: list[str]) -> dict[str, Any]:
    if file is None or not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        faults.append(f"{file} can't be read: {fault}")
        return {}
