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
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .report import Line
from .running_site import Page, Site, Tally, Visitor, one_journey

APP, DAY = "faults.clock_app:app", 86_400
JUMPS = (DAY, -DAY, 30 * DAY, -30 * DAY, 1, -1)
"""Seconds; each from where the clock stood before."""


class Clock:
    """The clock of one site, in a file."""

    def __init__(self, file: Path) -> None:
        self.file, self.ahead = file, 0
        self.environment = {"CLOCK": str(file), "TZ": "UTC"}
        self.jump(0)

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
    """A visitor before one of whose requests, of so many, the clock is set; the last page is kept."""

    left: int
    jump: Callable[[], None]
    page: Page

    async def exchange(self, method: str, address: str, fields: Mapping[str, str] | None = None) -> Page:
        """Set the clock where it is time, then send the request."""
        self.left -= 1
        if self.left == 0:
            self.jump()
        self.page = await super().exchange(method, address, fields)
        return self.page


def journey(port: int, clock: Clock, seconds: int, seed: int, tally: Tally) -> None:
    """Walk to the result; what went wrong is tallied, another day on the result page too."""
    visitor = JumpingVisitor(port, tally)
    visitor.left, visitor.jump = 3 + seed % 7, lambda: clock.jump(seconds)
    asyncio.run(one_journey(visitor, random.Random(seed)))
    day = re.search(r"\b\d+ [A-Z][a-z]+ 20\d\d", re.sub(r"<[^>]+>", " ", visitor.page.text))
    if day and day[0] != clock.day:
        tally.wrong[f"the page names another day than {clock.day}"] += 1


async def refused(port: int, forms: int) -> int:
    """How many of so many forms that are sent one after another meet the limit."""
    visitor = Visitor(port, Tally())
    await visitor.exchange("GET", "/questions/area")
    answers = [await visitor.exchange("POST", "/questions/area", {"answer": "both"}) for _ in range(forms)]
    await visitor.close()
    return sum(page.status == 429 for page in answers)


def lines(size: float) -> Iterator[Line]:
    """Walk 20 journeys for each jump, times `size`; meanwhile another site waits for its limit to end."""
    journeys = max(1, round(20 * size))
    with tempfile.TemporaryDirectory() as folder:
        limited, clock = Clock(Path(folder) / "limited"), Clock(Path(folder) / "clock")
        with Site(APP, workers=1, environment={**limited.environment, "FLASK_LIMIT_POSTS": "5"}) as site:
            before = asyncio.run(refused(site.port, 15))
            limited.jump(-DAY)
            over = time.monotonic() + 61
            then = asyncio.run(refused(site.port, 4))
            with Site(APP, environment=clock.environment) as other:
                for jump in JUMPS:
                    tally = Tally()
                    for seed in range(journeys):
                        journey(other.port, clock, jump, seed, tally)
                    how_far = f"{jump / DAY:+g} days" if abs(jump) > 1 else f"{jump:+d} s"
                    right = not tally.wrong and tally.journeys == journeys and other.log_is_clean()
                    goal = "no answer lost, right results, the day of the clock"
                    yield Line(f"the clock jumps by {how_far}", f"{journeys} journeys", goal, tally.told, right)
            time.sleep(max(0.0, over - time.monotonic()))
            after = asyncio.run(refused(site.port, 4))
    told = f"{before} of 15 refused before, {then} of 4 then, {after} of 4 after"
    goal, right = "refused before and then, none a minute later", before > 0 and then == 4 and after == 0
    yield Line("limits when the clock goes back a day", "15 forms, 4 and 4", goal, told, right)
