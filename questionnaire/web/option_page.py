"""One option for a visitor's answers, whole, as its own page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from ..decide.outcome import is_asked_of, questions_to_ask
from ..decide.tables import Row
from ..rulebook.model import Option
from .result import AnswerChange, ResultPage, answer_changes
from .result_groups import ResultRow
from .served_rulebook import ServedRulebook
from .source_links import Headings


@dataclass(frozen=True)
class OptionPage:
    """An option, its row, and what belongs to them.

    `silent`: the names of the rows of the grid that nothing is said about, each of which is a question to ask.
    `before` and `after`: the options beside it in the result.
    """

    option: Option
    row: Row
    anchor: str
    changes: list[AnswerChange]
    to_ask: tuple[str, ...]
    silent: list[str]
    headings: Headings
    is_unreviewed: bool
    before: ResultRow | None
    after: ResultRow | None

    @staticmethod
    def of(served: ServedRulebook, page: ResultPage, at: int) -> OptionPage:
        """The page of the option at this place of the result."""
        rulebook, shown = served.rulebook, page.rows[at]
        option = shown.option
        return OptionPage(
            option,
            shown.result.row,
            shown.anchor,
            answer_changes(rulebook, shown.result),
            questions_to_ask(rulebook, shown.result),
            [row.name for row in rulebook.grid.values() if not option.grid[row.id].text and is_asked_of(row, option)],
            served.headings[option.id],
            option.id in served.unreviewed,
            page.rows[at - 1] if at else None,
            page.rows[at + 1] if at + 1 < len(page.rows) else None,
        )
