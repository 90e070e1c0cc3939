"""Sentences of pages that speak of the documents: true for one, and for several."""

from __future__ import annotations

from .language import filled, gettext, spoken
from .served_rulebook import current_rulebook


def sourced(one: str, many: str, **values: object) -> str:
    """A page's sentence that speaks of the documents: `one` where the rules rest on one document, else `many`.

    Both are translated as a singular and a plural. `%(num)s` is how many there are, `%(titles)s` what they are called.
    """
    documents = current_rulebook().rulebook.documents.values()
    titles = [gettext("“%(title)s”", title=document.title) for document in documents]
    words = spoken().words.ngettext(one, many, len(titles))
    return filled(words, {"num": len(titles), "titles": gettext(" and ").join(titles), **values})
