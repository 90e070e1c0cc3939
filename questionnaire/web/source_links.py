"""Where the documents say what: for each option, and as a whole, under their headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from ..rulebook.model import Claim, Option, Rulebook
from ..rulebook.statements import statements
from .language import gettext

Headings = Mapping[str, Mapping[str, list[str]]]
"""Under the name of each heading its passages, and what we took from each; several documents are named before it."""


def option_headings(rulebook: Rulebook, option: Option) -> Headings:
    """The passages that anything said of an option rests on."""
    entries = [("options", option.id), *(("caveats", caveat.id) for caveat in rulebook.expect[option.id])]
    claims = {claim for entry in entries for statement in statements(rulebook, *entry) for claim in statement.claims}
    return _by_heading(rulebook, _says(rulebook, lambda claim: claim.id in claims))


def article_headings(rulebook: Rulebook) -> Headings:
    """Every passage of the documents, also what is not used, and why."""
    says, not_used = _says(rulebook, lambda _: True), gettext("Not used.")
    for entry in rulebook.not_used:
        for passage in entry.passages:
            says.setdefault(passage, []).append(Markup("{} {}").format(not_used, entry.reason))
    return _by_heading(rulebook, says)


def _says(rulebook: Rulebook, is_meant: Callable[[Claim], bool]) -> dict[str, list[str]]:
    says: dict[str, list[str]] = {}
    for claim in filter(is_meant, rulebook.claims.values()):
        says.setdefault(claim.passage, []).append(claim.says)
    return says


def _by_heading(rulebook: Rulebook, says: Mapping[str, list[str]]) -> Headings:
    headings: dict[str, dict[str, list[str]]] = {}
    for document in rulebook.documents.values():
        for paragraph in document.paragraphs.values():
            name = document.headings[paragraph.code.rsplit("-", 1)[0]].name
            if len(rulebook.documents) > 1:
                name = Markup("{}: {}").format(gettext("“%(title)s”", title=document.title), name)
            for passage in paragraph.passages:
                if passage in says:
                    headings.setdefault(name, {})[passage] = says[passage]
    return headings
