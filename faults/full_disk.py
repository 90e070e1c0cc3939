"""Fill the disk at every point of publishing, make it read-only, and fill the disk of the log: pages stay there.

The disk is a real one of 16 MiB (a tmpfs, which only root may mount), filled but for so many pages of memory. A site
serves from it all the time; what can't be published is refused in words and leaves nothing behind.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .marked_releases import active, left_over, publish, run, write_rules
from .report import Line
from .running_site import Site, get, status

PAGE = 4096


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """A disk of 16 MiB; None where it can't be mounted."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["mount", "-t", "tmpfs", "-o", "size=16m", "none", folder]
        if os.geteuid() or subprocess.run(words, timeout=10, capture_output=True).returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], timeout=10, check=True)


def fill(disk: Path, all_but: int) -> None:
    """Fill the disk but for so many pages."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, os.statvfs(disk).f_bavail - all_but) * PAGE)


def publish_and_look(site: Site, releases: Path, rules: Path, seen: Counter[str]) -> None:
    """Publish, and count whether it was taken or refused in words, and whether all is as it should be after it."""
    before, (code, output) = active(releases), run("publish", releases=releases, rules=rules)
    in_words = "can't be written" in output and "Traceback" not in output and active(releases) == before
    seen["published" if not code else "refused" if in_words else f"refused oddly ({output[-200:]})"] += 1
    ready = get(site.port, "/readyz")
    right = active(releases).encode() in ready and b'"problem"' not in ready and not left_over(releases)
    seen["all right"] += right and status(site.port, "/questions/area") == "200" and site.log_is_clean()


def published_and_refused(size: float, disk: Path, folder: Path) -> Counter[str]:
    """Publish with ever more room, then on a disk that is read-only, then on one that can be written again."""
    releases, seen = disk / "releases", Counter[str]()
    publish(disk, 0)
    full, locked = (write_rules(folder / f"{version}", version) for version in (1, 2))
    with Site(environment={"FLASK_RELEASES": str(releases)}) as site:
        for all_but in (0, 1, 2, *range(4, 400, max(1, round(16 / size)))):
            fill(disk, all_but)
            publish_and_look(site, releases, full, seen)
            if seen["published"]:
                break  # from here on there is room enough
        (disk / "filler").unlink()
        for how in ("ro", "rw"):
            subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], timeout=10, check=True)
            publish_and_look(site, releases, locked, seen)
    return seen


def lines(size: float) -> Iterator[Line]:
    """Try to publish at some 12 fillings times `size`, then read-only, then with the log on a full disk."""
    with small_disk() as disk, tempfile.TemporaryDirectory() as folder:
        if disk is None:
            yield Line("disk full, then read-only", "", "", "not tried: only root may mount a disk", None)
        else:
            seen = published_and_refused(size, disk, Path(folder))
            tries = seen.total() - seen["all right"]
            goal = "refused in words with nothing left over, the old release served, then published twice"
            right = seen["all right"] == tries == seen["refused"] + 2 and seen["published"] == 2
            told = ", ".join(f"{times} {what}" for what, times in seen.items())
            yield Line("disk full, then read-only", f"{tries} tries to publish", goal, told, right)
    with Site(log=Path("/dev/full")) as site:
        answers = Counter(status(site.port, path) for path in ("/", "/questions/area", "/nowhere") * 50)
    right = answers == {"200": 100, "404": 50}
    yield Line("disk of the log full", "150 pages", "all right", f"{dict(answers)}", right)
