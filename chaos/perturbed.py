"""MALLOC_PERTURB_=165: freed and fresh memory is filled with rubbish, so that native code that reads it goes wrong.

PYTHONMALLOC=malloc lets Python's own objects come from there too. The engine runs in a child that gets no settings, so
the child is also started here by itself, and its tables are held against those made without.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from seen import Faults, port, run
from servers import OURS, PROJECT, Server
from visitor import Walked, send_crowd

from questionnaire.decide.build_tables import build
from questionnaire.rulebook.load import load

RUBBISH = {"MALLOC_PERTURB_": "165", "PYTHONMALLOC": "malloc"}


def python(*words: str, **more: str) -> tuple[int, bytes]:
    """Exit code (negative: the signal that killed it) and what it printed."""
    done = subprocess.run(
        [sys.executable, *words], cwd=PROJECT, env={**os.environ, **more}, capture_output=True, timeout=120
    )
    return done.returncode, done.stdout


def main(faults: Faults) -> None:
    times, journeys = faults.many(5), faults.many(100)
    child = ("-m", "questionnaire.decide.build_worker", str(PROJECT / "rules"), "120", "1024")
    flask = ("-m", "flask", "rules")
    right = python(*child, PYTHONHASHSEED="0")
    same = sum(python(*child, PYTHONHASHSEED="0", **RUBBISH) == right for _ in range(times))
    faults.note(
        "MALLOC_PERTURB_=165: rules read and fired",
        f"{times} times",
        f"{same} times the very tables ({len(right[1]):,} bytes) that are made without",
        "all",
        same == times and right[1].startswith(b"tables"),
    )
    checked = python(*flask, "check")
    alike = sum(python(*flask, "check", **RUBBISH) == checked for _ in range(times))
    with tempfile.TemporaryDirectory() as folder:
        place = {"FLASK_RELEASES": str(Path(folder) / "releases")}
        published = [python(*flask, word, **RUBBISH, **place)[0] for word in ("publish", "releases")]
        walked = Walked()
        with Server(OURS, port=port(), environment={**RUBBISH, **place}) as server:
            server.wait("/readyz")
            tables = build(load(PROJECT / "rules"))
            asyncio.run(send_crowd(server.port, 8, journeys, tables, walked))
            clean = "Traceback" not in server.said() and "Unexpected exit" not in server.said()
    faults.note(
        "MALLOC_PERTURB_=165: flask rules check, publish, releases",
        f"check {times} times, the others once",
        f"check: {alike} times as without (exit code {checked[0]}); exit codes {published[0]} and {published[1]}",
        "as without",
        alike == times and published == [0, 0],
    )
    errors = sum(walked.errors.values())
    faults.note(
        "MALLOC_PERTURB_=165: the site",
        f"{walked.journeys:,} journeys, {walked.requests:,} pages",
        f"{errors} errors. {walked.errors.most_common(1)[0][0] if errors else ''}".strip(),
        "none",
        not errors and clean and walked.journeys == journeys,
    )


if __name__ == "__main__":
    run(__doc__, main)
