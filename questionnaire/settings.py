"""The settings that a clinic may give, in the environment or in instance/settings.toml, checked at the start."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .rulebook.problems import nearest

NEVER_SHOWN = ("limit-storage", "bundle-url")
"""Settings whose value is not repeated where it can't be taken: an address that may hold a password."""

NO_LONGER_NEEDED = ("secret-key", "old-secret-keys")
"""Settings of earlier versions. A site that still has them starts all the same, and is told."""

RETIRED = "RETIRED_SETTINGS"
"""Where the config has those of them that were given."""

FLASKS_OWN = re.compile(r"FLASK_(APP|DEBUG|ENV|ENV_FILE|SETTINGS|SKIP_DOTENV|RUN_\w+|RULES_[A-Z]+_\w+)")
"""Variables that Flask reads, options of its commands among them, and the one that names the file."""

LARGEST_LOGO = 100 * 1024
"""Bytes: it is on every page."""

Read = Callable[[Any], Any]
"""What takes a value as it was written (a str, or what TOML has for it) and gives it as it is meant.

Raises ValueError, which says what the value may be.
"""


class SettingError(ValueError):
    """Settings that can't be taken; one line for each, which says what it may be."""


@dataclass(frozen=True)
class Setting:
    """One setting: `name` as in the file (FLASK_... in the environment), what it does, and what reads its value."""

    name: str
    does: str
    read: Read

    @property
    def variable(self) -> str:
        """Its name in the environment: clinic-name is FLASK_CLINIC_NAME."""
        return f"FLASK_{_key(self.name)}"


def _matching(pattern: str, may_be: str, convert: Callable[[str], Any] = str) -> Read:
    def read(value: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(pattern, value.strip()):
            raise ValueError(may_be)
        return convert(value.strip())

    return read


def _several(read: Read, most: int, may_be: str) -> Read:
    def read_all(value: Any) -> tuple[Any, ...]:
        items = value.split("|") if isinstance(value, str) else value
        if not isinstance(items, list) or not 1 <= len(items) <= most:
            raise ValueError(f"it may be {may_be}, in the environment with | between them")
        return tuple(map(read, items))

    return read_all


def _number(lowest: int, highest: int) -> Read:
    def read(value: Any) -> int:
        word = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,6}", word) or not lowest <= int(word) <= highest:
            raise ValueError(f"it may be a whole number from {lowest} to {highest}")
        return int(word)

    return read


def _yes(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in ("true", "yes", "1", "false", "no", "0"):
        raise ValueError("it may be true or false")
    return word in ("true", "yes", "1")


def _storage(address: str) -> str:
    try:
        _ = urlsplit(address).port
    except ValueError:
        raise ValueError(
            "its host or port can't be read; in a password write / as %2F, : as %3A, @ as %40, ? as %3F and # as %23"
        ) from None
    return address


def _address(address: str) -> str:
    if urlsplit(address).port == 0:
        raise ValueError("its port is none")
    return address


def _logo(value: Any) -> Path:
    path = Path(str(value))
    if path.suffix.lower() not in (".svg", ".png") or not path.is_file() or path.stat().st_size > LARGEST_LOGO:
        raise ValueError("it may be a file that is there, .svg or .png, of at most 100 kB")
    return path


def _document(value: Any) -> Path:
    path = Path(str(value))
    if not path.is_file():
        raise ValueError("it may be files of text that are there")
    return path


def _file(value: Any) -> Path:
    path = Path(str(value))
    if not path.is_file():
        raise ValueError("it may be a file that is there")
    return path


def _key_file(value: Any) -> Path:
    path = Path(str(value))
    if not path.is_file():
        raise ValueError("it may be a file that is there; to make one: flask rules release-key FILE")
    return path


def _time_zone(value: Any) -> str:
    try:
        return ZoneInfo(str(value).strip()).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError("it may be a time zone such as Europe/Madrid or UTC") from None


_TEXT = _matching(
    "[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{1,200}",
    "it may be one line of at most 200 characters that can be seen",
)
_HOST = _matching(
    r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\]",
    "it may be names such as guide.clinic.example, in small letters and without a port",
)
_ORIGIN = _matching(
    r"https://[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?",
    "it may be addresses such as https://clinic.example, in small letters and without a path",
)
_PUBLIC_KEY = _matching(
    "[A-Za-z0-9+/]{43}=", "it may be public keys of 44 signs, as flask rules release-key FILE tells them"
)
_COLOUR = _matching("#[0-9a-fA-F]{6}", "it may be a colour such as #1f5f5b", str.lower)

SETTINGS = (
    Setting("rules", "another folder of rule files", str),
    Setting(
        "releases",
        "another folder of releases than `instance/releases`; `none`: serve the rule files, whatever was published",
        lambda value: "" if value == "none" else str(value),
    ),
    Setting(
        "release-key",
        "where releases are published: the file with the private key that seals them (docs/operating.md)",
        _key_file,
    ),
    Setting(
        "release-public-keys",
        "the public keys of publishers, with `|` between: releases that none of them sealed are refused",
        _several(_PUBLIC_KEY, 20, "one to twenty public keys"),
    ),
    Setting(
        "bundle-url",
        "the address of a bundle that this site fetches its releases from (docs/scaling.md); needs release-public-keys",
        _matching(
            r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[!-~]{0,500})?",
            "it may be an address that begins with https:// or http://, its host in small letters",
            _address,
        ),
    ),
    Setting("bundle-every", "seconds after which it is asked for again at the latest (30)", _number(1, 86_400)),
    Setting(
        "require-sign-off", "`true`: options that no clinician has signed are withheld, and the page says so", _yes
    ),
    Setting("production", "`true`: served to visitors over TLS; needs allowed hosts and trusted proxies", _yes),
    Setting(
        "allowed-hosts",
        "the names that this site is reached by, with `|` between; others are refused",
        _several(_HOST, 20, "one to twenty names"),
    ),
    Setting(
        "trusted-proxies", "how many proxies stand before the site and set X-Forwarded-For and -Proto", _number(0, 5)
    ),
    Setting("limit-posts", "forms that one address may send in a minute (60); 0: no limit", _number(0, 100_000)),
    Setting(
        "limit-references",
        "reference codes that one address may try in a minute (30); 0: no limit",
        _number(0, 100_000),
    ),
    Setting(
        "limit-storage",
        "where limits are counted: `memory://` (each worker its own) or `redis://...`",
        _matching(
            r"memory://|(redis|rediss|redis\+unix)://\S{1,300}",
            "it may be memory:// or an address that begins with redis://, rediss:// or redis+unix://",
            _storage,
        ),
    ),
    Setting("api", "`true`: a read-only HTTP API at /api/v1/ for other programs (docs/api.md)", _yes),
    Setting(
        "embed-on",
        "the sites whose pages may show the guide in a frame, such as `https://clinic.example`, with `|` between "
        "(docs/embedding.md)",
        _several(_ORIGIN, 10, "one to ten addresses of sites"),
    ),
    Setting(
        "metrics-port",
        "port on 127.0.0.1 for Prometheus, of the first worker; 0: off (docs/logging.md)",
        _number(0, 65_000),
    ),
    Setting(
        "time-zone",
        "where the clinic is, such as `Europe/Madrid`: at its midnight begins and ends what `clinic.yaml` dates; the "
        "server's own time zone, if left out",
        _time_zone,
    ),
    Setting("clinic-name", "the clinic that offers this guide, named at the top of each page", _TEXT),
    Setting("clinic-contact", "one line at the foot of each page and in print: how to reach the clinic", _TEXT),
    Setting(
        "clinic-booking",
        "address behind “Talk to the clinic” on the result page (https:, mailto: or tel:)",
        _matching(
            r"(https?://|mailto:|tel:)[^\s\"'<>]{1,300}",
            "it may be an address that begins with https://, http://, mailto: or tel:",
        ),
    ),
    Setting(
        "clinic-phone",
        "the clinic's telephone, such as `+44 20 7946 0000`; the result page has a link that calls it",
        _matching(r"\+?[0-9][0-9 ]{2,30}", "it may be digits and spaces, with a + before them"),
    ),
    Setting(
        "clinic-support",
        "up to five lines on whom to call when worries are heavy or urgent, with `|` between",
        _several(_TEXT, 5, "one to five lines"),
    ),
    Setting("clinic-logo", "an SVG or PNG file of at most 100 kB, shown beside the name", _logo),
    Setting("clinic-accent", "colour of links and buttons, such as `#1f5f5b`; refused where it can't be read", _COLOUR),
    Setting("clinic-accent-dark", "the same for dark mode; if left out, a lighter tone of the accent", _COLOUR),
    Setting(
        "language",
        "language of the pages, with a catalogue in `translations/` (docs/translating.md)",
        _matching(
            "[a-z]{2,3}([_-][A-Za-z]{2,4})?",
            "it may be a language such as de or pt-BR",
            lambda code: code.replace("_", "-"),
        ),
    ),
    Setting("translations", "another folder of catalogues", str),
    Setting(
        "desk-address",
        "where staff reach the desk (`http://localhost:8001`): passkeys are bound to this name (docs/desk.md)",
        _matching(
            r"https://[a-z0-9.-]+(:[0-9]{1,5})?|http://localhost(:[0-9]{1,5})?",
            "it may be an address such as https://desk.clinic.example, or http://localhost with a port",
        ),
    ),
    Setting(
        "desk-openid",
        "address of the clinic's OpenID Connect provider, by whose accounts staff may sign in to the desk too",
        _matching(r"https://[^\s\"'<>?#]{1,300}|http://(localhost|127\.0\.0\.1):\d+", "it may be an https: address"),
    ),
    Setting("desk-openid-client", "what the desk is called there: its client ID (`desk`)", str),
    Setting("desk-openid-secret", "the file with its client secret, where the provider gave one", _file),
    Setting("desk-database", "another file than `instance/desk.sqlite3` for the desk's people, remarks and log", str),
    Setting(
        "desk-documents",
        "files with the documents' own text, with `|` between, to be read at the desk beside our words",
        _several(_document, 20, "one to twenty files"),
    ),
)


def settings(environment: Mapping[str, str], file: Path | None = None) -> dict[str, Any]:
    """The settings of the environment (FLASK_...), which win over those of the file, by their names in the config.

    Raises SettingError naming every one that can't be taken.
    """
    readers = {setting.name: setting.read for setting in SETTINGS}
    names = (*readers, *NO_LONGER_NEEDED)
    variables = {f"FLASK_{_key(name)}": name for name in names}
    faults: list[str] = []
    written: dict[str, tuple[str, Any]] = {}
    for name, value in _read_file(file, faults).items():
        if name in names:
            written[name] = (f"{name} in {file}", value)
        else:
            faults.append(f"{_quoted(name)} in {file} is no setting; {nearest(name, readers)}")
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
            config[_key(name)] = readers[name](value)
        except UnicodeEncodeError:
            faults.append(f"{where}: it holds bytes that are no text in UTF-8")
        except ValueError as fault:
            faults.append(f"{where}{'' if name in NEVER_SHOWN else f' is {_quoted(value)}'}: {fault}")
    if not faults and config.get("BUNDLE_URL"):
        if not config.get("RELEASE_PUBLIC_KEYS"):
            faults.append(
                "bundle-url needs release-public-keys: give FLASK_RELEASE_PUBLIC_KEYS the publisher's public key"
            )
        if config.get("RELEASES") == "":
            faults.append("bundle-url needs a folder of releases: take FLASK_RELEASES=none away")
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


def _key(name: str) -> str:
    """A setting's name in the application's config: clinic-name is CLINIC_NAME."""
    return name.replace("-", "_").upper()


def _quoted(value: Any) -> str:
    """As much of a value as tells it apart, and nothing that a terminal would follow."""
    try:
        return repr(str(value)[:60])
    except ValueError:  # a number of thousands of digits
        return "too long a number"


def _read_file(file: Path | None, faults: list[str]) -> dict[str, Any]:
    if file is None or not file.exists():
        return {}
    text = ""
    try:
        text = file.read_text(encoding="utf-8")
        return tomllib.loads(text)
    except (ValueError, OSError, RecursionError) as fault:
        faults.append(_repeated(file, text) or f"{file} can't be read: {fault}")
        return {}


def _repeated(file: Path, text: str) -> str:
    """The fault of a setting that stands twice in a file; empty where none does."""
    first: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name = re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line)
        if name and first.setdefault(name[1], number) != number:
            return f"{file}, line {number}: {name[1]} stands here and in line {first[name[1]]}; keep one of them"
    return ""
