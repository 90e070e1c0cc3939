"""The rulebook as it stands in the files now, with its problems, and the one that is live: each is built once."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from flask import current_app, g

from .. import PROJECT
from ..decide.build_process import BuildError, Child
from ..decide.in_language import in_language
from ..decide.tables import DecisionTables
from ..releases.folder import active, open_release
from ..releases.manifest import Release, ReleaseError
from ..releases.withdrawn_options import WithdrawnOption, withdrawn_options
from ..review.claims_against_document import sentences_by_passage
from ..review.editor_schema import schemas
from ..rulebook.problems import Problem, RulebookError
from ..rulebook.rule_files import FORMAT_FILE, rule_files
from ..rulebook.schema import TRANSLATIONS
from .reach import Reach, reach
from .schema_form import Shape

BUILD = "questionnaire.gate:build_draft"
MOST_KEPT, MOST_COMPARED = 6, 24
"""Rulebooks, and what is worked out of them."""
T = TypeVar("T")
TRIES = 3
"""How often the files are read again where somebody changes them meanwhile."""


@dataclass(frozen=True)
class Draft:
    """A rulebook and every problem that the checks find in it. `digest`: of all its files, byte for byte."""

    digest: str
    tables: DecisionTables
    problems: tuple[Problem, ...]

    @cached_property
    def reach(self) -> Mapping[str, Reach]:
        """How many of all ways to answer meet each option."""
        return reach(self.tables)

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """What may stand in each kind of rule file, with the names that this rulebook knows."""
        page = (PROJECT / "docs" / "rule-format.md").read_text(encoding="utf-8")
        return {name: Shape(text) for name, text in schemas(page, self.tables.rulebook)}

    @cached_property
    def in_languages(self) -> Mapping[str, DecisionTables]:
        """Its tables as they were written, under an empty name, and in each language that there is a translation to."""
        languages = self.tables.rulebook.translations
        return {"": self.tables, **{code: in_language(self.tables, code) for code in languages}}

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep it from visitors; those of translations do not, as before publishing (gate.py)."""
        return tuple(
            one
            for one in self.problems
            if one.level == "error" and one.check != "sign-off" and Path(one.place.file).parent.name != TRANSLATIONS
        )


class Building(Exception):
    """A rulebook that is not built yet. `seconds`: since its build began; `about`: how many the last one took, or 0."""

    def __init__(self, seconds: float, about: float) -> None:
        self.seconds, self.about = round(seconds), round(about)
        super().__init__(f"built since {self.seconds} seconds")


@dataclass(frozen=True)
class Job(Generic[T]):
    """Work that goes on in a thread of its own, whoever still waits for it."""

    result: Future[T]
    begun: float


class Drafts:
    """The latest rulebooks that were built, by the digest of their files; each is built once, whoever asks.

    One is built at a time, in a process of its own. Nobody waits for it longer than a page may take.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Draft | RulebookError] = OrderedDict()
        self._jobs: dict[str, Job[Draft | RulebookError | None]] = {}
        self._compared: OrderedDict[tuple[str, ...], Job[Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._builder = ThreadPoolExecutor(1, "build")
        self._took = 0.0

    def of(self, folder: Path, patience: float, copy: bool = False) -> Draft:
        """The rulebook in a folder. `copy`: build a copy of it, as the folder will be gone.

        Raises RulebookError where it can't be loaded, BuildError, and Building after so many seconds of patience.
        """
        until = time.monotonic() + patience
        for _ in range(TRIES):
            digest = digest_of(folder)
            known = self._known(digest) or self._built(digest, folder, copy, max(0.0, until - time.monotonic()))
            if isinstance(known, RulebookError):
                raise known
            if known is not None and digest_of(folder) == digest:
                return known
        raise BuildError("somebody changes the rule files all the time; please try again")

    def compared(self, key: tuple[str, ...], compare: Callable[[], T], patience: float) -> T:
        """What a comparison of rulebooks gives, made once for each key, in the thread of builds. Raises Building."""
        with self._lock:
            job: Job[T] | None = self._compared.get(key)
            if job is None:
                job = self._compared[key] = Job(self._builder.submit(compare), time.monotonic())
                while len(self._compared) > MOST_COMPARED:
                    self._compared.popitem(last=False)
        try:
            return job.result.result(patience)
        except TimeoutError:
            raise Building(time.monotonic() - job.begun, 0) from None
        except Exception:
            with self._lock:  # what failed is tried again by whoever asks next
                self._compared.pop(key, None)
            raise

    def _known(self, digest: str) -> Draft | RulebookError | None:
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
            return self._kept.get(digest)

    def _built(self, digest: str, folder: Path, copy: bool, patience: float) -> Draft | RulebookError | None:
        """What a build gives, begun here or by somebody else; None where the files changed under it."""
        with self._lock:
            job = self._jobs.get(digest)
            if job is None:
                if copy:
                    temporary = Path(tempfile.mkdtemp()) / "rules"
                    shutil.copytree(folder, temporary)
                    folder = temporary
                job = Job(self._builder.submit(self._build, folder, digest, copy), time.monotonic())
                self._jobs[digest] = job
        try:
            return job.result.result(patience)
        except TimeoutError:
            raise Building(time.monotonic() - job.begun, self._took) from None

    def _build(self, folder: Path, digest: str, copy: bool) -> Draft | RulebookError | None:
        begun = time.monotonic()
        result: Draft | RulebookError | None = None
        try:
            built = Child(Path(), at=folder.resolve(), build=BUILD).result()  # places name its files as seen from it
            result = Draft(digest, built.tables, built.warnings)
            _ = result.reach, result.shapes, result.in_languages  # here, and not in the first page that asks
        except RulebookError as fault:
            result = fault
        finally:
            if digest_of(folder) != digest:
                result = None
            if copy:
                shutil.rmtree(folder.parent, ignore_errors=True)
            with self._lock:
                del self._jobs[digest]
                if result is not None:
                    self._kept[digest], self._took = result, time.monotonic() - begun
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return result


def digest_of(folder: Path) -> str:
    """A SHA-256 over the paths and bytes of all rule files of a folder. Raises OSError."""
    digest = hashlib.sha256()
    for path in sorted([*rule_files(folder), folder / FORMAT_FILE]):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def rules_folder() -> Path:
    """The folder of rule files that the settings name."""
    return Path(current_app.config["RULES"])


def releases_folder() -> Path | None:
    """The folder of releases that the settings name; None where the site is set to serve none."""
    return Path(current_app.config["RELEASES"]) if current_app.config["RELEASES"] else None


def trusted_keys() -> tuple[str, ...]:
    """The public keys of publishers, one of which must have sealed each release; none: seals are not looked at."""
    keys: tuple[str, ...] = current_app.config.get("RELEASE_PUBLIC_KEYS", ())
    return keys


def current() -> Draft:
    """The rulebook as it stands in the files now, the same for all of a request.

    Raises RulebookError, BuildError, and Building where a page would take too long.
    """
    if "draft" not in g:
        g.draft = draft_of(rules_folder())
    draft: Draft = g.draft
    return draft


def draft_of(folder: Path, copy: bool = False) -> Draft:
    """The rulebook in a folder, as Drafts gives it, with the patience of a page."""
    drafts: Drafts = current_app.extensions["desk_drafts"]
    return drafts.of(folder, patience(), copy)


def patience() -> float:
    """How many seconds this page may still wait for what is built or compared, in all."""
    until: float = g.setdefault("patient_until", time.monotonic() + current_app.config["DESK_PATIENCE"])
    return max(0.0, until - time.monotonic())


def live() -> tuple[Release, DecisionTables] | None:
    """The release that visitors are served; None where nothing was published, or it is not as it was."""
    folder = releases_folder()
    if folder is None:
        return None
    try:
        name = active(folder)
        if name is None:
            return None
        kept: dict[str, tuple[Release, DecisionTables]] = current_app.extensions["desk_live"]
        if name not in kept:
            opened = open_release(folder, name, None, trusted_keys())
            kept.clear()
            kept[name] = opened
        return kept[name]
    except ReleaseError:
        return None


def withdrawn() -> tuple[dict[str, WithdrawnOption], str]:
    """The options that visitors are not offered now, by name; and why that can't be read, or nothing."""
    folder = releases_folder()
    try:
        return {one.option: one for one in withdrawn_options(folder)} if folder and folder.is_dir() else {}, ""
    except ReleaseError as fault:
        return {}, str(fault)


def passages(draft: Draft) -> Mapping[str, str]:
    """The documents' own sentences by their passage, as far as the setting desk-documents gives their text."""
    kept: dict[str, Mapping[str, str]] = current_app.extensions["desk_passages"]
    if draft.digest not in kept:
        texts = [Path(path).read_text(encoding="utf-8") for path in current_app.config["DESK_DOCUMENTS"]]
        kept.clear()
        kept[draft.digest] = sentences_by_passage(draft.tables.rulebook, "\n".join(texts)) if texts else {}
    return kept[draft.digest]
