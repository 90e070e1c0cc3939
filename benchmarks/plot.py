"""Growth curves as one SVG picture: a few series of points, with axes, labels and a look for dark pages too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

Point = tuple[float, float]
WIDTH, HEIGHT, EDGE = 640, 360, 60
STYLE = (
    "text{font:13px sans-serif;fill:#333}.axis{stroke:#888}.one{stroke:#1f5f5b}.two{stroke:#a3482b}"
    ".three{stroke:#4b4fa0}path{fill:none;stroke-width:2}.paper{fill:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.paper{fill:#16191a}.one{stroke:#6cc3bb}.two{stroke:#e2947a}"
    ".three{stroke:#a9acf0}}"
)
LOOKS = (("one", ""), ("two", "7 4"), ("three", "2 3"))


def curves(title: str, below: str, unit: str, series: Mapping[str, Sequence[Point]]) -> str:
    """Up to three named series of points from the origin, on one pair of straight axes."""
    points = [point for each in series.values() for point in each]
    most_x, most_y = max(x for x, _ in points), max(y for _, y in points) * 1.05

    def at(x: float, y: float) -> tuple[float, float]:
        across = EDGE + x / most_x * (WIDTH - 2 * EDGE)
        return round(across, 1), round(HEIGHT - EDGE - y / most_y * (HEIGHT - 2 * EDGE), 1)

    parts = [f'<path class="axis" d="M{EDGE},{EDGE} V{HEIGHT - EDGE} H{WIDTH - EDGE}"/>']
    for quarter in range(5):
        x, y = most_x * quarter / 4, most_y * quarter / 4
        across, up = at(x, 0)[0], at(0, y)[1]
        parts.append(f'<text x="{across}" y="{HEIGHT - EDGE + 20}" text-anchor="middle">{x:,.0f}</text>')
        parts.append(f'<text x="{EDGE - 8}" y="{up + 4}" text-anchor="end">{y:,.3g}</text>')
    for position, ((name, each), (look, dashes)) in enumerate(zip(series.items(), LOOKS, strict=False)):
        line = " L".join(f"{x},{y}" for x, y in (at(*point) for point in each))
        parts.append(f'<path class="{look}" stroke-dasharray="{dashes}" d="M{line}"/>')
        parts += [f'<circle class="{look}" cx="{x}" cy="{y}" r="3"/>' for x, y in (at(*point) for point in each)]
        height = EDGE + 10 + 20 * position
        parts.append(
            f'<path class="{look}" stroke-dasharray="{dashes}" d="M{EDGE + 20},{height - 4} h28"/>'
            f'<text x="{EDGE + 56}" y="{height}">{escape(name)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}"><style>{STYLE}</style>'
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>'
        f'<text x="{EDGE}" y="28">{escape(title)}</text><text x="{EDGE}" y="48">{escape(unit)}</text>{"".join(parts)}'
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 14}" text-anchor="middle">{escape(below)}</text></svg>\n'
    )
