"""Nine words of a document in a row are its own wording, which is not ours: in rule files, pages and docs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ...rulebook.model import Rulebook
from ...rulebook.problems import Place, Problem, error
from ...rulebook.rule_files import rule_files

WORDS_IN_A_ROW = 9
_WORD = re.compile(r"[a-z0-9]+")
_MARKUP = re.compile(r"\{[%#{].*?[%#}]\}|<[^>]*>", re.S)
"""What a template has beside its sentences. A sentence in `_("...")` stays."""
_CALL = re.compile(r"\{\{ *\w+\(\"([^\"]*)\"[^}]*\}\}")


def own_words(rulebook: Rulebook, texts: Iterable[str], templates: Path | None) -> Iterator[Problem]:
    """A problem for each place where nine words of these documents stand in a row, their titles left aside.

    With `templates`, the folder of the site's pages, those and the project's docs are read too.
    """
    titles = (document.title for document in rulebook.documents.values())
    known = _rows(texts) - _rows(titles)
    files = {str(file): file for file in rule_files(Path(next(iter(rulebook.areas.values())).place.file).parent)}
    if templates is not None:
        project = templates.parent
        of_site = (*templates.rglob("*.html"), *project.glob("*.md"), *project.glob("docs/**/*.md"))
        files |= {str(file.relative_to(project)): file for file in of_site}
    for name, file in files.items():
        text = file.read_text(encoding="utf-8")
        for number, words in found(_without_markup(text) if file.suffix == ".html" else text, known):
            message = f"nine words of a document stand here in a row: “{words}”"
            advice = "say it in other words; the document is not ours"
            yield error(Place(name, number), "own-words", message, advice)


def found(text: str, known: Collection[tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    """The line on which each row of words of a text that is among the `known` begins, and the row; the first of those
    that overlap.
    """
    words = [(match[0], match.start()) for match in _WORD.finditer(text.lower())]
    free = 0
    for at in range(len(words) - WORDS_IN_A_ROW + 1):
        row = tuple(word for word, _ in words[at : at + WORDS_IN_A_ROW])
        if at >= free and row in known:
            yield text.count("\n", 0, words[at][1]) + 1, " ".join(row)
            free = at + WORDS_IN_A_ROW


def _rows(texts: Iterable[str]) -> set[tuple[str, ...]]:
    rows = set()
    for text in texts:
        words = _WORD.findall(text.lower())
        rows |= {tuple(words[at : at + WORDS_IN_A_ROW]) for at in range(len(words) - WORDS_IN_A_ROW + 1)}
    return rows


def _without_markup(text: str) -> str:
    """A template's sentences on the lines on which they stand."""
    return _MARKUP.sub(lambda mark: "\n" * mark[0].count("\n") or " ", _CALL.sub(r"\1", text))
