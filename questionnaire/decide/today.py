"""Which day it is where the site is: what the clinic adds begins and ends at midnight there."""

from __future__ import annotations

import time
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

time_zone_of_checks: ContextVar[str] = ContextVar("time_zone_of_checks", default="")
"""The time zone of the site whose rules are checked, as `day_in` takes it; gate.py sets it."""


def day_in(time_zone: str) -> date:
    """The day of now in a time zone such as `Europe/Madrid`; in the server's own where it is empty."""
    return datetime.fromtimestamp(time.time(), ZoneInfo(time_zone) if time_zone else None).date()
