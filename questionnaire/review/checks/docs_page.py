"""docs/checks.md, made from the docstrings of the checks so that the two cannot drift apart."""

from __future__ import annotations

import inspect
import re

from . import CHECKS
from .claim_sentences import SENTENCE_CHECKS

HEAD = """# The checks

Made from the checks' own docstrings by `make docs`; do not edit. Each problem is one line,
`file:line:column: error|warning [check] what is wrong; what to do`. With an error, `flask rules check` ends with exit
code 1. Problems of reading the files themselves (a key given twice, a name that does not exist, a file cut off) come
before all of these and have ids of their own.

| check | finds |
|---|---|
"""


FOOT = """
With `--document FILE` (once for each document) four more are tried. `document`: a file is none of the documents of
source.yaml, is given twice, or has changed. `not-proved`: a document was not given. `own-words`: nine words of a
document in a row, in a rule file or in the site's pages and docs. `fingerprint` and `sentence` then hold paragraphs.

## What the checks can't see

`flask rules mutants --texts --document FILE` alters every text in ways that change its meaning, one at a time, and
counts what the checks notice. These are its own lines, written by `... > docs/altered-texts.md`:

{figures}
What is left only a reader notices: a "not" that no claim asks for, a direction that no list of opposites knows, two
texts that say the same of different things. Sentences of the pages rest on no claim, so the checks know only words of
theirs that judge or press. Nor does any check see what a hint or a label promises in words of no list, whether a term
that the clinic explains is right, which rows of the grid belong to what matters to somebody, why a conflict was
decided, whether a claim is of another treatment than its sentence means by "it", or a tone that makes little of
leaving things as they are.
So texts are read and signed: a sign-off notices every later alteration.
"""


def checks_page(figures: str) -> str:
    """The page as Markdown: every check with a bad and a good example, and `figures`, a table of what they notice."""
    every = {**CHECKS, **SENTENCE_CHECKS}
    parts = {name: _parts(inspect.getdoc(check) or "") for name, check in every.items()}
    rows = [f"| [`{name}`](#{name}) | {_beside(name)}{first} |" for name, (first, _, _) in parts.items()]
    sections = [f"\n## {name}\n\n{first}\n\n- Bad: {bad}\n- Good: {good}" for name, (first, bad, good) in parts.items()]
    return HEAD + "\n".join(rows) + "\n" + FOOT.format(figures=figures) + "\n".join(sections) + "\n"


def _beside(name: str) -> str:
    return "With `--document`: " if name in SENTENCE_CHECKS else ""


def _parts(docstring: str) -> tuple[str, str, str]:
    """A check's first sentence, its bad and its good example. Raises ValueError for a docstring that lacks one."""
    parts = re.fullmatch(r"(.*?)\n\nBad: (.*?)\nGood: (.*)", docstring, re.S)
    if not parts:
        raise ValueError(f"a check's docstring needs a sentence, 'Bad:' and 'Good:', not {docstring!r}")
    first, bad, good = (" ".join(part.split()) for part in parts.groups())
    return first, bad, good
