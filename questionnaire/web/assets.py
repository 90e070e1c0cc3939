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
    """A file, by its name and content."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    return Asset(content, kind, hashlib.sha256(content).hexdigest()[:10])


def collect(folder: Path, stylesheet: str, pictures: Mapping[str, str], logo: Path | None) -> dict[str, Asset]:
    """All files of the folder by name, with the stylesheet as it is to be served and the pictures that it names in
    url(), `pictures` ({name: SVG}), and the clinic's logo.
    """
    files = {path.name: asset(path.name, path.read_bytes()) for path in sorted(folder.iterdir()) if path.is_file()}
    for name, svg in pictures.items():
        files[name] = asset(name, svg.encode())
        stylesheet = stylesheet.replace(f"url({name})", f"url(../{files[name].mark}/{name})")
    files[STYLE] = asset(STYLE, stylesheet.encode())
    if logo is not None:
        files[LOGO] = asset(logo.name, logo.read_bytes())
    return files


def _files() -> Mapping[str, Asset]:
    files: Mapping[str, Asset] = current_app.extensions["assets"]
    return files


def address(name: str, whole: bool = False) -> str:
    """Where a file is served: with its mark, so that browsers may keep it for good. `whole`: with the host."""
    return url_for("assets.file", mark=_files()[name].mark, name=name, _external=whole)


@assets.get("/static/<mark>/<name>")
def file(mark: str, name: str) -> Response:
    """A file; under the mark of another version (a page from before an update) today's, which nobody may keep."""
    served = _files().get(name)
    if served is None:
        abort(404)
    response = Response(served.content, mimetype=served.kind)
    response.headers["Cache-Control"] = FOR_GOOD if mark == served.mark else "no-store"
    return response
