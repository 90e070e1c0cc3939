"""The site with a clock that can be put ahead or back while it runs: what granian loads as `chaos.clocked:door`.

The file named by CLOCK holds the seconds. time.time and date.today follow it, time.monotonic does not, as when the real
clock is set. (libfaketime was tried first: under it Python's own time.sleep fails now and then.)
"""

from __future__ import annotations

import datetime
import os
import time
from pathlib import Path

from questionnaire.web import pages, parts, served_rulebook
from wsgi import door

__all__ = ["door"]
FILE = Path(os.environ["CLOCK"])
real = time.time


def shifted() -> float:
    return real() + int(FILE.read_text())


class Date(datetime.date):
    @classmethod
    def today(cls) -> datetime.date:  # type: ignore[override]
        return datetime.date.fromtimestamp(shifted())


time.time = shifted
for module in (served_rulebook, pages, parts):
    module.date = Date  # type: ignore[attr-defined]
