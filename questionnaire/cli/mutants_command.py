"""`flask rules mutants`: whether anything would notice a rule, or a text, that was altered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from ..decide.tables import DecisionTables
from ..review import mutants
from ..review.source_document import sentences_by_passage
from ..review.text_mutants import TextMutants, text_mutants
from .common import people, read_text, the_tables


@click.command("mutants")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--texts", is_flag=True, help="Alter every text instead: do the checks notice?")
@click.option(
    "--document", type=click.Path(path_type=Path), help="With --texts: the article, beside which claims are held."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def mutants_command(folder: Path | None, texts: bool, document: Path | None, as_json: bool) -> None:
    """Alter every rule of FOLDER (the site's own, if left out): do the examples and promises notice?

    Exit code 1 if an altered rule survives. Of altered texts many do: only a reader, or a sign-off, can notice them.
    """
    tables = the_tables(folder, str(folder or ""))
    if texts:
        _texts(tables, read_text(document), as_json)
        return
    with Progress(console=people, transient=True, disable=not people.is_terminal) as progress:
        task = progress.add_task("Altering rules", total=None)
        result = mutants.survivors(tables, lambda done, total: progress.update(task, completed=done, total=total))
    click.echo(json.dumps(mutants.as_json(result)) if as_json else mutants.as_text(result).rstrip("\n"))
    if result.survivors:
        raise SystemExit(1)


def _texts(tables: DecisionTables, article: str | None, as_json: bool) -> None:
    result = text_mutants(tables.rulebook, sentences_by_passage(tables.rulebook, article or ""))
    click.echo(json.dumps(_as_json(result), ensure_ascii=False) if as_json else _as_text(result, article is not None))


def _as_json(result: TextMutants) -> dict[str, Any]:
    survivors = [
        {"file": one.before.place.file, "line": one.before.place.line, "change": one.change} for one in result.survivors
    ]
    noticed = len(result.tried) - len(survivors)
    return {"tried": len(result.tried), "noticed": noticed, "no-effect": 0, "survivors": survivors}


def _as_text(result: TextMutants, beside_article: bool) -> str:
    lines = ["| kind of alteration | tried | noticed by checks |", "|---|---|---|"]
    lines += [f"| {kind} | {tried} | {noticed} |" for kind, (tried, noticed) in result.by_kind().items()]
    noticed = len(result.tried) - len(result.survivors)
    lines.append(f"| all | {len(result.tried)} | {noticed} ({noticed / max(1, len(result.tried)):.0%}) |")
    if not beside_article:
        lines.append("\nThe article was not given, so no claim was held beside its sentence (--document FILE).")
    return "\n".join(lines)
