"""granian, started with the site at hand: `python -m questionnaire.serve` takes the words that `granian` takes.

granian forks its workers. What this process has loaded and built before, they need not load and build again: a worker
that was killed is there again in a fraction of the time, with the same rules as the others.
"""

from __future__ import annotations

import gc
import time
from typing import Any

from granian import cli
from granian.server.mp import MPServer

from .starting import prepare, told

MANY, SECONDS = 20, 10.0
"""granian gives up where the same worker ends twice within 5.5 seconds; here only once so many ended in so short."""


class Lasting(MPServer):
    _ended: tuple[float, ...] = ()

    def _respawn_workers(self, workers: list[int], *given: Any, **more: Any) -> None:
        """Start these again. granian's own rule looks at `respawned_wrks`; where that is empty it never applies."""
        super()._respawn_workers(workers, *given, **more)
        now = time.monotonic()
        self._ended = (*(when for when in self._ended if now - when < SECONDS), *(now for _ in workers))
        if len(self._ended) < MANY:
            self.respawned_wrks.clear()


def main() -> None:
    with told():
        prepare()
    gc.freeze()  # what all workers share is not looked through, and so not copied, by each of them
    gc.set_threshold(5000, *gc.get_threshold()[1:])  # a page leaves a few objects to collect, not hundreds
    cli.Server = Lasting  # type: ignore[attr-defined]
    cli.entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
