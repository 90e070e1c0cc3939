"""`flask rules show, table, explain, report`: the rules in a reviewer's words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from ..review import explain, show, table
from ..review.report import report
from .common import Fault, answers_or_reference, known_option, people, read_text, the_tables
from .compare_commands import tables_of

DOCUMENT = click.option(
    "--document", type=click.Path(path_type=Path), help="The article: its own sentences stand beside our words."
)


@click.command("show")
@click.argument("option")
@DOCUMENT
def show_command(option: str, document: Path | None) -> None:
    """Show OPTION's file as a page of English, each statement with the passage that it rests on."""
    tables = the_tables()
    click.echo(show.show(tables, known_option(tables, option), read_text(document)), nl=False)


@click.command("table")
@click.argument("option")
@click.option("--format", "form", type=click.Choice(["text", "csv", "markdown"]), default="text", show_default=True)
def table_command(option: str, form: str) -> None:
    """Show OPTION's decision table, with the rows merged where an answer makes no difference."""
    tables = the_tables()
    write = {"text": table.as_text, "csv": table.as_csv, "markdown": table.as_markdown}[form]
    text = write(tables, known_option(tables, option))
    click.echo(text.encode("utf-8-sig") if form == "csv" else text, nl=False)  # Excel takes it for UTF-8 by its mark


@click.command("explain")
@click.argument("answers", nargs=-1)
def explain_command(answers: tuple[str, ...]) -> None:
    """Explain ANSWERS (question=choice words, or a reference code): which rules matched, and what stopped the others.

    The engine is fired live and compared with the table; exit code 1 if they disagree.
    """
    tables = the_tables()
    given = answers_or_reference(tables.rulebook, answers)
    outcome, explained = explain.explain(tables, given)
    click.echo(explain.as_text(tables.rulebook, outcome, explained), nl=False)
    if not all(one.agrees for one in explained):
        raise SystemExit(1)


@click.command("report")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@DOCUMENT
@click.option("--old", help="A folder or git revision; the report says what has changed since.")
def report_command(file: Path, document: Path | None, old: str | None) -> None:
    """Write FILE, one HTML page for a clinician who has no terminal: read, try, question, sign."""
    tables = the_tables()
    text = read_text(document)
    page = report(tables, date.today(), text, tables_of(old) if old else None)
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as fault:
        raise Fault(f"{file} can't be written ({fault.strerror})", 1) from None
    people.print(f"Wrote {file} ({len(page.encode()) // 1024} KiB). Open it in any browser; it needs no network.")
