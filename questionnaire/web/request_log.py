"""What is written down of each request: one line of JSON with its route, and nothing that a visitor sent."""

from __future__ import annotations

import json
import logging
import secrets
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from traceback import walk_tb
from types import TracebackType
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, g, has_request_context, request

from .served_rulebook import current_rulebook

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

PROJECT = Path(__file__).resolve().parents[2]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
UNKNOWN, OTHER = "(unknown)", "(other)"
BEGAN, ID = "options-guide.began", "options-guide.id"
"""Where a request keeps when it began, and its number."""
MOST_CAUSES = 5
requests = logging.getLogger("questionnaire.requests")

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LoggedFlask(Flask):
    """Flask, whose errors are logged without the address and the message, which may quote what was sent."""

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Log an error that nobody expected."""
        log_error(exc_info[1])


def log_error(fault: BaseException | None) -> None:
    """Write down an error that nobody expected: where in the code, and nothing that a visitor sent."""
    environ = request.environ if has_request_context() else {}
    requests.error(_line("error", route=route(environ), faults=trace(fault), id=environ.get(ID, "")))


def begin(environ: WSGIEnvironment) -> str:
    """The first thing of a request, so that all the others are measured. Gives the request's id."""
    environ[BEGAN] = perf_counter()
    request_id = environ[ID] = secrets.token_hex(8)
    return request_id


def end(environ: WSGIEnvironment, status: str) -> None:
    """Write the line of a request that has begun, while its application context is still there."""
    if not requests.isEnabledFor(logging.INFO):
        return
    line = _line(
        "request",
        method=method(environ),
        route=route(environ),
        status=int(status[:3]),
        ms=round(milliseconds(environ), 2),
        rulebook=fingerprint(),
        id=environ[ID],
        **({"refused": g.refused} if g and "refused" in g else {}),
    )
    requests.info(line)


def route(environ: WSGIEnvironment) -> str:
    """The pattern that the address fits, such as /questions/<question_id>: never the address, which anyone may type."""
    asked: Request | None = environ.get("werkzeug.request")
    rule = asked.url_rule if asked else None
    return rule.rule if rule else UNKNOWN


def method(environ: WSGIEnvironment) -> str:
    """The request's method; any word can be sent as one, so words that are none are not repeated."""
    sent: str = environ["REQUEST_METHOD"]
    return sent if sent in METHODS else OTHER


def milliseconds(environ: WSGIEnvironment) -> float:
    """How long this request has taken so far."""
    return (perf_counter() - float(environ[BEGAN])) * 1000


def fingerprint() -> str:
    """The rulebook that answers this request; empty where none can be loaded."""
    try:
        return current_rulebook().rulebook.fingerprint
    except Exception:  # the line of a request is written, whatever went wrong
        return ""


def trace(fault: BaseException | None) -> list[dict[str, Any]]:
    """An error and those that led to it: what kind, and where in the code. Never its message, nor any value."""
    causes: list[dict[str, Any]] = []
    while fault is not None and len(causes) < MOST_CAUSES:
        steps = [(frame.f_code, line) for frame, line in walk_tb(fault.__traceback__)]
        where = [f"{code.co_filename.removeprefix(f'{PROJECT}/')}:{line} {code.co_name}" for code, line in steps]
        causes.append({"kind": type(fault).__qualname__, "where": where})
        fault = fault.__cause__ or fault.__context__
    return causes


def _line(event: str, **values: Any) -> str:
    return json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **values})


class JsonFormatter(logging.Formatter):
    """Lines of our own as they are; any other message as a line of JSON, without a trace."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        if record.name == requests.name:
            return record.getMessage()
        if record.exc_info:  # the message of such a line may hold what was sent
            return _line("error", by=record.name, faults=trace(record.exc_info[1]))
        return _line("message", level=record.levelname.lower(), by=record.name, says=record.getMessage())


def to_standard_error() -> None:
    """Let a server write all of this to standard error, where whatever runs it collects it."""
    logging.raiseExceptions = False  # a full disk, or nobody who reads: no reason to say more
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    for name in ("questionnaire", "gunicorn"):  # gunicorn.error passes its lines on to it (gunicorn.conf.py)
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
    logging.getLogger("questionnaire").setLevel(logging.INFO)
