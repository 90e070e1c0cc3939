"""`flask rules show, table, explain, statements, report`: the rules in a reviewer's words."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from ..decide.sign_off_units import standings
from ..review import explain, show, statement_list, table, unsigned
from ..review.draft_source import DraftError, draft
from ..review.remarks_file import read_remarks
from ..review.report import report
from .common import (
    DOCUMENTS,
    LANGUAGE,
    Fault,
    answers_or_reference,
    known_option,
    known_unit,
    people,
    read_documents,
    read_text,
    rules_folder,
    tables_of_today,
    the_tables,
    the_tables_in,
)
from .compare_commands import tables_of


@click.command("show")
@click.argument("unit")
@DOCUMENTS
def show_command(unit: str, documents: tuple[Path, ...]) -> None:
    """Show UNIT (an option, an area, questions, shared, clinic or pages) as a page of English, each statement with the
    passage that it rests on.
    """
    tables = the_tables()
    texts = read_documents(tables.rulebook, documents)
    click.echo(show.show(tables, known_unit(tables, unit), *texts.values()), nl=False)


@click.command("table")
@click.argument("option")
@click.option("--format", "form", type=click.Choice(["text", "csv", "markdown"]), default="text", show_default=True)
def table_command(option: str, form: str) -> None:
    """Show OPTION's decision table, with the rows merged where an answer makes no difference."""
    tables = tables_of_today()
    write = {"text": table.as_text, "csv": table.as_csv, "markdown": table.as_markdown}[form]
    text = write(tables, known_option(tables, option))
    click.echo(text.encode("utf-8-sig") if form == "csv" else text, nl=False)  # Excel takes it for UTF-8 by its mark


@click.command("explain")
@click.argument("answers", nargs=-1)
def explain_command(answers: tuple[str, ...]) -> None:
    """Explain ANSWERS (question=choice words, or a reference code): which rules matched, and what stopped the others.

    The engine is fired live and compared with the table; exit code 1 if they disagree.
    """
    tables = tables_of_today()
    given = answers_or_reference(tables.rulebook, answers)
    outcome, explained = explain.explain(tables, given)
    click.echo(explain.as_text(tables.rulebook, outcome, explained), nl=False)
    if not all(one.agrees for one in explained):
        raise SystemExit(1)


@click.command("statements")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def statements_command(folder: Path | None, as_json: bool) -> None:
    """List every text that visitors can read of the rulebook in FOLDER (the site's own, if left out).

    Each with its id, the unit that it is signed with, what it rests on, where it stands, and whether it is signed.
    """
    listed = statement_list.signed_statements(the_tables(folder), date.today())
    at = folder or rules_folder()
    click.echo(
        json.dumps(statement_list.as_json(listed, at), ensure_ascii=False)
        if as_json
        else statement_list.as_text(listed, at)
    )


NEXT = """\
Nothing was written. Next:
1. Put the lines below 'documents:' and 'claims:' at the ends of those lists in source.yaml.
2. Name each heading, and write each claim, in your own words. Where a sentence is not used, list its passage under
   'not-used' with the reason in the place of its claim.
3. Cite the claims in the texts that rest on them.
4. Check with this file and those of all other documents: flask rules check --document FILE --document ..."""


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--code", required=True, help="What its headings are called: LL makes LL1, LL2 and so on.")
def read_command(file: Path, code: str) -> None:
    """Read FILE, a document that source.yaml does not have, and print a draft of its entries."""
    try:
        entries = draft(the_tables().rulebook, file.read_bytes(), code, file.name)
    except OSError as fault:
        raise Fault(f"{file} can't be opened ({fault.strerror}); check the file's name", 1) from None
    except DraftError as fault:
        raise Fault(f"{file}: {fault}", 1) from None
    click.echo(entries, nl=False)
    people.print(NEXT)


@click.command("unsigned")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@LANGUAGE
def unsigned_command(folder: Path | None, as_json: bool, language: str) -> None:
    """List what is not signed today, or no longer, of the rulebook in FOLDER (the site's own, if left out).

    Unit by unit, with why; of a unit that changed, the words that were read and those of today.
    """
    stand = standings(the_tables_in(language, folder), date.today()).values()
    click.echo(json.dumps(unsigned.as_json(stand), ensure_ascii=False) if as_json else unsigned.as_text(stand))


@click.command("report")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@DOCUMENTS
@click.option("--old", help="A folder or git revision; the report says what has changed since.")
@click.option(
    "--remarks",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What `flask desk remarks --json` wrote; each remark stands at its text.",
)
def report_command(file: Path, documents: tuple[Path, ...], old: str | None, remarks: Path | None) -> None:
    """Write FILE, one HTML page for a clinician who has no terminal: read, try, question, sign."""
    tables = the_tables()
    texts = read_documents(tables.rulebook, documents)
    try:
        said = read_remarks(read_text(remarks)) if remarks else ()
    except ValueError as fault:
        raise Fault(f"{remarks} can't be used: {fault}", 1) from None
    page = report(tables, date.today(), texts, tables_of(old) if old else None, said)
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as fault:
        raise Fault(f"{file} can't be written ({fault.strerror})", 1) from None
    people.print(f"Wrote {file} ({len(page.encode()) // 1024} KiB). Open it in any browser; it needs no network.")
