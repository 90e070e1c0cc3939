"""`flask rules check`: every problem of a rulebook, for people, programs and GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from ..gate import check_rules
from ..review.checks import missing_document
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
    try:
        _, problems = check_rules(folder or rules_folder(), document, templates_of(folder))
    except OSError as fault:
        asked = fault.filename or folder or rules_folder()
        wrong = error(
            Place(str(asked)), "missing-file", f"it can't be read ({fault.strerror})", "check who may read it"
        )
        problems = [missing_document(document) if document and str(asked) == str(document) else wrong]
    if as_json or form == "json":
        click.echo(json.dumps({"problems": [problem.as_json() for problem in problems]}, ensure_ascii=False))
    elif form == "github":
        for problem in problems:
            click.echo(_github(problem))
    else:
        print_problems(problems)
        _summary(problems)
    if any(problem.level == "error" for problem in problems):
        raise SystemExit(1)


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


def _summary(problems: list[Problem]) -> None:
    errors = sum(problem.level == "error" for problem in problems)
    style = "bold red" if errors else "yellow" if problems else "green"
    if people.is_terminal:
        people.print(f"{errors} errors, {len(problems) - errors} warnings", style=style)


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
