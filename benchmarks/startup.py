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
RUNS = 5
GOAL_SECONDS = 0.8
SHOWN = 10
STEPS = """
import sys, time
sys.path.insert(0, ".")
marks = [time.perf_counter()]
import questionnaire
from questionnaire.web import pages, rulebook_store
from questionnaire.cli import rules
marks.append(time.perf_counter())
app = questionnaire.create_app({"SECRET_KEY": "for measurements", "RELEASES": ""})
marks.append(time.perf_counter())
app.extensions["rulebook_store"].now()
marks.append(time.perf_counter())
assert app.test_client().get("/").status_code == 200
marks.append(time.perf_counter())
print(*(later - earlier for earlier, later in zip(marks, marks[1:])))
"""
NAMES = ("imports", "the application", "rules built in a process of their own", "the first page")


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
    runs = [[float(word) * 1000 for word in python("-c", STEPS).stdout.split()] for _ in range(RUNS)]
    return [list(step) for step in zip(*runs, strict=True)]


def imports() -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Milliseconds of their own code, without what they import, of each package and of each module, of several runs."""
    packages: dict[str, list[float]] = {}
    modules: dict[str, list[float]] = {}
    for _ in range(RUNS):
        said = python("-X", "importtime", "-c", "import wsgi").stderr
        taken: Counter[str] = Counter()
        for own, name in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", said):
            if name == "wsgi":
                continue  # it reads and fires the rules, which the steps show
            package = name.split(".")[0]
            taken["Python's own" if package in sys.stdlib_module_names else package] += int(own)
            modules.setdefault(name, []).append(int(own) / 1000)
        for package, microseconds in taken.items():
            packages.setdefault(package, []).append(microseconds / 1000)
    return packages, modules


def dearest(found: dict[str, list[float]]) -> list[list[str]]:
    names = sorted(found, key=lambda name: -statistics.median(found[name]))
    return [[name, spread(found[name])] for name in names[:SHOWN]]


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
        mark = report.note(f"first page in seconds, workers: {workers}", "the clock", ours, most=GOAL_SECONDS)
        report.note(f"first page, workers: {workers}", "bare Flask", ratios)
        rows.append([str(workers), spread(ours), spread(bare), spread(ratios), mark])
    columns = ["workers", "ours s", "bare Flask s", "times bare", f"goal {GOAL_SECONDS} s"]
    report.table(f"From process start to the first answered page, {ROUNDS} rounds", columns, rows)
    report.table(
        "Where one process spends it (Python's own start-up and granian's come on top)",
        ["step", "ms"],
        [[name, spread(step)] for name, step in zip(NAMES, steps(), strict=True)],
    )
    packages, modules = imports()
    title = f"The dearest of {len(modules)} modules that wsgi.py brings in; a module's own code, without its imports"
    report.table(f"{title}, by package", ["package", "ms"], dearest(packages))
    report.table("The same by module", ["module", "ms"], dearest(modules))


if __name__ == "__main__":
    main()
