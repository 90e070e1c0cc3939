"""What fills the holes of a result page: parts that are each drawn once for all visitors for whom they are the same."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from flask import current_app

from .result import ResultPage
from .served_rulebook import ServedRulebook
from .visit import Visit


class _Parts:
    """The macros of one template, each drawn once for each key."""

    def __init__(self, served: ServedRulebook, template: str) -> None:
        self._served, self._template = served, template

    def draw(self, macro: str, key: Hashable, *given: Any) -> bytes:
        return self._served.parts.once((macro, key), lambda: self._drawn(macro, given))

    def _drawn(self, macro: str, given: tuple[Any, ...]) -> bytes:
        return str(getattr(current_app.jinja_env.get_template(self._template).module, macro)(*given)).encode()


def filling(served: ServedRulebook, page: ResultPage, visit: Visit, today: str) -> dict[str, bytes]:
    """The holes of options.html by name. Keys are of `page` (what a part depends on); a day's parts are kept a day."""
    result, drawing = _Parts(served, "result.html"), _Parts(served, "card.html")
    cards: dict[Hashable, bytes] = served.parts.once("cards", dict)
    options = [result.draw("withheld", page.key, page)] if page.withheld else []
    for verdict, found in page.by_verdict.items() if page.shown else ():
        options.append(result.draw("heading", (verdict, len(found)), verdict, len(found)))
        for shown in found:
            card = cards.get(shown.key)
            if card is None:
                card = cards[shown.key] = drawing.draw("option_card", shown.key, shown)
            options.append(card)
        options.append(b"</section>\n")
    return {
        "overview": result.draw("overview", page.key, page, today),
        "notes": result.draw("notes", page.notes, page),
        "options": b"".join(options),
        "side-by-side": result.draw("side_by_side", page.key, page),
        "answers": summary_list(served, visit),
        "reviewed": result.draw("reviewed", (page.shown, page.unreviewed), page),
        "code": visit.code.encode(),
    }


def summary_list(served: ServedRulebook, visit: Visit) -> bytes:
    """A visitor's questions and answers, each with a link to change it."""
    shared = _Parts(served, "macros.html")
    answers = [
        shared.draw("answer", (question.id, visit.answers[question.id]), question, visit.answers[question.id])
        for question in visit.asked
        if question.id in visit.answers
    ]
    return b'<dl class="answers">\n' + b"".join(answers) + b"</dl>"
