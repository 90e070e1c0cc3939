"""`flask rules bundle, release-key`: what releases need to travel to servers that trust whoever made them."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from ..releases.bundle import pack
from ..releases.disk import replace
from ..releases.manifest import ReleaseError
from ..releases.seals import make_key, public_key
from .common import Fault, people
from .release_commands import releases_folder


@click.command("bundle")
@click.argument("file", type=click.Path(path_type=Path))
def bundle_command(file: Path) -> None:
    """Write the active release, and what is withdrawn, to FILE: one archive that other servers fetch and take up.

    It is sealed with the key that the setting release-key names, as the release has to be already. The same release
    gives the same bytes.
    """
    key = current_app.config.get("RELEASE_KEY")
    if key is None:
        raise Fault("a bundle needs a key to seal it: set release-key, and make one by flask rules release-key FILE", 2)
    try:
        name, data = pack(releases_folder(), key)
        replace(file, data)
    except ReleaseError as fault:
        raise Fault(str(fault), 1) from None
    except OSError as fault:
        raise Fault(f"{file} can't be written ({fault.strerror})", 1) from None
    click.echo(f"Written: {file}, {len(data):,} bytes, with release {name}.")


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
