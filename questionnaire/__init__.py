"""The options guide: rule files in, decision tables out, served as a questionnaire. create_app wires the rooms."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .settings import RETIRED, SettingError, production_faults, settings

if TYPE_CHECKING:
    from flask import Flask

    from .decide.build_process import Child
    from .decide.tables import DecisionTables
    from .releases.follow import Follower

__all__ = ["SettingError", "create_app", "read_settings", "settings"]
PROJECT = Path(__file__).resolve().parent.parent
FOLDERS = {"RULES": str(PROJECT / "rules"), "RELEASES": str(PROJECT / "instance" / "releases")}
QUESTION_BYTES, ROW_BYTES = 4 * 1024 * 1024, 8 * 1024 * 1024
"""How much rendered HTML of question pages and of options a process keeps at most."""


def read_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that the environment and the file of settings give. Raises SettingError."""
    named = environment.get("FLASK_SETTINGS")
    if named and not Path(named).exists():
        raise SettingError(f"FLASK_SETTINGS: there is no file {named}")
    return settings(environment, Path(named or PROJECT / "instance" / "settings.toml"))


def follower_of(config: Mapping[str, Any]) -> Follower | None:
    """What fetches releases from elsewhere; None where the settings name no bundle."""
    if not config.get("BUNDLE_URL") or not config["RELEASES"]:
        return None
    from .releases.follow import EVERY, Follower

    every = config.get("BUNDLE_EVERY", EVERY)
    return Follower(Path(config["RELEASES"]), config["BUNDLE_URL"], config["RELEASE_PUBLIC_KEYS"], every)


def create_app(config: Mapping[str, Any] | None = None, building: Child | DecisionTables | None = None) -> Flask:
    """The application. `config` wins over the environment (FLASK_...), instance/settings.toml and the defaults.

    The rulebook is loaded at first use, so that `flask rules check` can report on one that can't be loaded; wsgi.py
    loads it at once, from what it has `building` already. Raises SettingError for settings that can't be taken
    (questionnaire/settings.py lists them).
    """
    from werkzeug.middleware.proxy_fix import ProxyFix

    from .cli import desk, rules
    from .web import (
        branding,
        document_wording,
        embedding,
        glossary,
        language,
        language_choice,
        metrics,
        outer_middleware,
        rate_limits,
        request_checks,
        search_engines,
        served_rulebook,
        visit_cookie,
    )
    from .web.api import api
    from .web.byte_cache import ByteCache
    from .web.health_and_errors import health
    from .web.kept_options_views import keeping
    from .web.questionnaire_views import pages
    from .web.reference_page import references
    from .web.request_log import LoggedFlask
    from .web.rulebook_store import RulebookStore

    app = LoggedFlask(__name__, template_folder=str(PROJECT / "templates"), static_folder=None)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.merge_slashes = False  # or //areas would be sent on, and what was typed repeated in the new address
    app.config.from_mapping(FOLDERS, TRANSLATIONS=str(PROJECT / "translations"), REQUIRE_SIGN_OFF=False)
    app.config.from_mapping(read_settings(os.environ))
    app.config.from_mapping(config or {})
    if retired := app.config.get(RETIRED):
        logging.getLogger(__name__).warning("No longer needed, and not read: %s. Leave them out.", ", ".join(retired))
    if app.config.get("PRODUCTION") and (faults := production_faults(app.config, app.debug, FOLDERS["RELEASES"])):
        raise SettingError("\n".join(faults))
    if hosts := app.config.get("ALLOWED_HOSTS"):
        app.config["TRUSTED_HOSTS"] = list(hosts)

    releases = Path(app.config["RELEASES"]) if app.config["RELEASES"] else None
    app.extensions["rulebook_store"] = RulebookStore(
        Path(app.config["RULES"]),
        releases,
        app.config["REQUIRE_SIGN_OFF"],
        building,
        app.config.get("TIME_ZONE", ""),
        app.config.get("RELEASE_PUBLIC_KEYS", ()),
        follower_of(app.config),
    )
    app.extensions["page_caches"] = {"questions": ByteCache(QUESTION_BYTES), "rows": ByteCache(ROW_BYTES)}
    try:
        catalogues = Path(app.config["TRANSLATIONS"])
        of_site = language.load(app.config.get("LANGUAGE", "en"), catalogues)
        language.install(app, of_site, language.load_others(of_site, catalogues))
        branding.install(app, PROJECT / "static")
    except (language.LanguageError, branding.AccentError) as fault:
        raise SettingError(str(fault)) from None
    app.jinja_env.globals.update(
        offline=False,
        current_rulebook=served_rulebook.current_rulebook,
        terms_in=glossary.terms_in,
        sourced=document_wording.sourced,
    )

    for room in (rate_limits, request_checks, visit_cookie, language_choice, metrics, search_engines):
        room.install(app)
    for blueprint in (
        pages,
        keeping,
        references,
        language_choice.choice,
        health,
        search_engines.search_engines,
        branding.assets,
    ):
        app.register_blueprint(blueprint)
    if app.config.get("API"):
        app.register_blueprint(api)
    app.cli.add_command(rules)
    app.cli.add_command(desk)
    if proxies := app.config.get("TRUSTED_PROXIES"):
        # the host is not taken from a proxy's header: one that does not set it would pass on a visitor's own
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    outer_middleware.install(app)
    if origins := app.config.get("EMBED_ON"):
        embedding.install(app, origins)
    return app
