"""What is written down of each request: one line of JSON with its route, and nothing that a visitor sent."""

from __future__ import annotations

import json
import logging
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TextIO

from flask import Request, g, has_request_context, request

from .served_rulebook import current_rulebook

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

PROJECT = Path(__file__).resolve().parents[2]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
UNKNOWN, OTHER = "(unknown)", "(other)"
BEGAN, ID = "options-guide.began", "options-guide.id"
"""Where a request keeps when it began, and its number."""
requests = logging.getLogger("questionnaire.requests")


def failed(fault: BaseException | None) -> None:
    """Write down an error that nobody expected: where in the code, and nothing that a visitor sent."""
    environ = request.environ if has_request_context() else {}
    requests.error(_line("error", route=route(environ), faults=trace(fault), id=environ.get(ID, "")))


def begin(environ: WSGIEnvironment) -> str:
    """The first thing of a request, so that all the others are measured. Gives the request's id."""
    environ[BEGAN] = perf_counter()
    own = environ[ID] = secrets.token_hex(8)
    return own


def end(environ: WSGIEnvironment, status: str) -> None:
    """Write the line of a request that has begun, while its application context is still there."""
    if not requests.isEnabledFor(logging.INFO):
        return
    why = g.get("refused") if g else None
    refused = f', "refused": "{why}"' if why else ""
    _write(
        f'{{"at": "{_now()}", "event": "request", "method": "{method(environ)}", "route": "{route(environ)}", '
        f'"status": {status[:3]}, "ms": {milliseconds(environ):.2f}, "rulebook": "{fingerprint()}", '
        f'"id": "{environ[ID]}"{refused}}}'
    )


def _write(line: str) -> None:
    """A line to the log; straight to our own stream where nothing else listens, past what `logging` does for each."""
    own = requests.handlers[0] if len(requests.handlers) == 1 and not requests.propagate else None
    if isinstance(own, _Own):
        with suppress(OSError):  # a full disk, or nobody who reads: no reason to answer nobody
            own.stream.write(line + "\n")
    else:  # as requests.info does, but without looking for the line of code that calls it
        requests.handle(logging.LogRecord(requests.name, logging.INFO, __file__, 0, line, None, None))


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
        if record.exc_info:  # the message of such a line may hold what was sent
            return _line("error", by=record.name, faults=trace(record.exc_info[1]))
        return _line("message", level=record.levelname.lower(), by=record.name, says=record.getMessage())


class _Own(logging.StreamHandler[TextIO]):
    """Our own way to standard error."""


def to_standard_error() -> None:
    """Let a server write all of this to standard error, where whatever runs it collects it."""
    handler = _Own()
    handler.setFormatter(_Lines())
    for name, level in (
        (requests.name, logging.INFO),
        ("questionnaire", logging.INFO),
        ("flask-limiter", logging.WARNING),
    ):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
