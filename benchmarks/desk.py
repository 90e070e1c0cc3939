"""What a page of the desk takes once the rules are built, in process: on our rulebook, and on 1,000 made-up options."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from faults.report import Line
from faults.running_site import RULES
from questionnaire.desk import create_app, database, people
from questionnaire.desk.models import ROLES
from tests.desk.conftest import Visitor

from .made_up_rules import write

TRIES = 5
OPTIONS, QUESTIONS = 1_000, 12


def lines(long: bool) -> Iterator[Line]:
    """The slowest page, each by its best of a few tries, of each role; with `long` on the made-up rules too."""
    with tempfile.TemporaryDirectory() as folder:
        yield _line(Path(folder), RULES, "our rules", 300)
        if long:
            made_up = write(Path(folder) / "made-up", OPTIONS, QUESTIONS)
            yield _line(Path(folder), made_up, f"{OPTIONS:,} made-up options", 2_000)


def _line(folder: Path, rules: Path, what: str, goal: int) -> Line:
    took: dict[str, float] = {}
    desk = create_app(
        {
            "LIMIT_POSTS": 0,
            "RULES": str(rules),
            "RELEASES": str(folder / "releases"),
            "DESK_DATABASE": str(folder / f"{os.urandom(4).hex()}.sqlite3"),
        }
    )
    for role in ROLES:
        visitor = Visitor(desk)
        with desk.app_context(), database.writing() as db:
            secret = people.invite(db, role, role, "the benchmark")
        visitor.post(f"/invitations/{secret}")
        for rule in desk.url_map.iter_rules():
            path = rule.rule if not rule.arguments else _example(rule.rule, rules)
            if "GET" in (rule.methods or ()) and path and visitor.get(path).status_code == 200:
                took[path] = min(_seconds(visitor, path) for _ in range(TRIES))
    slowest = max(took, key=lambda path: took[path])
    measured = f"{took[slowest] * 1000:.0f} ms ({slowest}), of {len(took)} pages"
    return Line(
        f"the desk, {what}", f"{TRIES} tries", f"each page under {goal} ms", measured, took[slowest] * 1000 < goal
    )


def _example(rule: str, rules: Path) -> str:
    """An address of a rule with arguments."""
    option = sorted(path for path in rules.glob("*/*.yaml") if path.parent.name != "sign-offs")[0]
    unit = option.relative_to(rules).as_posix().removesuffix(".yaml")
    known = {"/units/<path:unit>": "/units/shared", "/change/<path:file>": f"/change/{unit}.yaml?at=offered.0"}
    return known.get(rule, f"/sign/{unit}" if rule.startswith("/sign/") else "")


def _seconds(visitor: Visitor, path: str) -> float:
    begun = time.perf_counter()
    visitor.get(path)
    return time.perf_counter() - begun
