"""What is made once and used for many visitors: parts of pages, and what they are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from typing import Any, TypeVar

Made = TypeVar("Made")
MOST = 8192
"""Parts that are kept at once. Ours are about 1,500; past this all are made anew, as they are for a new day."""


class Parts:
    """Parts by their key, for one rulebook and one day: a sign-off that ends at midnight changes what is shown."""

    def __init__(self) -> None:
        self._made: dict[Hashable, Any] = {}
        self._day = date.min

    def today(self) -> None:
        """Forget the parts of another day, or all where there are too many. Called once for each page."""
        if self._day != date.today() or len(self._made) > MOST:
            self._made, self._day = {}, date.today()

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives for this key, made once a day. The key must hold all that it depends on."""
        made = self._made
        found: Made | None = made.get(key)
        if found is None:
            found = made[key] = make()
        return found
