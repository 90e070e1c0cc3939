"""A running site on a port of its own, and visitors who walk through its pages over plain HTTP."""

from __future__ import annotations

import asyncio
import html
import os
import random
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from questionnaire.decide.build_tables import DecisionTables, build
from questionnaire.decide.outcome import decide
from questionnaire.decide.reference_code import encode
from questionnaire.rulebook.load import load

PROJECT = Path(__file__).resolve().parent.parent
RULES = PROJECT / "rules"
SETTINGS = {
    "FLASK_RELEASES": "none",  # whoever runs this may have published something
    "FLASK_SETTINGS": os.devnull,
    "FLASK_LIMIT_POSTS": "0",  # all visitors come from one address
    "FLASK_LIMIT_REFERENCES": "0",
}
PATIENCE = 60.0
"""Seconds after which a visitor gives up, which counts as an error."""
INPUT, ATTRIBUTE = re.compile(r"<input\b([^>]*)>"), re.compile(r'([\w-]+)="([^"]*)"')
NAME_AND_VERDICT = re.compile(r'<h3><span id="?[\w-]+-name"?>([^<]*)</span> <span class="verdict ([\w-]+)">')
BROKEN = (OSError, EOFError, TimeoutError)
Answer = tuple[int, list[tuple[str, str]], bytes]
"""The status, the headers and the content of an answer."""


@cache
def our_tables() -> DecisionTables:
    """The decision tables of the project's own rules."""
    return build(load(RULES))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def exchange(port: int, *pieces: bytes, patience: float = 5.0) -> bytes:
    """The whole answer to a request that is sent in pieces, until the connection ends. Raises OSError without one."""
    with socket.create_connection(("127.0.0.1", port), patience) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent: there may be an answer
            for piece in pieces:
                connection.sendall(piece)
        answer = []
        while part := connection.recv(65536):
            answer.append(part)
    return b"".join(answer)


def get(port: int, path: str) -> bytes:
    """The whole answer to one GET on a connection of its own; empty where the connection broke."""
    try:
        return exchange(port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    except OSError:
        return b""


def status(port: int, path: str) -> str:
    """The status that a path is answered with; empty where there is no answer."""
    return get(port, path)[9:12].decode("latin-1")


class Site:
    """gunicorn with an application and its workers; `with Site() as site: ...` starts them, waits, and ends them."""

    def __init__(
        self,
        app: str = "wsgi:app",
        workers: int = 2,
        environment: Mapping[str, str] | None = None,
        project: Path = PROJECT,
        command: Iterable[str] | None = None,
        log: Path | None = None,
        first_page: str = "/readyz",
    ) -> None:
        self.port = free_port()
        self._workers = workers
        ours = not app.startswith("benchmarks.") and (project / "gunicorn.conf.py").exists()
        settings = () if ours else ("--config", os.devnull, "--worker-class", "gevent", "--preload")
        bind = ("--bind", f"127.0.0.1:{self.port}", "--workers", str(workers))
        words = command or (sys.executable, "-m", "gunicorn", *settings, *bind, app)
        self._words = [word.replace("PORT", str(self.port)) for word in words]
        self._first_page = first_page
        self._project, self._environment = project, {**os.environ, **SETTINGS, **(environment or {})}
        self._log = log.open("wb") if log else tempfile.TemporaryFile()  # noqa: SIM115 (closed in __exit__)

    def __enter__(self) -> Site:
        """Start all processes and wait for a first answer. Raises RuntimeError with the end of the log without one."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that `with` ends the site then too
        self.start()
        return self

    def start(self) -> None:
        """The same from any thread, also after `kill`."""
        self.process = subprocess.Popen(
            self._words,
            cwd=self._project,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that all of its processes, and only they, can be ended together
        )
        until = time.monotonic() + 60
        try:
            while status(self.port, self._first_page) != "200" or len(self.workers()) < self._workers:
                if time.monotonic() > until or not self.runs:
                    raise RuntimeError(f"{' '.join(self._words)} did not answer:\n{self.log_text()[-2000:]}")
                time.sleep(0.002)
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        """End all processes."""
        self.kill()
        self._log.close()

    def kill(self) -> None:
        """End all processes at once, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    @property
    def runs(self) -> bool:
        """Whether the first process is there."""
        return self.process.poll() is None

    def log_text(self) -> str:
        """All that the site has written so far; empty where it writes to no file."""
        if not stat.S_ISREG(os.fstat(self._log.fileno()).st_mode):
            return ""
        return Path(f"/proc/self/fd/{self._log.fileno()}").read_text(errors="replace")

    def log_is_clean(self) -> bool:
        """Whether nothing that was not foreseen stands in the log."""
        text = self.log_text()
        return "Traceback" not in text and '"event": "error"' not in text

    def workers(self) -> dict[int, float]:
        """MiB in memory of each process that serves, by process id."""
        sizes, main = {}, self.process.pid
        with suppress(OSError):
            for process in map(int, Path(f"/proc/{main}/task/{main}/children").read_text().split()):
                with suppress(OSError, IndexError):  # it ended meanwhile
                    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
                    sizes[process] = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
        return sizes


class WrongPage(Exception):
    """A page that no visitor should see."""


@dataclass(frozen=True)
class Page:
    """An answer to a visitor: `location` is the path that a redirect leads to."""

    address: str
    status: int
    text: str
    location: str


Check = Callable[[Mapping[str, str], Page], None]
"""What raises WrongPage where the result page is not that of the answers."""


@dataclass
class Tally:
    """What visitors have met: seconds of each request, whole journeys, and what went wrong how often."""

    times: list[float] = field(default_factory=list)
    journeys: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    broken: int = 0
    """Pages that were asked for again, as the connection broke."""

    @property
    def told(self) -> str:
        """What went wrong, for a line of the report."""
        most = "; ".join(f"{what}: {times}" for what, times in self.wrong.most_common(3))
        return f"{self.wrong.total()} wrong. {most}".strip()


class Visitor:
    """One person's browser: a connection that is kept, cookies, and no cache.

    `tries`: how often a page is asked for where the connection breaks, as a patient person presses Reload.
    """

    def __init__(self, port: int, tally: Tally, host: str = "localhost", tries: int = 1, think: float = 0.0) -> None:
        self.port, self.tally, self.host, self.tries, self.think = port, tally, host, tries, think
        self.cookies: dict[str, str] = {}
        self._token = ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, address: str, fields: Mapping[str, str] | None = None) -> Page:
        """One page; its time goes into the tally. Raises WrongPage, or one of BROKEN after the last try."""
        await asyncio.sleep(self.think)
        start = time.perf_counter()
        for left in reversed(range(self.tries)):
            try:
                async with asyncio.timeout(PATIENCE):
                    page = await self.exchange(method, address, fields)
                break
            except BROKEN:
                await self.close()
                if not left:
                    raise
                self.tally.broken += 1
                await asyncio.sleep(0.01)
        self.tally.times.append(time.perf_counter() - start)
        if page.status not in (200, 303):
            raise WrongPage(f"{method} {address} gave {page.status}")
        return page

    async def exchange(self, method: str, address: str, fields: Mapping[str, str] | None = None) -> Page:
        """One request as it is, and its answer, whatever its status."""
        headers, body = {"Host": self.host}, b""
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            body = urlencode({"csrf_token": self._token, **(fields or {})} if self._token else fields or {}).encode()
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
        status, answered, content = await self.send(method, address, headers, body)
        location = ""
        for name, value in answered:
            if name.lower() == "set-cookie":
                cookie, _, text = value.partition(";")[0].partition("=")
                self.cookies[cookie] = text
            elif name.lower() == "location":
                location = urlsplit(value).path
        page = Page(address, status, content.decode(errors="replace"), location)
        self._token = next((each["value"] for each in inputs(page) if each.get("name") == "csrf_token"), self._token)
        return page

    async def send(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one request over the connection; what comes back."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**18)
        reader, writer = self._streams
        lines = [f"{method} {address} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode("latin-1") + body)
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        answered = [(name, value) for name, _, value in (line.partition(": ") for line in rest)]
        by_name = {name.lower(): value.lower() for name, value in answered}
        content = await reader.readexactly(int(by_name.get("content-length", "0")))
        if by_name.get("connection") == "close":
            await self.close()
        return int(first.split()[1]), answered, content

    async def close(self) -> None:
        """End the connection; the next request opens another."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def walk(self, choose: Callable[[str, list[str]], str]) -> tuple[dict[str, str], Page]:
        """From the start page to the result: the answers that were given, and the result page."""
        await self.request("GET", "/")
        page = await self.request("GET", "/questions/area")
        answers: dict[str, str] = {}
        while page.address.startswith("/questions/"):
            question = page.address.removeprefix("/questions/")
            radios = [html.unescape(each["value"]) for each in inputs(page) if each.get("type") == "radio"]
            if not radios or question in answers:
                raise WrongPage(f"the page of {question} {'comes again' if radios else 'has no form'}")
            answers[question] = choose(question, radios)
            page = await self.request("POST", page.address, {"answer": answers[question]})
            if not page.location:
                raise WrongPage(f"the answer to {question} was not taken")
            page = await self.request("GET", page.location)
        return answers, await self.request("GET", "/options")


def inputs(page: Page) -> list[dict[str, str]]:
    """The attributes of every input of a page's forms."""
    return [dict(ATTRIBUTE.findall(attributes)) for attributes in INPUT.findall(page.text)]


def check_result(tables: DecisionTables, answers: Mapping[str, str], page: Page) -> None:
    """Raises WrongPage where a page does not show exactly the options, verdicts and code of these answers."""
    verdicts = {html.unescape(name): verdict for name, verdict in NAME_AND_VERDICT.findall(page.text)}
    outcome = decide(tables, answers)
    right = {result.option.name: result.row.verdict for result in outcome.results}
    code = encode(tables.rulebook, answers) if outcome.areas else "</html>"  # no area in scope: no options and no code
    if page.status != 200 or verdicts != right or code not in page.text:
        raise WrongPage("the result page does not show what the rulebook gives for these answers")


def check_our_result(answers: Mapping[str, str], page: Page) -> None:
    """The same for the project's own rules."""
    check_result(our_tables(), answers, page)


async def one_journey(visitor: Visitor, chance: random.Random, check: Check = check_our_result) -> None:
    """A visitor's whole journey with random answers; its result is checked, and all is tallied."""
    try:
        check(*await visitor.walk(lambda _, choices: chance.choice(choices)))
        visitor.tally.journeys += 1
    except (WrongPage, *BROKEN) as fault:
        visitor.tally.wrong[str(fault) or type(fault).__name__] += 1
    finally:
        await visitor.close()


def cookies_of_a_visit(port: int) -> dict[str, str]:
    """The cookies of a visitor who has answered every question."""
    visitor = Visitor(port, Tally())
    asyncio.run(one_journey(visitor, random.Random(1)))
    return visitor.cookies


async def crowd(
    new_visitor: Callable[[], Visitor], at_once: int, goes_on: Callable[[], bool], check: Check = check_our_result
) -> None:
    """So many visitors at once, one after another as long as it goes on; each journey is a new visitor."""
    chance = random.Random(11)

    async def one_after_another() -> None:
        while goes_on():
            await one_journey(new_visitor(), chance, check)

    await asyncio.gather(*(one_after_another() for _ in range(at_once)))


def send_crowd(new_visitor: Callable[[], Visitor], at_once: int, journeys: int) -> None:
    """Send a crowd until so many journeys are begun."""
    left = iter(range(journeys))
    asyncio.run(crowd(new_visitor, at_once, lambda: next(left, None) is not None))
