"""Twenty people at the desk at once: they read, tick, remark and try, while one of them saves change after change."""

from __future__ import annotations

import http.client
import random
import re
import shutil
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.desk.browser import serving
from tests.desk.conftest import Visitor
from tests.desk.test_change import send

from .report import Line
from .running_site import RULES

PEOPLE, SECONDS = 20, 40
UNIT = "hip-dips/fat-transfer"
RULE = f"/change/{UNIT}.yaml?at=not-offered.0"


class Connection:
    """What Visitor takes for a test client, over HTTP; notes how long each page took and what it answered."""

    def __init__(self, address: str) -> None:
        self.host, self.cookies = urllib.parse.urlsplit(address).netloc, SimpleCookie()
        self.took: list[float] = []
        self.answers: Counter[int] = Counter()
        self.errors: list[str] = []

    def get(self, path: str, **_: Any) -> SimpleNamespace:
        return self._request("GET", path, None)

    def post(self, path: str, data: dict[str, Any], **_: Any) -> SimpleNamespace:
        return self._request("POST", path, urllib.parse.urlencode(data, doseq=True))

    def _request(self, method: str, path: str, body: str | None) -> SimpleNamespace:
        """An answer; where a build has to be waited for, the one that comes after it, as a browser does."""
        while True:
            begun = time.perf_counter()
            connection = http.client.HTTPConnection(self.host, timeout=60)
            headers = {"Cookie": "; ".join(f"{key}={morsel.value}" for key, morsel in self.cookies.items())}
            form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
            connection.request(method, path, body, headers | form)
            response = connection.getresponse()
            text = response.read().decode()
            self.took.append(time.perf_counter() - begun)
            self.answers[response.status] += 1
            if response.status >= 400:
                self.errors.append(f"{response.status} {method} {path}: {_heading(text)}")
            self.cookies.load(response.headers.get("Set-Cookie", ""))
            connection.close()
            if response.status != 202:
                return SimpleNamespace(
                    status_code=response.status, text=text, location=response.headers.get("Location")
                )
            time.sleep(1)


class Person(Visitor):  # type: ignore[misc]
    """Somebody over HTTP."""

    def __init__(self, address: str, invitation: str, name: str = "") -> None:
        super().__init__(SimpleNamespace(test_client=lambda: Connection(address)))
        self.passkey.origin = address
        self.post(urllib.parse.urlsplit(invitation).path, {"name": name})


def lines(size: float) -> Iterator[Line]:
    """What all of them met in some seconds: no error, and nobody waits long."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(RULES, folder / "rules")
        with serving(folder, folder / "rules", patience=1.5) as (address, first):
            publisher = Person(address, first, "Ada Able")
            roles = ["editor", *["reviewer"] * (PEOPLE - 2)]
            people = [publisher, *(_invited(publisher, address, f"P {n}", role) for n, role in enumerate(roles))]
            faults: list[str] = []
            ends = time.monotonic() + SECONDS * size
            threads = [threading.Thread(target=_work, args=(one, n, ends, faults)) for n, one in enumerate(people)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            faults += [error for person in people for error in person.client.errors]
            answers = sum((person.client.answers for person in people), Counter())
            took = sorted(second for person in people for second in person.client.took)
            remarks = publisher.page("/remarks").count('class="card"')
    waited = f"half within {took[len(took) // 2]:.2f} s, the slowest {took[-1]:.1f} s, {answers[202]} told to wait"
    measured = f"{len(took):,} pages, {len(faults)} errors{''.join(f'; {fault}' for fault in faults[:3])}; {waited}"
    yield Line(f"the desk, {PEOPLE} people at once", f"{len(took):,} pages", "no error", measured, not faults)
    sent = sum(getattr(person, "remarks", 0) for person in people)
    yield Line(
        "the desk, what they remarked", f"{sent} remarks", "all are kept", f"{remarks} are kept", remarks == sent
    )


def _heading(page: str) -> str:
    found = re.search(r"<h1>([^<]+)", page)
    return found[1] if found else page[:60]


def _invited(publisher: Person, address: str, name: str, role: str) -> Person:
    page = publisher.post("/people", {"do": "invite", "name": name, "role": role}).text
    return Person(address, re.search(r"<code>([^<]+)</code>", page)[1])  # type: ignore[index]


def _work(person: Person, number: int, ends: float, faults: list[str]) -> None:
    """What one of them does: the second saves, all others read and try."""
    draw, person.remarks = random.Random(number), 0
    try:
        while time.monotonic() < ends:
            if number == 1:
                send(person, RULE, "save", because=f"You would have no operation, as of {time.monotonic():.0f}.")
                time.sleep(5)
                continue
            page = person.page(f"/units/{UNIT}")
            shown = [unescape(value) for value in re.findall(r'name="shown" value="([^"]+)"', page)]
            person.post(f"/units/{UNIT}", {"shown": shown, "read": draw.sample(shown, 5)}, text=page)
            for path in draw.sample(["/", "/log", "/remarks", "/releases", "/units/shared", "/try", "/blind"], 3):
                person.page(path)
            about = f"/remark/{UNIT}?statement={UNIT}.summary"
            sent = {"statement": f"{UNIT}.summary", "text": f"Remark {number} {person.remarks}"}
            person.remarks += person.post(f"/remark/{UNIT}", sent, page=about).status_code == 302
            time.sleep(draw.random())
    except Exception as fault:
        faults.append(f"{type(fault).__name__}: {str(fault)[:80]}")
