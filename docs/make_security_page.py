"""Writes docs/security.md from its head and the list of requirements (`make docs`), so that no row can be forgotten."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parent
HEAD, LIST, PAGE = DOCS / "security-head.md", DOCS / "security-asvs.toml", DOCS / "security.md"
HOW = {
    "shown": "shown by tests",
    "clinic": "for whoever runs the site",
    "not": "does not apply",
    "open": "not met as it is worded",
}
CHAPTERS = {
    "1": "Encoding and injection",
    "2": "Input and logic",
    "3": "Browsers",
    "4": "HTTP",
    "6": "Signing in (the desk)",
    "7": "Sessions (the desk)",
    "8": "Who may do what (the desk)",
    "12": "Communication",
    "13": "Configuration",
    "14": "Data protection",
    "15": "Code and libraries",
    "16": "Logs and errors",
}
"""In words of ours, as all of the list."""


@dataclass(frozen=True)
class Requirement:
    """One row: `how` is one of HOW; `tests` are those that show it; `why` says what the tests don't."""

    id: str
    level: int
    what: str
    how: str
    why: str = ""
    tests: tuple[str, ...] = ()

    @property
    def chapter(self) -> str:
        """The number of its chapter in the ASVS."""
        return self.id.split(".")[0]


def requirements() -> list[Requirement]:
    """The list as it stands in docs/security-asvs.toml."""
    rows = tomllib.loads(LIST.read_text(encoding="utf-8"))["requirement"]
    return [Requirement(**{**row, "tests": tuple(row.get("tests", ()))}) for row in rows]


def security_page() -> str:
    """The page as Markdown: its head, how many of each kind there are, and a table for each chapter."""
    rows = requirements()
    count = Counter(row.how for row in rows)
    lines = [f"Of {len(rows)} requirements {', '.join(f'{count[how]} {name}' for how, name in HOW.items())}."]
    for chapter, name in CHAPTERS.items():
        lines += [f"\n### {chapter} {name}\n", "| | level | what | how | |", "|---|---|---|---|---|"]
        lines += [_row(row) for row in rows if row.chapter == chapter]
    return HEAD.read_text(encoding="utf-8") + "\n".join(lines) + "\n"


def _row(row: Requirement) -> str:
    tests = "; ".join(f"`{test.removeprefix('tests/')}`" for test in row.tests)
    return f"| {row.id} | {row.level} | {row.what} | {HOW[row.how]} | {' '.join(filter(None, (row.why, tests)))} |"


if __name__ == "__main__":
    PAGE.write_text(security_page(), encoding="utf-8")
