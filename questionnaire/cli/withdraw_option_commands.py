"""`flask rules withdraw-option, restore-option`: take one option out of what is offered, at once, and back."""

from __future__ import annotations

from pathlib import Path

import click

from ..decide.tables import DecisionTables
from ..releases.folder import active_or_none, open_release
from ..releases.manifest import ReleaseError
from ..releases.withdrawn_options import restore_option, why_not, withdraw_option, withdrawn_options
from .common import Fault, known_option, the_tables
from .release_commands import at_work, releases_folder

BY = click.option("--by", default="", help="Who does this; kept in the history, and not shown.")


@click.command("withdraw-option")
@click.argument("option")
@click.option("--because", required=True, help="Why, in words that visitors read as the clinic's.")
@BY
def withdraw_option_command(option: str, because: str, by: str) -> None:
    """Offer OPTION no longer, on every server that reads this folder of releases, within seconds.

    Its page says that it is not offered now, and why. That stays so over publish, rollback and restarts, until
    `flask rules restore-option` takes it back.
    """
    releases, because = releases_folder(), because.strip()
    tables = _served(releases)
    name = known_option(tables, option)
    if refusal := why_not(tables.rulebook, name, because):
        raise Fault(refusal, 2)
    with at_work("Withdrawing the option"):
        withdraw_option(releases, name, because, by)
    click.echo(f"Not offered from now on: {name}. Servers that read {releases} take this up within seconds.")
    click.echo(f"To offer it again: flask rules restore-option {name}")


@click.command("restore-option")
@click.argument("option")
@click.option("--because", default="", help="Why; kept in the history.")
@BY
def restore_option_command(option: str, because: str, by: str) -> None:
    """Offer OPTION again, which was withdrawn. What its rules say holds again."""
    releases = releases_folder()
    with at_work("Taking the withdrawal back"):
        withdrawn = [one.option for one in withdrawn_options(releases)]
        named = [name for name in withdrawn if option in (name, name.rpartition("/")[2])]
        restore_option(releases, named[0] if len(named) == 1 else option, because.strip(), by)
    click.echo(f"Offered again, as its rules say: {named[0] if named else option}.")


def _served(releases: Path) -> DecisionTables:
    """The tables that visitors are served; those of the rule files where no release can be opened."""
    name = active_or_none(releases)
    try:
        return open_release(releases, name)[1] if name else the_tables()
    except ReleaseError:
        return the_tables()
