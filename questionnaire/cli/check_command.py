"""`flask rules check`: every problem of a rulebook, for people, programs and GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from ..decide.tables import DecisionTables
from ..gate import check_rules
from ..review.checks import missing_document
from ..review.phrases import count
from ..rulebook.problems import Place, Problem, error
from .common import people, rules_folder, templates_of

COLOURS = {"error": "bold red", "warning": "yellow"}


@click.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--document", type=click.Path(path_type=Path), help="The article, to prove every fingerprint.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
def check_command(folder: Path | None, document: Path | None, as_json: bool, form: str) -> None:
    """Find every problem of the rulebook in FOLDER (the site's own, if left out); exit 1 if there is an error."""
    tables, problems = _looked_at(folder or rules_folder(), document, templates_of(folder))
    if as_json or form == "json":
        click.echo(json.dumps({"problems": [problem.as_json() for problem in problems]}, ensure_ascii=False))
    elif form == "github":
        for problem in problems:
            click.echo(_github(problem))
    else:
        print_problems(problems)
        if tables and not problems:
            click.echo(_all_well(tables, document))
        elif people.is_terminal:
            errors = sum(problem.level == "error" for problem in problems)
            people.print(f"{count(errors, 'error')}, {count(len(problems) - errors, 'warning')}")
    if any(problem.level == "error" for problem in problems):
        raise SystemExit(1)


def _looked_at(
    folder: Path, document: Path | None, templates: Path | None
) -> tuple[DecisionTables | None, list[Problem]]:
    """The tables of the rulebook in a folder, None where it can't be loaded, and every problem."""
    try:
        return check_rules(folder, document, templates)
    except OSError as fault:
        unread = str(fault.filename or folder)
        if document and unread == str(document):
            return None, [missing_document(document)]
        message = f"it can't be read ({fault.strerror})"
        return None, [error(Place(unread), "missing-file", message, "check who may read it")]


def _all_well(tables: DecisionTables, document: Path | None) -> str:
    """One line on what was looked at and found in order."""
    rulebook = tables.rulebook
    numbers = (
        (len(rulebook.options), "option"),
        (len(rulebook.areas), "area"),
        (len(rulebook.questions), "question"),
        (sum(len(table.rows) for table in tables.options.values()), "row"),
        (len(rulebook.caveats), "caveat"),
        (len(rulebook.claims), "claim"),
        (sum(len(option.examples) for option in rulebook.options.values()), "example"),
    )
    looked_at = ", ".join(count(number, what) for number, what in numbers)
    proved = "every fingerprint was proved against the article"
    if document is None:
        proved = "the article was not given, so its fingerprints were not proved (--document FILE)"
    elif len(rulebook.documents) > 1:
        proved = f"of {len(rulebook.documents)} documents the fingerprints of one were proved"
    return f"{looked_at}: no problem found; {proved}"


def print_problems(problems: Iterable[Problem]) -> None:
    """One line a problem, with colour where there is a terminal."""
    out = Console(highlight=False, soft_wrap=True)
    for problem in problems:
        if not out.is_terminal:
            click.echo(str(problem))
            continue
        place = problem.place
        line = Text(f"{place.file}:{place.line}:{place.column}: ", style="bold")
        line.append(problem.level, style=COLOURS[problem.level])
        line.append(f" [{problem.check}] ", style="dim")
        line.append(f"{problem.message}; ")
        line.append(problem.help, style="cyan")
        out.print(line)


def _github(problem: Problem) -> str:
    """An annotation of GitHub's workflow commands."""
    place = problem.place

    def escaped(text: str, also: str = "") -> str:
        for character in "%\r\n" + also:
            text = text.replace(character, f"%{ord(character):02X}")
        return text

    at = f"file={escaped(place.file, ':,')},line={place.line},col={place.column}"
    said = escaped(f"{problem.message}; {problem.help}")
    return f"::{problem.level} {at},title={escaped(problem.check, ':,')}::{said}"
