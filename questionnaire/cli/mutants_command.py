"""`flask rules mutants`: whether anything would notice a rule, or a text, that was altered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from ..decide.tables import DecisionTables
from ..review import rule_mutants
from ..review.claims_against_document import sentences_by_passage
from ..review.text_mutants import TextMutants, text_mutants
from .common import DOCUMENTS, people, read_documents, the_tables


@click.command("mutants")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--texts", is_flag=True, help="Alter every text instead: do the checks notice?")
@DOCUMENTS
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def mutants_command(folder: Path | None, texts: bool, documents: tuple[Path, ...], as_json: bool) -> None:
    """Alter every rule of FOLDER (the site's own, if left out): do the examples and promises notice?

    Exit code 1 if an altered rule survives. Of altered texts many do, as long as they are not signed: only a reader can
    notice them, or the sign-off of somebody who read them as they were.
    """
    tables = the_tables(folder, str(folder or ""))
    if texts:
        _texts(tables, read_documents(tables.rulebook, documents), as_json)
        return
    with Progress(console=people, transient=True, disable=not people.is_terminal) as progress:
        task = progress.add_task("Altering rules", total=None)
        result = rule_mutants.survivors(tables, lambda done, total: progress.update(task, completed=done, total=total))
    click.echo(json.dumps(rule_mutants.as_json(result)) if as_json else rule_mutants.as_text(result).rstrip("\n"))
    if result.survivors:
        raise SystemExit(1)


def _texts(tables: DecisionTables, texts: Mapping[str, str], as_json: bool) -> None:
    rulebook = tables.rulebook
    result = text_mutants(rulebook, sentences_by_passage(rulebook, *texts.values()))
    not_given = [document.title for document in rulebook.documents.values() if document.id not in texts]
    click.echo(json.dumps(_as_json(result), ensure_ascii=False) if as_json else _as_text(result, not_given))


def _as_json(result: TextMutants) -> dict[str, Any]:
    survivors = [
        {"file": one.before.place.file, "line": one.before.place.line, "change": one.change} for one in result.survivors
    ]
    noticed = len(result.tried) - len(survivors)
    return {"tried": len(result.tried), "noticed": noticed, "no-effect": 0, "survivors": survivors}


def _as_text(result: TextMutants, not_given: Iterable[str]) -> str:
    lines = ["| kind of alteration | tried | noticed today | once every unit is signed |", "|---|---|---|---|"]
    lines += [f"| {kind} | {' | '.join(map(str, counts))} |" for kind, counts in result.by_kind().items()]
    tried, noticed = len(result.tried), len(result.tried) - len(result.survivors)
    signed = tried - len(result.beyond_sign_off)
    lines.append(
        f"| all | {tried} | {noticed} ({noticed / max(1, tried):.0%}) | {signed} ({signed / max(1, tried):.0%}) |"
    )
    lines += [
        f"\n“{title}” was not given, so no claim of it was held beside its sentence (--document FILE)."
        for title in not_given
    ]
    return "\n".join(lines)
