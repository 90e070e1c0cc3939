"""The options guide: rule files in, decision tables out, served as a questionnaire. create_app wires the rooms."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import production
from .settings import SettingError, settings

if TYPE_CHECKING:
    from flask import Flask

    from .decide.build_process import Child
    from .releases.ready import Ready

__all__ = ["SettingError", "create_app", "given", "settings"]
PROJECT = Path(__file__).resolve().parent.parent
FOLDERS = {"RULES": str(PROJECT / "rules"), "RELEASES": str(PROJECT / "instance" / "releases")}


def given(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that the environment and the file of settings give. Raises SettingError."""
    named = environment.get("FLASK_SETTINGS")
    if named and not Path(named).exists():
        raise SettingError(f"FLASK_SETTINGS: there is no file {named}")
    return settings(environment, Path(named or PROJECT / "instance" / "settings.toml"))


def create_app(config: Mapping[str, Any] | None = None, building: Child | Ready | None = None) -> Flask:
    """The application. `config` wins over the environment (FLASK_...), instance/settings.toml and the defaults.

    The rulebook is loaded at first use, so that `flask rules check` can report on one that can't be loaded; wsgi.py
    loads it at once, from what it has `building` already. Raises SettingError for settings that can't be taken
    (questionnaire/settings.py lists them).
    """
    from .cli import rules
    from .web import (
        about,
        blueprint,
        branding,
        drawn,
        health,
        language,
        pages,
        reference_page,
        rulebook_store,
        security,
        served_rulebook,
        site,
    )
    from .web.sessions import Sessions

    app = site.Site(__name__, template_folder=str(PROJECT / "templates"), static_folder=None)
    app.session_interface = Sessions()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.from_mapping(
        FOLDERS,
        TRANSLATIONS=str(PROJECT / "translations"),
        REQUIRE_SIGN_OFF=False,
    )
    app.config.from_mapping(given(os.environ))
    app.config.from_mapping(config or {})
    if app.config.get("PRODUCTION") and (faults := production.faults(app.config, app.debug, FOLDERS["RELEASES"])):
        raise SettingError("\n".join(faults))
    security.configure(app)
    releases = Path(app.config["RELEASES"]) if app.config["RELEASES"] else None
    app.extensions["rulebook_store"] = rulebook_store.RulebookStore(
        Path(app.config["RULES"]), releases, app.config["REQUIRE_SIGN_OFF"], building
    )
    try:
        language.install(app, language.load(app.config.get("LANGUAGE", "en"), Path(app.config["TRANSLATIONS"])))
        branding.install(app, PROJECT / "static")
    except (language.LanguageError, branding.AccentError) as fault:
        raise SettingError(str(fault)) from None
    app.jinja_env.globals.update(current_rulebook=served_rulebook.current_rulebook, hole=drawn.hole)
    assert all((about, health, pages, reference_page))  # their views hang on the blueprint
    app.register_blueprint(blueprint.pages)
    security.protect(app)
    app.cli.add_command(rules)
    return app
