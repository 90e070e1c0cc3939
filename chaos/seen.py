"""What every fault prints: one line each for what was done, how often, what was seen, and the goal, met or missed."""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

MISSED = "**missed**"
PORTS = range(8700, 8791)
SETTINGS = {
    "FLASK_RELEASES": "none",  # whoever runs this may have published something
    "FLASK_SETTINGS": os.devnull,
    "FLASK_LIMIT_POSTS": "0",  # where the site limits forms, a crowd from one address would meet nothing else
    "FLASK_LIMIT_REFERENCES": "0",
}
"""What each server of ours gets, whatever the environment says."""


@dataclass(frozen=True)
class Seen:
    """One line of the table. `met` is None where there is no goal or the fault could not be tried here."""

    fault: str
    much: str
    seen: str
    goal: str
    met: bool | None

    @property
    def row(self) -> list[str]:
        mark = "" if self.met is None else "met" if self.met else MISSED
        return [self.fault, self.much, self.seen, self.goal, mark]


class Faults:
    """The lines of one fault's run. `size`: 1 is the quick run of `make chaos`, more is more of everything.

    `given`: what its own options were given, None where they were left out.
    """

    def __init__(self, size: float, given: Mapping[str, str | None] = MappingProxyType({})) -> None:
        self.size = size
        self.given = given
        self.lines: list[Seen] = []

    def many(self, quick: int, most: int | None = None) -> int:
        """So many in the quick run, in proportion in larger ones, and never over `most`."""
        number = max(1, round(quick * self.size))
        return min(number, most) if most else number

    def note(self, fault: str, much: str, seen: str, goal: str, met: bool | None) -> None:
        self.lines.append(Seen(fault, much, seen, goal, met))
        print(" | ".join(self.lines[-1].row), file=sys.stderr, flush=True)


class Written(logging.Handler):
    """Every error that is logged in this process while it is in place."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []
        logging.getLogger().addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def port() -> int:
    """A port of ours that nobody listens on; by chance, as two runs that took the same would share its visitors."""
    for number in random.sample(PORTS, len(PORTS)):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", number))
            except OSError:
                continue
            return number
    sys.exit(f"no port from {PORTS[0]} to {PORTS[-1]} is free")


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def run(what: str | None, fault: Callable[[Faults], None], **options: str) -> None:
    """What each file does when it is started: the fault in its size, and its lines to a file. Exit code 1: missed.

    `options`: further ones of this fault alone, each with its help.
    """
    parser = argparse.ArgumentParser(description=(what or "").split("\n\n")[0])
    parser.add_argument("--size", type=float, default=1.0, help="1: the quick run; 10: ten times as much")
    parser.add_argument("--results", type=Path, help="add each line to this file, for the table at the end")
    for name, help in options.items():
        parser.add_argument(f"--{name}", help=help)
    given = parser.parse_args()
    os.environ.update(SETTINGS)
    start, faults = time.monotonic(), Faults(given.size, {name: getattr(given, name) for name in options})
    fault(faults)
    if given.results:
        with given.results.open("a") as file:
            file.writelines(json.dumps(asdict(line)) + "\n" for line in faults.lines)
    print(f"{time.monotonic() - start:.0f} s", file=sys.stderr)
    sys.exit(any(line.met is False for line in faults.lines))
