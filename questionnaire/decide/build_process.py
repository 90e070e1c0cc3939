"""Rules built in a process of their own, with limits: a crash, a hang or a flood of memory ends that process alone.

Neither the YAML reader nor the engine is loaded here. The child's answer comes back as data, and an answer that is not
whole is no answer.
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
CHILD = "questionnaire.decide.build_worker"
MOST_ANSWER = 256 * 1024 * 1024
"""Bytes; the answer for 3,000 made-up options has 14 million."""
MOST_SAID = 4096


@dataclass(frozen=True)
class Limits:
    """What a child may use: seconds by the clock and of each processor, and MiB of memory for each of its processes."""

    seconds: int = 120
    megabytes: int = 1024


class BuildError(Exception):
    """The child did not come back with tables, though no rule file is to blame; says how it ended and what to do."""


class Child:
    """Rules that are being built. Starting takes no time, so that other work can go on until `tables` is called."""

    def __init__(self, folder: Path, limits: Limits | None = None, at: Path | None = None) -> None:
        """Start on the rules in `folder`; places in its files are told as seen from `at` (here, if left out)."""
        self.limits = limits or Limits()
        self._deadline = time.monotonic() + self.limits.seconds
        words = [str(folder), str(self.limits.seconds), str(self.limits.megabytes)]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", CHILD, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=at,
                env={"PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "PATH": os.defpath},
                start_new_session=True,  # so that its own helpers can be ended with it
            )
        except OSError as fault:
            raise BuildError(f"the process that builds the rules can't be started ({fault.strerror})") from None

    def tables(self) -> DecisionTables:
        """The tables, once. Raises RulebookError for faults in the rule files, BuildError for all else."""
        try:
            answer, said = self._collect()
            code = self._process.wait(max(0.1, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise self._too_long() from None
        finally:
            self.end()
        try:
            return from_text(self._read(answer, said, code))
        except StoredError as fault:
            raise BuildError(f"the process that builds the rules answered with no tables: {fault}") from None

    def _collect(self) -> tuple[bytes, bytes]:
        """All that the child writes, until it closes both its ends."""
        pieces: list[bytes] = []
        size, said = 0, b""
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
                        said = (said + piece)[-MOST_SAID:]
                if size > MOST_ANSWER:
                    raise BuildError(f"the process that builds the rules answered with over {MOST_ANSWER:,} bytes")
        return b"".join(pieces), said

    def end(self) -> None:
        """Leave nothing of the child behind, however it went."""
        process = self._process
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)  # not yet waited for, so the number is still its own
            process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def _read(self, answer: bytes, said: bytes, code: int) -> str:
        kind, _, rest = answer.partition(b"\n")
        if code == -signal.SIGXCPU:
            raise self._too_long()
        if code < 0:
            raise BuildError(f"the process that builds the rules crashed ({signal.Signals(-code).name}){_heard(said)}")
        if kind == b"memory":
            raise BuildError(f"building the rules takes more than the {self.limits.megabytes} MiB that it may have")
        try:
            text = rest.decode()
            if kind == b"problems" and code == 0:
                raise RulebookError(list(map(_problem, json.loads(text))))
        except (ValueError, TypeError, KeyError, RecursionError) as fault:
            raise BuildError(f"the process that builds the rules answered with no sense ({fault})") from None
        if kind == b"fault":
            raise BuildError(f"the rules could not be built ({text.strip()})")
        if kind != b"tables" or code:
            raise BuildError(f"the process that builds the rules gave no answer (exit code {code}){_heard(said)}")
        return text

    def _too_long(self) -> BuildError:
        return BuildError(f"building the rules takes longer than the {self.limits.seconds} seconds that it may take")


def build_apart(folder: Path, limits: Limits | None = None) -> DecisionTables:
    """The tables of the rules in `folder`. Raises RulebookError for faults in rule files, BuildError for all else."""
    return Child(folder, limits).tables()


def _problem(said: dict[str, str | int]) -> Problem:
    place = Place(str(said["file"]), int(said["line"]), int(said["column"]))
    level: Level = "warning" if said["level"] == "warning" else "error"
    return Problem(place, level, str(said["check"]), str(said["message"]), str(said["help"]))


def _heard(said: bytes) -> str:
    """The last line of what the child said on standard error, if anything."""
    lines = said.decode(errors="replace").strip().splitlines()
    return f": {lines[-1][:200]}" if lines else ""
