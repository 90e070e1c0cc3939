"""What stands between the pages and the outside: keys, cookies, hosts, proxies, headers, and what is refused."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from . import headers, metrics, rate_limits, request_checks


def configure(app: Flask) -> None:
    """Let the settings that Flask itself must know take effect."""
    config = app.config
    app.url_map.merge_slashes = False  # or //areas would be sent on, and what was typed repeated in the new address
    config["SECRET_KEY_FALLBACKS"] = list(config.get("OLD_SECRET_KEYS", ()))
    config["SESSION_COOKIE_HTTPONLY"] = True
    config["SESSION_COOKIE_SAMESITE"] = "Lax"  # with Strict a link in a clinic's letter would find no answers
    config["WTF_CSRF_TIME_LIMIT"] = None  # a token lasts as long as its session: someone may think for hours
    if config.get("PRODUCTION"):
        config["SESSION_COOKIE_SECURE"] = True
        config["SESSION_COOKIE_NAME"] = "__Host-session"
    if hosts := config.get("ALLOWED_HOSTS"):
        config["TRUSTED_HOSTS"] = list(hosts)
    if proxies := config.get("TRUSTED_PROXIES"):
        # the host is not taken from a proxy's header: one that does not set it would pass on a visitor's own
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]


def protect(app: Flask) -> None:
    """Check what comes in, mark what goes out, write it down. Forms are counted before anything of them is read."""
    metrics.install(app)
    count, check = rate_limits.limit(app), request_checks.check(app)
    app.extensions["count"] = count

    @app.before_request
    def come_in() -> None:
        if request.method == "POST":
            count(form=True, reference=request.endpoint == "pages.reference")
            check()

    headers.protect(app)
