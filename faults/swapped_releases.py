"""Swap the active release under visitors who post: no page mixes two versions, results are right, memory stays flat.

Each release has its number in every option's name and in why each question is asked, and a fingerprint of its own.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from questionnaire.decide.build_tables import DecisionTables, build
from questionnaire.rulebook.load import load

from .marked_releases import active, folder_in_memory, publish, versions_on
from .report import Line
from .running_site import BROKEN, Page, Site, Tally, Visitor, WrongPage, check_result

VERSIONS, CLIENTS, GOAL_MIB = 5, 8, 8.0


class WatchfulVisitor(Visitor):
    """A visitor who looks at each page for marks and fingerprints of two versions."""

    fingerprints: Mapping[str, int]

    async def exchange(self, method: str, address: str, fields: Mapping[str, str] | None = None) -> Page:
        """One request; raises WrongPage where the page shows more than one version."""
        page = await super().exchange(method, address, fields)
        marks = versions_on(page.text)
        marks |= {version for fingerprint, version in self.fingerprints.items() if fingerprint in page.text}
        if len(marks) > 1 or (address.startswith(("/questions/", "/options")) and page.status == 200 and not marks):
            raise WrongPage(f"{address} shows {len(marks)} versions")
        return page


async def client(port: int, tables: Mapping[int, DecisionTables], tally: Tally, seen: set[int], until: float) -> None:
    """One visitor after another until the time is over; the versions whose results were shown go into `seen`."""
    chance = random.Random(id(tally) + len(seen))
    while time.monotonic() < until:
        visitor = WatchfulVisitor(port, tally)
        visitor.fingerprints = {each.rulebook.fingerprint: version for version, each in tables.items()}
        try:
            answers, page = await visitor.walk(
                lambda _, choices: chance.choice([choice for choice in choices if choice != "neither"])
            )
            (version,) = versions_on(page.text)
            check_result(tables[version], answers, page)
            seen.add(version)
            tally.journeys += 1
        except (WrongPage, *BROKEN) as fault:
            tally.wrong[str(fault) or type(fault).__name__] += 1
        finally:
            await visitor.close()


async def walk_while_swapped(
    site: Site, releases: Path, names: list[str], tables: Mapping[int, DecisionTables], swaps: int
) -> tuple[Tally, set[int], list[dict[int, float]]]:
    """Make another release the active one some ten times a second; what visitors met, and the workers' sizes."""
    tally, seen, sizes, until = Tally(), set[int](), list[dict[int, float]](), time.monotonic() + swaps / 10
    clients = [asyncio.create_task(client(site.port, tables, tally, seen, until)) for _ in range(CLIENTS)]
    for step in range(swaps):
        (releases / "active.new").write_text(f"{names[step % len(names)]}\n")
        (releases / "active.new").replace(releases / "active")
        sizes.append(site.workers())
        await asyncio.sleep(0.1)
    await asyncio.gather(*clients)
    return tally, seen, sizes


def lines(size: float) -> Iterator[Line]:
    """Publish five releases while the site runs, then swap them 600 times, times `size`."""
    swaps = max(40, round(600 * size))
    with folder_in_memory() as folder:
        names, served = [publish(folder, 0)], list[bool]()
        with Site(environment={"FLASK_RELEASES": str(folder / "releases")}) as site:
            for version in range(1, VERSIONS):
                names.append(publish(folder, version))
                served.append(active(folder / "releases") == names[-1])
            tables = {version: build(load(folder / f"rules-{version}")) for version in range(VERSIONS)}
            tally, seen, sizes = asyncio.run(walk_while_swapped(site, folder / "releases", names, tables, swaps))
            clean = site.log_is_clean()
    how_much = f"{swaps:,} swaps, {CLIENTS} visitors at once, {tally.journeys:,} journeys, {len(tally.times):,} pages"
    right = not tally.wrong and clean and all(served) and len(seen) == VERSIONS
    told = f"{tally.told} Results of {len(seen)} versions"
    yield Line("releases swapped under posts: pages", how_much, "none wrong or of two versions", told, right)
    warm, last = sizes[len(sizes) // 5], sizes[-1]
    grown = [last[worker] - warm.get(worker, 0.0) for worker in last]
    told = ", ".join(f"{mib:+.1f} MiB" for mib in grown)
    flat = sum(grown) <= GOAL_MIB
    yield Line("releases swapped under posts: memory", how_much, f"at most {GOAL_MIB:g} MiB more in all", told, flat)
