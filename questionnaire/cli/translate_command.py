"""`flask rules translate`: the texts of the rulebook in another language, made or brought up to date."""

from __future__ import annotations

import re
from pathlib import Path

import click

from ..review.phrases import count
from ..review.translate import CatalogueError, as_po, updated, with_po
from ..rulebook.model import Rulebook
from ..rulebook.schema import TRANSLATIONS
from ..rulebook.write_file import write_file
from .common import Fault, people, rules_folder, the_tables, today

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
    if language not in rulebook.translations and (problems := _of_file(rulebook, f"{language}.yaml")):
        raise Fault(f"the file of '{language}' can't be used; mend it first, or move it away:\n{problems}", 1)
    try:
        taken = with_po(rulebook, language, from_po.read_bytes()) if from_po else None
        made = updated(rulebook, language, taken, today().isoformat())
        path = rules_folder() / TRANSLATIONS / f"{language}.yaml"
        write_file(path, made.text.encode())
        if to_po:
            to_po.write_bytes(as_po(the_tables().rulebook, language))
    except CatalogueError as fault:
        raise Fault(f"{from_po}: {fault}", 1) from None
    except OSError as fault:
        raise Fault(f"{fault.filename} can't be used ({fault.strerror})", 1) from None
    if unread := _of_file(rulebook, path.name):
        people.print(f"Texts of the file that could not be used are marked as new now:\n{unread}")
    click.echo(
        f"{path}: {count(made.done, 'text')} done, {made.new} new, {made.stale} stale, {made.left_over} left over."
    )


def _of_file(rulebook: Rulebook, name: str) -> str:
    """What could not be read of a file of translations."""
    problems = rulebook.translation_problems
    return "\n".join(str(problem) for problem in problems if Path(problem.place.file).name == name)
