"""How many forms one address may send in a minute. Addresses are counted under a keyed fingerprint, for that minute."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from types import SimpleNamespace

from flask import Flask, current_app, g, request
from flask_limiter import Limiter, RateLimitExceeded
from limits.storage import memory
from werkzeug.exceptions import TooManyRequests

POSTS, REFERENCES, IN_MEMORY = 60, 30, "memory://"
PATIENCE = 0.2
"""Seconds that a form waits for Redis; then it is counted in memory until Redis is back."""
REFERENCE = "pages.reference"
MINUTE = 60
PORT = re.compile(r"^(?:\[([^\]]*)\](?::\d+)?|([^:]*):\d+)$")
"""An address with a port, as some proxies pass it on, and an IPv6 address in brackets."""
_began = time.time() - time.monotonic()


def steady() -> float:
    """The time of day when this process began, and what has passed since: nobody can put it back."""
    return _began + time.monotonic()


# The one clock of limits in memory, ours and those that Flask-Limiter takes to while Redis is away. By the time of day,
# a limit that was reached before that is put back a day would hold for a day.
vars(memory)["time"] = SimpleNamespace(time=steady)


def elsewhere(app: Flask) -> bool:
    """Whether forms are counted by another server, which may keep them waiting."""
    return str(app.config.get("LIMIT_STORAGE", IN_MEMORY)) != IN_MEMORY


def limit(app: Flask) -> Callable[..., None]:
    """What counts a request as a form, a try of a reference code or both, by the settings limit-posts,
    limit-references and limit-storage; 0 is no limit.
    """
    posts = int(app.config.get("LIMIT_POSTS", POSTS))
    references = int(app.config.get("LIMIT_REFERENCES", REFERENCES))
    storage = str(app.config.get("LIMIT_STORAGE", IN_MEMORY))
    patience = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE} if elsewhere(app) else {}
    limiter = Limiter(
        caller,
        storage_uri=storage,
        storage_options=patience,  # type: ignore[arg-type]
        in_memory_fallback_enabled=elsewhere(app),
        key_prefix="options-guide",
    )
    limiter.init_app(Flask(__name__))  # not to ours: its hooks would cost every page what forms alone need

    @limiter.shared_limit(f"{posts}/minute", scope="posts")
    def count_form() -> None: ...

    @limiter.shared_limit(f"{references}/minute", scope="references")
    def count_reference() -> None: ...

    def count(*, form: bool = False, reference: bool = False) -> None:
        try:
            if references and reference:
                count_reference()
            if posts and form:
                count_form()
        except RateLimitExceeded:
            g.refused = "too many"
            breached = limiter.current_limit
            wait = breached.reset_at - time.time() if breached else MINUTE
            raise TooManyRequests(retry_after=min(max(1, round(wait)), MINUTE)) from None

    return count


def caller() -> str:
    """What an address is counted under: nobody can tell the address from it without the site's key.

    All of an IPv6 network of 64 bits is one: whoever has an address of it has all of them.
    """
    address = PORT.sub(r"\1\2", request.remote_addr or "")
    try:
        read = ip_address(address)
        if isinstance(read, IPv6Address):
            mapped = read.ipv4_mapped
            address = str(mapped) if mapped else str(IPv6Address(int(read) >> 64 << 64))
    except ValueError:
        pass  # a socket has no address: all who come through it are counted as one
    key = str(current_app.secret_key)
    return hmac.digest(key.encode(), f"limit {address}".encode(), "sha256").hex()[:32]
