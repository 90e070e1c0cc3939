"""`flask rules translate`: the texts of the rulebook in another language, made or brought up to date."""

from __future__ import annotations

import re
from pathlib import Path

import click

from ..review.phrases import count
from ..review.translate import CatalogueError, as_po, updated, with_po
from ..rulebook.schema import TRANSLATIONS
from ..rulebook.sign_off_file import write
from .common import Fault, rules_folder, the_tables

PO = click.Path(path_type=Path, dir_okay=False)


@click.command("translate")
@click.argument("language")
@click.option("--to-po", type=PO, help="Write FILE for a translator's tool as well.")
@click.option("--from-po", type=PO, help="Take the texts of FILE first.")
def translate_command(language: str, to_po: Path | None, from_po: Path | None) -> None:
    """Make the file of LANGUAGE (es, pt-BR) in the folder of rules, or bring it up to date.

    Texts that are done stay. New ones, stale ones (their original changed) and those left over are marked.
    """
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", language):
        raise Fault(f"'{language}' is no language; write one such as es or pt-BR", 2)
    rulebook = the_tables().rulebook
    try:
        taken = with_po(rulebook, language, from_po.read_bytes()) if from_po else None
        made = updated(rulebook, language, taken)
        path = rules_folder() / TRANSLATIONS / f"{language}.yaml"
        write(path, made.text)
        if to_po:
            to_po.write_bytes(as_po(the_tables().rulebook, language))
    except CatalogueError as fault:
        raise Fault(f"{from_po}: {fault}", 1) from None
    except OSError as fault:
        raise Fault(f"{fault.filename} can't be used ({fault.strerror})", 1) from None
    click.echo(
        f"{path}: {count(made.done, 'text')} done, {made.new} new, {made.stale} stale, {made.left_over} left over."
    )
