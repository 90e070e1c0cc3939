"""Visitors who walk until they are told to stop, try again where a connection breaks, and sort all that goes wrong."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from visitor import Page, Visitor, Walked, WrongPage, check_result

from questionnaire.decide.build_tables import DecisionTables

TRIES = 400
"""How often a page is asked for again where the connection breaks: as often as a patient person presses Reload."""
PAUSE = 0.01
BROKEN = (OSError, EOFError, TimeoutError)


@dataclass
class Met:
    """What a crowd has met: pages and whole journeys, pages that had to be asked for again, errors by what was seen."""

    walked: Walked = field(default_factory=Walked)
    broken: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    """Seconds that the slowest page took, with all tries for it."""

    @property
    def errors(self) -> int:
        """Answers of the server's own that say that it failed."""
        return sum(times for what, times in self.wrong.items() if "gave 5" in what)

    def told(self) -> str:
        return "; ".join(f"{what}: {times}" for what, times in self.wrong.most_common(3))


class Patient(Visitor):
    """A visitor who asks again on a new connection where one breaks, and who waits a little between pages."""

    def __init__(self, port: int, met: Met, think: float = 0.0) -> None:
        super().__init__(port, met.walked)
        self.met, self.think = met, think

    async def _request(self, kind: str, method: str, address: str, body: bytes) -> Page:
        if self.think:
            await asyncio.sleep(self.think)
        start = time.monotonic()
        for tries in range(TRIES):
            try:
                page = await super()._request(kind, method, address, body)
            except BROKEN:
                self.met.broken += not tries
                await self.close()
                await asyncio.sleep(PAUSE)
            else:
                self.met.longest = max(self.met.longest, time.monotonic() - start)
                return page
        raise WrongPage("no answer at all")


async def walk_until(
    stop: asyncio.Event, port: int, tables: DecisionTables, met: Met, visitors: int, think: float = 0.0
) -> None:
    """So many visitors at once; each journey is a new visitor, whose result is held against the rulebook."""
    chance = random.Random(13)

    async def one_after_another() -> None:
        while not stop.is_set():
            visitor = Patient(port, met, think)
            try:
                answers, page = await visitor.walk(lambda _, choices: chance.choice(choices))
                check_result(tables, answers, page)
                met.walked.journeys += 1
            except WrongPage as fault:
                met.wrong[str(fault)] += 1
            finally:
                await visitor.close()

    await asyncio.gather(*(one_after_another() for _ in range(visitors)))
