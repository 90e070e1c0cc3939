"""Fill fresh and freed memory with rubbish (MALLOC_PERTURB_), and the tables come out the same.

PYTHONMALLOC=malloc lets Python's own objects come from there too. The process in which the site has its rules built
gets no settings, so rules are also read and fired here under it, and all rows held against those made without.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator

from .report import Line
from .running_site import PROJECT, Site, Tally, Visitor, send_crowd

RUBBISH = {"MALLOC_PERTURB_": "165", "PYTHONMALLOC": "malloc"}
BUILD = "from faults.running_site import our_tables as t; print(repr(t().options) + repr(t().notes))"


def python(*words: str, **more: str) -> tuple[int, bytes]:
    """The exit code (negative: the signal that killed it) of a Python process, and what it printed."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", **more}
    done = subprocess.run([sys.executable, *words], cwd=PROJECT, env=environment, capture_output=True, timeout=120)
    return done.returncode, done.stdout


def lines(size: float) -> Iterator[Line]:
    """Build tables five times, check once, and walk 100 journeys, each times `size`."""
    times, journeys = max(1, round(5 * size)), max(4, round(100 * size))
    right = python("-c", BUILD)
    same = sum(python("-c", BUILD, **RUBBISH) == right for _ in range(times))
    told = f"{same} times the same {len(right[1]):,} characters (SHA-256 {hashlib.sha256(right[1]).hexdigest()[:12]})"
    goal = "the tables that are made without"
    yield Line("MALLOC_PERTURB_: rules fired", f"{times} times", goal, told, same == times and right[0] == 0)
    check = ("-m", "flask", "rules", "check")
    code, _ = checked = python(*check)
    alike = python(*check, **RUBBISH) == checked
    yield Line("MALLOC_PERTURB_: flask rules check", "once", "as without", f"exit code {code}, alike: {alike}", alike)
    tally = Tally()
    with Site(environment=RUBBISH) as site:
        send_crowd(lambda: Visitor(site.port, tally), 8, journeys)
        clean = site.log_is_clean() and len(site.workers()) == 2
    how_much = f"{tally.journeys:,} journeys, {len(tally.times):,} pages"
    yield Line("MALLOC_PERTURB_: the site", how_much, "none wrong", tally.told, not tally.wrong and clean)
