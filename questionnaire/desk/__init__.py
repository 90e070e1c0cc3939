"""The desk: where staff read, try, change, sign and publish rules in a browser. Never in the visitors' process."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, render_template, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from .. import FOLDERS, PROJECT, read_settings
from ..decide.build_process import BuildError
from ..response_headers import HEADERS, OVER_TLS
from ..rulebook.problems import RulebookError
from . import (
    access,
    attempt,
    change,
    database,
    guided,
    holds,
    home,
    kill_switch,
    openid,
    publish,
    read,
    remarks,
    save,
    sign_in,
    signing,
    team,
    wording,
)
from .models import ROLES
from .resend import typed_fields
from .rulebooks import Building, Drafts
from .sessions import Sessions

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ADDRESS = "http://localhost:8001"
PATIENCE = 1.0
"""Seconds that a page waits for a rulebook to be built, before it says how far that is."""
MOST_BYTES, MOST_FIELDS = 1024 * 1024, 5000
"""Of one form: that of a whole rule file is the largest."""

PAGES = (
    ("home.home", "What waits", ROLES),
    ("attempt.attempt", "Try", ROLES),
    ("change.files", "Change", ("editor",)),
    ("remarks.all_remarks", "Remarks", ROLES),
    ("publish.releases", "Releases", ROLES),
    ("kill_switch.options", "Withdraw", ("publisher",)),
    ("team.show_log", "Log", ROLES),
    ("team.all_people", "People", ("publisher",)),
)
"""The pages that stand at the top of each: endpoint, name, for whom."""


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The desk. `config` wins over the environment (FLASK_...), instance/settings.toml and the defaults.

    Raises SettingError for settings that can't be taken.
    """
    app = Flask("questionnaire", template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "static"))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.from_mapping(
        FOLDERS,
        DESK_ADDRESS=ADDRESS,
        DESK_DATABASE=str(PROJECT / "instance" / "desk.sqlite3"),
        DESK_DOCUMENTS=(),
        DESK_PATIENCE=PATIENCE,
    )
    app.config.from_mapping(read_settings(os.environ))
    app.config.from_mapping(config or {})
    app.config.from_mapping(
        SECRET_KEY=secrets.token_hex(),  # of the tokens in forms alone; a form from before a restart is sent again
        SESSION_COOKIE_SECURE=app.config["DESK_ADDRESS"].startswith("https:"),
        WTF_CSRF_CHECK_DEFAULT=False,  # access.py does it, after it looked who asks
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    app.session_interface = Sessions()
    database.install(app)
    app.extensions |= {"desk_drafts": Drafts(), "desk_live": {}, "desk_passages": {}}
    with app.app_context():
        save.finish()
    app.before_request(_at_its_address)
    access.install(app)
    app.view_functions["static"] = access.allow_anybody(app.view_functions["static"])
    work = (home, read, remarks, attempt, change, wording, guided, holds, signing, publish, kill_switch)
    for room in (*work, sign_in, openid, team):
        app.register_blueprint(room.blueprint)
    app.jinja_env.globals.update(token=_token, desk_pages=PAGES)
    openid.install(app)
    app.after_request(_with_headers)
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(RulebookError, _broken_page)
    app.register_error_handler(BuildError, _broken_page)
    app.register_error_handler(Building, _building_page)
    app.register_error_handler(OverflowError, lambda _: _error_page(BadRequest()))  # a number that no row can have
    app.register_error_handler(OSError, _disk_page)
    app.register_error_handler(OperationalError, _disk_page)
    if proxies := app.config.get("TRUSTED_PROXIES"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return app


def _token() -> Markup:
    """What each form has, so that it can be told from one of another site."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _at_its_address() -> Response | None:
    """Send on who came by 127.0.0.1, which no passkey can be bound to; refuse every other name than the desk's own."""
    address = urlsplit(current_app.config["DESK_ADDRESS"])
    if request.host == address.netloc:
        return None
    if request.host in (f"127.0.0.1:{address.port}", f"[::1]:{address.port}") and request.method == "GET":
        return redirect(f"{address.scheme}://{address.netloc}{request.full_path.rstrip('?')}")
    raise BadRequest


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS:
        response.headers[name] = value
    if request.is_secure:
        response.headers[OVER_TLS[0]] = OVER_TLS[1]
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _typed() -> list[tuple[str, str]]:
    """What the form of this request held, so that it can be sent again."""
    return typed_fields() if request.method == "POST" else []


def _broken_page(fault: RulebookError | BuildError) -> ResponseReturnValue:
    problems = fault.problems if isinstance(fault, RulebookError) else ()
    return render_template("desk/broken.html", problems=problems, fault=fault, fields=_typed()), 503


def _building_page(fault: Building) -> ResponseReturnValue:
    """How far the rulebook is that a page needs; it asks again by itself, and a form can be sent again."""
    page = render_template("desk/building.html", fault=fault, form=request.method == "POST", fields=_typed())
    return page, 202, {} if request.method == "POST" else {"Refresh": "2"}


def _disk_page(fault: OSError | OperationalError) -> ResponseReturnValue:
    """What was typed, where the disk or the database refuses to be written."""
    current_app.logger.error("%s %s: %s", request.method, request.path, fault)
    return render_template("desk/disk.html", fault=fault, fields=_typed()), 503


def _error_page(fault: HTTPException) -> ResponseReturnValue:
    code = fault.code or 500
    fields = _typed() if code != 403 else []  # what another site sent is not offered again
    return render_template("desk/error.html", fault=fault, fields=fields), code
