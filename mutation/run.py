"""Every mutant of the code that decides, each against the tests of its module (`make mutation`).

Each mutant (mutants.py) is written to disk, in a copy of the project, so that the child in which rules are built has it
too; then a fork, which has read all libraries but nothing that is changed, runs the tests until one fails. Exit code 1
where fewer than 90 % are noticed, 2 where the tests fail without any change.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parent.parent
GOAL = 90.0
LEFT_OUT = (".git", ".venv", ".*_cache", "__pycache__", "instance", "benchmarks", "chaos", "mutation", "screenshots")
LIBRARIES = "flask flask_wtf durable.engine ruamel.yaml textstat wtforms"
UNCHANGED = "questionnaire.rulebook.build questionnaire.rulebook.schema_errors questionnaire.rulebook.references"
"""Read once for all forks; what they import is below them (tests/test_rooms.py), so nothing that is changed."""
WITH = ("--no-header", "-p", "no:cacheprovider", "-p", "pytest_timeout", "-o", "addopts=", "-x")
TESTS: Mapping[str, tuple[str, str]] = {
    "decide/build_process.py": ("test_apart.py", "not (processes or server or without_end)"),
    "decide/routing.py": ("test_asking.py test_decide.py", "asking or evaluator_does[0]"),
    "decide/build_worker.py": ("test_apart.py", "not (large_enough or server or hang)"),
    "decide/engine.py": ("test_decide.py", "engine or condition or twice or firing or memory"),
    "decide/engine_limits.py": ("test_tables.py", ""),
    "decide/outcome.py": ("test_tables.py", ""),
    "decide/reference_code.py": ("test_reference.py test_decide.py", "reference or code"),
    "decide/tables.py": ("test_tables.py test_decide.py test_stored.py", "tables or outcome"),
    "decide/signoff.py": ("test_signoff.py", ""),
    "decide/spread.py": ("test_apart.py", "processes"),
    "decide/serialize.py": ("test_stored.py", ""),
    "decide/build_tables.py": ("test_tables.py test_decide.py", "tables or evaluator_does[0]"),
    "decide/all_visits.py": ("test_tables.py", ""),
    "rulebook/load.py": (
        "test_load.py",
        "listed or missing or reader or come_back or every or our or key or cycle",
    ),
}
"""The files that are changed; for each the test files that it is held against, and which of their tests (`-k`)."""


@dataclass
class Order:
    """A plugin of pytest: runs those tests first that fail most or take least, and notes how each ends."""

    seconds: dict[str, float]
    failed: list[str]
    taken: dict[str, float] = field(default_factory=dict)
    failing: str = ""
    hung: bool = False

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: (-self.failed.count(item.nodeid), self.seconds.get(item.nodeid, 0.0)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.taken[report.nodeid] = self.taken.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failing, self.hung = report.nodeid, "Timeout" in str(report.longrepr)


@dataclass
class Tally:
    """What became of the mutants of one file."""

    file: str
    killed: int = 0
    timed_out: int = 0
    survivors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def all(self) -> int:
        return self.killed + self.timed_out + len(self.survivors)

    @property
    def percent(self) -> float:
        return 100 * (self.killed + self.timed_out) / self.all if self.all else 100.0


class Copy:
    """The project in a folder of its own, where one file at a time is changed."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self._temporary, self._results = folder / "pytest", folder / "results"
        self._written = int(time.time())
        shutil.copytree(PROJECT, self.project, ignore=shutil.ignore_patterns(*LEFT_OUT))

    def put(self, file: str, text: str) -> None:
        """Write a file as nobody has read it before: Python tells old from new by seconds and size alone."""
        self._written += 1
        path = self.project / file
        path.write_text(text)
        os.utime(path, (self._written, self._written))

    def run(self, tests: Sequence[str], order: Order, seconds: float, waiting: float) -> tuple[int | None, Order]:
        """Run tests in a fork; its exit code (None: out of time) and what it noted."""
        self._results.unlink(missing_ok=True)
        fork = os.fork()
        if not fork:
            self._run_here(tests, order, seconds)
        until = time.monotonic() + waiting
        done, status = 0, 0
        try:
            while not done and time.monotonic() < until:
                time.sleep(0.005)
                done, status = os.waitpid(fork, os.WNOHANG)
        finally:
            if not done:
                with suppress(ProcessLookupError):  # it may not have a group of its own yet
                    os.killpg(fork, signal.SIGKILL)
                os.kill(fork, signal.SIGKILL)
                _, status = os.waitpid(fork, 0)
        code = os.waitstatus_to_exitcode(status)
        if self._results.exists():
            order = Order(**json.loads(self._results.read_text()))
        return None if code in (-signal.SIGXCPU, -signal.SIGKILL) else code, order

    def _run_here(self, tests: Sequence[str], order: Order, seconds: float) -> None:
        try:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
            nothing = os.open(os.devnull, os.O_RDWR)
            for standard in (0, 1, 2):
                os.dup2(nothing, standard)
            for what, most in ((resource.RLIMIT_CPU, int(seconds) + 1), (resource.RLIMIT_CORE, 0)):
                resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
            os.chdir(self.project)
            code = pytest.main([*tests, *WITH, "--timeout", str(seconds), "--basetemp", str(self._temporary)], [order])
            self._results.write_text(json.dumps(vars(order)))
            os._exit(int(code))
        finally:
            os._exit(70)


def try_all(copy: Copy, file: str, mutants: list[dict[str, Any]]) -> Tally:
    """Run the tests of one file without a change, then with each; prints how it goes."""
    names, chosen = TESTS[file]
    tests = [*(f"tests/{name}" for name in names.split()), "-k", chosen]
    path = f"questionnaire/{file}"
    whole = (copy.project / path).read_text()
    before = time.monotonic()
    code, plain = copy.run(tests, Order({}, []), 120, 600)
    took = time.monotonic() - before
    if code != 0:
        print(f"the tests of {file} fail without any change: {plain.failing} (exit code {code})", file=sys.stderr)
        sys.exit(2)
    print(f"{file}: {len(mutants)} mutants, {len(plain.taken)} tests", file=sys.stderr, flush=True)
    tally = Tally(file)
    failed: list[str] = []
    for number, mutant in enumerate(mutants, 1):
        copy.put(path, mutant["text"])
        code, ended = copy.run(tests, Order(plain.taken, failed[-50:]), 3 * took + 5, 5 * took + 20)
        if code is None or ended.hung:
            tally.timed_out += 1
        elif code:
            tally.killed += 1
            failed += [ended.failing] if ended.failing else []
        else:
            tally.survivors.append(mutant)
        if number % 50 == 0 or number == len(mutants):
            done = f"{number} tried, {len(tally.survivors)} survived, {time.monotonic() - before:.0f} s"
            print(f"  {done}", file=sys.stderr, flush=True)
    copy.put(path, whole)
    return tally


def made(tool: str, files: Sequence[str]) -> list[dict[str, Any]]:
    """All mutants of these files, by a Python that has mutmut."""
    words = [tool, str(PROJECT / "mutation" / "mutants.py"), *(f"questionnaire/{file}" for file in files)]
    found: list[dict[str, Any]] = json.loads(
        subprocess.run(words, cwd=PROJECT, check=True, stdout=subprocess.PIPE).stdout
    )
    return found


def report(tallies: list[Tally]) -> bool:
    """Print the table and all that survived; whether enough was noticed."""
    survivors = [mutant for tally in tallies for mutant in tally.survivors]
    whole = Tally("all", sum(t.killed for t in tallies), sum(t.timed_out for t in tallies), survivors)
    print("| file | mutants | killed | timed out | survived | noticed |\n|---|---|---|---|---|---|")
    for t in [*tallies, whole]:
        print(f"| {t.file} | {t.all:,} | {t.killed:,} | {t.timed_out} | {len(t.survivors)} | {t.percent:.1f} % |")
    explained = (PROJECT / "docs" / "mutation.md").read_text()
    print("\nSurvivors:\n")
    for mutant in survivors:
        change = f"`{mutant['was']}` → `{mutant['became']}`"
        new = "" if change in explained else " (docs/mutation.md does not explain it)"
        print(f"- {mutant['file'].removeprefix('questionnaire/')}:{mutant['line']}: {change}{new}")
    return whole.percent >= GOAL


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("tool", help="a Python that has mutmut")
    parser.add_argument("only", nargs="*", help="files such as decide/tables.py")
    given = parser.parse_args()
    if unknown := set(given.only) - set(TESTS):
        parser.error(f"no tests are known for {', '.join(sorted(unknown))}; known: {', '.join(TESTS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    files = given.only or list(TESTS)
    mutants = made(given.tool, files)
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        sys.path.insert(0, str(copy.project))
        for module in [*LIBRARIES.split(), *UNCHANGED.split()]:
            importlib.import_module(module)
        gc.freeze()  # pytest looks for rubbish at its end, which takes longer than most tests
        tallies = [try_all(copy, file, [m for m in mutants if m["file"] == f"questionnaire/{file}"]) for file in files]
    sys.exit(not report(tallies))


if __name__ == "__main__":
    main()
