"""The whole guide as one HTML file that works from a folder or a stick, without a network.

Its pages are those that visitors are served, rendered by the application itself for every visit there can be; a script
in the file finds the page for the answers. So the two can't say different things.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..decide.tables import DecisionTables
from ..review.export.collect import ExportError
from ..rulebook.model import Answers
from .render import Renderer
from .visit_tree import every_visit, way_tree

TITLE = "one HTML file"
HOW = """\
Open `guide.html` in a browser, from a folder, a stick or a share; it needs no network and sends nothing. Answers are
kept in the page until it is closed or loaded again, and nowhere else."""
LEAVES_OUT = (
    "what a code of other rules shows: such a code is refused",
    "whether a sign-off still holds, and options withdrawn since: each page names the day on which the file was made",
    "other languages: a file speaks the language of the site (FLASK_LANGUAGE)",
    "notices of the site about a cookie that is gone and about rules that changed, as here neither can be",
)
LACKS: Mapping[str, str] = {
    "healthz": "for whoever runs the server",
    "readyz": "for whoever runs the server",
    "robots.txt": "for search engines",
    "sitemap.xml": "for search engines",
    "static": "stylesheet, fonts, pictures and scripts stand in the file itself",
    "api": "for programs; they have an export of their own",
}
"""How addresses of the site begin that are no page of the file, and why; tests/test_offline.py opens all others."""
SCRIPTS = [Path(__file__).resolve().parents[2] / "templates" / name for name in ("offline-kept.js", "offline.js")]


def files(
    tables: DecisionTables, settings: Mapping[str, Any], visits: Iterable[Answers] | None = None
) -> dict[str, str]:
    """The one file. `settings`: those of the application whose pages these are; `visits`: some, instead of every one.

    Raises ExportError for a rulebook with too many visits.
    """
    chosen = every_visit(tables.rulebook) if visits is None else list(visits)
    renderer = Renderer(tables, settings)
    data = {**renderer.render(chosen), "ways": way_tree(chosen), "gates": sorted(renderer.gates)}
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return {"guide.html": _document(renderer, written.replace("<", "\\u003c"))}


def _document(renderer: Renderer, data: str) -> str:
    script = renderer.scripts + "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        f'<!doctype html>\n<html{renderer.html_attributes}>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="generator" content="options guide, rulebook {renderer.fingerprint}">\n'
        f"<title>{renderer.title}</title>\n<style>{renderer.stylesheet}</style>\n</head>\n<body>\n</body>\n"
        f'<script type="application/json" id="data">{data}</script>\n<script>{script}</script>\n</html>\n'
    )


__all__ = ["HOW", "LEAVES_OUT", "TITLE", "ExportError", "files"]
