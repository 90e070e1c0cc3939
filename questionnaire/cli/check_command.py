"""`flask rules check`: every problem of a rulebook, for people, programs and GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import click
from flask import current_app
from rich.console import Console
from rich.text import Text

from ..decide.tables import DecisionTables
from ..gate import check_rules
from ..review.checks import missing_document
from ..review.phrases import count
from ..rulebook.problems import Place, Problem, error
from .common import DOCUMENTS, people, rules_folder, templates_of

COLOURS = {"error": "bold red", "warning": "yellow"}


@click.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@DOCUMENTS
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
def check_command(folder: Path | None, documents: tuple[Path, ...], as_json: bool, form: str) -> None:
    """Find every problem of the rulebook in FOLDER (the site's own, if left out); exit 1 if there is an error."""
    tables: DecisionTables | None = None
    time_zone = current_app.config.get("TIME_ZONE", "")
    try:
        tables, problems = check_rules(folder or rules_folder(), documents, templates_of(folder), time_zone)
    except OSError as fault:
        unread = str(fault.filename or folder or rules_folder())
        unreadable = error(
            Place(unread), "missing-file", f"it can't be read ({fault.strerror})", "check who may read it"
        )
        problems = [missing_document(Path(unread)) if Path(unread) in documents else unreadable]
    if as_json or form == "json":
        click.echo(json.dumps({"problems": [problem.as_json() for problem in problems]}, ensure_ascii=False))
    elif form == "github":
        for problem in problems:
            click.echo(_github(problem))
    else:
        print_problems(problems)
        if tables and not problems:
            click.echo(_all_well(tables, bool(documents)))
        elif people.is_terminal:
            errors = sum(problem.level == "error" for problem in problems)
            people.print(f"{count(errors, 'error')}, {count(len(problems) - errors, 'warning')}")
    if any(problem.level == "error" for problem in problems):
        raise SystemExit(1)


def _all_well(tables: DecisionTables, are_proved: bool) -> str:
    """One line on what was looked at and found in order."""
    rulebook = tables.rulebook
    numbers = {
        "option": len(rulebook.options),
        "area": len(rulebook.areas),
        "question": len(rulebook.questions),
        "row": sum(len(table.rows) for table in tables.options.values()),
        "caveat": len(rulebook.caveats),
        "claim": len(rulebook.claims),
        "example": sum(len(option.examples) for option in rulebook.options.values()),
    }
    looked_at = ", ".join(count(number, what) for what, number in numbers.items())
    sources = [f"“{document.title}”" for document in rulebook.documents.values()]
    if are_proved:
        proved = f"every fingerprint was proved against {' and '.join(sources)}"
    else:
        were = "was" if len(sources) == 1 else "were"
        proved = f"{' and '.join(sources)} {were} not given, so no fingerprint was proved (--document FILE)"
    return f"{looked_at}: no problem found; {proved}"


def print_problems(problems: Iterable[Problem]) -> None:
    """One line a problem, with colour where there is a terminal."""
    out = Console(highlight=False)
    for problem in problems:
        if not out.is_terminal:
            click.echo(str(problem))
            continue
        place, level = problem.place, problem.level
        at = (f"{place.file}:{place.line}:{place.column}: ", "bold"), (level, COLOURS[level])
        out.print(Text.assemble(*at, (f" [{problem.check}] ", "dim"), f"{problem.message}; ", (problem.help, "cyan")))


def _github(problem: Problem) -> str:
    """An annotation of GitHub's workflow commands."""
    in_text = {ord(sign): f"%{ord(sign):02X}" for sign in "%\r\n"}
    in_name = in_text | {ord(sign): f"%{ord(sign):02X}" for sign in ":,"}
    place, check = problem.place, problem.check.translate(in_name)
    at = f"file={place.file.translate(in_name)},line={place.line},col={place.column}"
    return f"::{problem.level} {at},title={check}::{f'{problem.message}; {problem.help}'.translate(in_text)}"
