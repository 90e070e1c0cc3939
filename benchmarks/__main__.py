"""Measure each part in turn and print one table of goals: `python -m benchmarks [--only PART ...] [--long]`.

A goal that is missed is marked; the exit code is 0 either way, as figures depend on the machine.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time

from faults.report import machine, table

PARTS = ("deciding", "pages_in_process", "pages_over_http", "languages", "memory", "startup", "growth", "desk")


def main() -> None:
    """Measure the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").split(":")[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--long", action="store_true", help="100,000 journeys in place of a tenth, all visits")
    options = parser.parse_args()
    lines = []
    for name in options.only:
        start = time.monotonic()
        for line in importlib.import_module(f"benchmarks.{name}").lines(options.long):
            print(line, file=sys.stderr, flush=True)
            lines.append(line)
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    print(f"{machine()}\n\n{table(lines)}")


if __name__ == "__main__":
    main()
