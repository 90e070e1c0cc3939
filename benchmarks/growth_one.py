"""One run of the growth benchmark, in a process of its own: `growth_one.py ours|yaml|durable FOLDER` prints JSON.

Seconds are those of the processor (one thread works), so that what else runs on the machine counts for little.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

PROJECT = Path(__file__).resolve().parent.parent
FEW = 3
T = TypeVar("T")


def timed(what: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    given = what()
    return given, time.process_time() - start


def memory() -> float:
    """MiB in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def ours(folder: Path) -> dict[str, Any]:
    """Seconds to read, to build the tables and to check; memory; microseconds to decide."""
    from questionnaire.decide import outcome
    from questionnaire.decide.build_tables import DecisionTables, build
    from questionnaire.review.checks import CHECKS
    from questionnaire.rulebook.load import load

    def deciding(tables: DecisionTables) -> tuple[int, float]:
        """Options in scope, and microseconds for one visit."""
        questions = tables.rulebook.questions
        answers = {"area": "area0"} | {question: "a" for question in questions if question != "area"}
        inside = len(outcome.decide(tables, answers).results)
        times = max(20, 20_000 // inside)

        def many() -> None:
            for _ in range(times):
                outcome.decide(tables, answers)

        return inside, min(timed(many)[1] for _ in range(5)) / times * 1e6

    before = memory()
    rulebook, load_seconds = timed(lambda: load(folder))
    tables, table_seconds = timed(lambda: build(rulebook))
    grown = memory() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found, check_seconds = timed(lambda: [problem for check in CHECKS.values() for problem in check(tables)])

    few = {area.id: replace(area, options=area.options[:FEW]) for area in rulebook.areas.values()}
    return {
        "load": load_seconds,
        "tables": table_seconds,
        "check": check_seconds,
        "grown": grown,
        "peak": peak,
        "few": deciding(replace(tables, rulebook=replace(rulebook, areas=few))),
        "all": deciding(tables),
        # A small rulebook can't read 60 questions, so that check's errors are expected there.
        "errors": [str(each) for each in found if each.level == "error" and each.check != "idle-question"][:3],
    }


def yaml(folder: Path) -> dict[str, Any]:
    """Seconds of ruamel.yaml alone for the same files."""
    from ruamel.yaml import YAML

    def parse() -> None:
        for path in folder.rglob("*.yaml"):
            YAML(typ="safe", pure=True).load(path.read_text())

    return {"yaml": timed(parse)[1]}


def durable(folder: Path) -> dict[str, Any]:
    """Seconds of durable_rules alone for the same rows."""
    from questionnaire.decide import engine, engine_limits, routing
    from questionnaire.rulebook.load import load

    rulebook = load(folder)
    firings = []
    for option in rulebook.options.values():
        conditions = engine_limits.conditions_of(rulebook, option)
        questions = engine_limits.questions_of(rulebook, conditions)
        firings.append((conditions, list(routing.combinations(rulebook, option.area, questions))))

    def fire_all() -> None:
        for conditions, rows in firings:
            engine.fire(conditions, rows)

    return {"durable": timed(fire_all)[1]}


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    run = {"ours": ours, "yaml": yaml, "durable": durable}[sys.argv[1]]
    print(json.dumps(run(Path(sys.argv[2]))))
