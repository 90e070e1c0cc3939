"""Set the clock of the server forward and back while visitors answer: no answer is lost, and limits do not last.

The day on a result page is that of the clock. A limit that was reached before the clock went back a day must be over a
minute later, and not a day later. The clock that only goes forward is left alone, as when the real one is set.
"""

from __future__ import annotations

import asyncio
import random
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .report import Line
from .running_site import BROKEN, Page, Site, Tally, Visitor, WrongPage, check_result, our_tables

DAY = 86_400
JUMPS = (DAY, -DAY, 30 * DAY, -30 * DAY, 1, -1)
"""Seconds; each from where the clock stood before."""
FORM = {"answer": "hip-dips"}


class Clock:
    """The clock of one site."""

    def __init__(self, folder: Path, name: str) -> None:
        self.file, self.ahead = folder / name, 0
        self.jump(0)
        self.environment = {"CLOCK": str(self.file), "TZ": "UTC"}

    def jump(self, seconds: int) -> None:
        """Set the clock forward, or back."""
        self.ahead += seconds
        new = self.file.with_suffix(".new")
        new.write_text(str(self.ahead))
        new.replace(self.file)

    @property
    def day(self) -> str:
        """The day by this clock, as a result page names it."""
        now = datetime.now(UTC) + timedelta(seconds=self.ahead)
        return f"{now.day} {now:%B %Y}"


class JumpingVisitor(Visitor):
    """A visitor before one of whose requests the clock is set."""

    clock: Clock
    jumps: dict[int, int]
    """How far the clock jumps, by how many requests are left until it does."""

    async def exchange(self, method: str, address: str, fields: Mapping[str, str] | None = None) -> Page:
        """Set the clock where it is time, then send the request."""
        for left, seconds in list(self.jumps.items()):
            self.jumps = {left - 1: seconds} if left else {}
            if not left:
                self.clock.jump(seconds)
        return await super().exchange(method, address, fields)


async def journey(port: int, clock: Clock, jumps: dict[int, int], seed: int) -> str:
    """Walk to the result; "" where all was right, else what went wrong."""
    visitor, chance = JumpingVisitor(port, Tally()), random.Random(seed)
    visitor.clock, visitor.jumps = clock, jumps
    try:
        answers, page = await visitor.walk(lambda _, choices: chance.choice([c for c in choices if c != "neither"]))
        check_result(our_tables(), answers, page)
    except (WrongPage, *BROKEN) as fault:
        return str(fault) or type(fault).__name__
    finally:
        await visitor.close()
    shown = re.search(r"\b\d+ [A-Z][a-z]+ 20\d\d", re.sub(r"<[^>]+>", " ", page.text))
    return "" if shown and shown[0] == clock.day else f"the page names another day than {clock.day}"


async def statuses(port: int, forms: int) -> list[int]:
    """The statuses of so many forms that are sent one after another."""
    visitor = Visitor(port, Tally())
    await visitor.exchange("GET", "/questions/area")
    answers = [(await visitor.exchange("POST", "/questions/area", FORM)).status for _ in range(forms)]
    await visitor.close()
    return answers


def lines(size: float) -> Iterator[Line]:
    """Walk 20 journeys for each jump, times `size`; meanwhile another site waits for its limit to end."""
    app, seeds = "faults.clock_app:app", range(max(1, round(20 * size)))
    with tempfile.TemporaryDirectory() as folder:
        limited, clock = Clock(Path(folder), "limited"), Clock(Path(folder), "clock")
        with Site(app, workers=1, environment={**limited.environment, "FLASK_LIMIT_POSTS": "5"}) as site:
            before = asyncio.run(statuses(site.port, 15))
            limited.jump(-DAY)
            over = time.monotonic() + 61
            then = asyncio.run(statuses(site.port, 4))
            with Site(app, environment=clock.environment) as other:
                for jump in JUMPS:
                    found = [asyncio.run(journey(other.port, clock, {3 + s % 7: jump}, s)) for s in seeds]
                    wrong = [each for each in found if each]
                    what = (
                        f"the clock jumps by {jump / DAY:+g} days"
                        if abs(jump) > 1
                        else f"the clock jumps by {jump:+d} s"
                    )
                    told = f"{len(wrong)} went wrong. {wrong[0] if wrong else ''}"
                    goal = "no answer lost, right results, the day of the clock"
                    yield Line(what, f"{len(found)} journeys", goal, told, not wrong and other.log_is_clean())
            time.sleep(max(0.0, over - time.monotonic()))
            after = asyncio.run(statuses(site.port, 4))
    told = f"{before.count(429)} of 15 refused before, {then.count(429)} of 4 then, {after.count(429)} of 4 after"
    right = 429 in before and set(then) == {429} and 429 not in after
    goal = "refused before and then, none a minute later"
    yield Line("limits when the clock goes back a day", "15 forms, 4 and 4", goal, told, right)
