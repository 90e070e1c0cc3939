"""`flask rules decide`: the options for one visitor's answers."""

from __future__ import annotations

import json

import click

from ..decide.outcome import Outcome, decide, questions_to_ask
from ..decide.outcome_json import outcome_json
from ..decide.reference_code import encode
from ..review import phrases
from ..rulebook.model import Added, CitedText, Rulebook
from .common import read_answers, tables_of_today


@click.command("decide")
@click.argument("answers", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def decide_command(answers: tuple[str, ...], as_json: bool) -> None:
    """Show the options for ANSWERS, such as area=hip-dips donor-fat=enough.

    Every question that is asked after these answers needs one; `flask rules decide` alone names the first.
    """
    tables = tables_of_today()
    given = read_answers(tables.rulebook, answers)
    outcome = decide(tables, given)
    if as_json:
        click.echo(json.dumps(outcome_json(tables.rulebook, outcome), ensure_ascii=False))
    else:
        click.echo(_as_text(tables.rulebook, outcome))


def _words(said: CitedText, added: Added | None) -> str:
    """A text, and where it comes from if the clinic added it."""
    return f"{said.text} ({phrases.added(added)})" if added else said.text


def _as_text(rulebook: Rulebook, outcome: Outcome) -> str:
    if not outcome.areas:
        return f"No area is in scope for these answers.\nReference {encode(rulebook, outcome.answers)}"
    lines = [note.statement.text for note in outcome.notes]
    for verdict, title in (("fits", "Fits"), ("ask", "Worth asking about"), ("ruled-out", "Ruled out")):
        found = [result for result in outcome.results if result.row.verdict == verdict]
        lines += ["", f"{title} ({len(found)})"]
        for result in found:
            lines.append(f"  {result.option.id}: {result.option.name}")
            lines += [f"    because: {_words(rule.because, rule.added)}" for rule in result.row.because]
            lines += [f"    also:    {_words(rule.because, rule.added)}" for rule in result.row.also]
            lines += [f"    expect:  {_words(caveat.statement, caveat.added)}" for caveat in result.row.caveats]
            lines += [f"    ask:     {question}" for question in questions_to_ask(rulebook, result)]
    return "\n".join([*lines, "", f"Reference {encode(rulebook, outcome.answers)}, rulebook {rulebook.fingerprint}"])
