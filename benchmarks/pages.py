"""What our pages cost over HTTP, against a bare Flask application that returns fixed strings of the same lengths.

Both run on the same server, started as `make run` starts it; wrk loads them in turn, round after round.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import subprocess
from dataclasses import dataclass

from servers import BARE, OURS, Server, need
from table import BELOW, Report, machine, number, options, spread
from visitor import Page, Visitor, Walked

QUESTION, RESULT = 0.6, 0.4
SLOWEST = 3.0
ANSWERS = {
    "tolerance": "surgery",
    "donor-fat": "enough",
    "noticeable": "clear",
    "tried": "yes",
    "timing": "months",
    "upkeep": "yes",
    "hoped-for": "gone",
}


@dataclass(frozen=True)
class Target:
    """A page to load, the cookie of a visitor who sees it, its length, and its goal against the bare page's rate."""

    name: str
    path: str
    cookie: str
    length: int
    goal: float | None


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests a second, and milliseconds that half and all but one in a hundred took at most."""

    rate: float
    half: float
    slowest: float


async def visit(port: int, area: str) -> str:
    """The cookie of a visitor who has answered everything about this area."""
    visitor = Visitor(port, Walked())
    await visitor.walk(lambda question, _: {**ANSWERS, "area": area}[question])
    await visitor.close()
    return visitor.cookie


async def page(port: int, path: str, cookie: str) -> Page:
    visitor = Visitor(port, Walked())
    visitor.cookie = cookie
    found = await visitor.get(path)
    await visitor.close()
    if found.status != 200:
        raise SystemExit(f"{path} gave {found.status}")
    return found


async def targets(port: int) -> list[Target]:
    one, both = await visit(port, "hip-dips"), await visit(port, "both")
    found = []
    for name, path, cookie, goal in (
        ("start page", "/", "", None),
        ("question page, no answers yet", "/questions/area", "", QUESTION),
        ("question page, all answered", "/questions/timing", both, QUESTION),
        ("answers page", "/check", both, None),
        ("result page, one area", "/options", one, RESULT),
        ("result page, both areas", "/options", both, RESULT),
    ):
        length = len((await page(port, path, cookie)).text.encode())
        found.append(Target(name, path, cookie, length, goal))
    return found


def load(port: int, path: str, cookie: str, given: argparse.Namespace) -> Load:
    """Load one page with wrk; ends the benchmark where any answer is no page."""
    words = [
        need("wrk"),
        "-t1",
        f"-c{given.connections}",
        f"-d{given.seconds}s",
        "--latency",
        "-H",
        f"Cookie: {cookie}",
    ]
    done = subprocess.run(
        [*words, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True, timeout=120
    )
    said = done.stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{path} was not always answered:\n{said}")
    units = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    slow = {part: float(ms) * units[unit] for part, ms, unit in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s)\b", said)}
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert rate
    return Load(float(rate[1]), slow["50"], slow["99"])


def row(report: Report, target: Target, ours: list[Load], bare: list[Load]) -> list[str]:
    pairs = list(zip(ours, bare, strict=True))
    rates = [one.rate / other.rate for one, other in pairs]
    slow = [one.slowest / other.slowest for one, other in pairs]
    marks = [
        report.note(f"{target.name}, rate", "bare Flask", rates, least=target.goal),
        report.note(f"{target.name}, p99", "bare Flask", slow, most=SLOWEST if target.goal else None),
    ]
    middle = [
        statistics.median(each) for each in zip(*((one.rate, one.half, one.slowest) for one in ours), strict=True)
    ]
    theirs = [statistics.median(each) for each in zip(*((one.rate, one.slowest) for one in bare), strict=True)]
    missed = ("rate " if marks[0] == BELOW else "") + ("p99 " if marks[1] == BELOW else "")
    return [
        target.name,
        f"{target.length:,}",
        *(number(each) for each in (*middle, *theirs)),
        spread(rates),
        spread(slow),
        f"{target.goal:g}" if target.goal else "",
        f"{missed}{BELOW}" if missed else marks[0],
    ]


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=1, help="of each turn")
    parser.add_argument("--connections", type=int, default=16)
    given = parser.parse_args()
    report = Report("pages", given.markdown, given.results)
    need("wrk")
    with Server(OURS) as our:
        our.wait("/readyz")
        every = asyncio.run(targets(our.port))
        lengths = {"BARE_LENGTHS": ",".join(str(target.length) for target in every)}
        with Server(BARE, environment=lengths) as bare:
            bare.wait("/")
            loads: dict[str, tuple[list[Load], list[Load]]] = {target.name: ([], []) for target in every}
            for turn in range(given.rounds + 1):
                for target in every:
                    one = load(our.port, target.path, target.cookie, given)
                    other = load(bare.port, f"/{target.length}", target.cookie, given)
                    if turn:  # the first round warms both up
                        loads[target.name][0].append(one)
                        loads[target.name][1].append(other)
    report.say(
        f"{machine('granian', 'Flask')}; wrk -t1 -c{given.connections} -d{given.seconds}s, {given.rounds} rounds"
    )
    columns = ["page", "bytes", "ours /s", "p50 ms", "p99 ms", "bare /s", "p99 ms", "rate, of bare", "p99, times bare"]
    rows = [row(report, target, *loads[target.name]) for target in every]
    title = f"Goals: the rate, and a p99 of at most {SLOWEST:g} times bare Flask's"
    report.table(title, [*columns, "goal", "rate and p99"], rows)


if __name__ == "__main__":
    main()
