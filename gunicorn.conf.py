"""How the site is served: gunicorn reads this file by itself, for `make run`, the container and the systemd unit.

Variables of the environment: PORT (8000, on 127.0.0.1), or BIND for any other address (`0.0.0.0:8000`, `[::1]:8000`,
`unix:/run/guide.sock`); WEB_CONCURRENCY, the number of workers; SCRIPT_NAME, the path that the site is mounted below.
docs/decisions/0013-server.md says what else was tried, and why each limit is as it is.
"""

from __future__ import annotations

# First of all: gevent has to put its own locks in the place of Python's before anything makes one.
import gevent
from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
from typing import Any  # noqa: E402

from questionnaire import startup  # noqa: E402

startup.open_closed_outputs()

MOST_OPEN_FILES = 16_384
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
open_files = MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN_FILES)
if soft < open_files:
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, hard))

wsgi_app = "wsgi:app"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gevent"  # a stalled connection holds a greenlet, and no thread that others wait for
preload_app = True  # workers are forks of a process that has the site loaded and the rules built
if "WEB_CONCURRENCY" not in os.environ:  # gunicorn reads that one by itself
    workers = max(2, len(os.sched_getaffinity(0)))  # two at least: one serves while the other is started again
worker_connections = min(4_000, open_files - 100)
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # where workers show that they are alive

keepalive = 5  # seconds for all headers of a request to arrive, and for a connection that says nothing
timeout = 30  # seconds after which a worker that hangs is ended and started again
graceful_timeout = 4  # seconds that a stopping worker gives the requests that it has begun
http_parser = "python"  # whatever else is installed: the one that was tried
limit_request_line = 4_094
limit_request_fields = 50
limit_request_field_size = 8_190

# FLASK_TRUSTED_PROXIES alone says which proxy is believed.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""

# No access log: it would hold addresses. What gunicorn reports below "error" holds the addresses of visitors.
# The handler that writes lines of JSON hangs on the logger "gunicorn" (questionnaire/startup.py).
loglevel = "error"
logconfig_dict = {
    "root": {"level": "WARNING", "handlers": []},
    "loggers": {"gunicorn.error": {"level": "ERROR", "handlers": [], "propagate": True}},
}
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Refuse in words an address that can't be listened to. gunicorn itself would try for five seconds."""
    if "GUNICORN_FD" not in os.environ and "LISTEN_FDS" not in os.environ:  # the address is handed over, open
        startup.refuse_taken_address(server.cfg.address)


def when_ready(server: Any) -> None:
    """Say where the site is served. What all workers share is no longer looked at by the garbage collector."""
    gc.freeze()
    startup.log.info("Serving at %s with %d workers.", ", ".join(map(str, server.LISTENERS)), server.cfg.workers)


def on_reload(server: Any) -> None:
    """Say what SIGHUP does: workers are started anew, as forks of the same process."""
    startup.log.info(
        "Starting %d new workers in place of the old ones. Code, settings and unpublished rule files stay those of the "
        "start; restart the site for others.",
        server.cfg.workers,
    )


def post_worker_init(worker: Any) -> None:
    """Notice what is published also while no request comes; serve numbers where metrics-port asks for them."""
    from questionnaire.web import metrics
    from wsgi import app

    app.extensions["rulebook_store"].watch()
    metrics.serve(app)


def pre_request(worker: Any, req: Any) -> None:
    """Let others go first, as one connection may send many requests at once. Close it after a request whose body is not
    read, rather than read on to its end.
    """
    gevent.sleep(0)
    from questionnaire.web.body_timeout import is_refused

    headers = dict(req.headers)
    if is_refused(headers.get("CONTENT-LENGTH", ""), "TRANSFER-ENCODING" in headers):
        req.force_close()
