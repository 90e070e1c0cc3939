"""Checks of what a new option, or a new grid, is easily left without: own words, own claims, the rows of every page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...decide.build_tables import DecisionTables
from ...rulebook.model import Caveat, Option, Rulebook
from ...rulebook.problems import Place, Problem, error, warning
from ..draft_source import NAME, SAYS
from ..new_option import PLACEHOLDERS
from .registry import check

ROWS_OF_PAGES = ("what-it-is", "when-you-would-see-a-change")
"""Rows of the grid that pages show by their ids: how-it-works.html and web/result_groups.py."""


@check
def required_row(tables: DecisionTables) -> Iterator[Problem]:
    """A row of the grid that the pages show by its name is missing, so that no visitor would get a result.

    Bad: the row `what-it-is` was renamed to `what`.
    Good: its id stays `what-it-is`, and `name: What is it?` changes what visitors read.
    """
    rulebook = tables.rulebook
    grid = str(Path(next(iter(rulebook.areas.values())).place.file).with_name("grid.yaml"))
    for row in ROWS_OF_PAGES:
        if row not in rulebook.grid:
            message = f"the row '{row}' is missing, and the pages show it by that id"
            yield error(Place(grid), "required-row", message, "give the row that id again; its 'name' may be any")


@check
def placeholder(tables: DecisionTables) -> Iterator[Problem]:
    """A text is still the one that `flask rules new` or `flask rules read` wrote for somebody to replace.

    Bad: `because: This option is new here. Its rules are not written yet.`
    Good: the reason in your own words, with the claims that it rests on.
    """
    for statement in tables.statements:
        if statement.text in {*PLACEHOLDERS, NAME, SAYS}:
            message = f"'{statement.id}' is still the placeholder “{statement.text}”"
            yield error(statement.place, "placeholder", message, "write what visitors are to read, and its claims")


@check
def borrowed_claim(tables: DecisionTables) -> Iterator[Problem]:
    """An option says by a shared caveat what a document says of others: no claim of its own is of that document.

    Bad: a new device without claims carries, as all devices do, “The article says that a change shows within weeks”.
    Good: the option cites a claim about it, or the caveat lists its options one by one and leaves this one out.
    """
    rulebook = tables.rulebook
    for option in rulebook.options.values():
        own = {_document(rulebook, claim) for claim in _own_claims(rulebook, option)}
        for caveat in rulebook.expect[option.id]:
            borrowed = [claim for claim in caveat.statement.claims if _document(rulebook, claim) not in own]
            if borrowed and not _is_own(caveat, option):
                message = (
                    f"'{option.id}' carries the shared caveat '{caveat.id}', which rests on '{borrowed[0]}', and no "
                    "claim of its own is of that document"
                )
                advice = "is it true of this one? then cite a claim about it; if not, list the caveat's options by name"
                yield warning(option.place, "borrowed-claim", message, advice)


def _own_claims(rulebook: Rulebook, option: Option) -> Iterator[str]:
    """The claims of the option's own file."""
    own = [caveat.statement for caveat in rulebook.expect[option.id] if _is_own(caveat, option)]
    for statement in (option.summary, *(rule.because for rule in option.rules), *option.grid.values(), *own):
        yield from statement.claims


def _is_own(caveat: Caveat, option: Option) -> bool:
    return caveat.place.file == option.place.file


def _document(rulebook: Rulebook, claim: str) -> str:
    """The id of the document that a claim is of."""
    heading = rulebook.claims[claim].passage.rsplit("-", 1)[0]
    return next(document.id for document in rulebook.documents.values() if heading in document.headings)
