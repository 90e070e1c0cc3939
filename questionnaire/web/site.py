"""Flask as this site has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from flask import Flask, Request
from werkzeug.routing import MapAdapter
from werkzeug.wsgi import get_host

from . import keys, request_log
from .blueprint import Whole

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Site(Flask):
    """Flask, without what this site has no use for, and with errors written down as `observing` does."""

    response_class = Whole

    @property
    def secret_key(self) -> str:  # type: ignore[override]
        """The key of the settings, or one that is made at first use: commands need none, and so leave none behind."""
        if not self.config["SECRET_KEY"]:
            self.config["SECRET_KEY"] = keys.secret_key(Path(self.instance_path))
        key: str = self.config["SECRET_KEY"]
        return key

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view or hook of ours is a coroutine, so none is looked at for that in each request."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """As Flask's, without its search for subdomains and web sockets, which this site has none of."""
        if request is None:
            return super().create_url_adapter(None)
        environ = request.environ
        if trusted := self.config["TRUSTED_HOSTS"]:
            request.trusted_hosts = trusted
        request.host = get_host(environ, request.trusted_hosts)
        mount, path, query = (_text(environ, name) for name in ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"))
        scheme, method = environ["wsgi.url_scheme"], environ["REQUEST_METHOD"]
        return MapAdapter(self.url_map, request.host.lower(), mount, "", scheme, path, method, query)

    def log_exception(self, exc_info: Fault) -> None:
        """Instead of Flask's, which names the address, and the message, which may quote what was sent."""
        request_log.failed(exc_info[1])


def _text(environ: WSGIEnvironment, name: str) -> str:
    """A part of an address: WSGI hands over its bytes, each as one sign."""
    part: str = environ.get(name, "")
    return part if part.isascii() else part.encode("latin-1").decode(errors="replace")
