"""The clock of the server jumps by a day, forward and back, while a visitor answers; and two nodes are a second apart.

The server reads its clock from a file that is changed while it runs (clocked.py). The clock that only goes forward is
left alone, as a jump of the real one would leave it.
"""

from __future__ import annotations

import asyncio
import random
import re
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from seen import Faults, port, run
from servers import PROJECT, Server
from visitor import Page, Visitor, Walked, WrongPage, check_result

from questionnaire.decide.build_tables import DecisionTables, build
from questionnaire.rulebook.load import load
from questionnaire.settings import SETTINGS

DAY = 86_400
JUMPS = (DAY, -DAY, 30 * DAY, -30 * DAY, 1, -1)
"""Seconds; each from where the clock stood before."""


class Clock:
    """The clock of one server."""

    def __init__(self, file: Path) -> None:
        self.file, self.ahead = file, 0
        self.jump(0)

    def jump(self, seconds: int) -> None:
        self.ahead += seconds
        beside = self.file.with_suffix(".new")
        beside.write_text(str(self.ahead))
        beside.replace(self.file)

    @property
    def day(self) -> str:
        now = datetime.now(UTC) + timedelta(seconds=self.ahead)
        return f"{now.day} {now:%B %Y}"

    @property
    def environment(self) -> dict[str, str]:
        return {"CLOCK": str(self.file), "TZ": "UTC"}


@contextmanager
def server_with_clock(folder: Path, name: str, **more: str) -> Iterator[tuple[Server, Clock]]:
    clock = Clock(folder / name)
    with Server("chaos.clocked:door", port=port(), environment={**clock.environment, **more}) as server:
        server.wait("/readyz")
        time.sleep(1)
        yield server, clock


class Jumping(Visitor):
    """A visitor before each of whose requests something happens."""

    def __init__(self, to: int, before: object) -> None:
        super().__init__(to, Walked())
        self.before = before

    async def _request(self, kind: str, method: str, address: str, body: bytes) -> Page:
        if callable(self.before):
            self.before(self)
        return await super()._request(kind, method, address, body)


async def journey(visitor: Visitor, tables: DecisionTables, seed: int) -> str:
    """Walk to the result; empty where all was right, else what was wrong. A walk that starts over never ends well."""
    chance, asked = random.Random(seed), list[str]()

    def choose(question: str, choices: list[str]) -> str:
        if question in asked:
            raise WrongPage("answers were lost: a question was asked again")
        asked.append(question)
        return chance.choice([choice for choice in choices if choice != "neither"])

    try:
        check_result(tables, *await visitor.walk(choose))
    except (WrongPage, OSError, EOFError, TimeoutError) as fault:
        return str(fault) or type(fault).__name__
    finally:
        await visitor.close()
    return ""


def jumps(faults: Faults, tables: DecisionTables, folder: Path) -> None:
    """One jump in each journey, between any two of its pages; the day on the result page is that of the clock."""
    seen: dict[int, list[str]] = {jump: [] for jump in JUMPS}
    days = []
    with server_with_clock(folder, "jumps") as (server, clock):
        for seed in range(faults.many(20)):
            for jump in JUMPS:
                left = [3 + seed % 7]

                def once(_: Visitor, left: list[int] = left, jump: int = jump) -> None:
                    left[0] -= 1
                    if left[0] == 0:
                        clock.jump(jump)

                seen[jump].append(asyncio.run(journey(Jumping(server.port, once), tables, seed)))
        for jump in (DAY, -DAY, -DAY, DAY):
            clock.jump(jump)
            days.append(asyncio.run(today(server.port)) == clock.day)
        clean = "Traceback" not in server.said()
    for jump, found in seen.items():
        bad = [each for each in found if each]
        faults.note(
            f"the clock jumps by {jump / DAY:+g} days" if abs(jump) > 1 else f"the clock jumps by {jump:+d} s",
            f"{len(found)} journeys",
            f"{len(bad)} journeys went wrong. {bad[0] if bad else ''}".strip(),
            "none: no answer lost, results right",
            not bad and clean,
        )
    told = f"{sum(days)} right of {len(days)}"
    faults.note("the day on the result page after a jump", "4 jumps", told, "all", all(days))


async def today(to: int) -> str:
    """The day that a result page names."""
    visitor = Visitor(to, Walked())
    try:
        _, page = await visitor.walk(lambda _, choices: choices[0])
    finally:
        await visitor.close()
    found = re.search(r"\d+ [A-Z][a-z]+ 20\d\d", re.sub(r"<[^>]+>", " ", page.text))
    return found[0] if found else ""


def apart(faults: Faults, tables: DecisionTables, folder: Path) -> None:
    """Two nodes with the same key, whose clocks differ; each request goes to the other one."""
    with server_with_clock(folder, "first") as (first, _), server_with_clock(folder, "second") as (second, clock):
        for seconds in (2, 60):
            clock.jump(seconds - clock.ahead)
            ports = [first.port, second.port]

            def other(visitor: Visitor, ports: list[int] = ports) -> None:
                ports.reverse()
                visitor.port = ports[0]
                if visitor._streams:
                    visitor._streams[1].close()
                    visitor._streams = None

            found = [asyncio.run(journey(Jumping(first.port, other), tables, seed)) for seed in range(faults.many(20))]
            bad = [each for each in found if each]
            faults.note(
                f"two nodes whose clocks are {seconds} s apart",
                f"{len(found)} journeys",
                f"{len(bad)} went wrong. {bad[0] if bad else ''}".strip(),
                "none: no answer lost, results right",
                not bad,
            )


@contextmanager
def windows(faults: Faults, folder: Path) -> Iterator[None]:
    """A limit that was reached before the clock goes back a day must not hold for a day. Meanwhile, all the others."""
    if "limit-posts" not in {setting.name for setting in SETTINGS}:
        faults.note("limits when the clock goes back a day", "", "not run: this version has no limits", "", None)
        yield
        return
    with server_with_clock(folder, "windows", FLASK_LIMIT_POSTS="5") as (server, clock):
        before = [post(server.port) for _ in range(30)]
        clock.jump(-DAY)
        over = time.monotonic() + 61
        then = [post(server.port) for _ in range(4)]
        yield
        time.sleep(max(0.0, over - time.monotonic()))
        after = [post(server.port) for _ in range(4)]
    faults.note(
        "limits when the clock goes back a day, and a minute later",
        "30 forms, 4 and 4",
        f"{before.count('429')} of 30 refused before, {then.count('429')} of 4 then, {after.count('429')} of 4 after",
        "refused before and then, none after",
        "429" in before and then.count("429") == 4 and "429" not in after,
    )


def post(to: int) -> str:
    body = b"csrf_token=x&answer=hip-dips"
    with socket.create_connection(("127.0.0.1", to), 5) as connection:
        connection.sendall(
            b"POST /questions/area HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        return connection.recv(12)[9:].decode()


def main(faults: Faults) -> None:
    tables = build(load(PROJECT / "rules"))
    with tempfile.TemporaryDirectory() as folder, windows(faults, Path(folder)):
        jumps(faults, tables, Path(folder))
        apart(faults, tables, Path(folder))


if __name__ == "__main__":
    run(__doc__, main)
