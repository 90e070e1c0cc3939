"""Releases of our own rules that differ in a mark which visitors can see, published as staff do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .running_site import PROJECT, RULES, SETTINGS

MEMORY = Path("/dev/shm")
"""A disk in memory, so that a run does not wait for a real one to flush its files."""
DIGITS, MARK = "abcdefghij", re.compile(r"\bedition ([a-j]+)\b")
"""A version in letters, as a check of ours refuses numbers that no claim has."""


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder for rules and releases, removed at the end."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def versions_on(page: str) -> set[int]:
    """The versions whose marks stand on a page."""
    return {int("".join(str(DIGITS.index(letter)) for letter in mark)) for mark in MARK.findall(page)}


def write_rules(folder: Path, version: int) -> Path:
    """Our own rules in a new folder, with a mark in each option's name and in why each question is asked."""
    shutil.copytree(RULES, folder)
    mark = "edition " + "".join(DIGITS[int(digit)] for digit in str(version))
    for path in folder.rglob("*.yaml"):
        if path.name == "questions.yaml":
            path.write_text(re.sub(r"(?m)^(    why: .*)$", rf"\1 This is {mark}.", path.read_text()))
        elif path.parent != folder:
            path.write_text(re.sub(r"(?m)^(name: .*)$", rf"\1, {mark}", path.read_text()))
    return folder


def command(*words: str, releases: Path, rules: Path = RULES, key: Path | None = None) -> subprocess.Popen[str]:
    """A running `flask rules ...` on these rules and releases; its standard output and errors in one pipe."""
    sealing = {"FLASK_RELEASE_KEY": str(key)} if key else {}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "rules", *words],
        cwd=PROJECT,
        env={**os.environ, **SETTINGS, "FLASK_RULES": str(rules), "FLASK_RELEASES": str(releases), **sealing},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(*words: str, releases: Path, rules: Path = RULES, key: Path | None = None) -> tuple[int, str]:
    """The exit code of `flask rules ...` and all that it printed."""
    process = command(*words, releases=releases, rules=rules, key=key)
    output, _ = process.communicate(timeout=120)
    return process.returncode, output


def publish(folder: Path, version: int, key: Path | None = None) -> str:
    """Publish a version into `folder`/releases; the name of the release. Raises RuntimeError where it is refused."""
    rules = write_rules(folder / f"rules-{version}", version)
    code, output = run("publish", releases=folder / "releases", rules=rules, key=key)
    if code:
        raise RuntimeError(f"publish ended with exit code {code}: {output}")
    return active(folder / "releases")


def active(releases: Path) -> str:
    """The name of the active release; empty where there is none."""
    file = releases / "active"
    return file.read_text().strip() if file.exists() else ""


def left_over(releases: Path) -> set[str]:
    """What publishing has left half done: folders that are no releases, and hidden files but its lock."""
    folders = {entry.name for entry in releases.iterdir() if entry.is_dir()}
    whole = {name for name in folders if (releases / name / "manifest.json").exists()}
    return folders - whole | {entry.name for entry in releases.glob(".*") if entry.name != ".lock"}
