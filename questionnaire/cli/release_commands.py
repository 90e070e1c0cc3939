"""`flask rules publish, releases, rollback`: which rulebook the site serves."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from flask import current_app
from rich.progress import Progress, SpinnerColumn, TextColumn

from ..decide.build_process import BuildError
from ..releases.folder import RULES, active, names, open_release, prove
from ..releases.manifest import Release, ReleaseError
from ..releases.publishing import Draft, activate, differs, drafting, resolve
from ..review import diff
from ..review.checks import check_tables
from ..review.phrases import count
from ..rulebook.problems import Problem, RulebookError, printable
from .check_command import print_problems
from .common import Fault, people, rules_folder, templates_of


def releases_folder() -> Path:
    """The folder of releases; ends the command where the site is set to have none."""
    if not current_app.config["RELEASES"]:
        raise Fault("the site is set to serve no releases (FLASK_RELEASES=none); take that setting away", 2)
    return Path(current_app.config["RELEASES"])


@contextmanager
def at_work(what: str) -> Iterator[None]:
    """Say on a terminal what takes long; faults of releases and of building end the command with code 1."""
    columns = SpinnerColumn(), TextColumn("{task.description}")
    try:
        with Progress(*columns, console=people, transient=True, disable=not people.is_terminal) as progress:
            progress.add_task(what, total=None)
            yield
    except (ReleaseError, BuildError) as fault:
        raise Fault(str(fault), 1) from None


@click.command("publish")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--note", default="", help="Who publishes, and what for; kept with the release.")
def publish_command(folder: Path | None, note: str) -> None:
    """Check and build the rulebook in FOLDER (the site's own, if left out), and make it the one that is served.

    Servers that run take it up at their next request. With an error in the rule files nothing changes: exit code 1.
    """
    rules, releases = folder or rules_folder(), releases_folder()
    with at_work("Building and checking the rules"), drafting(rules, releases) as draft:
        before = _served(releases)
        problems = _problems(draft, rules, templates_of(folder))
        print_problems(problems)
        if errors := sum(problem.level == "error" for problem in problems):
            raise Fault(f"nothing was published: {count(errors, 'error')} in the rule files", 1)
        if before and not differs(draft.folder / RULES, releases, before.name):
            click.echo(f"Nothing has changed since release {before.name}; it stays active.")
            return
        release = draft.publish(note)
        changed = _changed(releases, before, draft)
    unsigned = release.counts.options - release.counts.reviewed
    click.echo(f"Published and active: release {release.name} (rulebook {release.rulebook}).")
    click.echo(f"{count(release.counts.options, 'option')}; not reviewed by a clinician: {unsigned}. {changed}")
    if before and release.counts.reviewed < before.counts.reviewed:
        click.echo(f"Reviewed by a clinician: {before.counts.reviewed} before, {release.counts.reviewed} now.")
    if before:
        click.echo(f"To go back to release {before.name}: flask rules rollback")


@click.command("releases")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def releases_command(as_json: bool) -> None:
    """List the releases, the latest first: number and fingerprint, day, options and how many were reviewed.

    Exit code 1 if the active one is not as it was published.
    """
    releases = releases_folder()
    now, fault = _active(releases)
    try:
        found = [_listed(releases, name) for name in reversed(names(releases))]
    except ReleaseError as unreadable:
        raise Fault(str(unreadable), 1) from None
    fault = fault or next((str(e["problem"]) for e in found if e["release"] == now and "problem" in e), "")
    if now and all(entry["release"] != now for entry in found):
        fault = f"release {now} is the active one, and its folder is gone"
    if as_json:
        listed = [{**entry, "active": entry["release"] == now} for entry in found]
        click.echo(json.dumps({"active": now, "releases": listed}, ensure_ascii=False))
    elif not found:
        click.echo("Nothing was published yet: the site serves its own rule files. To publish: flask rules publish")
    else:
        for entry in found:
            mark = "* active" if entry["release"] == now else ""
            click.echo(f"{_line(entry)}  {mark}".rstrip())
        if _unpublished(releases, now):
            people.print(f"{rules_folder()} differs from the active release. To serve it: flask rules publish")
    if fault:
        raise Fault(fault, 1)


@click.command("rollback")
@click.argument("release", required=False)
def rollback_command(release: str | None) -> None:
    """Serve RELEASE again (name, number or fingerprint); the one before the active one, if left out."""
    releases = releases_folder()
    try:
        name = resolve(releases, release)
    except ReleaseError as fault:
        raise Fault(str(fault), 2 if release else 1) from None
    with at_work("Proving the release"):
        back = activate(releases, name)
    click.echo(f"Active: release {back.name} of {back.day} (rulebook {back.rulebook}).")


def _problems(draft: Draft, rules: Path, templates: Path | None) -> list[Problem]:
    """Every problem of the draft, at its place in the folder that it was copied from."""
    try:
        problems = check_tables(draft.tables, templates=templates)
    except RulebookError as fault:
        problems = list(fault.problems)
    return [_at_home(problem, rules) for problem in problems]


def _at_home(problem: Problem, rules: Path) -> Problem:
    inside = Path(problem.place.file)
    if inside.parts[:1] != (RULES,):
        return problem
    path = os.path.relpath(rules / inside.relative_to(RULES))
    shown = str(rules / inside.relative_to(RULES)) if path.startswith("..") else path
    return replace(problem, place=replace(problem.place, file=shown))


def _active(releases: Path) -> tuple[str | None, str]:
    """The active release's name, or why it is not known."""
    try:
        return active(releases), ""
    except ReleaseError as fault:
        return None, str(fault)


def _unpublished(releases: Path, now: str | None) -> bool:
    try:
        return now is not None and differs(rules_folder(), releases, now)
    except (ReleaseError, OSError):
        return False


def _served(releases: Path) -> Release | None:
    """The active release, if it is as it was published."""
    name, _ = _active(releases)
    try:
        return open_release(releases, name)[0] if name else None
    except ReleaseError as fault:
        people.print(f"Note: {fault}", style="yellow")
        return None


def _changed(releases: Path, before: Release | None, draft: Draft) -> str:
    """In one line what changes for visitors."""
    if before is None:
        earlier = len(names(releases)) > 1
        return "What was active can't be compared." if earlier else "It is the first that is served as a release."
    found = diff.diff(open_release(releases, before.name)[1], draft.tables)
    changed = {
        "added or removed": len(found.listed),
        "changes in what is asked": len(found.routing),
        "options with other verdicts": sum(bool(option.verdicts) for option in found.options),
        "with other reasons": sum(bool(option.reasons) for option in found.options),
        "with other caveats": sum(bool(option.caveats) for option in found.options),
        "areas with other notes": len(found.notes),
        "texts worded anew": len(found.wording),
    }
    said = ", ".join(f"{what}: {number}" for what, number in changed.items() if number)
    return f"Changed since {before.name}: {said or 'nothing that visitors get'}."


def _listed(releases: Path, name: str) -> dict[str, str | int]:
    try:
        release, _ = prove(releases, name)
    except ReleaseError as fault:
        return {"release": name, "problem": str(fault)}
    return {
        "release": name,
        "rulebook": release.rulebook,
        "published": release.published,
        "options": release.counts.options,
        "reviewed": release.counts.reviewed,
        "note": release.note,
    }


def _line(entry: dict[str, str | int]) -> str:
    if "problem" in entry:
        return str(entry["problem"])
    day = str(entry["published"])[:10]
    note = f"  {printable(str(entry['note']))}" if entry["note"] else ""
    return f"{entry['release']}  {day}  {entry['options']} options, {entry['reviewed']} reviewed{note}"
