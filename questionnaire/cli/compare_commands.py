"""`flask rules diff`: what differs between two versions of the rules."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..decide.build_tables import DecisionTables
from ..releases.folder import active, open_release
from ..review import diff
from ..review.revisions import VersionError, open_version
from .common import Fault, rules_folder, the_tables
from .release_commands import at_work, releases_folder

LIVE = "live"


def _live() -> DecisionTables:
    releases = releases_folder()
    with at_work("Opening the active release"):
        name = active(releases)
        if name is None:
            raise Fault("nothing was published yet, so no release is live; name a folder or a git revision", 2)
        return open_release(releases, name)[1]


def tables_of(name: str) -> DecisionTables:
    """The tables of a folder, a git revision or `live`, the active release; ends the command where there is none."""
    if name == LIVE and not Path(name).exists():
        return _live()
    try:
        with open_version(name, rules_folder()) as folder:
            return the_tables(folder, name)
    except VersionError as fault:
        raise Fault(str(fault), 2) from None


@click.command("diff")
@click.argument("old")
@click.argument("new", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def diff_command(old: str, new: str | None, as_json: bool) -> None:
    """Compare OLD with NEW (the site's own rules, if left out): what changes for visitors, and for how many answers.

    OLD and NEW are folders shaped like rules/, git revisions, or `live`, the active release. Exit code 1 if a verdict
    changed and the sign-off did not.
    """
    differences = diff.diff(tables_of(old), tables_of(new) if new else the_tables())
    text = json.dumps(diff.as_json(differences), ensure_ascii=False) if as_json else diff.as_text(differences)
    click.echo(text.rstrip("\n"))
    if differences.verdict_changed_without_signoff:
        raise SystemExit(1)
