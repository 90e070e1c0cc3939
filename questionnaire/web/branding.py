"""How the pages look and whose they are: the clinic's lines, logo and accent colour, and the files beside the pages.

An accent is refused where it can't be read on our papers. Contrast is that of WCAG 2.2: (lighter + 0.05) / (darker +
0.05) of the relative luminances, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, url_for

ENOUGH = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3); links and the words on buttons are text."""

PAPERS = ("paper", "card", "note", "on-accent")
"""What the accent stands on, and the words that stand on the accent."""

STYLE = "guide.css"
Pair = tuple[str, str]
"""A colour in light mode and in dark mode, each as #rrggbb."""

assets = Blueprint("assets", __name__)


class AccentError(ValueError):
    """An accent that can't be read; says on what, and what would do."""


@dataclass(frozen=True)
class Asset:
    """A file as it is served. `mark`: the start of its sha256, part of its address."""

    content: bytes
    kind: str
    mark: str

    @staticmethod
    def of(name: str, content: bytes) -> Asset:
        """A file, by its name and content."""
        kind = "font/woff2" if name.endswith(".woff2") else mimetypes.guess_type(name)[0]  # bare systems know none
        return Asset(content, kind or "", hashlib.sha256(content).hexdigest()[:10])


def install(app: Flask, folder: Path) -> None:
    """Give the application the files of `folder` and its clinic. Raises AccentError for one that can't be read."""
    config = app.config
    files = {path.name: Asset.of(path.name, path.read_bytes()) for path in folder.iterdir() if path.is_file()}
    stylesheet = files[STYLE].content.decode()
    stylesheet = with_accent(stylesheet, config.get("CLINIC_ACCENT"), config.get("CLINIC_ACCENT_DARK"))
    for name in re.findall(r"url\(([\w.-]+)\)", stylesheet):
        stylesheet = stylesheet.replace(f"url({name})", f"url(../{files[name].mark}/{name})")
    files[STYLE] = Asset.of(STYLE, stylesheet.encode())
    if logo := config.get("CLINIC_LOGO"):
        files["logo"] = Asset.of(logo.name, logo.read_bytes())
    app.extensions["assets"] = files
    clinic = {
        name: config.get(f"CLINIC_{name.upper()}", "")
        for name in ("name", "contact", "booking", "phone", "support", "logo")
    }
    app.jinja_env.globals.update(asset=address, clinic=clinic)


def address(name: str, whole: bool = False) -> str:
    """Where a file is served: with its mark, so that browsers may keep it for good. `whole`: with the host."""
    return url_for("assets.file", mark=current_app.extensions["assets"][name].mark, name=name, _external=whole)


@assets.get("/static/<mark>/<name>")
def file(mark: str, name: str) -> Response:
    """A file; under the mark of another version (a page from before an update) today's, which nobody may keep."""
    served: Asset | None = current_app.extensions["assets"].get(name)
    if served is None:
        abort(404)
    response = Response(served.content, mimetype=served.kind)
    is_of_today = mark == served.mark
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_of_today else "no-store"
    return response


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, from 0 (black) to 1 (white)."""
    shares = [part / 255 for part in bytes.fromhex(colour[1:])]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def tokens(stylesheet: str) -> dict[str, Pair]:
    """The colour tokens of a stylesheet, {name: (light, dark)}: of its first `:root` and of the dark one after it."""
    blocks = re.findall(r":root \{(.*?)\}", stylesheet, re.DOTALL)
    light, dark = (re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block) for block in blocks[:2])
    in_the_dark: dict[str, str] = dict(dark)
    return {name: (colour, in_the_dark.get(name, colour)) for name, colour in light}


def with_accent(stylesheet: str, light: str | None, dark: str | None) -> str:
    """The stylesheet with the clinic's accent in it; a dark one is made from the light one where none is given.

    Raises AccentError for a colour with too little contrast in its mode.
    """
    if light is None and dark is None:
        return stylesheet
    known = tokens(stylesheet)
    before = known["accent"]
    light = light or before[0]
    dark = dark or _lighter(light, known)
    for mode, name, colour, towards in (
        (0, "clinic-accent", light, "darker"),
        (1, "clinic-accent-dark", dark, "lighter"),
    ):
        ratio, paper = _worst(colour, known, mode)
        if ratio < ENOUGH:
            raise AccentError(
                f"{name} is {colour}: against {paper} its contrast is {ratio:.1f} to 1, and words need "
                f"{ENOUGH} to 1 to be read; choose a {towards} tone"
            )
    for old, new in zip(before, (light, dark), strict=True):
        stylesheet = stylesheet.replace(f"--accent: {old};", f"--accent: {new};")
    return stylesheet


def _lighter(colour: str, known: dict[str, Pair]) -> str:
    """A tone of the colour for dark mode: mixed with white, a twentieth at a time, until it can be read."""
    parts = bytes.fromhex(colour[1:])
    tones = ("#" + bytes(round(part + (255 - part) * step / 20) for part in parts).hex() for step in range(21))
    return next((tone for tone in tones if _worst(tone, known, 1)[0] >= ENOUGH), "#ffffff")


def _worst(colour: str, known: dict[str, Pair], mode: int) -> tuple[float, str]:
    """The least contrast of a colour with a paper, and that paper."""
    return min((contrast(colour, known[name][mode]), known[name][mode]) for name in PAPERS)
