"""`flask rules ...`: parse, call, print; the only file that prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from .decide import asking
from .decide.outcome import Outcome, decide
from .decide.reference import encode
from .decide.tables import DecisionTables, build
from .review.checks import check_folder, missing_document
from .rulebook.load import load
from .rulebook.model import Caveat, Rulebook
from .rulebook.problems import RulebookError, nearest

rules = AppGroup("rules", help="Read, try and check the rule files.")


def _rules_folder() -> Path:
    return Path(current_app.config["RULES"])


class _Fault(click.ClickException):
    """Ends the command with one message on standard error and an exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]


def _tables() -> DecisionTables:
    try:
        return build(load(_rules_folder()))
    except RulebookError as fault:
        raise _Fault(f"the rule files can't be used:\n{fault}", 1) from None


@rules.command("decide")
@click.argument("answers", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def decide_command(answers: tuple[str, ...], as_json: bool) -> None:
    """Show the options for ANSWERS, such as area=hip-dips donor-fat=enough.

    Every question that is asked after these answers needs one; `flask rules decide` alone names the first.
    """
    tables = _tables()
    given = _answers(tables.rulebook, answers)
    outcome = decide(tables, given)
    if as_json:
        click.echo(json.dumps(_as_json(tables.rulebook, outcome), ensure_ascii=False))
    else:
        click.echo(_as_text(tables.rulebook, outcome))


def _answers(rulebook: Rulebook, words: tuple[str, ...]) -> dict[str, str]:
    """The answers that the words give; a fault ends the command with exit code 2 and one line on standard error."""
    given: dict[str, str] = {}
    for word in words:
        question, equals, choice = word.partition("=")
        if not equals:
            raise _Fault(f"'{word}' is not of the form question=choice; write for example area=hip-dips", 2)
        if question not in rulebook.questions:
            raise _Fault(f"there is no question '{question}'; {nearest(question, rulebook.questions)}", 2)
        choices = rulebook.questions[question].choices
        if choice not in choices:
            raise _Fault(f"the question '{question}' has no choice '{choice}'; {nearest(choice, choices)}", 2)
        if given.get(question, choice) != choice:
            raise _Fault(f"'{question}' is answered twice, with '{given[question]}' and with '{choice}'; keep one", 2)
        given[question] = choice
    answers = asking.kept(rulebook, given)
    missing = asking.next_question(rulebook, answers)
    if missing is not None:
        raise _Fault(f"an answer to '{missing.id}' is missing; permitted: {', '.join(missing.choices)}", 2)
    for question in given:
        if question not in answers:
            click.echo(f"Note: '{question}' is not asked with these answers, so it is left out", err=True)
    return answers


def _as_json(rulebook: Rulebook, outcome: Outcome) -> dict[str, Any]:
    return {
        "rulebook": rulebook.fingerprint,
        "answers": dict(outcome.answers),
        "areas": [area.id for area in outcome.areas],
        "reference": encode(rulebook, outcome.answers),
        "options": [
            {
                "option": result.option.id,
                "kind": result.option.kind,
                "verdict": result.row.verdict,
                "because": [{"rule": rule.id, "text": rule.because.text} for rule in result.row.because],
                "caveats": [caveat.id for caveat in result.row.caveats],
                "would-change": [
                    {change.question: change.choice, "verdict": change.verdict} for change in result.row.would_change
                ],
            }
            for result in outcome.results
        ],
        "caveats": {caveat.id: _caveat_json(rulebook, caveat) for caveat in outcome.caveats.values()},
        "notes": [note.id for note in outcome.notes],
    }


def _caveat_json(rulebook: Rulebook, caveat: Caveat) -> dict[str, Any]:
    claims = caveat.statement.claims
    said = {
        "text": caveat.statement.text,
        "claims": list(claims),
        "passages": list(rulebook.passages(claims)),
    }
    return {**said, "added-by-clinic": True} if caveat.by_clinic else said


def _as_text(rulebook: Rulebook, outcome: Outcome) -> str:
    lines = [note.statement.text for note in outcome.notes]
    for verdict, title in (("fits", "Fits"), ("ask", "Worth asking about"), ("ruled-out", "Ruled out")):
        found = [result for result in outcome.results if result.row.verdict == verdict]
        lines += ["", f"{title} ({len(found)})"]
        for result in found:
            lines.append(f"  {result.option.id}: {result.option.name}")
            lines += [f"    because: {rule.because.text}" for rule in result.row.because]
            lines += [f"    expect:  {caveat.statement.text}" for caveat in result.row.caveats]
    return "\n".join([*lines, "", f"Reference {encode(rulebook, outcome.answers)}, rulebook {rulebook.fingerprint}"])


@rules.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--document", type=click.Path(path_type=Path), help="The article, to prove every fingerprint.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def check_command(folder: Path | None, document: Path | None, as_json: bool) -> None:
    """Find every problem of the rulebook in FOLDER (the site's own if left out); exit 1 if there is an error."""
    try:
        problems = check_folder(folder or _rules_folder(), document)
    except OSError:
        problems = [missing_document(document or _rules_folder())]
    if as_json:
        click.echo(json.dumps({"problems": [problem.as_json() for problem in problems]}, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(str(problem))
        errors = sum(problem.level == "error" for problem in problems)
        click.echo(f"{errors} errors, {len(problems) - errors} warnings", err=True)
    if any(problem.level == "error" for problem in problems):
        raise SystemExit(1)
