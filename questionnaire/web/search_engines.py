"""What search engines read: robots.txt, a sitemap of the public pages, and what these pages say of themselves.

The description of a page is JSON-LD (https://schema.org/MedicalWebPage): a block of data, which no browser runs, so the
Content-Security-Policy needs no exception for it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, render_template, request, url_for

from .language import spoken
from .served_rulebook import current_rulebook

PUBLIC = ("pages.start", "pages.areas", "pages.how_it_works")
"""The pages that may be found. All others have answers, or are of no use to who has none."""
ADULT = 18

search_engines = Blueprint("search_engines", __name__)


def install(app: Flask) -> None:
    """Let the templates of public pages describe themselves."""
    app.jinja_env.globals["medical_page"] = medical_page


@search_engines.get("/robots.txt")
def robots() -> Response:
    """All pages may be read: those that must not be found say so themselves."""
    lines = ("User-agent: *", f"Disallow: {request.root_path}/api/", f"Sitemap: {_address('search_engines.sitemap')}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@search_engines.get("/sitemap.xml")
def sitemap() -> Response:
    """The addresses of the public pages."""
    addresses = [_address(endpoint) for endpoint in PUBLIC]
    return Response(render_template("sitemap.xml", addresses=addresses), mimetype="application/xml")


def medical_page(title: str, about: str) -> dict[str, Any]:
    """What a public page says of itself. When it was last reviewed, only while every sign-off holds."""
    served = current_rulebook()
    page: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "name": title,
        "description": about,
        "url": _address(str(request.endpoint)),
        "inLanguage": spoken().code,
        "about": [{"@type": "Thing", "name": area.name} for area in served.rulebook.areas.values()],
        "audience": {"@type": "PeopleAudience", "suggestedMinAge": ADULT},
    }
    return page | ({"lastReviewed": served.last_reviewed} if served.last_reviewed else {})


def _address(endpoint: str) -> str:
    return url_for(endpoint, _external=True)
