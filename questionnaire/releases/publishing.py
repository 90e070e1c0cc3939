"""Releases made, activated and withdrawn: written beside, proved, renamed; a fault on the way changes nothing."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from ..decide.build_process import Built, Child
from ..decide.in_force import holds_until
from ..decide.serialize import as_text
from ..decide.sign_off_units import reviewed_options
from ..decide.tables import DecisionTables
from ..rulebook.rule_files import FORMAT_FILE, rule_files
from . import journal, manifest, seals
from .disk import content, locked, remove, replace, sync_folder, write_new
from .folder import (
    ACTIVE,
    MANIFEST,
    MOST_MANIFEST,
    RULES,
    SEAL,
    TABLES,
    active,
    active_or_none,
    fingerprint,
    names,
    number,
    open_release,
    prove,
    read,
    servable,
)
from .manifest import Counts, Release, ReleaseError

DRAFT = ".new-"
LOCK = ".lock"
SERVED = ".served"
"""Holds the rules that a site was started with while nothing was published: a whole release, but for its place."""
MOST_RULES = 1024 * 1024
"""Bytes of a rule file that are copied at all; the reader takes far fewer, and says where one is too large."""
FIRST = "What the site served before anything was published."


@dataclass(frozen=True)
class Draft:
    """A copy of rule files that is no release yet; `files`: {path in the draft: [SHA-256, bytes]}."""

    releases: Path
    folder: Path
    files: Mapping[str, tuple[str, int]]

    @cached_property
    def built(self) -> Built:
        """What the gate makes of the copied files, in a process of its own. Raises RulebookError and BuildError."""
        return Child(Path(RULES), at=self.folder).result()

    @property
    def tables(self) -> DecisionTables:
        """The tables of the copied files. Raises RulebookError and BuildError."""
        return self.built.tables

    def publish(self, note: str, by: str = "", key: Path | None = None, trusted: Collection[str] = ()) -> Release:
        """Make a release of the draft and activate it. Raises ReleaseError; then the active release is as before.

        `by`: who publishes it. `key`: the file with the private key that seals it, if there is one. `trusted`: the
        public keys that servers trust; what they would refuse is not made.
        """
        if trusted and not key:
            raise ReleaseError(
                "only sealed releases are trusted here (release-public-keys), and there is no key to seal with "
                "(release-key); nothing was published"
            )
        trusted = trusted or ([seals.public_key(key)] if key else [])
        with disk_faults(self.releases):
            first = _seal_what_was_served(self.releases, self.tables.rulebook.fingerprint)
            place = max(map(number, names(self.releases)), default=0) + 1
            release = _write_release(self.folder, place, self.tables, self.files, note, by)
            if key:
                data = content(self.folder / MANIFEST, MOST_MANIFEST)
                write_new(self.folder / SEAL, seals.seal(key, seals.RELEASE, data))
                sync_folder(self.folder)
            os.rename(self.folder, self.releases / release.name)
            try:
                sync_folder(self.releases)
                open_release(self.releases, release.name, None, trusted)  # read back as a server will
                activate(self.releases, release.name, first)
            except BaseException:
                if active_or_none(self.releases) != release.name:
                    shutil.rmtree(self.releases / release.name, ignore_errors=True)
                raise
        return release


@contextmanager
def drafting(rules: Path, releases: Path) -> Iterator[Draft]:
    """A draft of the rule files in `rules`, for as long as the `with` lasts, in which nobody else can publish.

    Raises ReleaseError where the draft can't be written.
    """
    with alone(releases):
        folder = releases / f"{DRAFT}{os.getpid()}"
        try:
            with disk_faults(releases):
                for left_over in releases.glob(f"{DRAFT}*"):  # of somebody whose power failed, say
                    remove(left_over)
                folder.mkdir()
                files = dict(_copy(rules, folder))
            yield Draft(releases, folder, files)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def keep_served(rules: Path, releases: Path, tables: DecisionTables, since: float) -> None:
    """Keep the rule files that a site serves while nothing is published, so that there is a release to go back to.

    Does nothing where any of them changed after `since` (seconds since 1970), as they are then not what is served.
    Raises ReleaseError where they can't be kept.
    """
    with drafting(rules, releases) as draft, disk_faults(releases):
        paths = [path for file in _paths(rules) for path in (file, file.parent)]
        if active(releases) is None and all(path.stat().st_ctime <= since for path in paths):
            release = _write_release(draft.folder, 1, tables, draft.files, FIRST)
            remove(releases / SERVED)
            (releases / SERVED).mkdir()
            os.rename(draft.folder, releases / SERVED / release.name)


def roll_back(
    releases: Path, name: str, even_withdrawn: bool = False, because: str = "", trusted: Collection[str] = ()
) -> Release:
    """Make another release the active one. All that came after it are withdrawn: it is put in their place.

    Raises ReleaseError where it is not as it was published, by one of the `trusted` keys if there are any, and where
    it is withdrawn itself unless `even_withdrawn`, which restores it.
    """
    with alone(releases), disk_faults(releases):
        release, _ = open_release(releases, name, None, trusted)
        withdrawn = journal.withdrawals(releases)
        if name in withdrawn and not even_withdrawn:
            reason = f" ({withdrawn[name].because})" if withdrawn[name].because else ""
            raise ReleaseError(
                f"release {name} was withdrawn on {withdrawn[name].when[:10]}{reason}; to serve it all the same: "
                f"flask rules rollback {number(name)} --even-withdrawn"
            )
        later = [other for other in names(releases) if number(other) > number(name) and other not in withdrawn]
        journal.write_withdrawn(releases, later, because or f"went back to {name}")
        if name in withdrawn:
            journal.write_withdrawn(releases, [name], because, "restored")
        activate(releases, name)
    return release


def withdraw(releases: Path, name: str, because: str, trusted: Collection[str] = ()) -> Release | None:
    """Write down that a release must never be served again, and give the release that is active then.

    Where it was the active one, that is the newest earlier one that is whole, sealed by one of the `trusted` keys if
    there are any, and not withdrawn; None where there is none. Raises ReleaseError.
    """
    with alone(releases), disk_faults(releases):
        if name not in journal.withdrawals(releases):
            journal.write_withdrawn(releases, [name], because)
        now = active(releases)
        if now is not None and now not in journal.withdrawals(releases):
            return read(releases, now)
        for earlier in reversed(servable(releases, before=now)):
            with suppress(ReleaseError):  # `flask rules releases` names what is wrong with it
                release, _ = open_release(releases, earlier, None, trusted)
                activate(releases, earlier)
                return release
    return None


def resolve(releases: Path, word: str | None) -> str:
    """The name of the release that is meant: by name, number or fingerprint; without a word, the one to go back to.

    That is the newest before the active one that was active once and is not withdrawn. Raises ReleaseError.
    """
    if word is None:
        try:
            now = active(releases)
        except ReleaseError as fault:
            raise ReleaseError(f"{fault}. Say which release is meant: flask rules rollback NUMBER") from None
        if now is None:
            raise ReleaseError("nothing was published yet, so there is nothing to go back from")
        if before := servable(releases, before=now):
            return before[-1]
        raise ReleaseError(
            f"there is no release before {now} that was served and is not withdrawn. To serve other rules, correct "
            "the rule files and publish them: flask rules publish"
        )
    known = names(releases)
    meant = [name for name in known if word in (name, fingerprint(name)) or word.lstrip("0") == str(number(name))]
    if not meant:
        raise ReleaseError(f"there is no release '{word}'; known: {', '.join(known) or 'none yet'}")
    return meant[-1]


def differs(rules: Path, releases: Path, name: str) -> bool:
    """Whether the rule files in `rules` are others than those of a release. Raises ReleaseError, OSError."""
    published = {path: seal[0] for path, seal in read(releases, name).files.items() if path.startswith(f"{RULES}/")}
    return published != {f"{RULES}/{path}": manifest.sha256(data) for path, data in _rule_files(rules)}


def _seal_what_was_served(releases: Path, draft: str) -> Sequence[str]:
    """Before the first publish: make a release of the rules that the site was started with, and give its name.

    None is made where the draft, whose fingerprint is given, is the same, or where what was kept is damaged: then there
    is nothing to go back to, as if no site had been started here.
    """
    served, sealed = releases / SERVED, []
    if active(releases) is None:
        with suppress(ReleaseError):
            sealed = [name for name in names(served) if fingerprint(name) != draft and prove(served, name)]
        for name in sealed:
            if not (releases / name).exists():
                os.rename(served / name, releases / name)
                sync_folder(releases)
    remove(served)
    return sealed


def _write_release(
    folder: Path, place: int, tables: DecisionTables, files: Mapping[str, tuple[str, int]], note: str, by: str = ""
) -> Release:
    """Put tables and a manifest beside the copied rule files, all on the disk before this returns."""
    text = as_text(tables).encode()
    release = Release(
        name=f"{place:04}-{tables.rulebook.fingerprint}",
        rulebook=tables.rulebook.fingerprint,
        published=journal.now(),
        note=note,
        counts=_counts(tables),
        files={**files, TABLES: (manifest.sha256(text), len(text))},
        holds_until=holds_until(tables.rulebook, date.today().isoformat()),
        publisher=by,
    )
    write_new(folder / TABLES, text)
    write_new(folder / MANIFEST, manifest.as_text(release).encode())
    for below, _, _ in os.walk(folder, topdown=False):
        sync_folder(Path(below))
    return release


def _counts(tables: DecisionTables) -> Counts:
    rows = sum(len(table.rows) for table in tables.options.values())
    return Counts(len(tables.options), len(reviewed_options(tables, date.today())), rows)


def _copy(rules: Path, draft: Path) -> Iterator[tuple[str, tuple[str, int]]]:
    """Copy every rule file into the draft; its path there, its SHA-256 and its size."""
    for path, data in _rule_files(rules):
        to = draft / RULES / path
        to.parent.mkdir(parents=True, exist_ok=True)
        write_new(to, data)
        yield f"{RULES}/{path}", (manifest.sha256(data), len(data))


def _rule_files(rules: Path) -> Iterator[tuple[str, bytes]]:
    """Every rule file of a folder: its path there, and its bytes. Raises ReleaseError for one that can't be read."""
    for path in _paths(rules):
        try:
            data = content(path, MOST_RULES)
        except OSError as fault:
            raise ReleaseError(f"{path} can't be read ({fault.strerror})") from None
        yield path.relative_to(rules).as_posix(), data


def _paths(rules: Path) -> list[Path]:
    """Every rule file and the version of their format."""
    return sorted([*rule_files(rules), *([rules / FORMAT_FILE] if (rules / FORMAT_FILE).is_file() else [])])


def activate(releases: Path, name: str, served_before: Sequence[str] = ()) -> None:
    """Name the active release, and write down which were active until now and which is."""
    replace(releases / ACTIVE, f"{name}\n".encode())
    journal.write_active(releases, [*served_before, name])


@contextmanager
def disk_faults(releases: Path) -> Iterator[None]:
    """Whatever the disk refuses becomes one clear error, which says what is active now."""
    try:
        yield
    except OSError as fault:
        what = f"{fault.strerror}: {fault.filename}" if fault.filename else fault.strerror
        now = active_or_none(releases) or "none"
        raise ReleaseError(f"{releases} can't be written ({what}); active is {now}") from None


def _not_for_another(releases: Path) -> None:
    """Raises ReleaseError where root would leave files in a folder of somebody else, who could not use it any more."""
    there = next(folder for folder in (releases.absolute(), *releases.absolute().parents) if folder.exists())
    if os.geteuid() == 0 and (owner := there.stat().st_uid):
        name = f"#{owner}"
        with suppress(KeyError):
            name = pwd.getpwuid(owner).pw_name
        raise ReleaseError(f"{there} belongs to {name}; do this as that user: sudo -u {name} ...")


@contextmanager
def alone(releases: Path) -> Iterator[None]:
    """Nobody else publishes, rolls back or withdraws meanwhile, in any process; the history is complete then."""
    with ExitStack() as stack:
        with disk_faults(releases):
            _not_for_another(releases)
            if not releases.is_dir():
                releases.mkdir(parents=True, exist_ok=True)
                sync_folder(releases.parent)
            refusal = "somebody else is publishing or rolling back; try again when that has ended"
            stack.enter_context(locked(releases / LOCK, 0, refusal))
            _complete_history(releases)
        yield


def _complete_history(releases: Path) -> None:
    """Write down what an earlier version of the project, which had no history, or a power failure left out of it.

    From then on, a release that is not in the history was never active.
    """
    was_active, now = journal.once_active(releases), active_or_none(releases)
    if was_active is None:
        earlier = [name for name in names(releases) if now is None or number(name) <= number(now)]
        journal.write_active(releases, earlier)
    elif now is not None and now not in was_active:
        journal.write_active(releases, [now])
