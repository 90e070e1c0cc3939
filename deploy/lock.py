"""`make lock`: the readable lists of requirements, written out with the hash of every file that may be installed.

`python -m deploy.lock UV` writes requirements*.lock with the program uv. With `--check` it compares them with the
lists, and needs nothing but Python.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LISTS = ("requirements", "requirements-dev", "requirements-tools", "requirements-mutation")
COMPILED = "durable-rules"
"""The one package that is built here, from source; of all others only ready-made files are taken."""
BUILDERS = ("pip", "setuptools")
"""What builds it. They have to be there first, so they have a file of their own."""
OLDEST = "3.11"
HEAD = f"""\
# Made from {{}}.txt by `make lock`; change that file, not this one.
--only-binary :all:
--no-binary {COMPILED}
"""
LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)(.*)$")


@dataclass(frozen=True)
class Pin:
    """One line of a list or of a lock: name and version, for which systems, with which options, with which hashes."""

    name: str
    version: str
    marker: str = ""
    options: str = ""
    hashes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The line as pip reads it."""
        marker = f" ; {self.marker}" if self.marker else ""
        options = f" {self.options}" if self.options else ""
        return " \\\n    ".join([f"{self.name}=={self.version}{marker}{options}", *self.hashes]) + "\n"


def pins(text: str) -> list[Pin]:
    """The pins that a list or a lock names itself, not those of the files that it refers to."""
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [_pin(found) for line in lines if (found := LINE.match(re.sub(r"\s*(^|\s)#.*", "", line).strip()))]


def _pin(found: re.Match[str]) -> Pin:
    hashes = tuple(re.findall(r"--hash=\S+", found[3]))
    rest = re.sub(r"\s*--hash=\S+", "", found[3]).strip()
    marker, options = re.match(r"(?:;\s*)?(.*?)\s*((?:--.*)?)$", rest).groups()  # type: ignore[union-attr]
    return Pin(re.sub(r"[-_.]+", "-", found[1]).lower(), found[2], marker, options, hashes)


def locked(wanted: list[Pin], written: list[Pin]) -> list[Pin]:
    """What uv has written, with the lines that have options as they are in the list: uv does not know those."""
    special = {pin.name for pin in wanted if pin.options}
    own = [pin for pin in wanted if pin.name in special]
    found = []
    for pin in written:
        lines = [line for line in own if line.name == pin.name] or [pin]
        found += [Pin(pin.name, pin.version, line.marker, line.options, pin.hashes) for line in lines]
    return found


def differences(name: str, listed: list[Pin], locked: list[Pin], whole: bool) -> list[str]:
    """What a list and its lock don't say alike. A `whole` list names all that is brought along too,
    but for what some systems alone need."""
    lines = {(pin.name, pin.version, pin.options) for pin in locked}
    names = {pin.name for pin in listed}
    said = [
        f"{name}.lock: {pin.name}=={pin.version} of {name}.txt is not in it as it is there"
        for pin in listed
        if (pin.name, pin.version, pin.options) not in lines
    ]
    said += [f"{name}.lock: {pin.name}=={pin.version} has no hash" for pin in locked if not pin.hashes]
    if whole:
        said += [
            f"{name}.txt: {pin.name}=={pin.version} is brought along and not listed"
            for pin in locked
            if pin.name not in names and "platform" not in pin.marker
        ]
    return said


def problems(folder: Path = PROJECT) -> list[str]:
    """What is wrong with the locks of a folder, one line each."""
    said: list[str] = []
    site = pins((folder / "requirements.txt").read_text())
    for name in LISTS:
        listed = pins((folder / f"{name}.txt").read_text())
        if name == "requirements-dev":
            listed += site
        try:
            said += differences(name, listed, pins((folder / f"{name}.lock").read_text()), name == "requirements")
        except FileNotFoundError:
            said.append(f"{name}.lock is missing")
    site_lock, builder = folder / "requirements.lock", folder / "requirements-build.lock"
    if site_lock.exists() and (not builder.exists() or builder.read_text() != _builder(pins(site_lock.read_text()))):
        said.append(f"requirements-build.lock does not name the {' and '.join(BUILDERS)} of requirements.lock")
    return said


def _builder(site: list[Pin]) -> str:
    head = f"# Made from requirements.txt by `make lock`: what builds {COMPILED}, installed before it.\n"
    return head + "--only-binary :all:\n" + "".join(str(pin) for pin in site if pin.name in BUILDERS)


def write(uv: str) -> None:
    """Write every lock anew. What the lists don't pin keeps its version where it can."""
    site = pins((PROJECT / "requirements.txt").read_text())
    for name in LISTS:
        lock = PROJECT / f"{name}.lock"
        before = pins(lock.read_text()) if lock.exists() else []
        with tempfile.TemporaryDirectory() as folder:
            for other in LISTS:
                text = (PROJECT / f"{other}.txt").read_text()
                (Path(folder) / f"{other}.txt").write_text(re.sub(r" --config-settings=.*", "", text))
            made = Path(folder) / f"{name}.lock"
            made.write_text("".join(f"{pin.name}=={pin.version}\n" for pin in before))
            _run(uv, folder, f"{name}.txt", made.name)
            lines = locked(site, pins(made.read_text()))
        lock.write_text(HEAD.format(name) + "".join(map(str, lines)))
        if name == "requirements":
            (PROJECT / "requirements-build.lock").write_text(_builder(lines))


def _run(uv: str, folder: str, source: str, target: str) -> None:
    how = "--quiet --universal --generate-hashes --no-header --no-annotate --no-config --index-url https://pypi.org/simple"
    subprocess.run(
        [uv, "pip", "compile", *how.split(), "--python-version", OLDEST, "--output-file", target, source],
        cwd=folder,
        check=True,
    )


if __name__ == "__main__":
    if sys.argv[1] != "--check":
        write(str(Path(sys.argv[1]).absolute()))
    if said := problems():
        sys.exit("\n".join(said) + "\nSee docs/supply.md; `make lock` writes the hashes anew.")
