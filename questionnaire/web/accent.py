"""The clinic's accent colour: refused where it can't be read on our papers, and put into the stylesheet where it can.

Contrast is that of WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of the relative luminances.
https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

from __future__ import annotations

import re

ENOUGH = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3); links and the words on buttons are text."""

PAPERS = ("paper", "card", "note", "on-accent")
"""What the accent stands on, and the words that stand on the accent."""

Pair = tuple[str, str]
"""A colour in light mode and in dark mode, each as #rrggbb."""


class AccentError(ValueError):
    """An accent that can't be read; says on what, and what would do."""


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, from 0 (black) to 1 (white)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def tokens(stylesheet: str) -> dict[str, Pair]:
    """The colour tokens of a stylesheet, {name: (light, dark)}."""
    colours = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", stylesheet)
    return {name: (light, dark) for name, light, dark in colours}


def with_accent(stylesheet: str, light: str | None, dark: str | None) -> str:
    """The stylesheet with the clinic's accent in it; a dark one is made from the light one where none is given.

    Raises AccentError for a colour with too little contrast in its mode.
    """
    if light is None and dark is None:
        return stylesheet
    known = tokens(stylesheet)
    own = (light or known["accent"][0], dark or lighter(light or known["accent"][0], known))
    for mode, colour in enumerate(own):
        worst, ratio = _worst(colour, known, mode)
        if ratio < ENOUGH:
            name, towards = ("clinic-accent", "darker") if mode == 0 else ("clinic-accent-dark", "lighter")
            raise AccentError(
                f"{name} is {colour}: against {known[worst][mode]} its contrast is {ratio:.1f} to 1, and words need "
                f"{ENOUGH} to 1 to be read; choose a {towards} tone"
            )
    before = known["accent"]
    stylesheet = stylesheet.replace(f"--accent: {before[0]};", f"--accent: {own[0]};")  # browsers without light-dark()
    old = f"--accent: light-dark({before[0]}, {before[1]})"
    return stylesheet.replace(old, f"--accent: light-dark({own[0]}, {own[1]})")


def lighter(colour: str, known: dict[str, Pair]) -> str:
    """A tone of the colour for dark mode: mixed with white, a twentieth at a time, until it can be read."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    tone = colour
    for step in range(21):
        tone = "#" + "".join(f"{round(part + (255 - part) * step / 20):02x}" for part in parts)
        if _worst(tone, known, 1)[1] >= ENOUGH:
            break
    return tone


def _worst(colour: str, known: dict[str, Pair], mode: int) -> tuple[str, float]:
    ratios = {name: contrast(colour, known[name][mode]) for name in PAPERS}
    worst = min(ratios, key=ratios.__getitem__)
    return worst, ratios[worst]
