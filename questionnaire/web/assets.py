"""The files beside the pages: stylesheet, script and pictures, each at an address that changes with its content."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, url_for

assets = Blueprint("assets", __name__)
FOR_GOOD = "public, max-age=31536000, immutable"
LOGO, STYLE = "logo", "guide.css"


@dataclass(frozen=True)
class Asset:
    """A file as it is served. `mark`: the start of its sha256, part of its address."""

    content: bytes
    kind: str
    mark: str


def asset(name: str, content: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    return Asset(content, kind, hashlib.sha256(content).hexdigest()[:10])


def collect(folder: Path, stylesheet: str, drawn: Mapping[str, str], logo: Path | None) -> dict[str, Asset]:
    """All files of the folder by name, with the stylesheet as it is to be served and the pictures that it names in
    url(), `drawn` ({name: SVG}), and the clinic's logo.
    """
    found = {path.name: asset(path.name, path.read_bytes()) for path in sorted(folder.iterdir()) if path.is_file()}
    for name, svg in drawn.items():
        found[name] = asset(name, svg.encode())
        stylesheet = stylesheet.replace(f"url({name})", f"url(../{found[name].mark}/{name})")
    found[STYLE] = asset(STYLE, stylesheet.encode())
    if logo is not None:
        found[LOGO] = asset(logo.name, logo.read_bytes())
    return found


def _known() -> Mapping[str, Asset]:
    known: Mapping[str, Asset] = current_app.extensions["assets"]
    return known


def address(name: str, whole: bool = False) -> str:
    """Where a file is served: with its mark, so that browsers may keep it for good. `whole`: with the host."""
    return url_for("assets.file", mark=_known()[name].mark, name=name, _external=whole)


@assets.get("/static/<mark>/<name>")
def file(mark: str, name: str) -> Response:
    """A file; under the mark of another version (a page from before an update) today's, which nobody may keep."""
    found = _known().get(name)
    if found is None:
        abort(404)
    response = Response(found.content, mimetype=found.kind)
    response.headers["Cache-Control"] = FOR_GOOD if mark == found.mark else "no-store"
    return response
