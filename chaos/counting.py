"""Redis, in which limits are counted, is stopped and killed while forms are sent; forms go on, and so does counting.

Only where the site has limits (setting limit-storage), and where redis-server is installed (Debian: redis-server).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from clock import post
from seen import Faults, number, port, run
from servers import OURS, Server, ask

from questionnaire.settings import SETTINGS

GOAL_SECONDS = 1.0
FORMS = 40


@contextmanager
def redis(listens: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis of our own that keeps nothing."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["redis-server", "--port", str(listens), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            time.sleep(0.5)
            yield process
        finally:
            process.kill()
            process.wait(10)


def send(to: int, forms: int) -> tuple[Counter[str], float]:
    """The statuses of so many forms without a token (403 where they are read), and the seconds of the longest."""
    seen, longest = Counter[str](), 0.0
    for _ in range(forms):
        start = time.monotonic()
        try:
            seen[post(to)] += 1
        except OSError as fault:
            seen[type(fault).__name__] += 1
        longest = max(longest, time.monotonic() - start)
    return seen, longest


def main(faults: Faults) -> None:
    fault = "Redis stopped"
    if "limit-storage" not in {setting.name for setting in SETTINGS}:
        faults.note(fault, "", "not run: this version has no limits", "", None)
        return
    if not shutil.which("redis-server"):
        faults.note(fault, "", "not run: redis-server is not installed", "", None)
        return
    forms, listens = faults.many(FORMS, most=1000), port()
    with redis(listens) as counts:
        settings = {"FLASK_LIMIT_STORAGE": f"redis://127.0.0.1:{listens}", "FLASK_LIMIT_POSTS": str(10 * forms)}
        with Server(OURS, port=port(), environment=settings) as server:
            server.wait("/readyz")
            time.sleep(1)
            steps = [("as it should be", send(server.port, forms))]
            os.kill(counts.pid, signal.SIGSTOP)
            steps.append(("stopped (it takes connections and never answers)", send(server.port, forms)))
            os.kill(counts.pid, signal.SIGCONT)
            steps.append(("going on", send(server.port, forms)))
            counts.kill()
            counts.wait(10)
            steps.append(("killed", send(server.port, forms)))
            pages = Counter(ask(server.port, "/")[9:12].decode() for _ in range(forms))
            over = send(server.port, 30 * forms)[0]  # both workers count for themselves now: past the limit of both
            with redis(listens):
                steps.append(("there again", send(server.port, forms)))
            clean = "Traceback" not in server.said()
    for what, (seen, longest) in steps:
        told = ", ".join(f"{times} times {status}" for status, times in seen.items())
        faults.note(
            f"{fault}: {what}",
            f"{forms} forms",
            f"{told}; longest {number(longest)} s",
            f"403 (a form without its token) or 429, at most {GOAL_SECONDS:g} s",
            set(seen) <= {"403", "429"} and longest <= GOAL_SECONDS and clean,
        )
    told = f"{pages['200']} of {forms} pages; limit still held while it is away: {over['429']} of {30 * forms} refused"
    faults.note(
        f"{fault}: pages and limits", "", told, "all pages, some refused", pages["200"] == forms and over["429"] > 0
    )


if __name__ == "__main__":
    run(__doc__, main)
