"""How a server starts: rules are built while Flask is loaded, and what keeps a site from starting is said in words."""

from __future__ import annotations

import errno
import logging
import os
import resource
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from . import FOLDERS, SettingError, create_app, follower_of, read_settings
from .decide.build_process import BuildError, Child
from .releases.folder import names
from .releases.manifest import ReleaseError
from .rulebook.problems import RulebookError

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)


def start() -> Flask:
    """The application as a server has it: its rules at hand, its log on standard error, each form read within a time.

    Raises SettingError, BuildError, RulebookError, ReleaseError.
    """
    folders = {**FOLDERS, **read_settings(os.environ)}
    if follower := follower_of(folders):
        from .web.request_log import to_standard_error

        to_standard_error()
        follower.fetch_first()
    published = folders["RELEASES"] and names(Path(folders["RELEASES"]))
    building = None if published else Child(Path(folders["RULES"]))  # rules are built while Flask is loaded
    from .web import body_timeout, request_log

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump of a process that fails would hold visitors' answers
    request_log.to_standard_error()
    app = create_app(building=building)
    for template in app.jinja_env.list_templates(filter_func=lambda name: "/" not in name):  # those of pages
        app.jinja_env.get_template(template)  # compiled once for all workers, while the rules are built
    app.wsgi_app = body_timeout.read_in_time(app.wsgi_app)  # type: ignore[method-assign, assignment]
    serves = app.extensions["rulebook_store"].now()
    if app.config.get("PRODUCTION") and serves.release is None:
        log.warning("Nothing was published: the rule files in %s are served as they are.", app.config["RULES"])
    return app


def open_closed_outputs() -> None:
    """Open /dev/null in place of standard input, output or error where whoever started this closed it.

    Else the next file or socket would get its number, and what is printed would be sent to a visitor.
    """
    while (opened := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(opened)
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w", closefd=False))


def refuse_taken_address(addresses: Sequence[tuple[str, int] | str]) -> None:
    """Exit with code 1, and words on why, where one of these can't be listened to: (host, port), or a socket's file."""
    for address in addresses:
        try:
            if isinstance(address, str):
                with suppress(FileNotFoundError, ConnectionRefusedError), socket.socket(socket.AF_UNIX) as client:
                    client.connect(address)
                    sys.exit(f"Another site is served at {address} already. Stop it, or choose another file.")
                continue
            host, port = address
            if not 0 < port < 65536:
                sys.exit(f"Port {port} is none; choose one from 1 to 65535.")
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                sys.exit(
                    f"Port {port} of {host} is already in use. Stop the other site, or choose another port "
                    "(make run PORT=9000)."
                )
            sys.exit(f"The site can't listen on {address}: {fault.strerror}.")


@contextmanager
def exit_in_words() -> Iterator[None]:
    """End the process with exit code 1 and words on standard error for what keeps a site from starting."""
    try:
        yield
    except (SettingError, BuildError) as fault:
        sys.exit(str(fault))
    except RulebookError as fault:
        sys.exit(f"The rule files can't be used:\n{fault}")
    except ReleaseError as fault:
        sys.exit(f"No release can be used: {fault}. Publish again: flask rules publish")
