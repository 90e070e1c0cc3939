"""Is the site ready? Exit code 0 if it is, 1 if not, with its own words on why. For containers, timers and people.

`python -m deploy.healthy [ADDRESS] [SECONDS] [strict]` asks /readyz of ADDRESS (http://127.0.0.1:8000), again and again
for up to SECONDS (0). It asks for the first of the site's allowed hosts, since a site that has some answers to no other
name. With `strict` a site that serves, but tells of a problem, counts as not ready: for whoever should be told.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from questionnaire import SettingError, settings

PROJECT = Path(__file__).resolve().parent.parent
PATIENCE = 4
"""Seconds for one answer."""


def ready(address: str, host: str = "", strict: bool = False) -> tuple[bool, str]:
    """Whether the site at an address can be used, asked for by the name `host`, and what it said.

    `strict`: only one that tells of no problem.
    """
    asked = urllib.request.Request(f"{address}/readyz", headers={"Host": host} if host else {})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=PATIENCE) as answer:
            said = answer.read(9000).decode(errors="replace").strip()
            return not (strict and "problem" in json.loads(said)), said
    except urllib.error.HTTPError as fault:
        return False, f"{fault.code}: {fault.read(2000).decode(errors='replace').strip()}"
    except (OSError, ValueError) as fault:
        return False, f"no answer ({fault})"


def main(address: str = "http://127.0.0.1:8000", seconds: str = "0", strict: str = "") -> int:
    """The exit code, once the site is ready or the time is over."""
    until = time.monotonic() + float(seconds)
    file = Path(os.environ.get("FLASK_SETTINGS") or PROJECT / "instance" / "settings.toml")
    try:
        hosts = settings(os.environ, file).get("ALLOWED_HOSTS", ())
    except SettingError as fault:
        print(fault)
        return 1
    host = hosts[0].lstrip(".") if hosts else ""
    while not (answer := ready(address, host, bool(strict)))[0] and time.monotonic() < until:
        time.sleep(0.2)
    print(answer[1])
    return 0 if answer[0] else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
