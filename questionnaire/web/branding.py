"""How the pages look and whose they are: the clinic's name, lines, logo and accent, and the files beside the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from ..rulebook.model import KINDS
from . import assets
from .accent import AccentError, with_accent

__all__ = ["AccentError", "Clinic", "install"]


@dataclass(frozen=True)
class Clinic:
    """What the settings say of the clinic; all may be empty. `booking` is an address; `support` are lines of text."""

    name: str = ""
    contact: str = ""
    booking: str = ""
    support: tuple[str, ...] = ()
    has_logo: bool = False

    @staticmethod
    def of(config: Mapping[str, Any]) -> Clinic:
        """The clinic of an application's config."""
        return Clinic(
            name=config.get("CLINIC_NAME", ""),
            contact=config.get("CLINIC_CONTACT", ""),
            booking=config.get("CLINIC_BOOKING", ""),
            support=tuple(config.get("CLINIC_SUPPORT", ())),
            has_logo="CLINIC_LOGO" in config,
        )


def install(app: Flask, folder: Path) -> None:
    """Give the application the files of `folder` and its clinic. Raises AccentError for one that can't be read."""
    config = app.config
    stylesheet = (folder / assets.STYLE).read_text(encoding="utf-8")
    stylesheet = with_accent(stylesheet, config.get("CLINIC_ACCENT"), config.get("CLINIC_ACCENT_DARK"))
    kind = app.jinja_env.get_template("pictures.html").module.kind  # type: ignore[attr-defined]
    pictures = {f"kind-{name}.svg": str(kind(name, standalone=True)) for name in KINDS}
    app.extensions["assets"] = assets.collect(folder, stylesheet, pictures, config.get("CLINIC_LOGO"))
    app.jinja_env.globals.update(asset=assets.address, clinic=Clinic.of(config), language=app.extensions["language"])
