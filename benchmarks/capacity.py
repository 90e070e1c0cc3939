"""What one core serves, what nginx in front costs, and what a second node on a second core adds: for docs/scaling.md.

Nodes of one worker each, held to a core of their own; wrk and nginx share the last core. With two cores the second node
shares that core with both of them, so what it adds here is the least that it adds on a machine of its own.
"""

from __future__ import annotations

import asyncio
import os
import statistics

import pages
from nodes import nginx
from servers import OURS, Server, need
from table import Report, machine, number, options, spread


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=2, help="of each turn")
    parser.add_argument("--connections", type=int, default=16)
    given = parser.parse_args()
    report = Report("capacity", given.markdown, given.results)
    need("wrk")
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("two cores are needed: one for the server, one for what loads it")
    with Server(OURS, workers=1) as first, Server(OURS, workers=1) as second:
        for node, core in ((first, cores[0]), (second, cores[-1])):
            node.kill()
            node.start([core])
            node.wait("/readyz")
        os.sched_setaffinity(0, {cores[-1]})  # wrk and nginx, which this process starts
        with nginx([first.port]) as one, nginx([first.port, second.port]) as two:
            ways = {"one core": first.port, "one core behind nginx": one, "two nodes behind nginx": two}
            every = asyncio.run(pages.targets(first.port))
            rates: dict[tuple[str, str], list[float]] = {}
            for turn in range(given.rounds + 1):
                for target in every:
                    for way, port in ways.items():
                        rate = pages.load(port, target.path, target.cookie, given).rate
                        if turn:  # the first round warms up
                            rates.setdefault((target.name, way), []).append(rate)
    rows = []
    for target in every:
        direct, behind, both = (rates[target.name, way] for way in ways)
        nginx_costs = [there / here for here, there in zip(direct, behind, strict=True)]
        second_adds = [more / one_node for one_node, more in zip(behind, both, strict=True)]
        report.note(f"{target.name}, behind nginx", "one node without", nginx_costs)
        report.note(f"{target.name}, two nodes", "one node", second_adds)
        figures = [number(statistics.median(each)) for each in (direct, behind, both)]
        rows.append([target.name, f"{target.length:,}", *figures, spread(nginx_costs), spread(second_adds)])
    report.say(machine("granian", "Flask"))
    columns = ["requests a second", "bytes", *ways, "nginx, of without", "two nodes, times one"]
    report.table(
        f"Nodes of one worker on one core; wrk -t1 -c{given.connections}, {given.rounds} rounds", columns, rows
    )


if __name__ == "__main__":
    main()
