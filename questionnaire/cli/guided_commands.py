"""`flask rules rename, retire, answer-all, accept, hold`: edits of many rule files at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from ..decide.build_tables import build
from ..decide.sign_off_units import standings
from ..review import edits_of_files, guided_edits, rename_edits
from ..review.checks import check_folder
from ..review.edits_of_files import EditError, Files
from ..review.phrases import count
from ..rulebook.load import load
from ..rulebook.problems import RulebookError
from .common import Fault, people, rules_folder

DRY = click.option("--dry-run", is_flag=True, help="Change nothing; show each line that would be other.")


@click.command("rename")
@click.argument("old")
@click.argument("new", default="")
@click.option("--name", default="", help="What visitors read: an option's name, a question, a choice's label.")
@DRY
def rename_command(old: str, new: str, name: str, dry_run: bool) -> None:
    """Give OLD the id NEW in every file: an option (area/name), a choice (question=choice), a question or a caveat.

    NEW is the last part alone: `rename hip-dips/implants silicone`, `rename tolerance=self-care by-myself`. What
    visitors read stays as it is, unless --name says otherwise, with another id or without one. Reference codes of
    before show the rules that they were made with.
    """
    _make(lambda folder: rename_edits.rename(folder, old, new, name.strip()), dry_run)


@click.command("retire")
@click.argument("option")
@DRY
def retire_command(option: str, dry_run: bool) -> None:
    """Take OPTION out of the rules: its file, its place in its area, and its name wherever others use it.

    To stop offering it at once, before the rules are changed and published: `flask rules withdraw-option`.
    """
    _make(lambda folder: guided_edits.retire(folder, option), dry_run)


@click.command("answer-all")
@click.argument("answer")
@DRY
def answer_all_command(answer: str, dry_run: bool) -> None:
    """Give ANSWER (question=choice) in every example that the question is asked in and that does not answer it yet."""
    question, _, choice = answer.partition("=")
    _make(lambda folder: guided_edits.answer_all(folder, question, choice), dry_run)


@click.command("accept")
@click.argument("scope", metavar="OPTION|AREA")
@DRY
def accept_command(scope: str, dry_run: bool) -> None:
    """Write what the rules give now into the examples of OPTION or AREA. Read them: an example is what you mean."""
    _make(lambda folder: guided_edits.accept(folder, scope), dry_run)


@click.command("hold")
@click.argument("option")
@click.option("--by", help="Who holds it back.")
@click.option("--because", help="Why, for staff; visitors do not read it.")
@click.option("--lift", is_flag=True, help="Take the hold away.")
@DRY
def hold_command(option: str, by: str | None, because: str | None, lift: bool, dry_run: bool) -> None:
    """Hold OPTION back, the third outcome of a review: no page shows it until the hold is lifted.

    What is published shows this once the rules are published again; to stop at once: `flask rules withdraw-option`.
    """
    if lift:
        _make(lambda folder: guided_edits.lift(folder, option), dry_run)
    elif not by or not because or not by.strip() or not because.strip():
        raise Fault("--by and --because are needed: who holds it back, and why", 2)
    else:
        _make(lambda folder: guided_edits.hold(folder, option, by.strip(), because.strip(), date.today()), dry_run)


def _make(edit: Callable[[Path], Files], dry_run: bool) -> None:
    """Make an edit, or only show it; then say what `check` finds and which sign-offs it voids."""
    folder = rules_folder()
    with _faults():
        files = edit(folder)
        if not files:
            people.print("Nothing is to be changed.")
            return
        if dry_run:
            click.echo("".join(line for name, data in files.items() for line in _lines(folder, name, data)), nl=False)
            return
        stood = _signed(folder)
        edits_of_files.write(folder, files)
        fell = sorted(stood - _signed(folder))
    for name, data in files.items():
        click.echo(f"{'removed' if data is None else 'written'}: {name}")
    if fell:
        people.print(f"To be signed again: {', '.join(fell)} (flask rules unsigned).")
    errors = sum(problem.level == "error" for problem in check_folder(folder))
    found = f"{count(errors, 'error')}: see `flask rules check`" if errors else "no error"
    people.print(f"The checks find {found}. `flask rules diff HEAD` shows what is other for visitors.")


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except EditError as fault:
        raise Fault(str(fault), 2) from None
    except RulebookError as fault:
        raise Fault(f"nothing was changed; the rule files can't be used:\n{fault}", 1) from None
    except OSError as fault:
        raise Fault(f"nothing was changed: {fault.filename} can't be written ({fault.strerror})", 1) from None


def _signed(folder: Path) -> set[str]:
    stand = standings(build(load(folder)), date.today())
    return {unit for unit, standing in stand.items() if standing.state == "signed"}


def _lines(folder: Path, name: str, data: bytes | None) -> Iterator[str]:
    """What would be other in a file, as a unified diff."""
    path = folder / name
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    after = data.decode("utf-8") if data is not None else ""
    yield from difflib.unified_diff(
        before.splitlines(True), after.splitlines(True), f"{name} as it is", f"{name} as it would be", n=0
    )
