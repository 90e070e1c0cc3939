"""docs/checks.md, made from the docstrings of the checks so that the two cannot drift apart."""

from __future__ import annotations

import inspect
import re

from . import CHECKS

HEAD = """# The checks

Made from the checks' own docstrings by `make docs`; do not edit. Each problem is one line,
`file:line:column: error|warning [check] what is wrong; what to do`. With an error, `flask rules check` ends with exit
code 1. Problems of reading the files themselves (a key given twice, a name that does not exist, a file cut off) come
before all of these and have ids of their own.

| check | finds |
|---|---|
"""


def checks_page() -> str:
    """The page as Markdown: a table of all checks, then each with a bad and a good example."""
    parts = {name: _parts(inspect.getdoc(check) or "") for name, check in CHECKS.items()}
    rows = [f"| [`{name}`](#{name}) | {first} |" for name, (first, _, _) in parts.items()]
    sections = [f"\n## {name}\n\n{first}\n\n- Bad: {bad}\n- Good: {good}" for name, (first, bad, good) in parts.items()]
    return HEAD + "\n".join(rows) + "\n" + "\n".join(sections) + "\n"


def _parts(docstring: str) -> tuple[str, str, str]:
    """A check's first sentence, its bad and its good example. Raises ValueError for a docstring that lacks one."""
    parts = re.fullmatch(r"(.*?)\n\nBad: (.*?)\nGood: (.*)", docstring, re.S)
    if not parts:
        raise ValueError(f"a check's docstring needs a sentence, 'Bad:' and 'Good:', not {docstring!r}")
    first, bad, good = (" ".join(part.split()) for part in parts.groups())
    return first, bad, good
