"""Damage files of the active release, while the site runs and before it starts: a whole release is always served.

A site that runs goes on with what it has; one that starts takes the newest whole release before, and says so.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from .marked_releases import folder_in_memory, publish, run, versions_on
from .report import Line
from .running_site import Site, get

HARMS = ("changed", "cut off", "empty", "deleted", "a folder")


def harm(file: Path, how: str, chance: random.Random) -> None:
    """Change one byte of a file, cut it off anywhere, empty it, delete it or put a folder in its place."""
    data = bytearray(file.read_bytes())
    if how == "changed":
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        file.write_bytes(data)
    elif how in ("cut off", "empty"):
        file.write_bytes(data[: chance.randrange(len(data)) if how == "cut off" else 0])
    else:
        file.unlink()
        if how == "a folder":
            file.mkdir()


def served(site: Site) -> tuple[set[int], bool]:
    """The version that a question page shows, and whether /readyz tells of a problem."""
    page = get(site.port, "/questions/area").decode(errors="replace")
    return versions_on(page), b'"problem"' in get(site.port, "/readyz")


def lines(size: float) -> Iterator[Line]:
    """Damage each file of the release that matters in each way, once times `size`."""
    chance, tried, running, starting, named = random.Random(9), 0, 0, 0, 0
    with folder_in_memory() as folder:
        releases = folder / "releases"
        publish(folder, 1)
        newest = publish(folder, 2)
        whole = folder / "whole"
        shutil.copytree(releases, whole)
        for file in ("manifest.json", "tables.json", "rules/areas.yaml"):
            for how in HARMS[: max(1, round(len(HARMS) * size))]:
                tried += 1
                with Site(environment={"FLASK_RELEASES": str(releases)}) as site:
                    harm(releases / newest / file, how, chance)
                    (releases / "active").write_text(f"{newest}\n")  # as a copy from another machine would
                    running += served(site)[0] == {2} and site.log_is_clean()
                code, output = run("releases", releases=releases)
                named += code != 0 and newest in output
                with Site(environment={"FLASK_RELEASES": str(releases)}) as site:
                    starting += served(site) == ({1}, True) and site.log_is_clean()
                shutil.rmtree(releases)
                shutil.copytree(whole, releases)
    yield Line(
        "a file of the active release damaged",
        f"{tried} times",
        "a site that runs keeps it, one that starts serves the one before and says so, `releases` names it",
        f"{running} kept, {starting} served the one before, {named} named",
        running == starting == named == tried,
    )
