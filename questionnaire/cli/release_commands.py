"""`flask rules publish, releases, rollback, withdraw, upgrade`: which rulebook the site serves, in which format."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import click
from flask import current_app

from ..decide.build_process import BuildError
from ..releases import journal
from ..releases.folder import RULES, active, active_or_none, names, open_release, prove, read, servable
from ..releases.manifest import Release, ReleaseError
from ..releases.publishing import Draft, differs, drafting, resolve, roll_back, withdraw
from ..releases.seals import public_key
from ..releases.withdrawn_options import WithdrawnOption, withdrawn_options
from ..review import diff
from ..review.phrases import count
from ..rulebook.file_format import FORMAT, FormatError, upgrade
from ..rulebook.problems import Problem, RulebookError, printable
from .check_command import print_problems
from .common import Fault, people, rules_folder


def releases_folder() -> Path:
    """The folder of releases; ends the command where the site is set to have none."""
    if not current_app.config["RELEASES"]:
        raise Fault("the site is set to serve no releases (FLASK_RELEASES=none); take that setting away", 2)
    return Path(current_app.config["RELEASES"])


def trusted_keys() -> tuple[str, ...]:
    """The public keys of publishers that the site trusts; none: seals are not looked at."""
    keys: tuple[str, ...] = current_app.config.get("RELEASE_PUBLIC_KEYS", ())
    return keys


@contextmanager
def at_work(what: str) -> Iterator[None]:
    """Say on a terminal what takes long; faults of releases and of building end the command with code 1."""
    try:
        with people.status(what) if people.is_terminal else nullcontext():
            yield
    except (ReleaseError, BuildError) as fault:
        raise Fault(str(fault), 1) from None


@click.command("publish")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--note", default="", help="What for; kept with the release.")
@click.option("--by", default="", help="Who publishes; kept with the release.")
def publish_command(folder: Path | None, note: str, by: str) -> None:
    """Check and build the rulebook in FOLDER (the site's own, if left out), and make it the one that is served.

    Servers that run take it up at their next request. With an error in the rule files nothing changes: exit code 1.
    Where the setting release-key names a private key, the release is sealed with it.
    """
    rules, releases = folder or rules_folder(), releases_folder()
    with at_work("Building and checking the rules"), drafting(rules, releases) as draft:
        key = current_app.config.get("RELEASE_KEY")
        before = _served(releases, [public_key(key)] if key else trusted_keys())
        try:
            problems = draft.built.warnings
        except RulebookError as fault:
            problems = fault.problems
        print_problems(_at_home(problem, rules) for problem in problems)
        if errors := sum(problem.level == "error" for problem in problems):
            raise Fault(f"nothing was published: {count(errors, 'error')} in the rule files", 1)
        if before and not differs(draft.folder / RULES, releases, before.name):
            click.echo(f"Nothing has changed since release {before.name}; it stays active.")
            return
        release = draft.publish(note, printable(by), key, trusted_keys())
        earlier = servable(releases, before=release.name)
        if before is None and earlier:
            before = read(releases, earlier[-1])
        changed = _changed(releases, before, draft)
        same = [name for name in journal.withdrawals(releases) if name.endswith(f"-{release.rulebook}")]
    unsigned = release.counts.options - release.counts.reviewed
    click.echo(f"Published and active: release {release.name} (rulebook {release.rulebook}).")
    click.echo(f"{count(release.counts.options, 'option')}; not reviewed by a clinician: {unsigned}. {changed}")
    if release.holds_until:
        click.echo(f"As built it holds until {release.holds_until}: then what clinic.yaml dates changes by itself.")
    if before and release.counts.reviewed < before.counts.reviewed:
        click.echo(f"Reviewed by a clinician: {before.counts.reviewed} before, {release.counts.reviewed} now.")
    if same:
        click.echo(f"Note: these are the rules of release {same[-1]}, which was withdrawn.")
    if earlier:
        click.echo(f"To go back to release {earlier[-1]}: flask rules rollback")
    _tell_withdrawn(releases)


@click.command("releases")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def releases_command(as_json: bool) -> None:
    """List the releases, the latest first: number and fingerprint, day, options and how many were reviewed.

    Exit code 1 if the active one is not as it was published, or was withdrawn.
    """
    releases = releases_folder()
    now, fault = _active(releases)
    try:
        withdrawn, was_active = journal.withdrawals(releases), journal.once_active(releases)
        listed = [_listed(releases, name) for name in reversed(names(releases))]
    except ReleaseError as unreadable:
        raise Fault(str(unreadable), 1) from None
    for entry in listed:
        name = str(entry["release"])
        if name in withdrawn:
            entry |= {"withdrawn": withdrawn[name].when, "because": withdrawn[name].because}
        elif was_active is not None and name not in was_active and name != now:
            entry["never-active"] = True
        if name == now:
            fault = str(entry.get("problem", ""))
    if now and all(entry["release"] != now for entry in listed):
        fault = f"release {now} is the active one, and its folder is gone"
    if now in withdrawn and not fault:
        fault = f"release {now} is the active one, and was withdrawn. {_WHAT_NOW}"
    if as_json:
        entries = [{**entry, "active": entry["release"] == now} for entry in listed]
        click.echo(json.dumps({"active": now, "releases": entries}, ensure_ascii=False))
    elif not listed:
        click.echo("Nothing was published yet: the site serves its own rule files. To publish: flask rules publish")
    else:
        for entry in listed:
            click.echo(f"{_line(entry)}{'  * active' if entry['release'] == now else ''}")
        with suppress(ReleaseError, OSError):
            if now and differs(rules_folder(), releases, now):
                people.print(f"{rules_folder()} differs from the active release. To serve it: flask rules publish")
    if not as_json:
        _tell_withdrawn(releases)
    if fault:
        raise Fault(fault, 1)


@click.command("rollback")
@click.argument("release", required=False)
@click.option("--even-withdrawn", is_flag=True, help="Take the withdrawal of RELEASE back.")
@click.option("--because", default="", help="Why; kept with the releases that are withdrawn by this.")
def rollback_command(release: str | None, even_withdrawn: bool, because: str) -> None:
    """Serve RELEASE again (name, number or fingerprint); the last one before the active one, if left out.

    Releases after it are withdrawn: they are not served again by themselves, and their codes follow the rules of now.
    """
    releases = releases_folder()
    name = _named(releases, release)
    with at_work("Proving the release"):
        back = roll_back(releases, name, even_withdrawn, because, trusted_keys())
    click.echo(f"Active: release {back.name} of {back.day} (rulebook {back.rulebook}).")
    _tell_withdrawn(releases)


@click.command("withdraw")
@click.argument("release", required=False)
@click.option("--because", default="", help="Why; kept with the withdrawal.")
def withdraw_command(release: str | None, because: str) -> None:
    """Never serve RELEASE again (name, number or fingerprint); the active one, if left out.

    In the place of the active one, the last release before it that is not withdrawn is served. Exit code 1 if there is
    none: then visitors read that the guide is not available, until something is published.
    """
    releases = releases_folder()
    now, fault = _active(releases)
    if release is None and now is None:
        raise Fault(fault or "nothing was published yet, so there is nothing to withdraw", 1)
    name = _named(releases, release or now)
    with at_work("Looking for the release to serve instead"):
        serves = withdraw(releases, name, because, trusted_keys())
    click.echo(f"Withdrawn: release {name}. It is not served again, nor to anybody who has a code of it.")
    if serves is None:
        raise Fault(f"no release is left to serve: visitors read that the guide is not available. {_WHAT_NOW}", 1)
    click.echo(f"Active: release {serves.name} of {serves.day} (rulebook {serves.rulebook}).")


_WHAT_NOW = (
    "Correct the rule files and publish them (flask rules publish), or take a withdrawal back "
    "(flask rules rollback RELEASE --even-withdrawn)"
)


@click.command("upgrade")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def upgrade_command(folder: Path | None) -> None:
    """Bring the rule files in FOLDER (the site's own, if left out) up to the format of this version of the project."""
    rules = folder or rules_folder()
    try:
        before = upgrade(rules)
    except (FormatError, RulebookError) as fault:
        raise Fault(str(fault), 1) from None
    except OSError as fault:
        raise Fault(f"{fault.filename} can't be written ({fault.strerror})", 1) from None
    if before == FORMAT:
        click.echo(f"{rules} has the format {FORMAT} already; nothing was changed.")
    else:
        click.echo(f"{rules}: brought from format {before} to {FORMAT}. Next: flask rules check")


def _tell_withdrawn(releases: Path) -> None:
    """Say which options are not offered now, whichever release is served."""
    with suppress(ReleaseError):
        for one in withdrawn_options(releases):
            click.echo(_not_offered(one))


def _not_offered(one: WithdrawnOption) -> str:
    by = f", by {printable(one.by)}" if one.by else ""
    return f"Not offered since {one.when[:10]}{by}, in any release: {one.option} ({printable(one.because)})"


def _named(releases: Path, word: str | None) -> str:
    """The release that is meant; ends the command where there is none."""
    try:
        return resolve(releases, word)
    except ReleaseError as fault:
        raise Fault(str(fault), 2 if word else 1) from None


def _at_home(problem: Problem, rules: Path) -> Problem:
    """The problem of a draft at its place in the folder that it was copied from."""
    inside = Path(problem.place.file)
    if inside.parts[:1] != (RULES,):
        return problem
    path = rules / inside.relative_to(RULES)
    shown = os.path.relpath(path)
    return replace(problem, place=replace(problem.place, file=str(path) if shown.startswith("..") else shown))


def _active(releases: Path) -> tuple[str | None, str]:
    """The active release's name, or why it is not known."""
    try:
        return active(releases), ""
    except ReleaseError as fault:
        return None, str(fault)


def _served(releases: Path, trusted: Sequence[str]) -> Release | None:
    """The active release, if it is as it was published, by one of the `trusted` if there are any, and not withdrawn."""
    name = active_or_none(releases)
    try:
        if name is None or name in journal.withdrawals(releases):
            return None
        return open_release(releases, name, None, trusted)[0]
    except ReleaseError as fault:
        people.print(f"Note: {fault}", style="yellow")
        return None


def _changed(releases: Path, before: Release | None, draft: Draft) -> str:
    """In one line what changes for visitors."""
    if before is None:
        if len(names(releases)) > 1:
            return "What was active is damaged or withdrawn, and is not compared."
        return "It is the first that is served as a release."
    changes = diff.diff(open_release(releases, before.name)[1], draft.tables)
    counts = {
        "added or removed": len(changes.listed),
        "changes in what is asked": len(changes.routing),
        "options with other verdicts": len(changes.changed("verdicts")),
        "with other reasons": len(changes.changed("reasons")),
        "with other caveats": len(changes.changed("caveats")),
        "areas with other notes": len(changes.changed("notes", "reordered")),
        "texts worded anew": len(changes.wording),
    }
    told = ", ".join(f"{what}: {number}" for what, number in counts.items() if number)
    return f"Changed since {before.name}: {told or 'nothing that visitors get'}."


def _listed(releases: Path, name: str) -> dict[str, str | int]:
    try:
        release, _ = prove(releases, name, trusted_keys())
    except ReleaseError as fault:
        return {"release": name, "problem": str(fault)}
    counts = {"options": release.counts.options, "reviewed": release.counts.reviewed}
    return {
        "release": name,
        "rulebook": release.rulebook,
        "published": release.published,
        **counts,
        "note": release.note,
        **({"publisher": release.publisher} if release.publisher else {}),
        **({"holds-until": release.holds_until} if release.holds_until else {}),
    }


def _line(entry: dict[str, str | int]) -> str:
    state = "  never active" if "never-active" in entry else ""
    if "withdrawn" in entry:
        because = f": {printable(str(entry['because']))}" if entry["because"] else ""
        state = f"  withdrawn {str(entry['withdrawn'])[:10]}{because}"
    if "problem" in entry:
        return f"{entry['problem']}{state}"
    day = str(entry["published"])[:10]
    note = f"  {printable(str(entry['note']))}" if entry["note"] else ""
    by = f"  by {printable(str(entry['publisher']))}" if "publisher" in entry else ""
    until = f", as built until {entry['holds-until']}" if "holds-until" in entry else ""
    return (
        f"{entry['release']}  {day}  {entry['options']} options, {entry['reviewed']} reviewed{until}{by}{note}{state}"
    )
