"""Pages that are mostly alike, kept small: every line once, every run of lines once."""

from __future__ import annotations

import re
from typing import Any

RUN = re.compile(r"^(?=<section|<main|<footer|<header|<form|<li class=\"row)", re.MULTILINE)
"""Where a new run begins. It decides how small the store is, and nothing else."""


class PageStore:
    """Pages by number; the same text has the same number."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}
        self._runs: dict[tuple[int, ...], int] = {}
        self._pages: dict[tuple[int, ...], int] = {}

    def add(self, text: str) -> int:
        """The number of a page."""
        runs = (tuple(_number(self._lines, line) for line in run.split("\n")) for run in RUN.split(text))
        return _number(self._pages, tuple(_number(self._runs, run) for run in runs))

    def as_json(self) -> dict[str, Any]:
        """All pages: a page is a list of runs, a run a list of lines, joined by line ends; runs by nothing."""
        return {"lines": list(self._lines), "runs": list(self._runs), "pages": list(self._pages)}


def _number(known: dict[Any, int], item: Any) -> int:
    return known.setdefault(item, len(known))
