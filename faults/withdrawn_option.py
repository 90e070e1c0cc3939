"""Withdraw an option under load from two sites that share the folder of releases: how soon every worker says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

from questionnaire.web.visit import Visit

from .marked_releases import folder_in_memory, run
from .report import Line, number
from .running_site import Site, exchange, our_tables

OPTION, WHY = "hip-dips/emsculpt", "The maker has called this device back."
GOAL_SECONDS, CLIENTS = 5.0, 4
ANSWERS = {"area": "hip-dips", "donor-fat": "enough", "tolerance": "surgery", "timing": "months", "upkeep": "yes"}
Seen = list[tuple[float, bool]]
"""When an answer was asked for, and whether it told of the withdrawal."""


def ask(port: int, visit: str) -> bool:
    """Whether a site tells a visitor that the option is not offered. Raises RuntimeError where there is no page."""
    head = f"GET /options/{OPTION} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: options-guide-{port}={visit}\r\n"
    answer = exchange(port, f"{head}Connection: close\r\n\r\n".encode())
    if answer[9:12] != b"200":
        raise RuntimeError(f"a page came with status {answer[9:12]!r}")
    return WHY.encode() in answer


def rules(releases: Path, *words: str) -> float:
    """When a command had ended. Raises RuntimeError where it fails."""
    code, output = run(*words, releases=releases)
    if code:
        raise RuntimeError(f"{' '.join(words)} ended with exit code {code}: {output}")
    return time.monotonic()


def lines(size: float) -> Iterator[Line]:
    """Withdraw an option and offer it again, `size` times three times, while visitors ask for its page."""
    rounds = max(1, round(3 * size))
    visit = Visit.of(our_tables().rulebook, {**ANSWERS, "hoped-for": "softer"}).serialize()
    seen, faults, going = Seen(), list[str](), True

    def visitor(port: int) -> None:
        while going:
            begun = time.monotonic()
            try:
                seen.append((begun, ask(port, visit)))
            except (OSError, RuntimeError) as fault:
                faults.append(str(fault))

    delays = {"withdrawn": [0.0], "offered again": [0.0]}
    with folder_in_memory() as folder:
        releases = folder / "releases"
        rules(releases, "publish", "--by", "A. Name")
        environment = {"FLASK_RELEASES": str(releases)}
        with Site(environment=environment) as one, Site(environment=environment) as other:
            visitors = [
                threading.Thread(target=visitor, args=[site.port]) for site in (one, other) for _ in range(CLIENTS)
            ]
            for each in visitors:
                each.start()
            for _ in range(rounds):
                for what, words in (
                    ("withdrawn", ("withdraw-option", OPTION, "--because", WHY, "--by", "A. Name")),
                    ("offered again", ("restore-option", OPTION)),
                ):
                    done = rules(releases, *words)
                    time.sleep(GOAL_SECONDS + 1)
                    late = [at - done for at, told in list(seen) if at > done and told != (what == "withdrawn")]
                    delays[what].append(max(late, default=0.0))
            rules(releases, "withdraw-option", OPTION, "--because", WHY, "--by", "A. Name")
            going = False
            for each in visitors:
                each.join()
        with Site(environment=environment) as again:
            after_restart = ask(again.port, visit)
    how_much = f"{rounds} rounds, 2 sites of 2 workers, {2 * CLIENTS} visitors at once, {len(seen):,} pages"
    for what, taken in delays.items():
        longest = max(taken)
        told = f"the last page that did not know came {number(longest)} s after the command"
        met = longest <= GOAL_SECONDS and not faults
        yield Line(f"an option is {what}", how_much, f"within {GOAL_SECONDS:g} s", told, met)
    yield Line("an option that is withdrawn, after a restart", "", "still so", str(after_restart), after_restart)
