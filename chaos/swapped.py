"""1,000 releases published while 8 clients post: every page is of one version, results are right, memory stays flat.

Each release is our own rulebook with its number before every question, hint, choice and option, and a fingerprint of
its own, so that two versions on one page would be seen. They are published as `flask rules publish` does; only their
tables are built beforehand. Old releases are deleted, as docs/operating.md allows.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import random
import re
import shutil
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from crowds import BROKEN
from seen import Faults, number, port, run
from servers import OURS, PROJECT, Server
from visitor import Page, Visitor, Walked, WrongPage, check_result

from questionnaire.decide.build_tables import DecisionTables, build
from questionnaire.releases.publishing import drafting
from questionnaire.rulebook.load import load

MEMORY = Path("/dev/shm")
"""A disk in memory, so that the run does not wait for a real one to flush its files."""
CLIENTS, KEPT, WARM = 8, 20, 0.2
GOAL_MIB = 8.0
MARK = re.compile(r"\bv(\d+)z ")
PRINT = re.compile(r"\b[0-9a-f]{12}\b")


def version(tables: DecisionTables, step: int) -> DecisionTables:
    """Our own tables as version number `step`: its mark stands in every text that a page is known by."""
    book, mark = tables.rulebook, f"v{step}z "
    questions = {
        name: replace(
            question,
            ask=mark + question.ask,
            hint=mark + question.hint,
            choices={key: replace(choice, label=mark + choice.label) for key, choice in question.choices.items()},
        )
        for name, question in book.questions.items()
    }
    options = {name: replace(option, name=mark + option.name) for name, option in book.options.items()}
    changed = replace(book, fingerprint=fingerprint(step), questions=questions, options=options)
    return DecisionTables(changed, tables.options, tables.notes)


def fingerprint(step: int) -> str:
    return hashlib.sha256(str(step).encode()).hexdigest()[:12]


class Watchful(Visitor):
    """A visitor who looks at each page for texts of two versions."""

    async def _request(self, kind: str, method: str, address: str, body: bytes) -> Page:
        page = await super()._request(kind, method, address, body)
        marks = set(map(int, MARK.findall(html.unescape(page.text))))
        if len(marks) > 1 or (address.startswith("/questions/") and page.status == 200 and not marks):
            raise WrongPage(f"{kind} shows {len(marks)} versions")
        prints = set(PRINT.findall(page.text)) if address == "/options" else set()
        if marks and not prints <= {fingerprint(*marks)}:
            raise WrongPage("the fingerprint on a page is of another version than its texts")
        return page


async def publish_all(
    releases: Path, tables: DecisionTables, swaps: int, server: Server
) -> tuple[list[dict[int, float]], list[float]]:
    """Publish one release after the other; the MiB of each worker after each, and the seconds that each took."""
    made, taken, sizes = list[str](), list[float](), list[dict[int, float]]()
    for step in range(1, swaps + 1):
        start = time.monotonic()
        made.append(await asyncio.to_thread(publish, releases, tables, step))
        taken.append(time.monotonic() - start)
        sizes.append(server.workers())
        for name in made[:-KEPT]:
            await asyncio.to_thread(shutil.rmtree, releases / name, True)
        made = made[-KEPT:]
    return sizes, taken


def publish(releases: Path, tables: DecisionTables, step: int) -> str:
    with drafting(PROJECT / "rules", releases) as draft:
        draft.__dict__["tables"] = version(tables, step)  # a cached property: its value, without building it
        return draft.publish(f"number {step}").name


async def client(
    to: int, tables: DecisionTables, walked: Walked, seen: set[int], stop: asyncio.Event, seed: int
) -> None:
    """One visitor after another until it is over; the versions whose results were shown go into `seen`."""
    chance = random.Random(seed)
    while not stop.is_set():
        visitor = Watchful(to, walked)
        try:
            answers, page = await visitor.walk(lambda _, choices: chance.choice(choices))
            marks = set(map(int, MARK.findall(html.unescape(page.text))))
            seen |= marks
            check_result(version(tables, *marks) if marks else tables, answers, page)
            walked.journeys += 1
        except (WrongPage, *BROKEN) as fault:
            walked.errors[str(fault) or type(fault).__name__] += 1
        finally:
            await visitor.close()


async def swap(
    server: Server, releases: Path, tables: DecisionTables, swaps: int
) -> tuple[Walked, set[int], list[dict[int, float]], list[float]]:
    walked, seen, stop = Walked(), set[int](), asyncio.Event()
    clients = [asyncio.create_task(client(server.port, tables, walked, seen, stop, seed)) for seed in range(CLIENTS)]
    sizes, taken = await publish_all(releases, tables, swaps, server)
    stop.set()
    await asyncio.gather(*clients)
    return walked, seen, sizes, taken


def main(faults: Faults) -> None:
    swaps = faults.many(1000)
    tables = build(load(PROJECT / "rules"))
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        releases = Path(folder) / "releases"
        publish(releases, tables, 0)
        with Server(OURS, port=port(), environment={"FLASK_RELEASES": str(releases)}) as server:
            server.wait("/readyz")
            time.sleep(1)
            walked, seen, sizes, taken = asyncio.run(swap(server, releases, tables, swaps))
            said = Counter(line for line in server.said().splitlines() if "Traceback" in line or "can't be" in line)
    workers = set(sizes[0])
    warm = sizes[int(len(sizes) * WARM)]
    last = {worker: statistics.median(size[worker] for size in sizes[-len(sizes) // 10 :]) for worker in workers}
    grown = {worker: last[worker] - warm[worker] for worker in workers}
    errors = sum(walked.errors.values())
    told = "; ".join(f"{what}: {times}" for what, times in walked.errors.most_common(3))
    much = f"{swaps:,} releases, {CLIENTS} clients"
    faults.note(
        "releases swapped under posts: pages",
        f"{much}, {walked.requests:,} pages, {walked.journeys:,} journeys",
        f"{errors} pages wrong, broken or of two versions; results of {len(seen)} versions; a release each "
        f"{number(statistics.mean(taken))} s. {told} {dict(said) or ''}".strip(),
        "none",
        not errors and not said and len(seen) > min(20, swaps / 4),
    )
    faults.note(
        "releases swapped under posts: memory",
        much,
        f"{', '.join(f'{mib:+.1f}' for mib in grown.values())} MiB from release {int(len(sizes) * WARM):,} to the end "
        f"({', '.join(f'{mib:.0f}' for mib in last.values())} MiB then)",
        f"at most {GOAL_MIB:g} MiB in all",
        sum(grown.values()) <= GOAL_MIB,
    )


if __name__ == "__main__":
    run(__doc__, main)
