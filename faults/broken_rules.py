"""Cut off and change rule files at random: each is refused with problems of our own or whole, and never takes long.

A prefix of a file lacks the end mark and must be refused; the same prefix with the mark under it is read too. A trial
follows from its file and its number alone: `python -m faults.broken_rules areas.yaml 12` does that one again. Seconds
are those of the processor, so that a busy machine does not count.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from questionnaire.decide.build_tables import build
from questionnaire.rulebook.load import load
from questionnaire.rulebook.problems import RulebookError

from .report import Line, number
from .running_site import RULES

FILES = sorted(path.relative_to(RULES).as_posix() for path in RULES.rglob("*.yaml"))
SIGNS = [b"&", b"*a", b"!", b"\n", b"- ", b": ", b"{", b"[", b"'", b'"', b"\t", b"~", b"\xff", b"\0", b"<<: ", b"? "]
SECONDS = 5
KINDS = ("prefix", "prefix with the end mark", "change")
Trial = tuple[str, int]


class TooLong(BaseException):
    """Not an Exception, so that no handler in the project can swallow it."""


def out_of_time(*_: object) -> None:
    """What the timer calls."""
    raise TooLong


def broken(data: bytes, kind: str, chance: random.Random) -> bytes:
    """A prefix, or one to three changes: a byte, a piece taken out, a sign put in, a piece doubled."""
    if kind != "change":
        return data[: chance.randrange(len(data))] + (b"\n...\n" if kind != "prefix" else b"")
    new = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(new))
        ways = (
            (slice(at, at + 1), bytes([chance.randrange(256)])),
            (slice(at, at + chance.randint(1, 20)), b""),
            (slice(at, at), chance.choice(SIGNS)),
            (slice(at, at), bytes(new[at : at + chance.randint(1, 200)])),
        )
        place, content = chance.choices(ways, weights=(9, 5, 4, 2))[0]
        new[place] = content
    return bytes(new)


def outcome(rules: Path, trial: Trial) -> str:
    """How the rulebook with this broken file is read: "refused", "whole", or what should not have happened."""
    file, step = trial
    kind, whole = KINDS[step % len(KINDS)], (RULES / file).read_bytes()
    data = broken(whole, kind, random.Random(f"{file} {step}"))
    (rules / file).write_bytes(data)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        rulebook = load(rules)
        build(rulebook, allow_gaps=True)
        if rulebook.translation_problems:  # its language alone is left out
            return "refused"
        return "whole" if kind != "prefix" or not whole[len(data) :].strip() else f"a prefix was taken: {file} {step}"
    except RulebookError as refused:
        return "refused" if refused.problems else f"refused without a problem: {file} {step}"
    except TooLong:
        return f"over {SECONDS} s: {file} {step}"
    except Exception as fault:
        return f"{type(fault).__name__}: {file} {step}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        (rules / file).write_bytes(whole)


def try_all(trials: list[Trial]) -> tuple[Counter[str], float]:
    """How these trials end, and the most seconds of the processor that one took; in a process of its own."""
    signal.signal(signal.SIGPROF, out_of_time)
    seen, longest = Counter[str](), 0.0
    with tempfile.TemporaryDirectory() as folder:
        rules = shutil.copytree(RULES, Path(folder) / "rules")
        for trial in trials:
            start = time.process_time()
            seen[outcome(rules, trial)] += 1
            longest = max(longest, time.process_time() - start)
    return seen, longest


def lines(size: float) -> Iterator[Line]:
    """Break each rule file 60 times, times `size`: a third each of prefixes, prefixes with the mark, and changes."""
    trials = [(file, step) for step in range(max(3, round(60 * size))) for file in FILES]
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores) as pool:
        results = list(pool.map(try_all, [trials[part :: cores * 4] for part in range(cores * 4)]))
    seen = sum((ends for ends, _ in results), Counter[str]())
    odd = [end for end in seen if end not in ("whole", "refused")]
    told = f"{seen['refused']:,} refused, {seen['whole']:,} whole, {len(odd)} others; the longest "
    told += f"{number(max(longest for _, longest in results))} s. {'; '.join(odd[:3])}"
    how_much = f"{len(trials):,} of {len(FILES)} files"
    yield Line("rule files cut off and changed at random", how_much, f"no others, none over {SECONDS} s", told, not odd)


if __name__ == "__main__":
    print(try_all([(sys.argv[1], int(sys.argv[2]))]))
