"""What a page of the desk takes in process, while rules are built too: of our rulebook and of 1,000 made-up options."""

from __future__ import annotations

import html
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
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
        yield from _lines(Path(folder), RULES, "our rules", 300)
        if long:
            made_up = write(Path(folder) / "made-up", OPTIONS, QUESTIONS)
            yield from _lines(Path(folder), made_up, f"{OPTIONS:,} made-up options", 2_000)


def _lines(folder: Path, rules: Path, what: str, goal: int) -> Iterator[Line]:
    took: dict[str, float] = {}
    desk = create_app(
        {
            "LIMIT_POSTS": 0,
            "RULES": str(rules),
            "RELEASES": str(folder / "releases"),
            "DESK_DATABASE": str(folder / f"{os.urandom(4).hex()}.sqlite3"),
        }
    )
    waits: list[float] = []
    begun = time.perf_counter()
    for role in ROLES:
        visitor = Visitor(desk)
        with desk.app_context(), database.writing() as db:
            secret = people.invite(db, role, role, "the benchmark")
        visitor.post(f"/invitations/{secret}")
        _wait(partial(_status, visitor, "/"), waits)
        if role == ROLES[0]:
            yield _waited(f"the desk, {what}: first page", waits, begun)
        if role == "editor":
            option = f"/change/{_first_option(rules)}.yaml?at=summary"
            page, begun, waits = visitor.page(option), time.perf_counter(), []
            form = {"at": "summary", "begun": _begun(page), "f": "Other words for it.", "do": "check"}
            address = option.partition("?")[0]
            _wait(partial(_status, visitor, address, form, page), waits)
            yield _waited(f"the desk, {what}: a change tried", waits, begun)
        for rule in desk.url_map.iter_rules():
            path = rule.rule if not rule.arguments else _example(rule.rule, rules)
            if "GET" in (rule.methods or ()) and path and visitor.get(path).status_code == 200:
                took[path] = min(_seconds(visitor, path) for _ in range(TRIES))
    slowest = max(took, key=lambda path: took[path])
    measured = f"{took[slowest] * 1000:.0f} ms ({slowest}), of {len(took)} pages"
    yield Line(
        f"the desk, {what}", f"{TRIES} tries", f"each page under {goal} ms", measured, took[slowest] * 1000 < goal
    )


def _status(visitor: Visitor, path: str, form: dict[str, str] | None = None, page: str = "") -> int:
    response = visitor.get(path) if form is None else visitor.post(path, form, text=page)
    status: int = response.status_code
    return status


def _wait(ask: Callable[[], int], waits: list[float]) -> None:
    """Ask until the build is done; notes how long each answer took."""
    while True:
        begun = time.perf_counter()
        status = ask()
        waits.append(time.perf_counter() - begun)
        if status != 202:
            assert status == 200, status
            return
        time.sleep(1)


def _waited(what: str, waits: list[float], begun: float) -> Line:
    """That no answer took long while something was built, however long that was."""
    whole = time.perf_counter() - begun
    measured = f"{max(waits):.1f} s the slowest of {len(waits)} answers; all was there after {whole:.0f} s"
    return Line(what, f"{len(waits)} answers", "each under 2 s, with how far it is", measured, max(waits) < 2)


def _begun(page: str) -> str:
    found = re.search(r'name="begun" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def _first_option(rules: Path) -> str:
    option = sorted(path for path in rules.glob("*/*.yaml") if path.parent.name not in ("sign-offs", "translations"))[0]
    return option.relative_to(rules).as_posix().removesuffix(".yaml")


def _example(rule: str, rules: Path) -> str:
    """An address of a rule with arguments."""
    unit = _first_option(rules)
    known = {"/units/<path:unit>": "/units/shared", "/change/<path:file>": f"/change/{unit}.yaml?at=offered.0"}
    return known.get(rule, f"/sign/{unit}" if rule.startswith("/sign/") else "")


def _seconds(visitor: Visitor, path: str) -> float:
    begun = time.perf_counter()
    visitor.get(path)
    return time.perf_counter() - begun
