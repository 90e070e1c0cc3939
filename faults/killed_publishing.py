"""Kill `flask rules publish` at random moments while the site runs: a whole release is served, and publishing goes on.

The active release stays whole and the pages stay there; the next publish clears away what was left half done.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator

from .marked_releases import active, command, folder_in_memory, left_over, publish, run, write_rules
from .report import Line
from .running_site import Site, get, status


def lines(size: float) -> Iterator[Line]:
    """Kill 20 publishes times `size`, then publish once more."""
    times, chance, seen = max(2, round(20 * size)), random.Random(3), Counter[str]()
    with folder_in_memory() as folder:
        releases = folder / "releases"
        start = time.monotonic()
        publish(folder, 0)
        takes = time.monotonic() - start
        with Site(environment={"FLASK_RELEASES": str(releases)}) as site:
            for version in range(1, times + 1):
                rules = write_rules(folder / f"rules-{version}", version)
                process = command("publish", releases=releases, rules=rules)
                time.sleep(chance.uniform(0.3, 1.1) * takes)
                process.kill()
                process.communicate()
                seen["killed" if process.returncode else "through"] += 1
                code, output = run("releases", releases=releases)
                seen["whole"] += code == 0 and active(releases) in output
                seen["served"] += active(releases).encode() in get(site.port, "/readyz")
                seen["pages"] += status(site.port, "/questions/area") == "200"
            last = publish(folder, times + 1)
            published = active(releases) == last and last.encode() in get(site.port, "/readyz")
            clean, left = site.log_is_clean(), left_over(releases)
    told = f"{seen['whole']} times all releases whole, {seen['served']} times the active one served, "
    told += f"{seen['pages']} pages; then published: {published}; left over: {len(left)}"
    right = seen["whole"] == seen["served"] == seen["pages"] == times and published and clean and not left
    how_much = f"{seen['killed']} killed, {seen['through']} through"
    yield Line("publishing killed", how_much, "a whole release served each time", told, right and seen["killed"] > 0)
