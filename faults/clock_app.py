"""The site with a clock that can be set while it runs: an application for gunicorn, `faults.clock_app:app`.

The file named by CLOCK holds the seconds by which the clock is ahead. time.time and date.today follow it, and
time.monotonic does not, as when the real clock is set. (Under libfaketime Python's own time.sleep fails now and then.)
"""

from __future__ import annotations

import datetime
import os
import sys
import time
from pathlib import Path

from wsgi import app

__all__ = ["app"]
FILE = Path(os.environ["CLOCK"])
real_time, real_date = time.time, datetime.date


def shifted_time() -> float:
    """The real time and the seconds in the file."""
    return real_time() + int(FILE.read_text())


class ShiftedDate(datetime.date):
    """A date whose today is that of the shifted clock."""

    @classmethod
    def today(cls) -> datetime.date:  # type: ignore[override]
        """The day by the shifted clock."""
        return real_date.fromtimestamp(shifted_time())


time.time = shifted_time
for name, module in list(sys.modules.items()):
    if name.startswith("questionnaire") and vars(module).get("date") is real_date:
        module.date = ShiftedDate  # type: ignore[attr-defined]
