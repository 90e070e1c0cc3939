"""Damage files of the active release, while the site runs and before it starts: a whole release is always served.

A site that runs goes on with what it has; one that starts takes the newest whole release before, and says so.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .marked_releases import folder_in_memory, publish, run, versions_on
from .report import Line
from .running_site import Site, get

FILES = ("manifest.json", "tables.json", "rules/areas.yaml")
HARMS = ("changed", "cut off", "empty", "deleted", "a folder")


def harm(file: Path, how: str, chance: random.Random) -> None:
    """Change one byte of a file, cut it off anywhere, empty it, delete it or put a folder in its place."""
    data = bytearray(file.read_bytes())
    if how == "changed":
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    file.write_bytes(data[: chance.randrange(len(data))] if how == "cut off" else b"" if how == "empty" else data)
    if how in ("deleted", "a folder"):
        file.unlink()
        if how == "a folder":
            file.mkdir()


def serves(site: Site, version: int, problem: bool) -> bool:
    """Whether a question page shows this version, /readyz tells of a problem or of none, and the log is clean."""
    tells = b'"problem"' in get(site.port, "/readyz")
    page = get(site.port, "/questions/area").decode(errors="replace")
    return versions_on(page) == {version} and (tells or not problem) and site.log_is_clean()


def lines(size: float) -> Iterator[Line]:
    """Damage each file of the release that matters in each way (in fewer, where `size` is below 1)."""
    chance, seen = random.Random(9), Counter[str]()
    with folder_in_memory() as folder:
        releases, whole = folder / "releases", folder / "whole"
        publish(folder, 1)
        newest = publish(folder, 2)
        shutil.copytree(releases, whole)
        tried = [(file, how) for file in FILES for how in HARMS[: max(1, round(len(HARMS) * size))]]
        for file, how in tried:
            with Site(environment={"FLASK_RELEASES": str(releases)}) as site:
                harm(releases / newest / file, how, chance)
                (releases / "active").write_text(f"{newest}\n")  # so that the site looks at it again
                seen["kept"] += serves(site, 2, problem=False)
            code, output = run("releases", releases=releases)
            seen["named"] += code != 0 and newest in output
            with Site(environment={"FLASK_RELEASES": str(releases)}) as site:
                seen["the one before"] += serves(site, 1, problem=True)
            shutil.rmtree(releases)
            shutil.copytree(whole, releases)
    told = ", ".join(f"{times} times {what}" for what, times in seen.items())
    goal = "a running site keeps it, a new one serves the one before and says so, `releases` names it"
    right = list(seen.values()) == [len(tried)] * 3
    yield Line("a file of the active release damaged", f"{len(tried)} times", goal, told, right)
