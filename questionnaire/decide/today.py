"""Which day it is where the site is: what the clinic adds begins and ends at midnight there."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_in(time_zone: str) -> date:
    """The day of now in a time zone such as `Europe/Madrid`; in the server's own where it is empty."""
    return datetime.fromtimestamp(time.time(), ZoneInfo(time_zone) if time_zone else None).date()
