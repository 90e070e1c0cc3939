"""Rules built in a process of their own, with limits: a crash, a hang or a flood of memory ends that process alone.

Neither the YAML reader nor the engine is loaded here. The child's answer comes back as data; it is taken whole or not
at all.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..rulebook.problems import Level, Place, Problem, RulebookError
from .serialize import StoredError, from_text
from .tables import DecisionTables

PROJECT = Path(__file__).resolve().parents[2]
GATE = "questionnaire.gate:build_checked"
"""What builds rules that are to serve visitors, and refuses what `flask rules check` refuses."""
MOST_ANSWER = 256 * 1024 * 1024
"""Bytes; the answer for 3,000 made-up options has 14 million."""


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

    def __init__(self, folder: Path, limits: Limits | None = None, at: Path | None = None, build: str = GATE) -> None:
        """Run `build` (module:function) on the rules in `folder`, in a build_worker with `at` as its folder if given.

        Places in the rule files are told as seen from there. Raises BuildError where no process can be started.
        """
        self.limits = limits or Limits()
        self.started = time.time()
        self._deadline = time.monotonic() + self.limits.seconds
        words = [build, str(folder), str(self.limits.seconds), str(self.limits.megabytes)]
        self._files = ExitStack()
        try:
            self._errors = self._files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "questionnaire.decide.build_worker", *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                cwd=at,
                env={"PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "PATH": os.defpath},
                start_new_session=True,  # so that its own helpers can be ended with it
            )
        except OSError as fault:
            self._files.close()
            raise BuildError(f"the process that builds the rules can't be started ({fault.strerror})") from None

    def result(self) -> Built:
        """What the child made, once. Raises RulebookError for faults in the rule files, BuildError for all else."""
        try:
            answer, _ = self._process.communicate(timeout=max(0.1, self._deadline - time.monotonic()))
            return self._read(answer, self._process.returncode)
        except subprocess.TimeoutExpired:
            raise self._too_long() from None
        finally:
            self.end()

    def end(self) -> None:
        """Leave nothing of the child behind, however it went."""
        process = self._process
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)  # not yet waited for, so the number is still its own
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        self._files.close()

    def _read(self, answer: bytes, code: int) -> Built:
        kind, _, rest = answer.partition(b"\n")
        if code == -signal.SIGXCPU:
            raise self._too_long()
        if code < 0:
            name = signal.Signals(-code).name
            raise BuildError(f"the process that builds the rules crashed ({name}){self._last_line()}")
        if len(answer) > MOST_ANSWER:
            raise BuildError(f"the process that builds the rules answered with over {MOST_ANSWER:,} bytes")
        if kind == b"memory":
            raise BuildError(f"building the rules takes more than the {self.limits.megabytes} MiB that it may have")
        if kind == b"fault":
            raise BuildError(f"the rules could not be built ({rest.decode(errors='replace').strip()})")
        if kind not in (b"tables", b"problems") or code:
            reason = f"(exit code {code}){self._last_line()}"
            raise BuildError(f"the process that builds the rules gave no answer {reason}")
        try:
            lines, _, tables = rest.decode().partition("\n")
            problems = tuple(map(_problem, json.loads(lines)))
            if kind == b"problems":
                raise RulebookError(problems)
            return Built(from_text(tables), problems)
        except StoredError as fault:
            raise BuildError(f"the process that builds the rules answered with no tables: {fault}") from None
        except (ValueError, TypeError, KeyError, RecursionError) as fault:
            raise BuildError(f"the process that builds the rules answered with no sense ({fault})") from None

    def _too_long(self) -> BuildError:
        return BuildError(f"building the rules takes longer than the {self.limits.seconds} seconds that it may take")

    def _last_line(self) -> str:
        """The last line that the child wrote to standard error, if any."""
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - 4096))
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f": {lines[-1][:200]}" if lines else ""


def _problem(entry: dict[str, str | int]) -> Problem:
    place = Place(str(entry["file"]), int(entry["line"]), int(entry["column"]))
    level: Level = "warning" if entry["level"] == "warning" else "error"
    return Problem(place, level, str(entry["check"]), str(entry["message"]), str(entry["help"]))
