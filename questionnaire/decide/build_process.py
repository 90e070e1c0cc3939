"""Rules built in a process of their own, with limits: a crash, a hang or a flood of memory ends that process alone.

Neither the YAML reader nor the engine is loaded here. The child's answer comes back as data; it is taken whole or not
at all.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ..rulebook.problems import Level, Place, Problem, RulebookError
from .serialize import StoredError, from_text
from .tables import DecisionTables

PROJECT = Path(__file__).resolve().parents[2]
BUILD = "questionnaire.decide.build_worker"
"""The module that a child runs if no other is named: it builds, and checks nothing."""
GATE = "questionnaire.gate_worker"
"""The module for rules that are to serve visitors: it builds, and refuses what `flask rules check` refuses."""
MOST_ANSWER = 256 * 1024 * 1024
"""Bytes; the answer for 3,000 made-up options has 14 million."""
MOST_HEARD = 4096
"""Bytes of what the child wrote to standard error that are kept, the last ones."""


@dataclass(frozen=True)
class Limits:
    """What a child may use: seconds by the clock and of each processor, and MiB of memory for each of its processes."""

    seconds: int = 120
    megabytes: int = 1024


class BuildError(Exception):
    """The child did not come back with tables, though no rule file is to blame; says how it ended and what to do."""


@dataclass(frozen=True)
class Built:
    """What a child made: the tables, and the problems of the rule files that keep nobody from serving them."""

    tables: DecisionTables
    warnings: tuple[Problem, ...]


class Child:
    """Rules that are being built. Starting takes no time, so that other work can go on until `result` is called."""

    def __init__(
        self, folder: Path, limits: Limits | None = None, at: Path | None = None, module: str | None = None
    ) -> None:
        """Run `module` (a build_worker) on the rules in `folder`, with `at` as its folder if that is given.

        Places in the rule files are told as seen from there. Raises BuildError where no process can be started.
        """
        self.limits = limits or Limits()
        self.module = module or BUILD
        self.started = time.time()
        self._deadline = time.monotonic() + self.limits.seconds
        words = [str(folder), str(self.limits.seconds), str(self.limits.megabytes)]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", self.module, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=at,
                env={"PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "PATH": os.defpath},
                start_new_session=True,  # so that its own helpers can be ended with it
            )
        except OSError as fault:
            raise BuildError(f"the process that builds the rules can't be started ({fault.strerror})") from None

    def result(self) -> Built:
        """What the child made, once. Raises RulebookError for faults in the rule files, BuildError for all else."""
        try:
            answer, heard = self._collect()
            code = self._process.wait(max(0.1, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise self._too_long() from None
        finally:
            self.end()
        return self._read(answer, heard, code)

    def tables(self) -> DecisionTables:
        """The tables alone. Raises what `result` raises."""
        return self.result().tables

    def _collect(self) -> tuple[bytes, bytes]:
        """All that the child writes, until it closes both its ends."""
        pieces: list[bytes] = []
        size, heard = 0, b""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        with selectors.DefaultSelector() as waiting:
            answer = waiting.register(self._process.stdout, selectors.EVENT_READ)
            waiting.register(self._process.stderr, selectors.EVENT_READ)
            while waiting.get_map():
                left = self._deadline - time.monotonic()
                ready = waiting.select(left) if left > 0 else []
                if not ready:
                    raise self._too_long()
                for key, _ in ready:
                    piece = os.read(key.fd, 1 << 16)
                    if not piece:
                        waiting.unregister(key.fileobj)
                    elif key == answer:
                        pieces.append(piece)
                        size += len(piece)
                    else:
                        heard = (heard + piece)[-MOST_HEARD:]
                if size > MOST_ANSWER:
                    raise BuildError(f"the process that builds the rules answered with over {MOST_ANSWER:,} bytes")
        return b"".join(pieces), heard

    def end(self) -> None:
        """Leave nothing of the child behind, however it went."""
        process = self._process
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)  # not yet waited for, so the number is still its own
            process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def _read(self, answer: bytes, heard: bytes, code: int) -> Built:
        kind, _, rest = answer.partition(b"\n")
        if code == -signal.SIGXCPU:
            raise self._too_long()
        if code < 0:
            name = signal.Signals(-code).name
            raise BuildError(f"the process that builds the rules crashed ({name}){_last_line(heard)}")
        if kind == b"memory":
            raise BuildError(f"building the rules takes more than the {self.limits.megabytes} MiB that it may have")
        if kind == b"fault":
            raise BuildError(f"the rules could not be built ({rest.decode(errors='replace').strip()})")
        if kind not in (b"tables", b"problems") or code:
            raise BuildError(f"the process that builds the rules gave no answer (exit code {code}){_last_line(heard)}")
        try:
            problems, _, tables = rest.decode().partition("\n")
            found = tuple(map(_problem, json.loads(problems)))
            if kind == b"problems":
                raise RulebookError(found)
            return Built(from_text(tables), found)
        except StoredError as fault:
            raise BuildError(f"the process that builds the rules answered with no tables: {fault}") from None
        except (ValueError, TypeError, KeyError, RecursionError) as fault:
            raise BuildError(f"the process that builds the rules answered with no sense ({fault})") from None

    def _too_long(self) -> BuildError:
        return BuildError(f"building the rules takes longer than the {self.limits.seconds} seconds that it may take")


def _problem(entry: dict[str, str | int]) -> Problem:
    place = Place(str(entry["file"]), int(entry["line"]), int(entry["column"]))
    level: Level = "warning" if entry["level"] == "warning" else "error"
    return Problem(place, level, str(entry["check"]), str(entry["message"]), str(entry["help"]))


def _last_line(heard: bytes) -> str:
    """The last line that the child wrote to standard error, if any."""
    lines = heard.decode(errors="replace").strip().splitlines()
    return f": {lines[-1][:200]}" if lines else ""
