"""The rulebook as it stands in the files now, with its problems, and the one that is live: each is built once."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import current_app, g

from .. import PROJECT
from ..decide.build_process import Child
from ..decide.tables import DecisionTables
from ..releases.folder import active, open_release
from ..releases.manifest import Release, ReleaseError
from ..review.editor_schema import schemas
from ..review.source_document import sentences_by_passage
from ..rulebook.problems import Problem, RulebookError
from ..rulebook.rule_files import FORMAT_FILE, rule_files
from .reach import Reach, reach
from .schema_form import Shape

BUILD = "questionnaire.gate:build_draft"
MOST_KEPT = 6
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

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep it from visitors."""
        return tuple(problem for problem in self.problems if problem.level == "error" and problem.check != "sign-off")


class Drafts:
    """The latest rulebooks that were built, by folder and digest; each is built once, whoever asks."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Draft | RulebookError] = OrderedDict()
        self._lock = threading.Lock()
        self._building = threading.Lock()

    def of(self, folder: Path) -> Draft:
        """The rulebook in a folder. Raises RulebookError where it can't be loaded, and BuildError."""
        for _ in range(TRIES):
            digest = digest_of(folder)
            key = f"{digest} {folder}"  # places name files of that folder
            known = self._known(key)
            if known is None:
                with self._building:  # one child at a time; whoever waited finds it built
                    known = self._known(key) or self._build(folder, digest, key)
            if digest_of(folder) == digest:
                break
        if isinstance(known, RulebookError):
            raise known
        assert known is not None
        return known

    def _known(self, key: str) -> Draft | RulebookError | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _build(self, folder: Path, digest: str, key: str) -> Draft | RulebookError:
        result: Draft | RulebookError
        try:
            built = Child(folder, build=BUILD).result()
            result = Draft(digest, built.tables, built.warnings)
        except RulebookError as fault:
            result = fault
        with self._lock:
            self._kept[key] = result
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
    """The rulebook as it stands in the files now, the same for all of a request. Raises RulebookError, BuildError."""
    if "draft" not in g:
        drafts: Drafts = current_app.extensions["desk_drafts"]
        g.draft = drafts.of(rules_folder())
    draft: Draft = g.draft
    return draft


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


def passages(draft: Draft) -> Mapping[str, str]:
    """The documents' own sentences by their passage, as far as the setting desk-documents gives their text."""
    kept: dict[str, Mapping[str, str]] = current_app.extensions["desk_passages"]
    if draft.digest not in kept:
        texts = [Path(path).read_text(encoding="utf-8") for path in current_app.config["DESK_DOCUMENTS"]]
        kept.clear()
        kept[draft.digest] = sentences_by_passage(draft.tables.rulebook, "\n".join(texts)) if texts else {}
    return kept[draft.digest]
