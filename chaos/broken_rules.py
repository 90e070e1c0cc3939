"""Every byte prefix of each rule file, and random changes of each: our own error or a whole file, and never long.

A prefix is refused at once, as the file's end mark is missing; so prefixes with the end mark put under them are read
too. Where a changed file is whole, the rulebook is made of it, and every so often its tables.

The work is cut into pieces of about the same length, a few of each file in turn: all cores have some to the end, and a
run that is ended early (Ctrl-C) has tried about as much of each file. Each change follows from its file and its number
alone: `--again "areas.yaml 123"` does that one again. Seconds are those of the processor, so that a run can be stopped
(kill -STOP) and a busy machine does not count: 100,000 changes of each file take hours.
"""

from __future__ import annotations

import gc
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache, partial
from types import FrameType

from seen import Faults, number, run
from servers import PROJECT

from questionnaire.decide.build_tables import build as build_tables
from questionnaire.rulebook import schema
from questionnaire.rulebook.build import build
from questionnaire.rulebook.declared_names import Files
from questionnaire.rulebook.problems import RulebookError
from questionnaire.rulebook.question_order import wrong_order
from questionnaire.rulebook.references import broken_links
from questionnaire.rulebook.schema_errors import fit
from questionnaire.rulebook.yaml_tree import Unreadable, read_bytes

RULES = PROJECT / "rules"
FILES = sorted(path.relative_to(RULES).as_posix() for path in RULES.rglob("*.yaml"))
SIZES = {file: (RULES / file).stat().st_size for file in FILES}
CHANGES = 500
"""Random changes of each file in the quick run; the full run has 100,000."""
STRIDE = 20
"""In the quick run the end mark is put under every so many-th prefix alone."""
SECONDS = 5
SIGNS = [b"&", b"*a", b"!", b"\n", b"- ", b": ", b"{", b"[", b"'", b'"', b"\t", b"~", b"\xff", b"\0", b"<<: ", b"? "]
BUILT = 16
PIECE = 1_000_000
"""Bytes that one piece of the work reads, about; how long a trial takes follows from its file's size."""
TOLD = 20.0
"""Seconds of the processor between two lines that say how far it is."""


@dataclass(frozen=True)
class Piece:
    """A part of the work: these prefixes, or these random changes, of one file."""

    file: str
    prefixes: bool
    steps: range
    stride: int = 1


@dataclass
class Tried:
    """How the trials of a piece ended, by kind, how long the longest took, and all: seconds of the processor."""

    piece: Piece
    ends: Counter[str]
    longest: float
    seconds: float


class TooLong(BaseException):
    """Not an Exception, so that no handler of ours can swallow it."""


def pieces(changes: int, stride: int) -> list[Piece]:
    """All of the work, so ordered that each part of the run has as much of each file."""

    def cut(file: str, prefixes: bool, much: int) -> Iterator[tuple[float, Piece]]:
        steps = max(1, PIECE // SIZES[file])
        for first in range(0, much, steps):
            yield first / much, Piece(file, prefixes, range(first, min(first + steps, much)), stride)

    first = [piece for file in FILES for piece in cut(file, True, SIZES[file])]
    then = [piece for file in FILES for piece in cut(file, False, changes)]
    return [piece for part in (first, then) for _, piece in sorted(part, key=lambda found: found[0])]


def taken(file: str, data: bytes) -> tuple[object, object] | None:
    """What one file's bytes make, or None where they are refused with our own problems."""
    try:
        tree = read_bytes(data, file)
    except Unreadable as refused:
        if not refused.problems:
            raise
        return None
    shape, found = fit(tree, schema.FILES.get(file, schema.OptionFile))
    assert (shape is None) == bool(found)
    return None if shape is None else (tree, shape)


@cache
def ours() -> Files:
    files = Files()
    for file in FILES:
        made = taken(file, (RULES / file).read_bytes())
        assert made
        files.loaded[file] = made  # type: ignore[assignment]
        if file not in schema.FILES:
            files.listed.append(file.removesuffix(".yaml"))
    return files


def changed(data: bytes, chance: random.Random) -> bytes:
    """One to three changes: a byte, a piece taken out, a sign put in, a piece doubled."""
    new = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at, how = chance.randrange(len(new)), chance.random()
        if how < 0.45:
            new[at] = chance.randrange(256)
        elif how < 0.7:
            new[at : at + chance.randint(1, 20)] = b""
        elif how < 0.9:
            new[at:at] = chance.choice(SIGNS)
        else:
            new[at:at] = new[at : at + chance.randint(1, 200)]
    return bytes(new)


def guarded(seen: Counter[str], act: Callable[[], object], what: str) -> float:
    """Do it; count how it ended, by kind. Anything but our own errors is told with what it was done to."""
    start = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        seen["whole" if act() else "refused"] += 1
    except RulebookError:
        seen["refused"] += 1
    except TooLong:
        seen[f"over {SECONDS} s: {what}"] += 1
    except Exception as fault:
        seen[f"{type(fault).__name__} ({str(fault)[:60]}): {what}"] += 1
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - start


def _alarm(signal_number: int, frame: FrameType | None) -> None:
    raise TooLong


def begin() -> None:
    """What each process does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the run in the first process, which says how far it got
    signal.signal(signal.SIGPROF, _alarm)
    ours()
    gc.freeze()  # what all trials share need not be looked through again


def try_piece(piece: Piece) -> Tried:
    start, data, longest, ends = time.process_time(), (RULES / piece.file).read_bytes(), 0.0, Counter[str]()
    for step in piece.steps:
        if piece.prefixes:
            name, cut = f"{piece.file}[:{step}]", data[:step]
            longest = max(longest, guarded(ends, partial(taken, piece.file, cut), name))
            if step % piece.stride == 0:
                act = partial(taken, piece.file, cut + b"\n...\n")
                longest = max(longest, guarded(ends, act, f"{name} and ..."))
        else:
            longest = max(longest, guarded(ends, partial(change, piece.file, data, step), f"{piece.file} {step}"))
    return Tried(piece, ends, longest, time.process_time() - start)


def change(file: str, data: bytes, step: int) -> bool:
    """Whether the file is whole after the change of this number."""
    return whole(ours(), file, changed(data, random.Random(f"{file} {step}")), step)


def whole(files: Files, file: str, data: bytes, step: int) -> bool:
    """Whether a rulebook can be made with this file in the place of ours."""
    made = taken(file, data)
    if made is None:
        return False
    new = Files({**files.loaded, file: made}, files.listed)  # type: ignore[dict-item]
    questions, areas = new.loaded["questions.yaml"], new.loaded["areas.yaml"]
    if list(broken_links(new)) + list(wrong_order(questions[0], questions[1], areas[1])):  # type: ignore[arg-type]
        return False
    rulebook = build(new)
    if step % BUILT == 0:
        build_tables(rulebook, allow_gaps=True)
    return True


def main(faults: Faults) -> None:
    if faults.given["again"]:
        again(str(faults.given["again"]))
    changes, stride = faults.many(CHANGES, most=100_000), max(1, round(STRIDE / faults.size))
    processes = int(faults.given["processes"] or os.cpu_count() or 1)
    work = pieces(changes, stride)
    tried, end = carry_out(work, processes)
    for what, prefixes in (("every byte prefix of each rule file", True), ("random changes of each rule file", False)):
        mine = [one for one in tried if one.piece.prefixes is prefixes]
        if not mine:
            faults.note(what, "", f"not run. {end}", "", None if "crash" not in end else False)
            continue
        seen = sum((one.ends for one in mine), Counter[str]())
        steps = Counter[str]()
        for one in mine:
            steps[one.piece.file] += len(one.piece.steps)
        odd = {key: times for key, times in seen.items() if key not in ("whole", "refused")}
        told = "; ".join([*(f"{key}: {times}" for key, times in sorted(odd.items())[:3]), *([end] if end else [])])
        least = min(steps[file] for file in FILES)
        much = (
            f"{least:,} of each of {len(FILES)} files" if not end else f"{steps.total():,}, at least {least:,} of each"
        )
        if prefixes:
            much = f"{steps.total():,}, and {seen.total() - steps.total():,} with an end mark"
        longest, seconds = max(one.longest for one in mine), sum(one.seconds for one in mine)
        faults.note(
            what,
            much,
            f"{seen['refused']:,} refused with our own error, {seen['whole']:,} whole; {sum(odd.values())} others; the "
            f"longest {number(longest)} s, all {number(seconds)} s of the processor. {told}".strip(),
            f"no others, none over {SECONDS} s",
            not odd and "crash" not in end,
        )


def carry_out(work: list[Piece], processes: int) -> tuple[list[Tried], str]:
    """Every piece, and why not all of them, if so."""
    tried: list[Tried] = []
    pool, end, told = ProcessPoolExecutor(processes, initializer=begin), "", 0.0
    try:
        for done in as_completed([pool.submit(try_piece, piece) for piece in work]):
            tried.append(done.result())
            spent = sum(one.seconds for one in tried) / processes
            if spent > told + TOLD:
                told = spent
                left = spent * (len(work) / len(tried) - 1)
                odd = sum(one.ends.total() - one.ends["whole"] - one.ends["refused"] for one in tried)
                trials = sum(one.ends.total() for one in tried)
                said = (
                    f"{trials:,} trials, {odd} others, {len(tried) / len(work):.1%}; {left / 60:.0f} min left if quiet"
                )
                print(said, file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        end = "Ended early."
    except BrokenProcessPool:
        end = "A process crashed."
    finally:
        pool.shutdown(wait=not end, cancel_futures=True)
    return tried, end


def again(trial: str) -> None:
    """One change once more, with the error as it comes."""
    file, step = trial.rsplit(" ", 1)
    print("whole" if change(file, (RULES / file).read_bytes(), int(step)) else "refused")
    sys.exit()


if __name__ == "__main__":
    run(
        __doc__,
        main,
        again='do one change once more and say how it ends, such as "areas.yaml 123"',
        processes="so many processes; if left out, one for each core",
    )
