"""The options guide: rule files in, decision tables out, served as a questionnaire. create_app wires the rooms."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

PROJECT = Path(__file__).resolve().parent.parent


class SettingError(ValueError):
    """A setting that can't be taken; says which, and what it may be."""


def settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that the environment gives: FLASK_RULES, FLASK_REQUIRE_SIGN_OFF, FLASK_SECRET_KEY.

    Raises SettingError for one that can't be taken.
    """
    found: dict[str, Any] = {}
    if rules := environment.get("FLASK_RULES"):
        found["RULES"] = rules
    if key := environment.get("FLASK_SECRET_KEY"):
        if len(key) < 16:
            raise SettingError("FLASK_SECRET_KEY is too short; give at least 16 characters that nobody can guess")
        found["SECRET_KEY"] = key
    if required := environment.get("FLASK_REQUIRE_SIGN_OFF", "").strip().lower():
        if required not in ("true", "yes", "1", "false", "no", "0"):
            raise SettingError(f"FLASK_REQUIRE_SIGN_OFF is '{required}'; it may be true or false")
        found["REQUIRE_SIGN_OFF"] = required in ("true", "yes", "1")
    return found


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application. `config` wins over the environment (FLASK_...), which wins over the defaults.

    RULES: the folder of rule files. REQUIRE_SIGN_OFF: withhold options that no clinician has signed. SECRET_KEY: signs
    the session; if none is given, one is made and kept in the instance folder. The rulebook is loaded at first use, so
    that `flask rules check` can report on one that can't be loaded; wsgi.py loads it at once.
    """
    from flask import Flask  # here: what builds rules in a process of its own needs none of it

    from .cli import rules
    from .web import guide, pages, security

    app = Flask(__name__, template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "static"))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.from_mapping(
        RULES=str(PROJECT / "rules"),
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
    app.extensions["guide"] = guide.Guide(Path(app.config["RULES"]), app.config["REQUIRE_SIGN_OFF"])
    app.register_blueprint(pages.pages)
    security.protect(app)
    app.cli.add_command(rules)
    return app
