"""How a server starts: rules are built while Flask is loaded, and what keeps a site from starting is said in words."""

from __future__ import annotations

import logging
import os
import resource
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from . import FOLDERS, SettingError, create_app, given
from .decide.build_process import GATE, BuildError, Child
from .releases.folder import names
from .releases.manifest import ReleaseError
from .releases.ready import Ready
from .rulebook.problems import RulebookError

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)
_ready: dict[tuple[str, str], Ready] = {}
"""What the process before this one served from these folders of rule files and releases; empty where none did."""


def begin(environment: Mapping[str, str]) -> Child | Ready | None:
    """Start building the project's own rules, before the time is spent on loading Flask; None if a release is served.

    Raises SettingError, BuildError, ReleaseError.
    """
    folders = {**FOLDERS, **given(environment)}
    if ready := _ready.get((folders["RULES"], folders["RELEASES"])):
        return ready
    if folders["RELEASES"] and names(Path(folders["RELEASES"])):
        return None
    return Child(Path(folders["RULES"]), module=GATE)


def start() -> Flask:
    """The application as a server has it: its rules at hand, and what it has to say on standard error.

    Raises SettingError, BuildError, RulebookError, ReleaseError.
    """
    building = begin(os.environ)  # first: rules are built while Flask is loaded
    from .web import request_log

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump of a process that fails would hold visitors' answers
    request_log.to_standard_error()
    app = create_app(building=building)
    _ = app.secret_key  # made here where none is given, so that all workers have the same
    serves = app.extensions["rulebook_store"].now()
    if app.config.get("PRODUCTION") and serves.release is None and not isinstance(building, Ready):
        log.warning("Nothing was published: the rule files in %s are served as they are.", app.config["RULES"])
    return app


def prepare() -> None:
    """Go once through all that a start needs: whatever is loaded and built is there for the workers forked from here.

    A worker that is started again then has the very rules that the others have, whatever became of the files since.
    Raises what `start` raises.
    """
    tried = start()
    served = tried.extensions["rulebook_store"].now()
    _ready[tried.config["RULES"], tried.config["RELEASES"]] = Ready(served.tables, served.release)


@contextmanager
def told() -> Iterator[None]:
    """What keeps a site from starting, on standard error and with exit code 1."""
    try:
        yield
    except (SettingError, BuildError) as fault:
        sys.exit(str(fault))
    except RulebookError as fault:
        sys.exit(f"The rule files can't be used:\n{fault}")
    except ReleaseError as fault:
        sys.exit(f"No release can be used: {fault}. Publish again: flask rules publish")
