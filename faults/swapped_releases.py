"""Swap the active release under visitors who post: no page mixes two versions, results are right, memory stays flat.

Each release has its number in every option's name and in why each question is asked, and a fingerprint of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from questionnaire.decide.build_tables import DecisionTables, build
from questionnaire.rulebook.load import load

from .marked_releases import active, folder_in_memory, publish, versions_on
from .report import Line
from .running_site import Page, Site, Tally, Visitor, WrongPage, check_result, crowd

VERSIONS, CLIENTS, GOAL_MIB = 5, 8, 8.0


class WatchfulVisitor(Visitor):
    """A visitor who looks at each page for marks and fingerprints of two versions."""

    def __init__(self, port: int, tally: Tally, fingerprints: Mapping[str, int]) -> None:
        super().__init__(port, tally)
        self.fingerprints = fingerprints

    async def exchange(self, method: str, address: str, fields: Mapping[str, str] | None = None) -> Page:
        """One request; raises WrongPage where the page shows more than one version."""
        page = await super().exchange(method, address, fields)
        marks = versions_on(page.text)
        marks |= {version for fingerprint, version in self.fingerprints.items() if fingerprint in page.text}
        if len(marks) > 1 or (address.startswith("/questions/") and page.status == 200 and not marks):
            raise WrongPage(f"{address} shows {len(marks)} versions")
        return page


async def walk_while_swapped(
    site: Site, releases: Path, names: list[str], tables: Mapping[int, DecisionTables], swaps: int, tally: Tally
) -> tuple[set[int], list[dict[int, float]]]:
    """Make another release the active one ten times a second; the versions that results showed, and memory."""
    seen, sizes, swapping = set[int](), list[dict[int, float]](), True

    def check(answers: Mapping[str, str], page: Page) -> None:
        for version in versions_on(page.text) or [0]:  # no option at all where the answers bring no area in scope
            check_result(tables[version], answers, page)
            seen.add(version)

    prints = {each.rulebook.fingerprint: version for version, each in tables.items()}
    new_visitor = partial(WatchfulVisitor, site.port, tally, prints)
    walking = asyncio.create_task(crowd(new_visitor, CLIENTS, lambda: swapping, check))
    for step in range(swaps):
        (releases / "active.new").write_text(f"{names[step % len(names)]}\n")
        (releases / "active.new").replace(releases / "active")
        sizes.append(site.workers())
        await asyncio.sleep(0.1)
    swapping = False
    await walking
    return seen, sizes


def lines(size: float) -> Iterator[Line]:
    """Publish five releases while the site runs, then swap them 600 times, times `size`."""
    swaps, tally = max(40, round(600 * size)), Tally()
    with folder_in_memory() as folder:
        names, served, releases = [publish(folder, 0)], list[bool](), folder / "releases"
        with Site(environment={"FLASK_RELEASES": str(releases)}) as site:
            for version in range(1, VERSIONS):
                names.append(publish(folder, version))
                served.append(active(releases) == names[-1])
            tables = {version: build(load(folder / f"rules-{version}")) for version in range(VERSIONS)}
            seen, sizes = asyncio.run(walk_while_swapped(site, releases, names, tables, swaps, tally))
            clean = site.log_is_clean()
    how_much = f"{swaps:,} swaps, {CLIENTS} visitors at once, {tally.journeys:,} journeys, {len(tally.times):,} pages"
    right = not tally.wrong and clean and all(served) and len(seen) == VERSIONS
    told = f"{tally.told} Results of {len(seen)} versions"
    yield Line("releases swapped under posts: pages", how_much, "none wrong or of two versions", told, right)
    warm, last = sizes[len(sizes) // 5], sizes[-1]
    grown = sum(last[worker] - warm.get(worker, 0.0) for worker in last)
    goal, flat = f"at most {GOAL_MIB:g} MiB more in all", grown <= GOAL_MIB
    yield Line("releases swapped under posts: memory", how_much, goal, f"{grown:+.1f} MiB", flat)
