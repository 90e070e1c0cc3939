"""`flask rules export`: the rules in the forms of other programs."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from .. import offline
from ..decide.in_force import holds_until, in_force
from ..releases.withdrawn_options import withdrawn_options
from ..review.export import FORMATS, ExportError, described, export, files_of
from .common import Fault, people, read_answers, the_tables, today


@click.command("export")
@click.argument("form", metavar="FORMAT", type=click.Choice(sorted([*FORMATS, "html"])))
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="The folder to write; an export in it goes.")
@click.option("--answer", "answers", multiple=True, help="question=choice, for a response of them (fhir); repeat it.")
def export_command(form: str, folder: Path | None, to: Path, answers: tuple[str, ...]) -> None:
    """Write the rulebook in DIR (the site's own, if left out) as FORMAT.

    A README.md in the folder says how to read it and what is left out. What the clinic adds is exported as it holds
    today; of the site's own rules, options that are withdrawn are ruled out.
    """
    whole = the_tables(folder)
    releases = Path(current_app.config["RELEASES"] or "none")
    withdrawn = [one.rule for one in withdrawn_options(releases)] if folder is None and releases.is_dir() else []
    tables, day = in_force(whole, today().isoformat(), withdrawn), today().isoformat()
    until = holds_until(whole.rulebook, day)
    if answers and form != "fhir":
        raise Fault("--answer is for fhir alone: only there answers have a form of their own", 2)
    given = read_answers(tables.rulebook, answers) if answers else None
    try:
        if form == "html":
            fingerprint = tables.rulebook.fingerprint
            files = described(offline.files(tables, current_app.config), form, offline, fingerprint, until)
        else:
            files = files_of(tables, form, given, until)
        export(files, to)
    except ExportError as fault:
        raise Fault(f"nothing was written: {fault}", 1) from None
    except OSError as fault:
        raise Fault(f"nothing was written: {to} ({fault.strerror})", 1) from None
    people.print(f"Wrote {to}: {', '.join(sorted(files))}, of rulebook {tables.rulebook.fingerprint}.")
