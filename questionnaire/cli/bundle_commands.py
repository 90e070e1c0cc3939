"""`flask rules release-key`: what releases need to travel to servers that trust whoever made them."""

from __future__ import annotations

from pathlib import Path

import click

from ..releases.manifest import ReleaseError
from ..releases.seals import make_key, public_key
from .common import Fault, people


@click.command("release-key")
@click.argument("file", type=click.Path(path_type=Path))
def release_key_command(file: Path) -> None:
    """Make a pair of keys that releases are sealed with: FILE holds the private one, the public one is printed.

    Where FILE is there already it stays as it is, and its public key is printed.
    """
    try:
        known = file.exists()
        public = public_key(file) if known else make_key(file)
    except ReleaseError as fault:
        raise Fault(str(fault), 1) from None
    if not known:
        people.print(f"Made: {file}. Keep it where releases are published (release-key), and nowhere else.")
    people.print("The public key, for every server that is to trust it (release-public-keys):")
    click.echo(public)
