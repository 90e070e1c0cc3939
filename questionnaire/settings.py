"""The settings that a clinic may give, in the environment or in instance/settings.toml, checked at the start."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .rulebook.problems import nearest
from .setting_values import address, colour, hosts, language, lines, number, picture, releases, storage, text, yes

NEVER_SHOWN = ("limit-storage",)
"""Settings whose value is not repeated where it can't be taken: an address that may hold a password."""

NO_LONGER_NEEDED = ("secret-key", "old-secret-keys")
"""Settings of earlier versions. A site that still has them starts all the same, and is told."""

RETIRED = "RETIRED_SETTINGS"
"""Where the config has those of them that were given."""

FLASKS_OWN = re.compile(r"FLASK_(APP|DEBUG|ENV|ENV_FILE|SETTINGS|SKIP_DOTENV|RUN_\w+|RULES_[A-Z]+_\w+)")
"""Variables that Flask reads, options of its commands among them, and the one that names the file."""


class SettingError(ValueError):
    """Settings that can't be taken; one line for each, which says what it may be."""


@dataclass(frozen=True)
class Setting:
    """One setting: `name` as in the file (FLASK_... in the environment), what it does, and what reads its value.

    `read` takes a value (a str, or what TOML has for it), gives it as it is meant, and raises ValueError saying what it
    may be.
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


SETTINGS = (
    Setting("rules", "another folder of rule files", str),
    Setting(
        "releases",
        "another folder of releases than `instance/releases`; `none`: serve the rule files, whatever was published",
        releases,
    ),
    Setting(
        "require-sign-off",
        "`true`: options that no clinician has signed are withheld, and the page says so",
        yes,
    ),
    Setting(
        "production",
        "`true`: served to visitors over TLS; needs allowed hosts and trusted proxies",
        yes,
    ),
    Setting("allowed-hosts", "the names that this site is reached by, with `|` between; others are refused", hosts),
    Setting(
        "trusted-proxies",
        "how many proxies stand before the site and set X-Forwarded-For and -Proto",
        number(0, 5),
    ),
    Setting("limit-posts", "forms that one address may send in a minute (60); 0: no limit", number(0, 100_000)),
    Setting(
        "limit-references",
        "reference codes that one address may try in a minute (30); 0: no limit",
        number(0, 100_000),
    ),
    Setting("limit-storage", "where limits are counted: `memory://` (each worker its own) or `redis://...`", storage),
    Setting(
        "metrics-port",
        "port on 127.0.0.1 for Prometheus, of the first worker; 0: off (docs/logging.md)",
        number(0, 65_000),
    ),
    Setting("clinic-name", "the clinic that offers this guide, named at the top of each page", text),
    Setting("clinic-contact", "one line at the foot of each page and in print: how to reach the clinic", text),
    Setting(
        "clinic-booking",
        "address behind “Talk to the clinic” on the result page (https:, mailto: or tel:)",
        address,
    ),
    Setting(
        "clinic-support",
        "up to five lines on whom to call when worries are heavy or urgent, with `|` between",
        lines,
    ),
    Setting("clinic-logo", "an SVG or PNG file of at most 100 kB, shown beside the name", picture),
    Setting("clinic-accent", "colour of links and buttons, such as `#1f5f5b`; refused where it can't be read", colour),
    Setting("clinic-accent-dark", "the same for dark mode; if left out, a lighter tone of the accent", colour),
    Setting("language", "language of the pages, with a catalogue in `translations/` (docs/translating.md)", language),
    Setting("translations", "another folder of catalogues", str),
)


def settings(environment: Mapping[str, str], file: Path | None = None) -> dict[str, Any]:
    """The settings of the environment (FLASK_...), which win over those of the file, by their names in the config.

    Raises SettingError naming every one that can't be taken.
    """
    known = {setting.name: setting for setting in SETTINGS}
    variables = {f"FLASK_{name.replace('-', '_').upper()}": name for name in (*known, *NO_LONGER_NEEDED)}
    faults: list[str] = []
    written: dict[str, tuple[str, Any]] = {}
    for name, value in _read_file(file, faults).items():
        if name in known or name in NO_LONGER_NEEDED:
            written[name] = (f"{name} in {file}", value)
        else:
            faults.append(f"{_quoted(name)} in {file} is no setting; {nearest(name, known)}")
    for variable, value in environment.items():
        if variable in variables:
            if value:
                written[variables[variable]] = (variable, value)
        elif variable.startswith("FLASK_") and not FLASKS_OWN.fullmatch(variable):
            faults.append(f"{_quoted(variable)} is no setting; {nearest(variable, variables)}")
    retired = tuple(written.pop(name)[0] for name in NO_LONGER_NEEDED if name in written)
    config: dict[str, Any] = {RETIRED: retired} if retired else {}
    for name, (where, value) in written.items():
        try:
            if isinstance(value, str):
                value.encode()
            config[known[name].key] = known[name].read(value)
        except UnicodeEncodeError:
            faults.append(f"{where}: it holds bytes that are no text in UTF-8")
        except ValueError as fault:
            shown = "" if name in NEVER_SHOWN else f" is {_quoted(value)}"
            faults.append(f"{where}{shown}: {fault}")
    if faults:
        raise SettingError("\n".join(faults))
    return config


def production_faults(config: Mapping[str, Any], debug: bool, default_releases: str) -> list[str]:
    """What keeps a site from being served to visitors, one line each.

    `default_releases`: the project's own folder of releases, which need not be there.
    """
    faults = []
    if not config.get("ALLOWED_HOSTS"):
        faults.append("production needs allowed-hosts: give FLASK_ALLOWED_HOSTS the name that visitors type")
    if config.get("TRUSTED_PROXIES") is None:
        faults.append(
            "production needs trusted-proxies: give FLASK_TRUSTED_PROXIES how many proxies stand before it (0 where "
            "the server itself speaks TLS); without it all visitors behind a proxy would share one limit"
        )
    if (folder := config.get("RELEASES")) and folder != default_releases and not Path(folder).is_dir():
        faults.append(f"releases: there is no folder {folder}; mount it, or make it if nothing was published yet")
    if debug:
        faults.append("production and FLASK_DEBUG don't go together: leave FLASK_DEBUG out")
    return faults


def _quoted(value: Any) -> str:
    """As much of a value as tells it apart, and nothing that a terminal would follow."""
    try:
        return repr(str(value)[:60])
    except ValueError:  # a number of thousands of digits
        return "too long a number"


def _read_file(file: Path | None, faults: list[str]) -> dict[str, Any]:
    """What a file of settings holds. A file that can't be read is added to `faults`."""
    if file is None or not file.exists():
        return {}
    text = ""
    try:
        text = file.read_text(encoding="utf-8")
        return tomllib.loads(text)
    except (ValueError, OSError, RecursionError) as fault:
        faults.append(_twice(file, text) or f"{file} can't be read: {fault}")
        return {}


def _twice(file: Path, text: str) -> str:
    """The fault of a setting that stands twice in a file; empty where none does."""
    first: dict[str, int] = {}
    for count, line in enumerate(text.splitlines(), 1):
        if name := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line):
            if name[1] in first:
                return f"{file}, line {count}: {name[1]} stands here and in line {first[name[1]]}; keep one of them"
            first[name[1]] = count
    return ""
