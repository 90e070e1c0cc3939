"""Every fault in turn, each in a process of its own, and one table of what was seen at the end (`make chaos`).

Exit code 1 where a goal was missed or a fault could not be carried through. `--only killed stalled`: these alone.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from seen import Seen
from table import Report, machine

HERE = Path(__file__).resolve().parent
FAULTS = ("killed", "stalled", "swapped", "broken_rules", "disk", "clock", "bodies", "forged", "counting", "perturbed")
SECONDS = 300
"""What one fault may take in the quick run; larger ones get as much more."""


def carry_out(fault: str, size: float, results: Path) -> Seen | None:
    """Run one fault; a line of its own where it ended otherwise than with its goals met or missed."""
    words = [sys.executable, str(HERE / f"{fault}.py"), "--size", str(size), "--results", str(results)]
    child = subprocess.Popen(words, start_new_session=True, stdin=subprocess.DEVNULL)
    try:
        code = child.wait(SECONDS * max(1.0, size))
    except subprocess.TimeoutExpired:
        return Seen(fault, "", f"not through in {SECONDS * max(1.0, size):.0f} s", "an end", False)
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)  # its `finally` ends its servers, which have groups of their own
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
    return None if code in (0, 1) and results.stat().st_size else Seen(fault, "", f"exit code {code}", "an end", False)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--size", type=float, default=1.0, help="1: about ten minutes; 10: ten times as much")
    parser.add_argument("--only", nargs="+", choices=FAULTS, default=FAULTS)
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    lines: list[Seen] = []
    for fault in given.only:
        print(f"{fault} ...", file=sys.stderr, flush=True)
        with tempfile.NamedTemporaryFile() as file:
            results = Path(file.name)
            fell = carry_out(fault, given.size, results)
            lines += [Seen(**json.loads(line)) for line in results.read_text().splitlines()]
            lines += [fell] if fell else []
    report = Report("chaos", given.markdown)
    report.say(machine("granian", "Flask"))
    columns = ["fault", "how much", "seen", "goal", ""]
    report.table("Faults, and what visitors saw of them", columns, [line.row for line in lines])
    tried = [line for line in lines if line.met is not None]
    missed = sum(not line.met for line in tried)
    report.say(f"{len(tried) - missed} of {len(tried)} goals met, {len(lines) - len(tried)} without a goal or not run")
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
