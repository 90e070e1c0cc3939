"""The first page: what waits for whoever is signed in."""

from __future__ import annotations

from flask import Blueprint, render_template

from .access import allow

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@allow()
def home() -> str:
    """What waits."""
    return render_template("desk/home.html")
