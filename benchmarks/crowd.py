"""A crowd that walks whole journeys at once: errors, the time of every page, and whether the memory stays flat.

500 visitors without think time; each journey is a new visitor with a connection and a cookie of their own, and each
result page is held against what the rulebook says. The visitors are Python too and share the machine with the server,
so the rates are those of both together, and times include waiting for a turn. The full run: --journeys 100000.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from itertools import pairwise

from plot import curves
from servers import OURS, PROJECT, Server
from table import Report, machine, number, options
from visitor import Walked, send_crowd

from questionnaire.decide.build_tables import DecisionTables, build
from questionnaire.rulebook.load import load

GOAL_MIB = 2.0
WARM = 1000
"""Journeys before memory is compared: by then every page was made and every connection opened."""
EVERY = 0.5
Sample = tuple[int, dict[int, float]]


async def walk(server: Server, tables: DecisionTables, visitors: int, journeys: int) -> tuple[Walked, list[Sample]]:
    """Send the crowd; meanwhile note, at (journeys ended), the MiB of each worker."""
    walked = Walked()
    samples: list[Sample] = []
    crowd = asyncio.create_task(send_crowd(server.port, visitors, journeys, tables, walked))
    while not crowd.done():
        samples.append((walked.journeys, server.workers()))
        await asyncio.wait([crowd], timeout=EVERY)
    await crowd
    samples.append((walked.journeys, server.workers()))
    return walked, samples


def warm_up(journeys: int) -> int:
    return min(WARM, journeys // 2)


def growths(samples: list[Sample], journeys: int) -> dict[int, float]:
    """MiB that each worker grew after the warm-up: the median of the last tenth against that just after it."""
    warm = warm_up(journeys)
    after = [sizes for ended, sizes in samples if warm <= ended <= warm + journeys // 20] or [samples[-1][1]]
    last = [sizes for ended, sizes in samples if ended >= journeys * 0.9] or [samples[-1][1]]
    if any(one.keys() != other.keys() for (_, one), (_, other) in pairwise(samples)):
        raise SystemExit("a worker ended, and another took its place")
    return {
        worker: statistics.median(sizes[worker] for sizes in last) - statistics.median(s[worker] for s in after)
        for worker in samples[0][1]
    }


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--journeys", type=int, default=2000)
    parser.add_argument("--visitors", type=int, default=500, help="at once")
    parser.add_argument("--plot", action="store_true", help="write docs/crowd-memory.svg")
    given = parser.parse_args()
    report = Report("crowd", given.markdown, given.results)
    tables = build(load(PROJECT / "rules"))
    with Server(OURS) as server:
        server.wait("/readyz")
        time.sleep(1)  # both workers
        walked, samples = asyncio.run(walk(server, tables, given.visitors, given.journeys))
    warm = f"after {warm_up(given.journeys):,} journeys"
    errors = sum(walked.errors.values())
    grown = growths(samples, given.journeys)
    for kind, times in walked.errors.most_common(5):
        report.say(f"error, {times} times: {kind}")
    rows = []
    for page in sorted(walked.seconds):
        parts = [walked.quantile(page, part) for part in (0.5, 0.99, 1.0)]
        report.note(f"{page}, p99 ms", f"{given.visitors} at once", [parts[1]])
        rows.append([page, f"{len(walked.seconds[page]):,}", *map(number, parts)])
    rates = f"{walked.journeys / walked.taken:.0f} journeys and {walked.requests / walked.taken:.0f} requests a second"
    title = f"{walked.journeys:,} journeys by {given.visitors} visitors at once in {walked.taken:.0f} s: {rates}"
    report.say(machine("granian", "Flask"))
    report.table(title, ["page", "requests", "p50 ms", "p99 ms", "most ms"], rows)
    marks = [
        report.note("errors", "none", [errors], most=0),
        report.note("memory of all workers grown, MiB", warm, [sum(grown.values())], most=GOAL_MIB),
    ]
    first, last = (", ".join(f"{mib:.1f}" for mib in sizes.values()) for _, sizes in (samples[0], samples[-1]))
    each = ", ".join(f"{mib:+.2f}" for mib in grown.values())
    rows = [
        ["errors", f"{errors}", "0", marks[0]],
        [f"MiB grown {warm}, by worker ({first} before, {last} at the end)", each, "2 in all", marks[1]],
    ]
    report.table("Errors and memory", ["what", "measured", "goal", ""], rows)
    if given.plot:
        by_worker = {
            f"worker {number}": [(ended, sizes[worker]) for ended, sizes in samples[:: max(1, len(samples) // 60)]]
            for number, worker in enumerate(grown, 1)
        }
        picture = curves("Memory of the workers under the crowd", "journeys ended", "MiB", by_worker)
        (PROJECT / "docs" / "crowd-memory.svg").write_text(picture)


if __name__ == "__main__":
    main()
