"""The texts of the pages as a catalogue for translators: translations/messages.pot, made from templates and code."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
KEYWORDS = ("_", "gettext", "ReferenceCodeError")
"""What marks a text in templates and code, and the one error of `decide` that visitors see.

Never within an f-string: Babel does not look there.
"""

Found = tuple[str, list[str]]
"""A text, and the files that it stands in."""


def texts() -> list[Found]:
    """Every text of the pages that is not in the rule files, in the order of the files."""
    found: dict[str, list[str]] = {}
    for file, text in _extracted():
        files = found.setdefault(text, [])
        if file not in files:
            files.append(file)
    return list(found.items())


def catalogue() -> str:
    """The catalogue in gettext's format, the same for the same texts."""
    from babel.messages.catalog import Catalog  # only those who write the catalogue need it
    from babel.messages.pofile import write_po

    made = Catalog(
        project="options-guide",
        version="1",
        header_comment="# The texts of the pages. Copy to <language>.po and translate; docs/translating.md says how.",
        creation_date=datetime(2026, 1, 1, tzinfo=UTC),
        charset="utf-8",
        fuzzy=False,
    )
    for text, files in texts():
        made.add(text, locations=[(file, 0) for file in files])
    written = io.BytesIO()
    write_po(written, made, width=100, include_lineno=False)
    return written.getvalue().decode("utf-8")


def _extracted() -> Iterator[tuple[str, str]]:
    from babel.messages.extract import extract

    options = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
    for method, paths in (
        ("jinja2.ext:babel_extract", sorted((PROJECT / "templates").glob("*.html"))),
        (
            "python",
            [*sorted((PROJECT / "questionnaire/web").glob("*.py")), PROJECT / "questionnaire/decide/reference_code.py"],
        ),
    ):
        for path in paths:
            with path.open("rb") as file:
                for _, said, _, _ in extract(method, file, dict.fromkeys(KEYWORDS), options=options):
                    yield path.relative_to(PROJECT).as_posix(), said if isinstance(said, str) else said[0]
