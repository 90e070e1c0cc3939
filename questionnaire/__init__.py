"""The options guide: rule files in, decision tables out, served as a questionnaire. create_app wires the rooms."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from . import production
from .settings import SettingError, settings

__all__ = ["SettingError", "create_app", "settings"]
PROJECT = Path(__file__).resolve().parent.parent


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application. `config` wins over the environment (FLASK_...), instance/settings.toml and the defaults.

    The rulebook is loaded at first use, so that `flask rules check` can report on one that can't be loaded; wsgi.py
    loads it at once. Raises SettingError for settings that can't be taken (questionnaire/settings.py lists them).
    """
    from .cli import rules
    from .web import guide, language, look, observing, pages, security

    app = observing.Site(__name__, template_folder=str(PROJECT / "templates"), static_folder=None)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.from_mapping(
        RULES=str(PROJECT / "rules"),
        TRANSLATIONS=str(PROJECT / "translations"),
        REQUIRE_SIGN_OFF=False,
    )
    file = os.environ.get("FLASK_SETTINGS") or Path(app.instance_path) / "settings.toml"
    app.config.from_mapping(settings(os.environ, Path(file)))
    app.config.from_mapping(config or {})
    if app.config.get("PRODUCTION") and (faults := production.faults(app.config, app.debug)):
        raise SettingError("\n".join(faults))
    security.configure(app)
    app.extensions["guide"] = guide.Guide(Path(app.config["RULES"]), app.config["REQUIRE_SIGN_OFF"])
    try:
        language.install(app, language.load(app.config.get("LANGUAGE", "en"), Path(app.config["TRANSLATIONS"])))
        look.install(app, PROJECT / "static")
    except (language.LanguageError, look.AccentError) as fault:
        raise SettingError(str(fault)) from None
    app.jinja_env.globals.update(guide=guide.guide)
    app.register_blueprint(pages.pages)
    security.protect(app)
    app.cli.add_command(rules)
    return app
