"""Whether memory stays flat over whole journeys with as many different cookies and hosts, by 200 visitors at once.

Each journey is a new visitor with a name of the site and cookies of their own, and each result is held against the
rulebook.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from itertools import count

from faults.report import Line, number, quantile
from faults.running_site import Site, Tally, Visitor, send_crowd

AT_ONCE, GOAL_MIB = 200, 4.0


def lines(long: bool) -> Iterator[Line]:
    """10,000 journeys, or 100,000: what the workers grew after the first tenth."""
    journeys, numbers, sizes, tally = 100_000 if long else 10_000, count(), list[dict[int, float]](), Tally()
    with Site() as site:

        def new_visitor() -> Visitor:
            number = next(numbers)
            if number % (journeys // 100) == 0:
                sizes.append(site.workers())
            visitor = Visitor(site.port, tally, host=f"name-{number}.example")
            visitor.cookies = {f"other-{number}": f"{number}" * 20}
            return visitor

        send_crowd(new_visitor, AT_ONCE, journeys)
        sizes.append(site.workers())
        clean = site.log_is_clean() and sizes[0].keys() == sizes[-1].keys()
    totals = [sum(size.values()) for size in sizes]
    grown = statistics.median(totals[-10:]) - statistics.median(totals[10:20])
    how_much = f"{tally.journeys:,} journeys, cookies and hosts"
    told = f"{grown:+.1f} MiB; {number(totals[0])} MiB at the start, {number(totals[-1])} at the end"
    yield Line("memory of all workers", how_much, f"at most {GOAL_MIB:g} MiB more", told, grown <= GOAL_MIB)
    slowest = number(quantile(tally.times, 0.99) * 1000)
    told = f"{tally.told} p99 of {len(tally.times):,} requests {slowest} ms"
    yield Line(f"{AT_ONCE} visitors at once", how_much, "no page wrong", told, not tally.wrong and clean)
