"""The options guide: rule files in, decision tables out, served as a questionnaire. create_app wires the rooms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

PROJECT = Path(__file__).resolve().parent.parent


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application. `config` wins over the environment (FLASK_...), which wins over the defaults.

    RULES: the folder of rule files. REQUIRE_SIGN_OFF: withhold options that no clinician has signed. SECRET_KEY: signs
    the session; if none is given, one is made and kept in the instance folder. The rulebook is loaded at first use, so
    that `flask rules check` can report on one that can't be loaded; wsgi.py loads it at once.
    """
    from .cli import rules
    from .web import guide, pages, security

    app = Flask(__name__, template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "static"))
    app.config.from_mapping(
        RULES=str(PROJECT / "rules"),
        REQUIRE_SIGN_OFF=False,
        MAX_CONTENT_LENGTH=16 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a token lasts as long as its session: someone may think for hours
    )
    app.config.from_prefixed_env()
    app.config.from_mapping(config or {})
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = security.secret_key(Path(app.instance_path))
    app.extensions["guide"] = guide.Guide(Path(app.config["RULES"]), app.config["REQUIRE_SIGN_OFF"])
    app.register_blueprint(pages.pages)
    security.protect(app)
    app.cli.add_command(rules)
    return app
