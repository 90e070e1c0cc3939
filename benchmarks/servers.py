"""The servers that are measured: granian started with the words of `make run`, on a port of its own, surely ended."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

PROJECT = Path(__file__).resolve().parent.parent
OURS, BARE = "wsgi:door", "bare:app"
SECRET = "a key for measurements alone"
MEASURED = {
    "FLASK_SECRET_KEY": SECRET,
    "FLASK_RELEASES": "none",  # whoever measures may have published something
    "FLASK_LIMIT_POSTS": "0",  # all visitors come from one address
    "FLASK_LIMIT_REFERENCES": "0",
}
INSTALL = "apt-get install -y --no-install-recommends nginx-light wrk"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def need(program: str) -> str:
    """Where a program is; where it is missing, say how to install it and end with exit code 2."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if not found:
        print(f"{program} is needed for this (Debian: {INSTALL})", file=sys.stderr)
        sys.exit(2)
    return found


def words_of_make_run(app: str, port: int, workers: int) -> list[str]:
    """The command of `make run`, read from the Makefile, so that what is measured is what is served.

    Another application is started by granian itself, as a WSGI server: ours must not be loaded before it.
    """
    makefile = (PROJECT / "Makefile").read_text()
    found = re.search(r"\$\(BIN\)/python -m (questionnaire\.serve) (.*) wsgi:door", makefile)
    if not found:
        sys.exit("the Makefile has no line that starts the site")
    words = re.sub(r"--workers \d+", f"--workers {workers}", found[2].replace("$(PORT)", str(port)))
    if app == BARE:
        words = words.replace("--interface rsgi", "--interface wsgi --blocking-threads 2")
        return [sys.executable, "-m", "granian", *shlex.split(words), app]
    return [sys.executable, "-m", found[1], *shlex.split(words), app]


def ask(port: int, path: str = "/healthz", timeout: float = 5.0) -> bytes:
    """One request on a connection of its own; the whole answer. Raises OSError where there is none."""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    if not parts:
        raise ConnectionResetError("no answer")
    return b"".join(parts)


def status(port: int, path: str) -> str:
    """The status that a path is answered with; the kind of failure where there is no answer."""
    try:
        return ask(port, path)[9:12].decode()
    except OSError as fault:
        return type(fault).__name__


class Server:
    """A running granian with all its processes. `with Server(OURS) as server: ...` ends it whatever happens."""

    def __init__(
        self,
        app: str = OURS,
        workers: int = 2,
        port: int = 0,
        environment: Mapping[str, str] | None = None,
        more: tuple[str, ...] = (),
        log: Path | None = None,
    ) -> None:
        self.app, self.port = app, port or free_port()
        self._words = [*words_of_make_run(app, self.port, workers), *more]
        self._environment = {**os.environ, **MEASURED, **(environment or {})}
        self._environment["PYTHONPATH"] = str(PROJECT / "benchmarks")
        # it lives as long as the server
        self._log: IO[bytes] = log.open("wb") if log else tempfile.TemporaryFile()  # noqa: SIM115
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, cores: Collection[int] = ()) -> None:
        """Start the processes, on these cores alone if any are given, without waiting for an answer."""
        self._process = subprocess.Popen(
            self._words,
            cwd=PROJECT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that all of its processes, and only they, can be ended together
        )

        if cores:
            os.sched_setaffinity(self._process.pid, cores)  # before it starts its workers, which inherit it

    def wait(self, path: str, seconds: float = 30.0) -> None:
        """Until the path is answered; ends the benchmark, with what the server said, where it never is."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._process and self._process.poll() is None:
            try:
                if b" 200 " in ask(self.port, path)[:20]:
                    return
            except OSError:
                time.sleep(0.002)
        sys.exit(f"{self.app} did not answer:\n{self.said()[-2000:]}")

    def said(self) -> str:
        """All that the server wrote so far; the processes' own place in the file does not move."""
        if not stat.S_ISREG(os.fstat(self._log.fileno()).st_mode):
            return ""  # /dev/full has no end
        return Path(f"/proc/self/fd/{self._log.fileno()}").read_text(errors="replace")

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def processes(self) -> list[int]:
        """The main process and its workers."""
        assert self._process
        main = self._process.pid
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return [main, *map(int, children)]

    def workers(self) -> dict[int, float]:
        """MiB in memory of each process that serves (the others of granian's have no sockets' worth of it)."""
        sizes = {}
        for process in self.processes[1:]:
            fields = Path(f"/proc/{process}/statm").read_text().split()
            if b"resource_tracker" not in Path(f"/proc/{process}/cmdline").read_bytes():
                sizes[process] = int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        return sizes

    def kill(self) -> None:
        """End all processes at once, as a power cut would."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def __enter__(self) -> Server:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that `finally` runs then too
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        self._log.close()
