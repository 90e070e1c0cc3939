"""How long from the start of the process to the first answered page, and which imports take how much of it.

The peer is a bare Flask application, started with the same words in the same run; all take turns.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections import Counter

from servers import BARE, OURS, PROJECT, Server
from table import Report, machine, options, spread

ROUNDS = 7
GOAL_SECONDS = 0.8
SHOWN = 12
STEPS = """
import sys, time
from pathlib import Path
sys.path.insert(0, ".")
marks = [time.perf_counter()]
import questionnaire
from questionnaire.web import pages, guide
from questionnaire.cli import rules
marks.append(time.perf_counter())
app = questionnaire.create_app({"SECRET_KEY": "for measurements"})
marks.append(time.perf_counter())
rulebook = guide.load(Path("rules"))
marks.append(time.perf_counter())
tables = guide.build(rulebook)
marks.append(time.perf_counter())
app.extensions["guide"].__dict__["tables"] = tables
assert app.test_client().get("/").status_code == 200
marks.append(time.perf_counter())
print(*(later - earlier for earlier, later in zip(marks, marks[1:])))
"""
NAMES = ("imports", "the application", "rule files read and checked", "tables fired", "the first page")


def first_answer(app: str, workers: int) -> float:
    """Seconds from the start of the process to the first whole page."""
    start = time.perf_counter()
    with Server(app, workers) as server:
        server.wait("/")
        return time.perf_counter() - start


def python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60)


def steps() -> list[list[float]]:
    """Milliseconds of each step, of several runs."""
    runs = [[float(word) * 1000 for word in python("-c", STEPS).stdout.split()] for _ in range(5)]
    return [list(step) for step in zip(*runs, strict=True)]


def imports() -> tuple[Counter[str], Counter[str]]:
    """Milliseconds of our import by the package whose own code takes them (median of runs), and its modules' number."""
    runs: list[Counter[str]] = []
    for _ in range(5):
        taken: Counter[str] = Counter()
        modules: Counter[str] = Counter()
        for own, name in re.findall(
            r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", python("-X", "importtime", "-c", "import wsgi").stderr
        ):
            package = name.split(".")[0]
            package = "Python's own" if package in sys.stdlib_module_names else package
            package = "wsgi.py (reads and fires the rules)" if package == "wsgi" else package
            taken[package] += int(own)
            modules[package] += 1
        runs.append(taken)
    median = {package: statistics.median(run[package] for run in runs) / 1000 for package in runs[0]}
    return Counter({package: round(taken, 1) for package, taken in median.items()}), modules


def main() -> None:
    given = options(__doc__ or "").parse_args()
    report = Report("start-up", given.markdown, given.results)
    report.say(machine("granian", "Flask"))
    contenders = [(OURS, 2), (BARE, 2), (OURS, 1), (BARE, 1)]
    taken: dict[tuple[str, int], list[float]] = {contender: [] for contender in contenders}
    for contender in contenders:
        first_answer(*contender)  # compiles modules and fills the file cache
    for _ in range(ROUNDS):
        for contender in contenders:
            taken[contender].append(first_answer(*contender))
    rows = []
    for workers in (2, 1):
        ours, bare = taken[OURS, workers], taken[BARE, workers]
        ratios = [one / other for one, other in zip(ours, bare, strict=True)]
        mark = report.note(f"first page, {workers} workers, seconds", "the clock", ours, most=GOAL_SECONDS)
        report.note(f"first page, {workers} workers", "bare Flask", ratios)
        rows.append([str(workers), spread(ours), spread(bare), spread(ratios), mark])
    columns = ["workers", "ours s", "bare Flask s", "times bare", f"goal {GOAL_SECONDS} s"]
    report.table(f"From process start to the first answered page, {ROUNDS} rounds", columns, rows)
    report.table(
        "Where one process spends it (Python's own start-up and granian's come on top)",
        ["step", "ms"],
        [[name, spread(step)] for name, step in zip(NAMES, steps(), strict=True)],
    )
    by_package, modules = imports()
    report.table(
        f"The dearest of {sum(modules.values())} imports of wsgi.py with the rulebook loaded, by package",
        ["package", "own ms", "modules"],
        [[package, f"{ms:.1f}", str(modules[package])] for package, ms in by_package.most_common(SHOWN)],
    )


if __name__ == "__main__":
    main()
