"""How many forms one address may send in a minute. Addresses are counted under a keyed fingerprint, for that minute."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import threading
import time
from ipaddress import IPv6Address, ip_address

from flask import Flask, current_app, g, request
from werkzeug.exceptions import TooManyRequests

POSTS, REFERENCES, IN_MEMORY = 60, 30, "memory://"
PATIENCE = 0.2
"""Seconds that a form waits for Redis."""
AWAY = 5.0
"""Seconds in which Redis is not asked again after it failed; forms are counted in memory meanwhile."""
MINUTE = 60.0
PORT = re.compile(r"^(?:\[([^\]]*)\](?::\d+)?|([^:]*):\d+)$")
"""An address with a port, as some proxies pass it on, and an IPv6 address in brackets."""


class MinuteCounter:
    """Counts in the memory of this process, by a clock that nobody can put back (that of `limits` can be)."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, ...], int] = {}
        self._ends = 0.0
        self._lock = threading.Lock()

    def hit(self, most: int, *key: str) -> float:
        """Count one. Gives the seconds to wait where it is one too many, otherwise 0."""
        with self._lock:
            now = time.monotonic()
            if now >= self._ends:
                self._counts, self._ends = {}, now + MINUTE
            count = self._counts[key] = self._counts.get(key, 0) + 1
            return self._ends - now if count > most else 0.0


class SharedCounter(MinuteCounter):
    """Counts in Redis, so that all nodes count together; in memory while Redis can't be reached."""

    def __init__(self, storage: str) -> None:
        from limits.storage import storage_from_string  # only a site whose servers count together
        from limits.strategies import FixedWindowRateLimiter

        super().__init__()
        options = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
        self._limiter = FixedWindowRateLimiter(storage_from_string(storage, wrap_exceptions=True, **options))
        self._away_until = 0.0

    def hit(self, most: int, *key: str) -> float:
        """Count one. Gives the seconds to wait where it is one too many, otherwise 0."""
        from limits import RateLimitItemPerMinute
        from limits.errors import StorageError

        if time.monotonic() >= self._away_until:
            try:
                return 0.0 if self._limiter.hit(RateLimitItemPerMinute(most), "options-guide", *key) else MINUTE
            except StorageError as fault:
                self._away_until = time.monotonic() + AWAY
                why = type(fault.storage_error).__name__
                logging.getLogger(__name__).warning("Limits are counted in memory: %s", why)
        return super().hit(most, *key)


class RateLimits:
    """The limits of one application, by its settings limit-posts, limit-references and limit-storage; 0 is no limit.

    The key of the fingerprints is random, and the same in workers that are forked from this process. Nodes that share a
    Redis need the same key, so theirs follows from its address.
    """

    def __init__(self, app: Flask) -> None:
        storage = str(app.config.get("LIMIT_STORAGE", IN_MEMORY))
        shared = storage != IN_MEMORY
        self.posts, self.references = (
            app.config.get("LIMIT_POSTS", POSTS),
            app.config.get("LIMIT_REFERENCES", REFERENCES),
        )
        self.counter = SharedCounter(storage) if shared else MinuteCounter()
        self._key = hashlib.sha256(f"options-guide {storage}".encode()).digest() if shared else secrets.token_bytes(32)

    def caller(self, address: str) -> str:
        """What an address is counted under: nobody can tell the address from it without the key.

        All of an IPv6 network of 64 bits is one: whoever has an address of it has all of them. A socket has no address:
        all who come through it are counted as one.
        """
        address = PORT.sub(r"\1\2", address)
        try:
            parsed = ip_address(address)
            if isinstance(parsed, IPv6Address):
                address = str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
        except ValueError:
            pass
        return hmac.digest(self._key, f"limit {address}".encode(), "sha256").hex()[:32]


def install(app: Flask) -> None:
    """Give the application its limits."""
    app.extensions["rate_limits"] = RateLimits(app)


def count(*, form: bool = False, reference: bool = False) -> None:
    """Count this request as a form, as a try of a reference code, or as both. Raises TooManyRequests."""
    limits: RateLimits = current_app.extensions["rate_limits"]
    caller = limits.caller(request.remote_addr or "")
    for counted, scope, most in ((reference, "references", limits.references), (form, "posts", limits.posts)):
        if counted and most and (wait := limits.counter.hit(most, scope, caller)):
            g.refused = "too many"
            raise TooManyRequests(retry_after=max(1, round(wait)))
