"""Is the site ready? Exit code 0 if it is, 1 if not, with its own words on why. For containers, timers and people.

`healthy.py [ADDRESS] [SECONDS]` asks /readyz of ADDRESS (http://127.0.0.1:8000), again and again for up to SECONDS (0).
"""

from __future__ import annotations

import sys
import time
import urllib.error
import urllib.request

PATIENCE = 4
"""Seconds for one answer."""


def ready(address: str) -> tuple[bool, str]:
    """Whether the site at an address can be used, and what it said."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"{address}/readyz", timeout=PATIENCE
        ) as answer:
            return True, answer.read(2000).decode(errors="replace").strip()
    except urllib.error.HTTPError as fault:
        return False, f"{fault.code}: {fault.read(2000).decode(errors='replace').strip()}"
    except OSError as fault:
        return False, f"no answer ({fault})"


def main(address: str = "http://127.0.0.1:8000", seconds: str = "0") -> int:
    """The exit code, once the site is ready or the time is over."""
    until = time.monotonic() + float(seconds)
    while not (answer := ready(address))[0] and time.monotonic() < until:
        time.sleep(0.2)
    print(answer[1])
    return 0 if answer[0] else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
