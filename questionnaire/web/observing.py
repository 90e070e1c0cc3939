"""What is written down of each request: one line of JSON with its route, and nothing that a visitor sent."""

from __future__ import annotations

import json
import logging
import secrets
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from ..decide.apart import BuildError
from ..releases.manifest import ReleaseError
from ..rulebook.problems import RulebookError
from .guide import guide

PROJECT = Path(__file__).resolve().parents[2]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
UNKNOWN, OTHER = "(unknown)", "(other)"
requests = logging.getLogger("questionnaire.requests")
Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Site(Flask):
    """Flask, but errors that nobody expected are written down without anything that a visitor sent."""

    def log_exception(self, exc_info: Fault) -> None:
        """Instead of Flask's, which names the address, and the message, which may quote what was sent."""
        requests.error(_line("error", route=route(), faults=trace(exc_info[1]), id=g.get("request_id", "")))


def observe(app: Flask) -> None:
    """Write a line for every request. To be called before all other hooks, so that it measures them too."""
    requests.setLevel(logging.INFO)

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        if requests.isEnabledFor(logging.INFO):
            requests.info(
                '{"at": "%s", "event": "request", "method": "%s", "route": "%s", "status": %d, "ms": %.2f, '
                '"rulebook": "%s", "id": "%s"%s}',
                _now(),
                method(),
                route(),
                response.status_code,
                milliseconds(),
                fingerprint(),
                g.request_id,
                f', "refused": "{g.refused}"' if "refused" in g else "",
            )
        return response


def route() -> str:
    """The pattern that the address fits, such as /questions/<question_id>: never the address, which anyone may type."""
    rule = request.url_rule if has_request_context() else None
    return rule.rule if rule else UNKNOWN


def method() -> str:
    """The request's method; any word can be sent as one, so words that are none are not repeated."""
    return request.method if request.method in METHODS else OTHER


def milliseconds() -> float:
    """How long this request has taken so far."""
    return (perf_counter() - float(g.began)) * 1000


def fingerprint() -> str:
    """The rulebook that answers this request; empty where none can be loaded."""
    try:
        return guide().rulebook.fingerprint
    except (RulebookError, BuildError, ReleaseError):
        return ""


def trace(fault: BaseException | None) -> list[dict[str, Any]]:
    """An error and those that led to it: what kind, and where in the code. Never its message, nor any value."""
    found: list[dict[str, Any]] = []
    while fault is not None and len(found) < 5:
        where, here = [], fault.__traceback__
        while here is not None:
            code = here.tb_frame.f_code
            where.append(f"{code.co_filename.removeprefix(f'{PROJECT}/')}:{here.tb_lineno} {code.co_name}")
            here = here.tb_next
        found.append({"kind": type(fault).__qualname__, "where": where})
        fault = fault.__cause__ or fault.__context__
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _line(event: str, **said: Any) -> str:
    return json.dumps({"at": _now(), "event": event, **said})


class _Lines(logging.Formatter):
    """Lines of our own as they are; what anything else says as a line of JSON, without a trace."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name == requests.name:
            return record.getMessage()
        return _line("message", level=record.levelname.lower(), by=record.name, says=record.getMessage())


def to_standard_error() -> None:
    """Let a server write all of this to standard error, where whatever runs it collects it."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines())
    for name, level in (("questionnaire", logging.INFO), ("flask-limiter", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
