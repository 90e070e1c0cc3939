"""granian, started with the site at hand: `python -m questionnaire.serve` takes the words that `granian` takes.

granian forks its workers. What this process has loaded and built before, they need not load and build again: a worker
that was killed is there again in a fraction of the time, with the same rules as the others.
"""

from __future__ import annotations

import gc
import os
import select
import socket
import sys
import time
from contextlib import suppress
from typing import Any

from granian import cli
from granian.server.mp import MPServer

from .startup import prepare, told

MANY, SECONDS = 20, 10.0
"""granian gives up where the same worker ends twice within 5.5 seconds; here only once so many ended in so short."""


class Woken:
    """As threading.Event, for a signal handler to set: an Event met at a bad moment waits for itself for ever."""

    def __init__(self) -> None:
        self._is_set = False
        self._to_read, self._to_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True
        with suppress(BlockingIOError):  # full: whoever waits is woken already
            os.write(self._to_write, b"!")

    def clear(self) -> None:
        self._is_set = False  # first, or a call of `set` meanwhile would be lost
        self._drain()

    def wait(self, timeout: float | None = None) -> bool:
        until = None if timeout is None else time.monotonic() + timeout
        while not self._is_set:
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                break
            select.select([self._to_read], [], [], left)
            self._drain()
        return self._is_set

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._to_read, 4096)


class Lasting(MPServer):
    _ended: tuple[float, ...] = ()

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.main_loop_interrupt = Woken()  # type: ignore[assignment]

    def startup(self, *given: Any, **more: Any) -> None:
        """As granian's, which shares a port with whoever has it: visitors would meet now this site, now the other."""
        if not 0 < self.bind_port < 65536:
            sys.exit(f"Port {self.bind_port} is none; choose one from 1 to 65535.")
        if not self.bind_uds and taken(self.bind_addr, self.bind_port):
            sys.exit(
                f"Port {self.bind_port} of {self.bind_addr} is already in use. Stop the other site, or choose another "
                "port (make run PORT=9000)."
            )
        super().startup(*given, **more)  # type: ignore[no-untyped-call]

    def _respawn_workers(self, workers: list[int], *given: Any, **more: Any) -> None:
        """Start these again. granian's own rule looks at `respawned_wrks`; where that is empty it never applies."""
        super()._respawn_workers(workers, *given, **more)
        now = time.monotonic()
        self._ended = (*(when for when in self._ended if now - when < SECONDS), *(now for _ in workers))
        if len(self._ended) < MANY:
            self.respawned_wrks.clear()


def taken(address: str, port: int) -> bool:
    """Whether somebody answers there."""
    with suppress(OSError), socket.create_connection((address, port), 1):
        return True
    return False


def open_all() -> None:
    """Somewhere to write to and read from, where whoever started this closed it: nowhere."""
    while (opened := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(opened)
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w", closefd=False))


def main() -> None:
    open_all()
    with told():
        prepare()
    gc.freeze()  # what all workers share is not looked through, and so not copied, by each of them
    gc.set_threshold(5000, *gc.get_threshold()[1:])  # a page leaves a few objects to collect, not hundreds
    cli.Server = Lasting  # type: ignore[attr-defined]
    cli.entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
