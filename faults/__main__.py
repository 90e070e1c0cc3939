"""Try each fault in turn and print one table of what visitors saw: `python -m faults [--only NAME ...] [--size N]`."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Callable, Iterator

from .report import Line, machine, table

FAULTS = (
    "killed_workers",
    "killed_publishing",
    "stalled_connections",
    "swapped_releases",
    "withdrawn_option",
    "damaged_releases",
    "followed_bundles",
    "full_disk",
    "broken_rules",
    "forged_cookies",
    "nonsense_requests",
    "many_cookies_and_hosts",
    "clock_set",
    "perturbed_memory",
    "crowded_desk",
)
Fault = Callable[[float], Iterator[Line]]


def lines_of(name: str, size: float) -> Iterator[Line]:
    """The lines of one fault, and one more that misses its goal where the fault could not be carried through."""
    try:
        fault: Fault = importlib.import_module(f"faults.{name}").lines
        yield from fault(size)
    except Exception as error:  # a fault that can't be tried must not hide the others
        yield Line(name, "", "carried through", f"{type(error).__name__}: {str(error)[-500:]}", False)


def main() -> int:
    """Run the faults that were asked for; exit code 1 where a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m faults", description=(__doc__ or "").split(":")[0])
    parser.add_argument("--only", nargs="+", choices=FAULTS, default=FAULTS, metavar="NAME", help=", ".join(FAULTS))
    parser.add_argument("--size", type=float, default=1.0, help="1: about ten minutes; 10: ten times as much of all")
    options = parser.parse_args()
    lines = []
    for name in options.only:
        start = time.monotonic()
        for line in lines_of(name, options.size):
            print(line, file=sys.stderr, flush=True)
            lines.append(line)
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    print(f"{machine()}\n\n{table(lines)}")
    return int(any(line.met is False for line in lines))


if __name__ == "__main__":
    sys.exit(main())
