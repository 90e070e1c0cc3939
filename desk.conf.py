"""How the desk is served: `gunicorn --config desk.conf.py`, for `make desk`, the container and the systemd unit.

Variables of the environment: DESK_PORT (8001, on 127.0.0.1), or DESK_BIND for any other address. One process: threads
share the rulebooks that it has built, and one writes at a time.
"""

from __future__ import annotations

import os

wsgi_app = "questionnaire.desk:create_app()"
bind = os.environ.get("DESK_BIND") or f"127.0.0.1:{os.environ.get('DESK_PORT') or 8001}"
worker_class = "gthread"
workers = 1
threads = 24
timeout = 150  # seconds; building a large rulebook takes up to 120 (decide/build_process.py)
graceful_timeout = 10  # less than the unit gives it (TimeoutStopSec), and more than a save takes
keepalive = 5
limit_request_line = 4_094
limit_request_fields = 50
limit_request_field_size = 8_190
forwarded_allow_ips = ""  # FLASK_TRUSTED_PROXIES alone says which proxy is believed
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
loglevel = "warning"
control_socket_disable = True
