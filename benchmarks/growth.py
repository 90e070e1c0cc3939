"""How reading, table building, checking, deciding and memory grow with the rulebook: tables, and curves as pictures.

Every run is a process of its own; seconds are those of the processor. The peers in the same run: ruamel.yaml alone,
which reads the same files and checks nothing; and durable_rules alone, which fires the same rows and keeps nothing.
What counts is the time for each option against that of 100 options, which stays near 1 where growth is linear.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import made_up_rules
from plot import curves
from servers import PROJECT
from table import Report, machine, number, options, spread

SIZES = ((15, 8), (15, 60), (100, 8), (100, 60), (1000, 60), (3000, 60))
RUNS = {15: 5, 100: 5, 1000: 3, 3000: 2}
BASE = (100, 60)
PEERS_UP_TO = 1000
LINEAR = 1.25
PARTS = {"load": "reading", "tables": "tables", "check": "checks"}
Size = tuple[int, int]


def child(what: str, folder: Path) -> dict[str, Any]:
    words = [sys.executable, str(Path(__file__).with_name("growth_one.py")), what, str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    if found.get("errors"):
        sys.exit(f"the made-up rulebook has errors: {found['errors']}")
    return found


def measure() -> dict[Size, dict[str, list[Any]]]:
    """Every figure of each run, by options and questions. All sizes take turns, and so do the peers."""
    found: dict[Size, dict[str, list[Any]]] = {size: defaultdict(list) for size in SIZES}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            made_up_rules.write(Path(folder) / f"{size}", *size)
        for turn in range(max(RUNS.values())):
            for size in (size for size in SIZES if turn < RUNS[size[0]]):
                for what in ("ours", "yaml", "durable") if size[0] <= PEERS_UP_TO else ("ours",):
                    for name, value in child(what, Path(folder) / f"{size}").items():
                        found[size][name].append(value)
    return found


def growth(report: Report, found: dict[Size, dict[str, list[Any]]]) -> None:
    """Seconds by size, and the time for each option against that of the base."""
    rows = []
    for size in SIZES:
        row = [f"{size[0]:,}", str(size[1])]
        marks = []
        for part in PARTS:
            turns = zip(found[size][part], found[BASE][part], strict=False)  # the larger sizes have fewer turns
            each = [(seconds / size[0]) / (base / BASE[0]) for seconds, base in turns]
            row += [spread(found[size][part]), number(statistics.median(each))]
            if size[0] > BASE[0]:
                what = f"{PARTS[part]}, each of {size[0]:,} options"
                marks.append(report.note(what, f"each of {BASE[0]}", each, most=LINEAR))
        rows.append([*row, min(marks, default="")])
    columns = ["options", "questions", *(name for part in PARTS.values() for name in (f"{part} s", "an option"))]
    title = f"Seconds by size (median, spread), and the time an option against that of {BASE[0]} options"
    report.table(title, [*columns, f"goal {LINEAR:g}"], rows)


def peers(report: Report, found: dict[Size, dict[str, list[Any]]]) -> None:
    rows = []
    for size in (size for size in SIZES if size[0] <= PEERS_UP_TO):
        row = [f"{size[0]:,}", str(size[1])]
        for part, peer, named in (("load", "yaml", "ruamel.yaml alone"), ("tables", "durable", "durable_rules alone")):
            ratios = [a / b for a, b in zip(found[size][part], found[size][peer], strict=True)]
            row += [spread(found[size][peer]), spread(ratios)]
            if size[0] >= BASE[0] and size[1] == BASE[1]:
                report.note(f"{PARTS[part]} of {size[0]:,} options", named, ratios)
        rows.append(row)
    columns = ["options", "questions", "ruamel.yaml s", "reading, times that", "durable_rules s", "tables, times that"]
    report.table("Against the libraries alone, on the same files and the same rows", columns, rows)


def memory_and_deciding(report: Report, found: dict[Size, dict[str, list[Any]]]) -> None:
    """Memory for each option beyond the size before, and one decide() with few and with many options in scope."""
    rows, before, first = [], (0, 0.0), 0.0
    few = statistics.median(run[1] for run in found[BASE]["few"])
    for size in (size for size in SIZES if size[1] == BASE[1]):
        runs = found[size]
        grown = statistics.median(runs["grown"])
        beyond = [(each - before[1]) / (size[0] - before[0]) * 1024 for each in runs["grown"]]
        mark = ""
        if size[0] > BASE[0]:
            if first:
                ratios = [each / first for each in beyond]
                mark = report.note(f"memory, each option up to {size[0]:,}", "each up to 1,000", ratios, most=LINEAR)
            first = first or statistics.median(beyond)
            some = [run[1] / few for run in runs["few"]]
            report.note(f"decide, 3 of {size[0]:,} options in scope", "3 of 100", some, most=LINEAR)
        row = [f"{size[0]:,}", spread(runs["peak"]), spread(runs["grown"]), spread(beyond), mark]
        row += [spread([run[1] for run in runs["few"]]), str(runs["all"][0][0]), spread([r[1] for r in runs["all"]])]
        rows.append(row)
        before = size[0], grown
    columns = ["options", "peak MiB", "rulebook and tables MiB", "KiB for each more", f"goal {LINEAR:g}"]
    columns += ["3 in scope µs", "in scope", "µs"]
    report.table("Memory, and deciding one visit (60 questions)", columns, rows)


def pictures(found: dict[Size, dict[str, list[Any]]]) -> None:
    sizes = [size for size in SIZES if size[1] == BASE[1]]

    def middle(name: str) -> list[tuple[float, float]]:
        return [(size[0], statistics.median(found[size][name])) for size in sizes]

    docs = PROJECT / "docs"
    time = {"reading": middle("load"), "tables": middle("tables"), "checks": middle("check")}
    (docs / "growth-time.svg").write_text(curves("Time by options", "options (60 questions)", "seconds", time))
    memory = {"rulebook and tables": middle("grown")}
    (docs / "growth-memory.svg").write_text(curves("Memory by options", "options (60 questions)", "MiB", memory))
    inside = [(found[s]["all"][0][0], statistics.median(run[1] for run in found[s]["all"])) for s in sizes]
    picture = curves("Deciding one visit", "options in scope", "microseconds", {"decide()": inside})
    (docs / "growth-decide.svg").write_text(picture)


def main() -> None:
    given = options(__doc__ or "").parse_args()
    report = Report("growth", given.markdown, given.results)
    report.say(machine("ruamel.yaml", "durable-rules"))
    found = measure()
    for show in (growth, peers, memory_and_deciding):
        show(report, found)
    pictures(found)


if __name__ == "__main__":
    main()
