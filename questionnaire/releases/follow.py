"""Servers that follow a publisher: one process of a machine fetches the bundle, again and again, and takes it up.

It writes into the folder of releases, which every process watches. http.client does the fetching: it follows no
redirect, opens no file, and is there already.
"""

from __future__ import annotations

import http.client
import json
import logging
import random
import socket
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from . import disk, journal
from .bundle import take_up, unpack
from .folder import names
from .manifest import ReleaseError

log = logging.getLogger(__name__)
STATE, LOCK = ".bundle", ".following"
MOST_BYTES = 32 * 1024 * 1024
"""Of a bundle; ours has a few hundred thousand."""
EVERY = 30.0
"""Seconds after which the bundle is asked for again, at the latest."""
SECONDS, STALLED = 30.0, 10.0
"""How long a download may take, and how long it may say nothing."""
AT_START = 120.0
"""Seconds that a start without any release waits for the first bundle."""


@dataclass(frozen=True)
class Followed:
    """How following goes, as a file in the folder of releases tells every process. Moments are in UTC.

    `made`: of when the bundle is that was taken up last, at `taken_up`; `checked`: when the publisher's server last
    gave that one or a newer; `problem`: why it does not now, `since` when. All are empty where that never was.
    """

    release: str = ""
    made: str = ""
    taken_up: str = ""
    checked: str = ""
    problem: str = ""
    since: str = ""


def seconds_since(moment: str) -> float:
    """Seconds since a moment in UTC, as this file has it."""
    return time.time() - datetime.fromisoformat(moment).timestamp()


def followed(releases: Path) -> Followed:
    """How following goes in this folder; nothing where it is not known."""
    try:
        return Followed(**json.loads(disk.content(releases / STATE, 64 * 1024)))
    except (OSError, ValueError, TypeError):
        return Followed()


class Follower:
    """Follows the bundle at an address, `every` so many seconds, for the folder `releases`."""

    def __init__(self, releases: Path, address: str, trusted: Collection[str], every: float) -> None:
        self._releases = releases
        self._address = address
        self._trusted = trusted
        self._every = every
        self._etag = ""
        self._failed = 0

    @property
    def state(self) -> Followed:
        """How following goes, by whichever process does it."""
        return followed(self._releases)

    @property
    def problem(self) -> str:
        """Why the bundle can't be taken up, or that nobody asked for it as often as they should; empty otherwise."""
        state = self.state
        if state.problem:
            return f"{state.problem} (since {state.since})"
        silent = seconds_since(state.checked) if state.checked else 0.0
        return (
            f"nothing was heard of the bundle since {state.checked}" if silent > 2 * self._every + 2 * SECONDS else ""
        )

    def start(self) -> None:
        """Follow from now on in a thread, as soon as no other process of this machine does."""
        threading.Thread(target=self._follow, daemon=True).start()

    def fetch_first(self) -> None:
        """Before a server starts: fetch once; where there is no release at all, until one came. Raises ReleaseError."""
        until = time.monotonic() + AT_START
        while not self.fetch() and not names(self._releases):
            if time.monotonic() > until:
                raise ReleaseError(f"there is none here, and {self.state.problem}")
            time.sleep(self.pause())

    def fetch(self) -> bool:
        """Fetch and take up the bundle, if there is another; whether that went well. What did not is logged once."""
        before = self.state
        try:
            after = self._fetch(before)
            self._failed = 0
        except Exception as fault:  # whatever it is, the next bundle may be right
            self._failed += 1
            why = str(fault)
            if not isinstance(fault, ReleaseError):
                log.exception("A bundle can't be taken up")
                why = type(fault).__name__
            told = f"the bundle can't be taken up: {why}"
            after = replace(before, problem=told, since=before.since or journal.now())
            if after.problem != before.problem:
                log.error("%s. What is served stays so.", after.problem)
        if before.problem and not after.problem:
            log.info("The bundle can be taken up again; it could not since %s.", before.since)
        with suppress(OSError):
            self._releases.mkdir(parents=True, exist_ok=True)
            disk.replace(self._releases / STATE, json.dumps(asdict(after)).encode())
        return not after.problem

    def _fetch(self, before: Followed) -> Followed:
        loaded = download(self._address, self._etag)
        if loaded is None:
            return replace(before, checked=journal.now(), problem="", since="")
        data, etag = loaded
        bundle = unpack(data, self._trusted)
        if bundle.made < before.made:
            raise ReleaseError(f"it is of {bundle.made}, and the one that was taken up is of {before.made}")
        changed = take_up(self._releases, bundle, self._trusted)
        self._etag = etag
        if changed:
            log.info("Taken up: the bundle of %s with release %s.", bundle.made, bundle.release)
        taken_up = journal.now() if changed or not before.taken_up else before.taken_up
        return Followed(bundle.release, bundle.made, taken_up, journal.now())

    def pause(self) -> float:
        """Seconds until the next try: at random, so that many machines don't come at once; soon after a failure, then
        later and later, and early enough to have taken up a new bundle before `every` is over.
        """
        most = 0.8 * self._every
        longest = min(most, 2.0 ** min(self._failed - 1, 20)) if self._failed else most
        return random.uniform(longest / 2, longest)

    def _follow(self) -> None:
        while True:
            with suppress(ReleaseError, OSError), disk.locked(self._releases / LOCK, 0, "another process follows"):
                while True:
                    time.sleep(self.pause())
                    self.fetch()
            time.sleep(min(self._every, 2.0))


def download(address: str, etag: str) -> tuple[bytes, str] | None:
    """The bytes at an address and their ETag; None where they are still those of the `etag`. Raises ReleaseError."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    assert parts.hostname
    connection = kind(parts.hostname, parts.port, timeout=STALLED)
    too_slow = threading.Event()
    try:
        connection.connect()
        with _ended_after(SECONDS, connection.sock, too_slow):
            path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            headers = {
                "Accept-Encoding": "identity",
                "Connection": "close",
                **({"If-None-Match": etag} if etag else {}),
            }
            connection.request("GET", path, headers=headers)
            loaded = _read(connection.getresponse(), etag)
        if too_slow.is_set():  # without a length in its head, what was cut off looks whole
            raise OSError
        return loaded
    except (OSError, http.client.HTTPException, ReleaseError) as fault:
        if too_slow.is_set():
            raise ReleaseError(f"the download took longer than {SECONDS:.0f} seconds") from None
        if isinstance(fault, ReleaseError):
            raise
        why = (isinstance(fault, OSError) and fault.strerror) or type(fault).__name__
        raise ReleaseError(f"its server can't be reached ({why})") from None
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse, etag: str) -> tuple[bytes, str] | None:
    if response.status == 304 and etag:
        return None
    if response.status != 200:
        hint = "; redirects are not followed" if 300 <= response.status < 400 else ""
        raise ReleaseError(f"its server answers {response.status}{hint}")
    data = response.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ReleaseError(f"it has more than {MOST_BYTES:,} bytes")
    if response.length:
        raise ReleaseError("the download was cut off")
    return data, response.getheader("ETag", "")


@contextmanager
def _ended_after(seconds: float, sock: socket.socket, ended: threading.Event) -> Iterator[None]:
    """Whoever reads from a connection is told after so many seconds that it ended: each byte may come in time."""

    def end() -> None:
        ended.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # or it would still be there, half ended, in the workers that a server forks
