"""From format 1 to 2: the `review:` block at the end of an option's file becomes a file of its own under sign-offs/.

Such a block held one fingerprint for all that a visitor saw of the option, of words that nobody kept. What it stood
for can't be proved text by text, so no text is said to have been read: who signed, as what and until when is kept, the
old fingerprint stands as that of the table, and the sign-off reads as changed until somebody signs again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .file_text import text_of
from .model import SignOff
from .problems import Place
from .rule_files import rule_files
from .sign_off_file import as_yaml, file_of
from .write_file import write_file
from .yaml_tree import read

BLOCK = re.compile(r"^((#[^\n]*|)\n)*review:.*?(?=^\S)", re.S | re.M)
"""The block with the comments right above it."""


def bring_over(folder: Path) -> None:
    """Take the review out of every option's file in `folder`, and write a sign-off where it named somebody.

    Raises RulebookError for a file that can't be read, and OSError.
    """
    for path in rule_files(folder):
        name = path.relative_to(folder).as_posix()
        tree = read(path, str(path)).plain()
        if not isinstance(tree, dict) or "review" not in tree:
            continue
        sign_off = _sign_off(name.removesuffix(".yaml"), tree["review"] or {})
        if sign_off.table:
            write_file(file_of(folder, sign_off.unit), as_yaml(sign_off).encode())
        write_file(path, BLOCK.sub("", text_of(path.read_bytes(), name), count=1).encode())


def _sign_off(unit: str, review: Mapping[str, Any]) -> SignOff:
    """What a review is worth today; one without a fingerprint named nobody."""
    by, role, on, until, table = (
        str(review.get(key, "")) for key in ("by", "role", "on", "review-again", "fingerprint")
    )
    return SignOff(unit, by, role, on, until, table, {}, Place(""))
