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
    seen["refused" if code else "published"] += 1
    if code and ("can't be written" not in output or "Traceback" in output or active(releases) != before):
        seen[f"refused oddly: {output[-200:]}"] += 1
    seen["left over"] += len(left_over(releases))
    ready = get(site.port, "/readyz")
    seen["right"] += active(releases).encode() in ready and b'"problem"' not in ready
    seen["right"] += status(site.port, "/questions/area") == "200"


def line(what: str, how_much: str, seen: Counter[str], clean: bool) -> Line:
    """What came of some tries to publish."""
    tries = seen["refused"] + seen["published"]
    odd = [key for key in seen if key.startswith("refused oddly")]
    told = f"{seen['refused']} refused in words, {seen['published']} published with room; {seen['right']} of "
    told += f"{2 * tries} pages right; {seen['left over']} left over. {'; '.join(odd)}"
    right = not odd and clean and not seen["left over"] and seen["right"] == 2 * tries
    right = right and seen["published"] > 0 and seen["refused"] > 0
    return Line(what, how_much, "the old release served, nothing left over, then published", told, right)


def lines(size: float) -> Iterator[Line]:
    """Try to publish at some 12 fillings times `size`, then read-only, then with the log on a full disk."""
    with small_disk() as disk, tempfile.TemporaryDirectory() as folder:
        if disk is None:
            yield Line("disk full, disk read-only", "not tried: only root may mount a disk", "", "", None)
        else:
            yield from full_and_read_only(size, disk, Path(folder))
    with Site(log=Path("/dev/full")) as site:
        answers = Counter(status(site.port, path) for path in ("/", "/questions/area", "/nowhere") * 50)
    right = answers == {"200": 100, "404": 50}
    yield Line("disk of the log full", "150 pages", "all right", f"{dict(answers)}", right)


def full_and_read_only(size: float, disk: Path, folder: Path) -> Iterator[Line]:
    """The two lines of a disk that can't be written."""
    releases, full, locked = disk / "releases", Counter[str](), Counter[str]()
    publish(disk, 0)
    rules = [write_rules(folder / f"{version}", version) for version in (1, 2)]
    with Site(environment={"FLASK_RELEASES": str(releases)}) as site:
        points = [0, 1, 2, *range(4, 400, max(1, round(16 / size)))]
        for all_but in points:
            fill(disk, all_but)
            publish_and_look(site, releases, rules[0], full)
            if full["published"]:
                break  # from here on there is room enough
        (disk / "filler").unlink()
        yield line("disk full while publishing", f"{full['refused']} fillings", full, site.log_is_clean())
        for how in ("ro", "rw"):
            subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], timeout=10, check=True)
            publish_and_look(site, releases, rules[1], locked)
        yield line("disk read-only, then writable again", "once", locked, site.log_is_clean())
