"""The options guide: rule files in, decision tables out, served as a questionnaire. create_app wires the rooms."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from .decide.apart import Child

PROJECT = Path(__file__).resolve().parent.parent
FOLDERS = {"RULES": str(PROJECT / "rules"), "RELEASES": str(PROJECT / "instance" / "releases")}


class SettingError(ValueError):
    """A setting that can't be taken; says which, and what it may be."""


def settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that the environment gives: FLASK_RULES, FLASK_RELEASES, FLASK_REQUIRE_SIGN_OFF, FLASK_SECRET_KEY.

    Raises SettingError for one that can't be taken.
    """
    found: dict[str, Any] = {}
    if rules := environment.get("FLASK_RULES"):
        found["RULES"] = rules
    if releases := environment.get("FLASK_RELEASES"):
        found["RELEASES"] = "" if releases == "none" else releases
    if key := environment.get("FLASK_SECRET_KEY"):
        if len(key) < 16:
            raise SettingError("FLASK_SECRET_KEY is too short; give at least 16 characters that nobody can guess")
        found["SECRET_KEY"] = key
    if required := environment.get("FLASK_REQUIRE_SIGN_OFF", "").strip().lower():
        if required not in ("true", "yes", "1", "false", "no", "0"):
            raise SettingError(f"FLASK_REQUIRE_SIGN_OFF is '{required}'; it may be true or false")
        found["REQUIRE_SIGN_OFF"] = required in ("true", "yes", "1")
    return found


def begin(environment: Mapping[str, str]) -> Child | None:
    """Start building the project's own rules, before the time is spent on loading Flask; None if a release is served.

    Raises SettingError, BuildError.
    """
    from .decide.apart import Child
    from .releases.folder import names

    folders = {**FOLDERS, **settings(environment)}
    if folders["RELEASES"] and names(Path(folders["RELEASES"])):
        return None
    return Child(Path(folders["RULES"]))


def create_app(config: Mapping[str, Any] | None = None, building: Child | None = None) -> Flask:
    """The application. `config` wins over the environment (FLASK_...), which wins over the defaults.

    RULES: the folder of rule files. RELEASES: the folder of published rulebooks; empty for none. REQUIRE_SIGN_OFF:
    withhold options that no clinician has signed. SECRET_KEY: signs the session; if none is given, one is made and kept
    in the instance folder. The rulebook is loaded at first use, so that `flask rules check` can report on one that
    can't be loaded; wsgi.py loads it at once, from what it has `building` already.
    """
    from flask import Flask  # here: what builds rules in a process of its own needs none of it

    from .cli import rules
    from .web import guides, pages, security

    app = Flask(__name__, template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "static"))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.from_mapping(
        FOLDERS,
        REQUIRE_SIGN_OFF=False,
        MAX_CONTENT_LENGTH=16 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a token lasts as long as its session: someone may think for hours
    )
    app.config.from_mapping(settings(os.environ))
    app.config.from_mapping(config or {})
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = security.secret_key(Path(app.instance_path))
    releases = Path(app.config["RELEASES"]) if app.config["RELEASES"] else None
    app.extensions["guides"] = guides.Guides(
        Path(app.config["RULES"]), releases, app.config["REQUIRE_SIGN_OFF"], building
    )
    app.register_blueprint(pages.pages)
    security.protect(app)
    app.cli.add_command(rules)
    return app
