"""A made-up visitor on plain asyncio streams, and a crowd of them walking whole journeys at once.

A visitor has a connection and a cookie of their own, reads each form as a browser would (token, names, values), gives
random valid answers, follows redirects, and holds the result page against what the rulebook says for those answers.
"""

from __future__ import annotations

import asyncio
import html
import random
import re
import time
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from questionnaire.decide.build_tables import DecisionTables
from questionnaire.decide.outcome import decide
from questionnaire.decide.reference_code import encode

PATIENCE = 60.0  # seconds; a visitor who waits longer counts as an error
INPUT = re.compile(r"<input\b([^>]*)>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
SECTION_OR_CARD = re.compile(r'<section id="([^"]+)">|<article [^>]*><h3>([^<]*)</h3>')


class WrongPage(Exception):
    """A page that a visitor should not see."""


@dataclass(frozen=True)
class Page:
    address: str
    status: int
    text: str
    location: str


@dataclass
class Walked:
    """What a crowd has met: seconds by kind of page, journeys that ended well, and errors by what was seen."""

    seconds: dict[str, array[float]] = field(default_factory=dict)
    journeys: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    taken: float = 0.0

    def took(self, page: str, seconds: float) -> None:
        self.seconds.setdefault(page, array("d")).append(seconds)

    @property
    def requests(self) -> int:
        return sum(map(len, self.seconds.values()))

    def quantile(self, page: str, part: float) -> float:
        """Milliseconds that this part of the requests took at most."""
        taken = sorted(self.seconds[page])
        return taken[min(len(taken) - 1, int(len(taken) * part))] * 1000


class Visitor:
    """One person's browser: a connection that is kept, a cookie, and no cache."""

    def __init__(self, port: int, walked: Walked) -> None:
        self.port, self.walked = port, walked
        self.cookie = ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, address: str) -> Page:
        return await self._request(_kind("GET", address), "GET", address, b"")

    async def post(self, address: str, fields: dict[str, str]) -> Page:
        return await self._request(_kind("POST", address), "POST", address, urlencode(fields).encode())

    async def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _request(self, kind: str, method: str, address: str, body: bytes) -> Page:
        start = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            page = await self._exchange(method, address, body)
        self.walked.took(kind, time.perf_counter() - start)
        if page.status not in (200, 303):
            raise WrongPage(f"{kind} gave {page.status}")
        return page

    async def _exchange(self, method: str, address: str, body: bytes) -> Page:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**18)
        reader, writer = self._streams
        lines = [f"{method} {address} HTTP/1.1", "Host: localhost"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = [line.partition(": ") for line in head[1:]]
        headers = {name.lower(): value for name, _, value in fields}
        for name, _, value in fields:
            if name.lower() == "set-cookie":
                self.cookie = value.split(";")[0]
        text = (await reader.readexactly(int(headers["content-length"]))).decode()
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Page(address, int(head[0].split()[1]), text, urlsplit(headers.get("location", "")).path)

    async def walk(self, choose: Callable[[str, list[str]], str]) -> tuple[dict[str, str], Page]:
        """From the start page to the result: the answers given, and the result page."""
        await self.get("/")
        page = await self.get("/questions/area")
        answers: dict[str, str] = {}
        while page.address.startswith("/questions/"):
            question = page.address.rsplit("/", 1)[1]
            inputs = [dict(ATTRIBUTE.findall(found)) for found in INPUT.findall(page.text)]
            token = next((each["value"] for each in inputs if each.get("name") == "csrf_token"), "")
            radios = [each for each in inputs if each.get("type") == "radio"]
            if not token or not radios:
                raise WrongPage(f"the page of {question} has no form")
            answers[question] = choose(question, [html.unescape(each["value"]) for each in radios])
            sent = await self.post(page.address, {"csrf_token": token, radios[0]["name"]: answers[question]})
            if not sent.location:
                raise WrongPage(f"the answer to {question} was not taken")
            page = await self.get(sent.location)
        return answers, await self.get("/options") if page.address == "/check" else page


def _kind(method: str, address: str) -> str:
    if address.startswith("/questions/"):
        return "question page" if method == "GET" else "answer sent"
    return {"/": "start page", "/check": "answers page", "/options": "result page"}.get(address, address)


def check_result(tables: DecisionTables, answers: dict[str, str], page: Page) -> None:
    """Raises WrongPage where the page does not show exactly the options, verdicts and code of these answers."""
    verdict, shown = "", {}
    for section, name in SECTION_OR_CARD.findall(page.text):
        if section:
            verdict = section
        else:
            shown[html.unescape(name)] = verdict
    outcome = decide(tables, answers)
    right = {result.option.name: result.row.verdict for result in outcome.results}
    code = encode(tables.rulebook, answers) if outcome.areas else "</html>"  # no area in scope: no options and no code
    if page.status != 200 or shown != right or code not in page.text:
        raise WrongPage("the result page does not show what the rulebook gives for these answers")


async def one_journey(port: int, tables: DecisionTables, walked: Walked, chance: random.Random) -> None:
    """A new visitor, from the start page to a result that is held against the rulebook; what went wrong is counted."""
    visitor = Visitor(port, walked)
    try:
        answers, page = await visitor.walk(lambda _, choices: chance.choice(choices))
        check_result(tables, answers, page)
        walked.journeys += 1
    except (OSError, EOFError, TimeoutError, WrongPage) as fault:
        walked.errors[str(fault) or type(fault).__name__] += 1
    finally:
        await visitor.close()


async def send_crowd(port: int, visitors: int, journeys: int, tables: DecisionTables, walked: Walked) -> None:
    """So many visitors at once, without think time, until so many journeys are begun; each journey is a new visitor."""
    left = iter(range(journeys))
    chance = random.Random(11)

    async def one_after_another() -> None:
        for _ in left:
            await one_journey(port, tables, walked, chance)

    start = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(visitors)))
    walked.taken = time.perf_counter() - start
