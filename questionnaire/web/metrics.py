"""Numbers for Prometheus, on a port of their own: requests and their time, verdicts, and the age of the rules."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, request

from ..decide.outcome import Outcome
from .request_log import fingerprint, method, milliseconds, route
from .rulebook_store import rulebook_store
from .served_rulebook import current_rulebook

if TYPE_CHECKING:
    from prometheus_client import Metric

MOST_WORKERS = 16
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


class Metrics:
    """The numbers of one process. No label is ever made of what a visitor sent: all come from closed lists."""

    def __init__(self, app: Flask) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram  # only a site that is monitored

        self.app = app
        self.registry = own = CollectorRegistry()
        self.requests = Counter("guide_requests", "Requests answered", ("route", "method", "status"), registry=own)
        self.time = Histogram("guide_request_seconds", "Time to answer", ("route",), buckets=SECONDS, registry=own)
        self.verdicts = Counter("guide_verdicts", "Options on result pages", ("option", "verdict"), registry=own)
        own.register(self)

    def collect(self) -> Iterator[Metric]:
        """What is known of the rules at this moment: they may change while a process runs."""
        from prometheus_client.core import GaugeMetricFamily as Gauge

        with self.app.app_context():
            served = Gauge("guide_rulebook", "The rulebook that is served", labels=("fingerprint",))
            served.add_metric((fingerprint(),), 1)
            age = time.time() - last_changed(Path(self.app.config["RULES"]))
            reviewed = current_rulebook().reviewed if fingerprint() else 0
            problem, follower = bool(rulebook_store().problem), rulebook_store().follower
        yield Gauge("guide_release_age_seconds", "Since the rules that are served were made", age)
        yield served
        yield Gauge("guide_options_reviewed", "Options whose sign-off is in force today", reviewed)
        yield Gauge("guide_problem", "1 where /readyz tells of a problem", problem)
        if follower:
            from ..releases.follow import seconds_since  # only a site that follows

            for what in ("made", "taken_up", "checked"):
                if moment := getattr(follower.state, what):
                    told = f"Since the bundle was {what.replace('_', ' ')}"
                    yield Gauge(f"guide_bundle_{what}_age_seconds", told, seconds_since(moment))


def install(app: Flask) -> None:
    """Count, where the setting metrics-port asks for it."""
    if not app.config.get("METRICS_PORT"):
        return
    metrics = app.extensions["metrics"] = Metrics(app)

    @app.after_request
    def count(response: Response) -> Response:
        environ = request.environ
        metrics.requests.labels(route(environ), method(environ), response.status_code).inc()
        metrics.time.labels(route(environ)).observe(milliseconds(environ) / 1000)
        return response


def count_verdicts(outcome: Outcome) -> None:
    """Count the verdicts of a result page, each for itself: which of them belong together is not kept."""
    if metrics := current_app.extensions.get("metrics"):
        for result in outcome.results:
            metrics.verdicts.labels(result.option.id, result.row.verdict).inc()


def last_changed(rules: Path) -> float:
    """When the rules that are served were published, or else when the last rule file changed, as time.time() has it."""
    if fingerprint() and (release := current_rulebook().release):
        return datetime.fromisoformat(release.published).timestamp()
    return changed(rules.rglob("*.yaml"))


def changed(files: Iterable[Path]) -> float:
    """When the last of these files changed, in seconds as time.time() has them; 0 where there are none."""
    times = [0.0]
    for file in files:
        with suppress(OSError):  # a link to nowhere
            times.append(file.stat().st_mtime)
    return max(times)


def serve(app: Flask) -> int | None:
    """Serve the numbers of this worker on the first port from metrics-port on that is free; gives that port.

    Each worker is a process with numbers of its own and takes a port of its own: Prometheus adds them up. For workers
    of gevent, which gunicorn.conf.py calls this in.
    """
    metrics, first = app.extensions.get("metrics"), app.config.get("METRICS_PORT")
    if metrics is None or not first:
        return None
    from gevent.pywsgi import WSGIServer
    from prometheus_client import make_wsgi_app

    why: str | None = None
    for port in range(first, first + MOST_WORKERS):
        try:
            WSGIServer(("127.0.0.1", port), make_wsgi_app(metrics.registry), log=None, error_log=None).start()
            return port
        except OSError as fault:
            why = fault.strerror
    last = first + MOST_WORKERS - 1
    logging.getLogger(__name__).warning("no port is free for metrics from %d to %d (%s)", first, last, why)
    return None
