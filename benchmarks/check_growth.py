"""How the time of `flask rules check` grows with the number of options: a table, and the curve as an SVG picture.

Run by `make bench`. Every size is measured in a process of its own, several times. The figure that counts is the time
for each option against that of the smallest size, which stays near 1 where growth is linear.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from made_up_rules import write

SIZES = (15, 60, 125, 250, 500, 1000)
QUESTIONS = 60
TIMES = 3
PROJECT = Path(__file__).resolve().parent.parent
ONE = """
import json, resource, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from questionnaire.review.checks import check_folder
start = time.perf_counter()
problems = check_folder(Path(sys.argv[1]))
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([seconds, peak, [str(p) for p in problems if p.level == "error" and p.check != "idle-question"][:3]]))
"""


# A small rulebook can't read 60 questions, so that check's errors are expected there.


def measure(size: int) -> tuple[list[float], int]:
    """Seconds of each run for a rulebook of that size, and the peak of memory in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules"
        write(rules, size, QUESTIONS)
        runs, peak = [], 0
        for _ in range(TIMES):
            words = [sys.executable, "-c", ONE, str(rules), str(PROJECT)]
            done = subprocess.run(words, capture_output=True, text=True, check=True)
            seconds, peak, errors = json.loads(done.stdout)
            if errors:
                sys.exit(f"the made-up rulebook has errors: {errors}")
            runs.append(seconds)
        return runs, peak // 1024


def curve(points: list[tuple[int, float]]) -> str:
    """The points as a picture, with the straight line through the largest."""
    width, height, edge = 640, 360, 56
    most_x, most_y = points[-1][0], max(y for _, y in points) * 1.1

    def at(x: float, y: float) -> str:
        return f"{edge + x / most_x * (width - 2 * edge):.1f},{height - edge - y / most_y * (height - 2 * edge):.1f}"

    dots = "".join(f'<circle cx="{p.split(",")[0]}" cy="{p.split(",")[1]}" r="4"/>' for p in (at(*q) for q in points))
    labels = "".join(
        f'<text x="{at(x, 0).split(",")[0]}" y="{height - edge + 20}" text-anchor="middle">{x}</text>'
        for x, _ in points[2:]
    )
    ticks = "".join(
        f'<text x="{edge - 8}" y="{at(0, y).split(",")[1]}" text-anchor="end">{y:.1f} s</text>'
        for y in (0, most_y / 2.2, most_y / 1.1)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-label="Seconds of flask rules check by number of options" font-family="sans-serif" font-size="13">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path d="M{edge},{edge} V{height - edge} H{width - edge}" fill="none" stroke="#888"/>'
        f'<path d="M{at(0, 0)} L{at(*points[-1])}" stroke="#bbb" stroke-dasharray="5 5"/>'
        f'<path d="M{" L".join(at(*q) for q in points)}" fill="none" stroke="#1f5f5b" stroke-width="2"/>'
        f'<g fill="#1f5f5b">{dots}</g><g fill="#444">{labels}{ticks}'
        f'<text x="{width / 2}" y="{height - 12}" text-anchor="middle">options (60 questions)</text></g></svg>\n'
    )


def main() -> None:
    print(f"flask rules check, {QUESTIONS} questions, {TIMES} runs a size, {platform.python_version()}")
    print(f"{'options':>8} {'median s':>9} {'spread s':>9} {'ms/option':>10} {'against 15':>11} {'peak MiB':>9}")
    points, first = [], 0.0
    for size in SIZES:
        runs, peak = measure(size)
        median = statistics.median(runs)
        each = median / size * 1000
        first = first or each
        print(f"{size:>8} {median:>9.2f} {max(runs) - min(runs):>9.2f} {each:>10.2f} {each / first:>11.2f} {peak:>9}")
        points.append((size, median))
    (PROJECT / "docs" / "check-growth.svg").write_text(curve(points))


if __name__ == "__main__":
    main()
