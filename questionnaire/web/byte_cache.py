"""A cache of rendered HTML that is bounded in bytes: past its bound it forgets what was not used for longest."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class ByteCache:
    """Texts by their key. The key must hold all that the text depends on, and nothing that a visitor typed."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._texts: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, render: Callable[[], str]) -> str:
        """The text of this key, rendered if it is not here."""
        with self._lock:
            text = self._texts.get(key)
            if text is not None:
                self._texts.move_to_end(key)
                return text
        text = render()  # without the lock: others need not wait
        with self._lock:
            if key not in self._texts:
                self._texts[key] = text
                self.bytes += sys.getsizeof(text)
            while self.bytes > self.most_bytes:
                self.bytes -= sys.getsizeof(self._texts.popitem(last=False)[1])
        return text
