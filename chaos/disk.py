"""A disk that fills up at every point of publishing, one that is read-only, and a log that can't be written.

The disk is a real one of 16 MiB (a tmpfs), filled but for so many pages of memory; root is needed to mount it. A server
serves from it all the time and must go on with the release that it had.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seen import Faults, port, run
from servers import OURS, PROJECT, Server, ask, status
from swapped import publish

from questionnaire.decide.build_tables import DecisionTables, build
from questionnaire.releases.folder import active, names, open_release
from questionnaire.releases.manifest import ReleaseError
from questionnaire.rulebook.load import load

PAGE = 4096


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path | None]:
    """A disk of its own; None where it can't be mounted."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder]
        if os.geteuid() or subprocess.run(words, timeout=10, capture_output=True).returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], timeout=10, check=True)


def fill(disk: Path, but: int) -> None:
    """Fill the disk but for so many pages."""
    (disk / "filler").unlink(missing_ok=True)
    free = os.statvfs(disk)
    with (disk / "filler").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, (free.f_bavail - but)) * PAGE)


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], timeout=10, check=True)


def sound(releases: Path, server: Server, seen: Counter[str]) -> None:
    """What must hold whatever the disk did: the active release whole, nothing half done beside it, the pages there."""
    name = active(releases)
    assert name
    open_release(releases, name)
    left = {entry.name for entry in releases.iterdir()} - {".lock", "active", *names(releases)}
    seen["left over"] += len(left)
    for path in ("/", "/questions/area", "/readyz"):
        seen[f"status {status(server.port, path)}"] += 1
    seen["problem"] += b'"problem"' in ask(server.port, "/readyz")
    if f'"{name}"'.encode() not in ask(server.port, "/readyz"):
        seen["another release than the active one"] += 1


def tried(releases: Path, tables: DecisionTables, step: int, seen: Counter[str]) -> None:
    try:
        publish(releases, tables, step)
        seen["published"] += 1
    except ReleaseError as fault:
        seen["refused" if "can't be written" in str(fault) else f"refused oddly: {fault}"] += 1


def full_and_read_only(faults: Faults, tables: DecisionTables) -> None:
    full, locked = Counter[str](), Counter[str]()
    with small_disk(16) as disk:
        if disk is None:
            faults.note("disk full, disk read-only", "", "not run: only root may mount a disk of its own", "", None)
            return
        releases = disk / "releases"
        publish(releases, tables, 0)
        with Server(OURS, port=port(), environment={"FLASK_RELEASES": str(releases)}) as server:
            server.wait("/readyz")
            time.sleep(1)
            points = [0, 1, 2, 3, *range(4, 400, max(1, round(8 / faults.size)))]
            for step, but in enumerate(points, 1):
                fill(disk, but)
                before = active(releases)
                tried(releases, tables, step, full)
                if full["published"] and active(releases) != before:
                    break  # from here on there is room enough
                sound(releases, server, full)
            (disk / "filler").unlink()
            tried(releases, tables, 1000, full)
            sound(releases, server, full)
            remount(disk, "ro")
            for step in range(3):
                tried(releases, tables, 2000 + step, locked)
                sound(releases, server, locked)
            with Server(OURS, port=port(), environment={"FLASK_RELEASES": str(releases)}) as second:
                second.wait("/readyz")
                sound(releases, second, locked)
            remount(disk, "rw")
            tried(releases, tables, 3000, locked)
            sound(releases, server, locked)
            clean = "Traceback" not in server.said()
    for what, much, seen in (
        ("disk full while publishing", f"{full['refused']} points, then with room", full),
        ("disk read-only: publish, serve, start", "3 tries, one start, then writable again", locked),
    ):
        answers = sum(times for key, times in seen.items() if key.startswith("status"))
        good = {"published", "refused", "status 200", "left over", "problem"}
        odd = [f"{key}: {times}" for key, times in seen.items() if key not in good]
        faults.note(
            what,
            much,
            f"{seen['refused']} times refused with one clear line, {seen['published']} published with room; "
            f"{seen['status 200']} of {answers} pages 200; {seen['left over']} left over. {'; '.join(odd)}".strip(),
            "old release served, nothing left over, publishing works again",
            not odd and clean and not seen["left over"] and not seen["problem"] and seen["published"] >= 1,
        )


def log_full(faults: Faults) -> None:
    """All that the server writes goes to a disk that is full."""
    asked, good = faults.many(200), 0
    with Server(OURS, port=port(), log=Path("/dev/full")) as server:
        server.wait("/readyz")
        for step in range(asked):
            good += status(server.port, ("/", "/questions/area", "/nowhere")[step % 3]) in ("200", "404")
    faults.note("disk of the log full", f"{asked} pages", f"{good} right", "all", good == asked)


def no_home(faults: Faults) -> None:
    """A site whose own folder can't be written and that has no key: it makes one, and says so."""
    code = (
        "import logging, sys; logging.basicConfig(stream=sys.stdout)\n"
        "from pathlib import Path\n"
        "try:\n    from questionnaire.web.keys import secret_key\n"
        "except ImportError:\n    from questionnaire.web.security import secret_key\n"
        "print(len(secret_key(Path('/proc/1/no-such'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=30)
    told = "can't be kept" in done.stdout
    faults.note(
        "folder of the key can't be written",
        "once",
        "one key for the processes of this start, and one line that says so" if told else done.stderr[-200:],
        "a start, and a warning",
        done.returncode == 0 and told,
    )


def main(faults: Faults) -> None:
    full_and_read_only(faults, build(load(PROJECT / "rules")))
    log_full(faults)
    no_home(faults)


if __name__ == "__main__":
    run(__doc__, main)
